"""Two hundred mixed calls through the caller, the broker and the displays, while devices die and come back."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import serve
from caller.messages import (
    EVENTS,
    AlarmRaised,
    CallDelivered,
    CallNext,
    Channel,
    ConfirmTicket,
    Event,
    LendPager,
    ReserveTicket,
    Result,
    TicketCalled,
)
from config.schema import Hall
from display import pagers, signs, voice
from drivers.mqtt import Bus
from drivers.sim.host import Served, serve_tcp
from drivers.sim.onbon import OnbonCard
from drivers.sim.tap import TapTerminal
from tests.broker import Broker
from tests.caller.test_service import ask
from tests.display.history import faults
from tests.display.stage import PATIENCE
from tests.display.test_saying import Ruler

WINDOWS = range(3, 8)  # the integrated ones, all in the east
SERVICES = ("transfer", "mortgage", "first", "change", "correction", "release", "notice")
NINE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


@contextmanager
def running(run: Callable[[Hall, Callable[[], bool]], None], hall: Hall) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(hall, lambda: not stop.is_set()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def calling(hall: Hall) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(hall, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Watcher:
    """Hears every event, and knows whether a call needs nothing more."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.events: list[Event] = []
        self.good: dict[str, set[Channel]] = defaultdict(set)
        self.bad: set[str] = set()
        self.alarms: list[str] = []
        self.call: dict[str, str] = {}  # the latest of each ticket
        bus.subscribe("event/+")

    def hear(self) -> None:
        while not self.bus.inbox.empty():
            delivery = self.bus.inbox.get()
            if not delivery.topic.startswith("event/"):
                continue
            event = msgspec.json.decode(delivery.payload, type=EVENTS[delivery.topic.removeprefix("event/")])
            self.events.append(event)
            if isinstance(event, TicketCalled):
                self.call[event.ticket] = event.call
            if isinstance(event, AlarmRaised):
                self.alarms.append(event.call)
            if isinstance(event, CallDelivered):
                if event.result.reached:
                    self.good[event.call].add(event.channel)
                else:
                    self.bad.add(event.call)

    def settled(self, ticket: str) -> bool:
        """Two channels, and one of them calls the visitor: voice or pager; whatever failed before. Or the alarm, once
        all that can call the visitor has."""
        self.hear()
        call = self.call.get(ticket, "")
        calls = self.good[call] & {Channel.VOICE, Channel.PAGER}
        return bool(calls) and (len(self.good[call]) >= 2 or call in self.alarms)

    def wait_for(self, ticket: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.settled(ticket):
            assert time.monotonic() < deadline, f"{ticket}: {[e for e in self.events if ticket in str(e)]}"
            time.sleep(0.01)


@pytest.mark.parametrize(
    "count", [200, pytest.param(5000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
def test_every_call_arrives_or_raises_its_alarm(
    hall: Hall, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(voice, "speaker_of", lambda *_: Ruler())
    monkeypatch.setattr(voice, "english_of", lambda *_: None)
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path / "cache"))
    chance, east = random.Random(count), hall.voice[0]
    assert hall.pager_terminal is not None
    with ExitStack() as stack:
        cards = [
            stack.enter_context(serve_tcp(OnbonCard(f"sign-{n}", width=128, height=32))) for n in WINDOWS
        ]
        known = ",".join(pager.capcode for pager in hall.pager)
        terminal = stack.enter_context(serve_tcp(TapTerminal("paging", known=known)))
        ours = msgspec.structs.replace(
            hall,
            broker=msgspec.structs.replace(hall.broker, port=broker.port),
            caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{tmp_path}/journal.db"),
            sign=tuple(
                msgspec.structs.replace(hall.sign[n - 1], url=card.url)
                for n, card in zip(WINDOWS, cards, strict=True)
            ),
            board=(),
            voice=(msgspec.structs.replace(east, out=f"file:{tmp_path}/east"),),
            pager_terminal=msgspec.structs.replace(hall.pager_terminal, url=terminal.url),
        )
        stack.enter_context(calling(ours))
        for run in (signs.run, voice.run, pagers.run):
            stack.enter_context(running(run, ours))
        bus = stack.enter_context(Bus(broker.host, broker.port, ours.hall.id, "clerk"))
        watcher, at, lent = Watcher(bus), dict.fromkeys(WINDOWS, ""), {}
        dark: list[Served] = []
        for n in range(count):
            window = WINDOWS[n % len(WINDOWS)]
            if at[window]:
                watcher.wait_for(at[window])
            pager = n % 20 + 1 if chance.random() < 0.5 else None
            ticket = ask(bus, ReserveTicket(id=f"r{n}", service=SERVICES[n % 7])).ticket
            assert ticket is not None
            assert ask(bus, ConfirmTicket(id=f"c{n}", ticket=ticket.number)).done
            if pager and not ask(bus, LendPager(id=f"l{n}", ticket=ticket.number, pager=pager)).done:
                pager = None
            lent[ticket.number] = pager
            if dark and chance.random() < 0.5:
                dark.pop().do("plug")
            elif len(dark) < 2 and chance.random() < 0.1:
                victim = chance.choice([card for card in (*cards, terminal) if card not in dark])
                victim.do("unplug")
                dark.append(victim)
            assert ask(bus, CallNext(id=f"n{n}", window=window)).done
            at[window] = ticket.number
        for card in dark:
            card.do("plug")
        for number in at.values():
            watcher.wait_for(number)
        watcher.hear()
    sounds = [
        p.stem.partition("-")[2] for p in sorted((tmp_path / "east").glob("*.wav"), key=os.path.basename)
    ]
    assert len([e for e in watcher.events if isinstance(e, TicketCalled)]) == count
    assert watcher.bad, "no device ever failed: the test shows nothing"
    assert watcher.alarms and set(watcher.alarms) <= watcher.bad
    assert len(watcher.alarms) == len(set(watcher.alarms)), "one alarm a call"
    assert faults(watcher.events, lent, sounds) == []


def said(call: str, channel: Channel, result: Result, after: float = 1) -> CallDelivered:
    at = NINE + timedelta(seconds=after)
    return CallDelivered(at=at, call=call, channel=channel, device=str(channel), result=result)


def called(ticket: str) -> TicketCalled:
    return TicketCalled(at=NINE, call=f"d-{ticket}-1", ticket=ticket, window=3, attempt=1, rule="first-come")


SHOWN = said("d-A001-1", Channel.SIGN, Result.SHOWN)
SPOKEN = said("d-A001-1", Channel.VOICE, Result.SPOKEN)
BUZZED = said("d-A001-1", Channel.PAGER, Result.VIBRATED)


@pytest.mark.parametrize(
    ("reports", "pager", "sounds", "wrong"),
    [
        ([SHOWN, SPOKEN], None, ["d-A001-1"], ""),
        ([SHOWN, BUZZED], 7, [], ""),
        ([SHOWN], None, [], "nobody was told"),
        ([SHOWN, SPOKEN], None, [], "heard False"),
        ([SHOWN, SPOKEN], None, ["d-A001-1", "d-A001-1"], "heard 2 times"),
        ([SHOWN, said("d-A001-1", Channel.VOICE, Result.SPOKEN, 61)], None, ["d-A001-1"], "late"),
        ([SHOWN, BUZZED, SPOKEN], 7, ["d-A001-1"], "before its escalation"),
        ([SHOWN, BUZZED], 7, ["d-A001-1"], "heard True"),
    ],
)
def test_the_checker_finds_what_is_wrong(
    reports: list[CallDelivered], pager: int | None, sounds: list[str], wrong: str
) -> None:
    found = faults([called("A001"), *reports], {"A001": pager}, sounds)
    assert any(wrong in fault for fault in found) if wrong else found == []
