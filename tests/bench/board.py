"""What a board costs and how fast it is: CPU while nothing happens and while a film plays, a call on the glass, the
frames while calls come in, memory.

The floor of the CPU is a board of which only the clock is left, that of a call a message there and one back over the
same broker, that of a frame one on which nothing is, and that of the memory the same board after a tenth of the calls.
Nothing on a board moves by itself, so a call is one frame: how many of them take longer than a sixtieth and a thirtieth
of a second is beside how many there were.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

import msgspec

from caller.messages import HallState, Step
from config.boards import Arrangement, BoardLayout, Item, Panel, Shows
from config.load import load
from config.schema import Board, Hall
from drivers import clock
from tests.bench.result import Result, compare
from tests.bench.rig import at_share
from tests.broker import Broker
from tests.display.poses import manned, staffed
from tests.display.scenes import call, morning, opening, window
from tests.display.stage import Caller, process, wait_for, write

ROOT = Path(__file__).parents[2]
WATCHED, SETTLED = 20.0, 3.0  # seconds
FILM = "1280x720"
FIRST = 3  # frames
QUIET = 3  # seconds after a call that the film goes on
ONLY_CLOCK = BoardLayout(
    wide=Arrangement(columns=48, rows=27, panel=(Panel(shows=Shows.HEAD, at=(0, 0, 48, 3)),))
)


def run(calls: int, folder: str | None = None) -> Iterator[Result]:
    """`--count` calls; with fewer than a hundred the processor is watched for a shorter time, too."""
    seconds = min(WATCHED, calls / 5)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        film = _film(Path(place))
        with Broker(Path(place)) as broker:
            plain = load(ROOT / "config" / "hall.toml")
            hall = staffed(
                msgspec.structs.replace(plain, broker=msgspec.structs.replace(plain.broker, port=broker.port))
            )
            with Caller(broker, hall) as caller:
                bench = Bench(hall, caller, Path(place))
                floor = bench.processor({"hall": ONLY_CLOCK}, (), seconds)
                yield compare("a board, idle", "% of a core", bench.processor({}, (), seconds), floor)
                if film:
                    yield compare("a board, a film", "% of a core", bench.processor({}, film, seconds), floor)
                for name, items, count in (("idle", (), min(calls, 60)), ("film", film, min(calls, 10))):
                    times, hop = bench.calls(items, count)
                    for share in (50, 95) if times else ():
                        what = f"a call on the glass, {name}, p{share}"
                        yield compare(what, "ms", at_share(times, share), hop)
                    yield compare(f"a call on the glass, {name}, worst of {count}", "ms", max(times), hop)
    yield from _smoothness(calls)
    used = msgspec.json.decode(_told("tests.display.soak", max(calls, 10)), type=list[float])
    yield compare(f"memory after {max(calls, 10):,} calls", "MB", used[-1], used[0])


def _smoothness(calls: int) -> Iterator[Result]:
    """The frames while that many calls come in, but for the first, in which the faces are set."""
    took = msgspec.json.decode(_told("tests.display.smooth", calls + FIRST), type=dict[str, list[float]])
    frames, empty = took["calls"][FIRST:], took["empty"][FIRST:]
    for share in (50, 95):
        what = f"a frame while calls come in, p{share}"
        yield compare(what, "ms", at_share(frames, share), at_share(empty, share))
    for limit in (60, 30):
        slow = sum(took > 1000 / limit for took in frames)
        yield compare(f"frames over 1/{limit} s, of {len(frames)}", "frames", slow, len(frames))


def _told(module: str, calls: int) -> bytes:
    """What a measurement off screen, in a process of its own, prints."""
    command = [sys.executable, "-m", module, str(calls)]
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout


def _film(place: Path) -> tuple[Item, ...]:
    """Ten seconds of something that moves; nothing on a machine without ffmpeg."""
    if shutil.which("ffmpeg") is None:
        return ()
    file = place / "film.mp4"
    line = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s={FILM}:r=25:d=10",
        "-c:v",
        "mpeg4",
        "-q:v",
        "3",
    ]
    subprocess.run([*line, str(file)], check=True)
    return (Item(video=str(file), seconds=0),)


class Bench:
    def __init__(self, hall: Hall, caller: Caller, place: Path) -> None:
        self.hall, self.caller, self.place = hall, caller, place
        self.env = {"SDL_VIDEODRIVER": "offscreen"}
        self.number = 0

    def now(self) -> HallState:
        at = clock.now(self.hall.hall.timezone)
        return opening(self.hall, at)

    def file(self, items: tuple[Item, ...], layouts: dict[str, BoardLayout]) -> Path:
        board = Board(id="main", playlist=items, playlist_after_seconds=QUIET)
        ours = msgspec.structs.replace(
            self.hall, board=(board,), board_layout=self.hall.board_layout | layouts
        )
        return write(ours, self.place / "hall.toml")

    def processor(self, layouts: dict[str, BoardLayout], items: tuple[Item, ...], seconds: float) -> float:
        """Percent of a core that a board takes, its decoder with it."""
        at = clock.now(self.hall.hall.timezone) - timedelta(minutes=2)
        self.caller.tell(self.now() if items else manned(morning(self.hall, at)))
        with process("board", self.file(items, layouts), **self.env) as board:
            wait_for(lambda: self.caller.healthy("board-main") is True, "the board is there")
            time.sleep(SETTLED)
            began, used = time.monotonic(), _ticks(board.pid)
            time.sleep(seconds)
            return 100 * (_ticks(board.pid) - used) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)

    def calls(self, items: tuple[Item, ...], count: int) -> tuple[list[float], float]:
        """Milliseconds from a snapshot to the acknowledgement of its frame, and of the shortest way there is."""
        times: list[float] = []
        self.caller.tell(self.now())
        with process("board", self.file(items, {}), **self.env):
            wait_for(lambda: self.caller.healthy("board-main") is True, "the board is there")
            time.sleep(SETTLED)
            for _ in range(count):
                times.append(self._called())
                self.caller.tell(self.now())
                time.sleep(QUIET + 1 if items else 0.2)
        return times, self._hop()

    def _called(self) -> float:
        self.number += 1
        ticket, state = f"A{self.number:03}", self.now()
        one = call(ticket, 3, now=state.at)
        windows = tuple(window(3, ticket, Step.CALLED) if w.number == 3 else w for w in state.windows)
        began = time.monotonic()
        self.caller.tell(msgspec.structs.replace(state, windows=windows, recent=(one,)))
        self._heard(one.id)
        return (time.monotonic() - began) * 1000

    def _heard(self, name: str) -> None:
        deadline = time.monotonic() + 20
        while not any(r.call == name for r in self.caller.reports):
            assert time.monotonic() < deadline, f"{name} was never acknowledged"
            self.caller.hear()
            time.sleep(0.001)

    def _hop(self) -> float:
        """From here over the broker and back, twice: a snapshot out, a report in."""
        took = []
        for n in range(20):
            began = time.monotonic()
            self.caller.bus.keep("status/bench", b'{"online":true,"detail":"%d"}' % n)
            while getattr(self.caller.health.get("bench"), "detail", "") != str(n):
                time.sleep(0.001)
                self.caller.hear()
            took.append(time.monotonic() - began)
        return 2 * median(took) * 1000


def _ticks(pid: int) -> int:
    """Of a process and those that it has started."""
    total = 0
    for one in (str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
        total += int(fields[13]) + int(fields[14]) if one == str(pid) else 0
    return total
