"""What the cards of signs have logged that they lit, against what was said of them. A card knows of no call: nothing is
read of it but the numbers on its LEDs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.display.history import Told

SLACK = 1.0  # seconds from a snapshot to the sign, or from the sign to who writes down that it shines
NUMBER = re.compile(r"[A-Z]\d{3,}")
NEVER = float("inf")


@dataclass(frozen=True)
class Frame:
    """What the sign of a window shows from this moment on, in seconds since 1970: nothing when it is dark."""

    at: float
    window: int
    lines: tuple[str, ...]

    @property
    def ticket(self) -> str:
        found = NUMBER.search("\n".join(self.lines))
        return found[0] if found else ""


def faults(calls: Iterable[Told], frames: Iterable[Frame]) -> Iterator[str]:
    """`calls` oldest first, `frames` as they came."""
    called: dict[int, list[Told]] = defaultdict(list)
    lit: dict[int, list[Frame]] = defaultdict(list)
    for call in calls:
        called[call.window].append(call)
    for frame in frames:
        lit[frame.window].append(frame)
    for window in called.keys() | lit.keys():
        yield from _unseen(called[window], lit[window])
        yield from _stale(called[window], lit[window])


def _unseen(calls: list[Told], frames: list[Frame]) -> Iterator[str]:
    """A call that is said to be shown was lit between the call and the saying, by the sign of its own window."""
    spans = [*pairwise(frames), *((last, None) for last in frames[-1:])]
    for call in calls:
        for at, channel, device, result in call.reports:
            if (channel, result) != ("sign", "shown"):
                continue
            if device != f"sign-{call.window}":
                yield f"{call.id}: shown by {device}"
            if not any(
                frame.ticket == call.ticket
                and frame.at <= at + SLACK
                and (until is None or until.at >= call.at)
                for frame, until in spans
            ):
                yield f"{call.id}: said to be shown, and its sign did not show it"


def _stale(calls: list[Told], frames: list[Frame]) -> Iterator[str]:
    """A number comes on while its visitor is called or served there, and not before nor after."""
    ends = [later.at for later in calls[1:]] + [NEVER]
    until = [call.over if call.missed else end for call, end in zip(calls, ends, strict=True)]
    for frame in frames:
        times = [
            (call.at, end) for call, end in zip(calls, until, strict=True) if call.ticket == frame.ticket
        ]
        if not frame.ticket or any(begun <= frame.at <= end + SLACK for begun, end in times):
            continue
        over = [frame.at - end for _, end in times if end < frame.at]
        when = f"{min(over):.1f} s after its time" if over else "and it was not called there"
        yield f"sign {frame.window}: lights {frame.ticket}, {when}"
