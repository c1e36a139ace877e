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
import tomllib
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from queue import Empty
from typing import Any

import tomli_w

from caller.messages import (
    CallsState,
    Channel,
    ConfirmTicket,
    EvacuateHall,
    OpenWindow,
    ReportDelivery,
    ReserveTicket,
    Result,
    decode,
    encode,
    topic,
)
from config.load import parse
from config.schema import Hall
from drivers.clock import put
from drivers.mqtt import Bus
from drivers.sim import host, make
from drivers.speech import announcement, reading
from tests.bench.timed import Timed
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
KEY = 10 * 10 / 9600  # seconds: ten bytes of ten bits


class Rig:
    """Entered by its stack. `board` hangs one up too; it is drawn in software, and takes a good part of a core."""

    def __init__(self, folder: Path, stack: ExitStack, count: int, board: bool = False) -> None:
        self.folder, self.count, self.board = folder, min(count, MOST), board
        self._spoken: list[str] = []  # in their order; a zone speaks of one call after the other
        self.cards, self.glass = SoundCards(folder / "sound", FASTER), dict[str, float]()
        self.broker = stack.enter_context(Broker(folder))
        self.signs = [
            Timed(make("onbon", f"sign-{n}", None, {"width": "128", "height": "32"})) for n in _windows()
        ]
        self.terminal = Timed(make("tap", "paging", None, {}))
        buses = range(0, WINDOWS, PADS_ON_A_BUS)
        self.pads = [
            stack.enter_context(
                host.serve_pty(make("pad", f"pads-{b}", None, {"addresses": f"1-{PADS_ON_A_BUS}"}))
            )
            for b in buses
        ]
        served = [stack.enter_context(host.serve_tcp(sign)) for sign in self.signs]
        paging = stack.enter_context(host.serve_pty(self.terminal))
        self.hall = self._write([s.url for s in served], paging.url)
        self._render()
        for process in (*PROCESSES, *(["display board"] if board else [])):
            stack.callback(self._end, self._start(process))
        self.bus = stack.enter_context(Bus(self.broker.host, self.broker.port, self.hall.hall.id, "bench"))
        self.bus.subscribe("state/hall", "state/calls", "bench/echo", "status/+", "command/report-delivery")
        self._open()

    def play(self) -> dict[str, float]:
        """Press; returns when the key of each ticket went onto the wire."""
        todo = []
        for n in range(self.count):
            at, window = n / PER_SECOND, n % WINDOWS
            todo += [
                (at, window, "NEXT"),
                (at + SERVE_AFTER, window, "START"),
                (at + FINISH_AFTER, window, "WAIT"),
            ]
        last: dict[int, float] = {}
        windows: dict[str, int] = {}
        pressed: dict[str, float] = {}
        began = time.monotonic()
        for at, window, key in sorted(todo):
            self._hear(began + at, windows, last, pressed)
            if key == "NEXT":
                last[window + 1] = time.monotonic()
            self.pads[window // PADS_ON_A_BUS].do("press", address=window % PADS_ON_A_BUS + 1, key=key)
        self._hear(time.monotonic() + 3, windows, last, pressed)
        return pressed

    def reached(self) -> dict[str, dict[str, float]]:
        """When each ticket's number reached each kind of far end: a sign's first byte, a pager's frame, the first
        samples at the sound card; and when the board said that it is on the glass, one hop after it was."""
        signs: dict[str, float] = {}
        for sign in self.signs:
            signs |= sign.first
        wall = time.time() - time.monotonic()
        heard: dict[str, float] = {}
        for begun, call in zip(self.cards.begun("east"), self._spoken, strict=False):
            heard.setdefault(call, begun - wall)
        found = {"sign": signs, "pager": self.terminal.first, "sound": heard}
        return found | ({"board": self.glass} if self.board else {})

    def evacuate(self) -> dict[str, list[float]]:
        """Seconds from the command until each kind of device says that it warns, one hop after it does."""
        self._ask(ReserveTicket(id="last", service="transfer", pager=1))
        wanted = {f"sign-{n}" for n in _windows()} | {"voice-east", "pager-1"}
        wanted |= {"board-main"} if self.board else set()
        names = {"voice": "sound"}
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
        for _ in range(300):
            began = time.monotonic()
            self.bus.tell("bench/echo", bytes(200))
            while self.bus.inbox.get(timeout=5).topic != "bench/echo":
                pass
            times.append(time.monotonic() - began)
        return times

    def _hear(
        self, until: float, windows: dict[str, int], last: dict[int, float], pressed: dict[str, float]
    ) -> None:
        """Learn from the snapshots which ticket each key called."""
        while (left := until - time.monotonic()) > 0:
            try:
                said = self.bus.inbox.get(timeout=left)
            except Empty:
                continue
            if said.topic == "state/calls":
                for call in decode(said.payload, CallsState).calls:
                    if call.ticket not in windows:
                        windows[call.ticket] = call.window
                        pressed[call.ticket] = last[call.window]
            if said.topic == "command/report-delivery":
                self._report(decode(said.payload, ReportDelivery), time.monotonic())

    def _report(self, done: ReportDelivery, now: float) -> None:
        ticket = done.call.split("-")[3]
        if done.channel is Channel.BOARD:
            self.glass.setdefault(ticket, now)
        elif done.channel is Channel.VOICE and done.result is Result.SPOKEN and ticket not in self._spoken:
            self._spoken.append(ticket)

    def _open(self) -> None:
        """Every window open, everything there, and enough visitors waiting."""
        wanted = {f"status/sign-{n}" for n in _windows()} | {
            "status/paging",
            "status/voice-east",
            "status/caller",
        }
        wanted |= {"status/board-main"} if self.board else set()
        end = time.monotonic() + 60
        while wanted:
            said = self.bus.inbox.get(timeout=max(0.1, end - time.monotonic()))
            if said.topic in wanted and b'"online":true' in said.payload:
                wanted.discard(said.topic)
        for n in _windows():
            self._ask(
                OpenWindow(id=f"open-{n}", window=n, clerk=f"clerk-{n}")
            )  # who signs in elsewhere leaves the window
        for n in range(1, self.count + 1):
            pager = n if n % 2 else None
            self._ask(ReserveTicket(id=f"r{n}", service="transfer", kiosk="1", pager=pager))
            self._ask(ConfirmTicket(id=f"c{n}", ticket=f"{self.letter}{n:03}"))

    def _ask(self, command: Any) -> None:
        said = self.bus.ask(topic(command), encode(command), 10)
        if b'"done":true' not in said:
            raise RuntimeError(f"{command} was answered with {said.decode()}")

    def _write(self, signs: list[str], paging: str) -> Hall:
        raw = tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))
        everything = [service["id"] for service in raw["service"]]
        zones = [zone["id"] for zone in raw["zone"]]
        raw["broker"] = {"host": self.broker.host, "port": self.broker.port}
        raw["caller"] |= {"journal": f"sqlite:///{self.folder}/journal.db"}
        raw["kiosk"] = raw["kiosk"][:1]
        raw["board"] = [{"id": "main", "distance_m": 3}] if self.board else []
        raw["kiosk"][0]["printer"] = {"url": "file:/dev/null", "profile": "80mm-mute"}
        raw["window"] = [
            {"number": n, "name": f"综合{n}", "zone": zones[0], "kind": "integrated", "serves": everything}
            for n in _windows()
        ]
        raw["sign"] = [
            {"window": n, "url": url, "width_dots": 128, "height_dots": 32}
            for n, url in zip(_windows(), signs, strict=True)
        ]
        raw["keypad"] = [
            {
                "window": n,
                "kind": "rs485",
                "url": self.pads[(n - 1) // PADS_ON_A_BUS].url,
                "address": (n - 1) % PADS_ON_A_BUS + 1,
            }
            for n in _windows()
        ]
        raw["pager_terminal"] = {"url": paging}
        raw["pager"] = [{"number": n, "capcode": f"{n:07}"} for n in range(1, self.count + 1, 2)]
        raw["voice"] = [{"id": "east", "zones": zones, "out": "alsa:east"}]
        raw.pop("reader", None)
        raw.pop("calling", None)
        (self.folder / "hall.toml").write_bytes(tomli_w.dumps(raw).encode())
        hall = parse(raw)
        self.letter = hall.find_service("transfer").letter
        return hall

    def _render(self) -> None:
        voice = self.hall.voice[0]
        speaker = announcement.speaker(
            "voice-east",
            rules=reading.USUAL,
            words_per_minute=voice.words_per_minute,
            cache=self.folder / "speech",
        )
        halves = [reading.where(n) for n in _windows()]
        halves += [reading.who(f"{self.letter}{n:03}") for n in range(2, self.count + 1, 2)]
        for half in halves:
            speaker.say(half)  # at full priority, so that a busy machine renders it too

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


def _windows() -> range:
    return range(1, WINDOWS + 1)


def at_share(times: list[float], share: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
