"""From the clerk's key on its wire to the first byte at the sign, at the pager terminal, and at the sound card; and how
far the key had come when its command, and then its call, were on the bus.

The floor is what nobody can go below: the key's ten bytes at 9600 baud (added to ours too, as a pty has no baud rate)
and the bare broker hops from pad to caller to display.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.result import Result, compare
from tests.bench.rig import KEY, Rig, at_share

HOPS = {"command": 1, "board": 3}  # the board tells of what is on its glass


def run(count: int, folder: str | None = None, board: bool = False) -> Iterator[Result]:
    """`count` calls, 240 at most: the whole takes less than two minutes on a calm machine."""
    with tempfile.TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        rig = Rig(Path(place), stack, count, board)
        pressed = rig.play()
        hop = rig.hops()
        ways = {"command": rig.seen.commands, "snapshot": rig.seen.snapshots}
        for name, reached in (ways | rig.reached()).items():
            times = [reached[number] - at + KEY for number, at in pressed.items() if number in reached]
            for share in (50, 95, 99) if times else ():
                floor = KEY + HOPS.get(name, 2) * at_share(hop, share)
                what = f"key to {name}, p{share} of {len(times)}"
                yield compare(what, "ms", 1000 * at_share(times, share), 1000 * floor)
        if board:
            for name, took in rig.evacuate().items():
                what = f"evacuation to {name}, slowest of {len(took)}"
                yield compare(what, "ms", 1000 * max(took), 3000 * at_share(hop, 99))
