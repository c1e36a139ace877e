"""A hall whose clerks press keys by the clock, and whose far ends note when each call reached them.

30 windows, 5 calls a second, the real processes over a real broker; the far ends are in this process or on this
machine, so that one clock times both ends. Half of the visitors have a pager, the others are called aloud, with
their sentences rendered before, as they are in a hall.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from queue import Empty
from typing import Any

from caller.messages import ConfirmTicket, EvacuateHall, OpenWindow, ReserveTicket, encode, topic
from drivers.clock import put
from drivers.mqtt import Bus
from drivers.sim import host, make
from drivers.speech import announcement, reading
from tests.bench.benchhall import SERVICE, STUCK, Wires, hall
from tests.bench.timed import Seen, Timed
from tests.broker import Broker
from tests.display.soundcard import SoundCards

ROOT = Path(__file__).parents[2]
WINDOWS, PER_SECOND = 30, 5.0
PADS_ON_A_BUS = 10
SERVE_AFTER, FINISH_AFTER = 2.0, 3.5  # seconds after its call: each window is free when its turn comes again
PROCESSES = ("caller", "caller.keypads", "display signs", "display voice", "display pagers")
MORNING = datetime(2026, 11, 23, 9, 0)  # the hall's own time
FASTER = 1000  # times that a sound card plays as fast: a call is not to wait for the one before it
MOST = 240  # calls: eight at each window
RACK = 20  # pagers that visitors hold when the hall is left
STRAGGLERS = 10.0  # seconds for the last calls to get everywhere
KEY = 10 * 10 / 9600  # seconds: ten bytes of ten bits


class Rig:
    """Entered by its stack. Fewer calls than WINDOWS need no more windows than calls. `board` hangs one up too; it is
    drawn in software, and takes a good part of a core."""

    def __init__(self, folder: Path, stack: ExitStack, count: int, board: bool = False) -> None:
        self.folder, self.count, self.board = folder, min(count, MOST), board
        self.windows = range(1, min(WINDOWS, self.count) + 1)
        self.cards, self.seen = SoundCards(folder / "sound", FASTER), Seen()
        self.cards.hang(STUCK)
        self.broker = stack.enter_context(Broker(folder))
        shape = {"width": "128", "height": "32"}
        self.signs = [Timed(make("onbon", f"sign-{n}", None, shape)) for n in self.windows]
        self.terminal = Timed(make("tap", "paging", None, {}))
        self.pads = [
            stack.enter_context(
                host.serve_pty(make("pad", f"pads-{first}", None, {"addresses": f"1-{PADS_ON_A_BUS}"}))
            )
            for first in self.windows[::PADS_ON_A_BUS]
        ]
        self.served = [stack.enter_context(host.serve_tcp(sign)) for sign in self.signs]
        paging = stack.enter_context(host.serve_pty(self.terminal))
        wires = Wires(
            broker=(self.broker.host, self.broker.port),
            journal=f"sqlite:///{folder}/journal.db",
            signs=[sign.url for sign in self.served],
            pads=[(self._pad(n).url, self._address(n)) for n in self.windows],
            paging=paging.url,
            pagers=range(1, self.count + 1, 2),
            board=board,
        )
        self.hall = hall(wires, folder / "hall.toml")
        self._render()
        for process in (*PROCESSES, *(["display board"] if board else [])):
            stack.callback(self._end, self._start(process))
        self.bus = stack.enter_context(Bus(self.broker.host, self.broker.port, self.hall.hall.id, "bench"))
        self.bus.subscribe("bench/echo", "status/+", *self.seen.topics)
        self._open()

    def play(self) -> dict[str, float]:
        """Press; returns when the key of each ticket went onto the wire."""
        todo: list[tuple[float, int, str]] = []
        for n in range(self.count):
            at, window = n / PER_SECOND, self.windows[n % len(self.windows)]
            todo.append((at, window, "NEXT"))
            if n + len(self.windows) < self.count:  # somebody else is called there
                todo += [(at + SERVE_AFTER, window, "START"), (at + FINISH_AFTER, window, "WAIT")]
        began = time.monotonic()
        for at, window, key in sorted(todo):
            self._hear(began + at)
            if key == "NEXT":
                self.seen.pressed(window, time.monotonic())
            self._pad(window).do("press", address=self._address(window), key=key)
        until = time.monotonic() + STRAGGLERS
        while time.monotonic() < until and not self._all_there():
            self._hear(time.monotonic() + 0.1)
        return self.seen.keys

    def reached(self) -> dict[str, dict[str, float]]:
        """When each ticket's number reached each kind of far end: a sign's first byte, a pager's frame, the first
        samples at the sound card; and when the board said that it is on the glass, one hop after it was."""
        signs: dict[str, float] = {}
        for sign in self.signs:
            signs |= sign.first
        wall = time.time() - time.monotonic()
        heard: dict[str, float] = {}
        for begun, call in zip(self.cards.begun("east"), self.seen.spoken, strict=False):
            heard.setdefault(call, begun - wall)
        found = {"sign": signs, "pager": self.terminal.first, "sound": heard}
        return found | ({"board": self.seen.glass} if self.board else {})

    def evacuate(self) -> dict[str, list[float]]:
        """Seconds from the command until each kind of device says that it warns, one hop after it does: all but a sign
        that is pulled out, and a loudspeaker that has hung since the morning. As many visitors hold a pager as a rack
        has, and they are told together and each."""
        held = [pager.number for pager in self.hall.pager[:RACK]]
        for number in held:  # whoever has it already keeps it
            last = ReserveTicket(id=f"last-{number}", service=SERVICE, pager=number)
            self.bus.ask(topic(last), encode(last), 10)
        self.served[-1].do("unplug")
        wanted = {f"sign-{n}" for n in self.windows[:-1]} | {"voice-east", "pagers"}
        wanted |= {f"pager-{number}" for number in held}
        wanted |= {"board-main"} if self.board else set()
        names = {"voice": "sound", "pagers": "all pagers"}
        found: dict[str, list[float]] = {}
        began = time.monotonic()
        self.bus.post("command/evacuate-hall", encode(EvacuateHall(id="fire")))
        while wanted:
            said = self.bus.inbox.get(timeout=60)
            device = said.topic.removeprefix("status/emergency-")
            if device in wanted:
                wanted.discard(device)
                kind = device.partition("-")[0]
                found.setdefault(names.get(kind, kind), []).append(time.monotonic() - began)
        return found

    def hops(self) -> list[float]:
        """Bare hops over the same broker while the hall is idle: publish to delivery, of a command's size."""
        times = []
        for _hop in range(300):
            began = time.monotonic()
            self.bus.tell("bench/echo", bytes(200))
            while self.bus.inbox.get(timeout=5).topic != "bench/echo":
                pass
            times.append(time.monotonic() - began)
        return times

    def _all_there(self) -> bool:
        """Whether every call has got to all its ends; half of them have a pager, the other half a voice."""
        ends = self.reached()
        aloud = self.count // 2
        wanted = {"sign": self.count, "board": self.count, "pager": self.count - aloud, "sound": aloud}
        return all(len(found) >= wanted[end] for end, found in ends.items())

    def _hear(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            try:
                self.seen.hear(self.bus.inbox.get(timeout=left), time.monotonic())
            except Empty:
                return

    def _pad(self, window: int) -> host.Served:
        return self.pads[(window - 1) // PADS_ON_A_BUS]

    def _address(self, window: int) -> int:
        return (window - 1) % PADS_ON_A_BUS + 1

    def _open(self) -> None:
        """Every window open, everything there, and enough visitors waiting."""
        wanted = {"status/paging", "status/voice-east", "status/caller"}
        wanted |= {f"status/{kind}-{n}" for n in self.windows for kind in ("sign", "keypad")}
        wanted |= {"status/board-main"} if self.board else set()
        end = time.monotonic() + 60
        while wanted:
            try:
                said = self.bus.inbox.get(timeout=max(0.1, end - time.monotonic()))
            except Empty:
                raise RuntimeError(f"never there: {', '.join(sorted(wanted))}; see {self.folder}") from None
            if said.topic in wanted and b'"online":true' in said.payload:
                wanted.discard(said.topic)
        for n in self.windows:
            # One clerk each: who signs in elsewhere leaves the window.
            self._ask(OpenWindow(id=f"open-{n}", window=n, clerk=f"clerk-{n}"))
        letter = self.hall.find_service(SERVICE).letter
        for n in range(1, self.count + 1):
            pager = n if n % 2 else None
            self._ask(ReserveTicket(id=f"r{n}", service=SERVICE, kiosk="1", pager=pager))
            self._ask(ConfirmTicket(id=f"c{n}", ticket=f"{letter}{n:03}"))

    def _ask(self, command: Any) -> None:
        said = self.bus.ask(topic(command), encode(command), 10)
        if b'"done":true' not in said:
            raise RuntimeError(f"{command} was answered with {said.decode()}")

    def _render(self) -> None:
        """Everything that will be said, two at a time: at full priority, so that a busy machine renders it too."""
        letter, voice = self.hall.find_service(SERVICE).letter, self.hall.voice[0]
        kept, pace = self.folder / "speech", voice.words_per_minute
        speaker = announcement.speaker("voice", rules=reading.USUAL, words_per_minute=pace, cache=kept)
        halves = [reading.where(n) for n in self.windows]
        halves += [reading.who(f"{letter}{n:03}") for n in range(2, self.count + 1, 2)]
        speaker.choose()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(speaker.say, halves))

    def _start(self, process: str) -> subprocess.Popen[bytes]:
        put(self.folder / "clock", MORNING)
        clock = {"HALL_CLOCK": str(self.folder / "clock"), "SDL_VIDEODRIVER": "offscreen"}
        clock["PATH"] = f"{self.cards.path}:{os.environ['PATH']}"
        with (self.folder / f"{process}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *process.split(), "--config", str(self.folder / "hall.toml")],
                cwd=ROOT,
                env=os.environ | clock | {"CACHE_DIRECTORY": str(self.folder)},
                stdout=log,
                stderr=log,
            )

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def at_share(times: list[float], share: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
