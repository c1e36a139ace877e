"""A busy hall whose devices die and come back: real processes on a real broker, a simulator at the end of each wire.

Everything is quicker than in a hall: calls live for twelve seconds, a silent call is silent for four, and sound cards
play twenty times as fast. What happened is left in a History, for somebody else to judge.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Empty
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from caller.messages import (
    Answer,
    Command,
    ConfirmTicket,
    LendPager,
    Need,
    ReserveTicket,
    decode,
    encode,
    topic,
)
from config.schema import Hall
from drivers.clock import put
from drivers.mqtt import Bus
from drivers.sim.host import serve_tcp
from drivers.sim.onbon import OnbonCard
from drivers.sim.tap import TapTerminal
from drivers.speech import clips, reading
from tests.broker import Broker
from tests.display.busyclerk import MORNING, PATIENCE, Clerk
from tests.display.history import Agreed, History, Visitor
from tests.display.lit import Frame
from tests.display.quickhall import LIVES, SILENCE, done_in, hurried
from tests.display.soundcard import Ear, SoundCards
from tests.display.stage import ROOT, write

FASTER = 20  # times that sound cards play as fast
OUT_OF_REACH = 3  # pagers that the terminal does not know
PROCESSES = ("caller", "display signs", "display voice", "display pagers", "display board")
SETTLED = 3.0  # seconds of silence after which nothing more is to come


class BusyHall:
    """Entered, it is a hall with everything there. `run` makes its calls."""

    def __init__(self, hall: Hall, broker: Broker, folder: Path, seed: int, lives: int = LIVES) -> None:
        self.broker, self.folder, self.chance = broker, folder, random.Random(seed)
        self.cards = SoundCards(folder / "sound", FASTER)
        self.zones = {w.number: w.zone for w in hall.window}
        self.ear = Ear(reading.vocabulary((s.letter for s in hall.service), self.zones))
        self.ear.record(folder / "clips")
        clips.build(folder / "clips", self.ear.tones)
        self.stack = ExitStack()
        self.plain, self.lives = hall, lives
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.pages: list[tuple[float, str, str]] = []
        self.frames: list[Frame] = []
        self.good: dict[str, set[str]] = {}
        self.alarms: set[str] = set()
        self.dead: list[tuple[float, str, Callable[[], None]]] = []
        self.deaths: dict[str, int] = {}
        self.made, self._ids = 0, 0

    def __enter__(self) -> BusyHall:
        self.signs = {
            n: self.stack.enter_context(
                serve_tcp(OnbonCard(f"sign-{n}", width=128, height=32), on_event=self._lit)
            )
            for n in self.zones
        }
        known = ",".join(pager.capcode for pager in self.plain.pager[:-OUT_OF_REACH])
        self.terminal = self.stack.enter_context(
            serve_tcp(TapTerminal("paging", known=known), on_event=self._paged)
        )
        urls = {n: sign.url for n, sign in self.signs.items()}
        self.hall = hurried(self.plain, self.broker.port, self.folder, urls, self.terminal.url, self.lives)
        agreed = Agreed(
            lives=self.lives,
            silence=SILENCE,
            card=self.zones,
            near=True,
            capcode={pager.number: pager.capcode for pager in self.hall.pager},
        )
        put(self.folder / "clock", MORNING)
        shown = MORNING.replace(tzinfo=ZoneInfo(self.hall.hall.timezone))
        self.history = History(agreed, {}, ahead=shown.timestamp() - time.time())
        self.file = write(self.hall, self.folder / "hall.toml")
        for name in PROCESSES:
            self.start(name)
        self.bus = self.stack.enter_context(
            Bus(self.broker.host, self.broker.port, self.hall.hall.id, "clerks")
        )
        self.bus.subscribe("event/+", "status/+")
        self._ready()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)
        self.stack.close()

    def run(self, count: int) -> History:
        """So many calls or a few more; ends when every visitor has come or was missed, and every device is back."""
        clerks = [Clerk(self, window, zone) for window, zone in self.zones.items()]
        while self.made < count or any(clerk.call for clerk in clerks):
            self.hear(0.005)
            now = time.monotonic()
            for clerk in clerks:
                clerk.turn(now)
                if not clerk.call and self.made < count and self.chance.random() < 0.5:
                    self._visitor(clerk.zone)
                    clerk.call_next()
                    self._fate(now)
            self._revive(now)
        self._revive(float("inf"))
        self.settle()
        return self.history

    # ---- what the clerks know -----------------------------------------------------------------------------

    def settled(self, call: str, over: bool) -> bool:
        """Two channels, and one of them calls this visitor; who was only shown looks up when it is `over`. Or the
        alarm, upon which the clerk calls by mouth."""
        ticket = call.split("-")[3]
        need = self.history.visitors[ticket].need
        good = self.good.get(call, set())
        calls = good & ({"pager"} if need == "deaf" else {"voice"} if need == "blind" else {"voice", "pager"})
        return call in self.alarms or (len(good) >= 2 and (bool(calls) or over))

    def said_of(self, call: str) -> list[Any]:
        return [event for event in self.history.events if event.get("call") == call]

    def hear(self, seconds: float) -> None:
        """Everything that has been said, waiting so long for the first of it."""
        try:
            said = self.bus.inbox.get(timeout=seconds)
            while True:
                if said.topic.startswith("event/"):
                    event = msgspec.json.decode(said.payload, type=dict[str, Any])
                    self._note(event | {"event": said.topic.removeprefix("event/")})
                said = self.bus.inbox.get_nowait()
        except Empty:
            self.history.sounds += self.cards.heard(self.ear)

    def _note(self, event: dict[str, Any]) -> None:
        self.history.events.append(event)
        if event["event"] == "alarm-raised":
            self.alarms.add(event["call"])
        if event["event"] == "call-delivered":
            good = self.good.setdefault(event["call"], set())
            if event["result"] != "received":
                (good.add if event["result"] not in ("failed", "expired") else good.discard)(event["channel"])

    def ask(self, command: Command) -> Answer:
        return decode(self.bus.ask(topic(command), encode(command), 20), Answer)

    def must(self, command: Command) -> Answer:
        answer = self.ask(command)
        assert answer.done, (command, answer)
        return answer

    def id(self) -> str:
        self._ids += 1
        return f"x{self._ids}"

    def _visitor(self, zone: str) -> None:
        need = self.chance.choices((Need.NONE, Need.DEAF, Need.BLIND), (84, 8, 8))[0]
        service = self.chance.choice(done_in(self.plain, zone))
        language = "en" if self.chance.random() < 0.03 else "zh"
        reserve = ReserveTicket(id=self.id(), service=service, need=need, language=language)
        ticket = self.must(reserve).ticket
        assert ticket is not None
        self.must(ConfirmTicket(id=self.id(), ticket=ticket.number))
        number = self.chance.choice(self.hall.pager).number
        pager: int | None = number
        wants = need is Need.DEAF or self.chance.random() < 0.5
        if not wants or not self.ask(LendPager(id=self.id(), ticket=ticket.number, pager=number)).done:
            pager = None
        self.history.visitors[ticket.number] = Visitor(need.value, pager)

    # ---- what happens to devices --------------------------------------------------------------------------

    def _fate(self, now: float) -> None:
        """Now and then something dies, three things at most at once; some stay dead for longer than a call lives."""
        if len(self.dead) >= 3 or self.chance.random() > 0.08:
            return
        kinds = ("sign", "sign", "paging", "east", "west", "board")
        kind = self.chance.choices(kinds, (4, 4, 3, 2, 2, 1))[0]
        name = f"sign-{self.chance.choice(list(self.signs))}" if kind == "sign" else kind
        if name in [dead for _, dead, _ in self.dead]:
            return
        self.deaths[kind] = self.deaths.get(kind, 0) + 1
        back = now + self.chance.choices((0.3, 2.0, LIVES + 2.0), (4, 4, 2))[0]
        self.dead.append((back, name, self._end(name)))

    def _end(self, name: str) -> Callable[[], None]:
        """End it; returns what brings it back."""
        if name in ("east", "west"):
            self.cards.pull(name)
            return lambda: self.cards.plug(name)
        if name == "board":
            self.processes["display board"].kill()
            self.processes["display board"].wait()
            return lambda: self.start("display board")
        device = self.terminal if name == "paging" else self.signs[int(name.removeprefix("sign-"))]
        end, back = self.chance.choice((("unplug", "plug"), ("die", "revive")))
        device.do(end)
        if end == "die" and name != "paging":
            self._lit(name, {"lines": ()})
        return lambda: device.do(back)

    def _revive(self, now: float) -> None:
        for each in [each for each in self.dead if each[0] <= now]:
            self.dead.remove(each)
            each[2]()

    def _paged(self, _: str, event: dict[str, Any]) -> None:
        self.pages.append((time.time(), event["pager"], event["text"]))

    def _lit(self, name: str, event: dict[str, Any]) -> None:
        window = int(name.removeprefix("sign-"))
        self.frames.append(Frame(time.time(), window, tuple(event["lines"])))

    # ---- beginning and end --------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        words = {"HALL_CLOCK": str(self.folder / "clock"), "CACHE_DIRECTORY": str(self.folder / "cache")}
        words["PATH"] = f"{self.cards.path}:{os.environ['PATH']}"
        with (self.folder / f"{name.replace(' ', '-')}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *name.split(), "--config", str(self.file)],
                cwd=ROOT,
                env=os.environ | words,
                stdout=log,
                stderr=log,
            )

    def _ready(self) -> None:
        wanted = {f"status/sign-{n}" for n in self.signs} | {"status/paging", "status/board-main"}
        wanted |= {f"status/voice-{voice.id}" for voice in self.hall.voice} | {"status/caller"}
        deadline = time.monotonic() + PATIENCE
        while wanted:
            said = self.bus.inbox.get(timeout=max(0.1, deadline - time.monotonic()))
            if b'"online":true' in said.payload:
                wanted.discard(said.topic)

    def settle(self) -> None:
        """Until nothing more is said: what was called last is on every sign, and every sound has ended."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < SETTLED:
            before = len(self.history.events)
            self.hear(0.2)
            if len(self.history.events) > before:
                quiet = time.monotonic()
        self.history.pages, self.history.frames = self.pages, self.frames
        self.history.signs = {n: sign.do("show") for n, sign in self.signs.items()}


def tallied(history: History, hall: BusyHall) -> Iterator[str]:
    """What kind of run it was."""
    calls = history.calls.values()
    yield f"{len(calls)} calls, {sum(len(c.reports) for c in calls)} reports, {len(history.sounds)} sounds"
    yield f"{len(history.frames)} frames, {len(history.pages)} pages"
    yield f"{sum(c.alarms for c in calls)} alarms, deaths {hall.deaths}"
    results: dict[str, int] = {}
    for call in calls:
        for _, channel, _, result in call.reports:
            results[f"{channel} {result}"] = results.get(f"{channel} {result}", 0) + 1
    yield ", ".join(f"{name} {count}" for name, count in sorted(results.items()))
