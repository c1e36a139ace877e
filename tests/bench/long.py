"""What must not grow: the time of a call with ever more people waiting, and of a start after ever more events.

The floor of a call is the same call with the fewest waiting; that of a start is reading the same rows with sqlite3.
`--count N`: the start is measured with 2 N events and more, so that 500,000 makes a million.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from caller import checkpoint
from caller.journal import Entry, Journal
from caller.messages import (
    CallNext,
    DayOpened,
    Event,
    FinishTicket,
    ServeTicket,
    TicketIssued,
    TicketReserved,
)
from caller.queue import State, evolve
from caller.rules import rules_of
from config.load import load
from tests.bench.queue import AT, HALL
from tests.bench.result import Result, compare
from tests.quiet import QuietHall

CROWDS = (100, 1_000, 10_000, 100_000)
CALLS = 60
CHUNK = 10_000
USUAL = 5_000  # visitors of a day
RULES = rules_of(load(HALL))


def waiting(visitors: int, folder: str | None = None) -> Iterator[Result]:
    """One durable call, published, with so many waiting; no more than `--count` times 200."""
    first = 0.0
    for crowd in (crowd for crowd in CROWDS if crowd <= visitors * 200):
        with (
            tempfile.TemporaryDirectory(dir=folder) as place,
            QuietHall(load(HALL), Path(place) / "journal.db", AT) as quiet,
        ):
            for event in _crowd(crowd):
                quiet.caller._state = evolve(quiet.caller._state, event)
            taken = median(_called(quiet, n) for n in range(CALLS)) * 1000
        first = first or taken
        yield compare(f"a call, {crowd:,} waiting", "ms", taken, first)


def start(visitors: int, folder: str | None = None) -> Iterator[Result]:
    """From the opening of the journal to the state: of usual days, then all of it in one day, with and without a
    checkpoint."""
    for name, a_day in (("usual days", USUAL), ("one day", visitors)):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            url = f"sqlite:///{place}/journal.db"
            state = _write(url, visitors, a_day)
            name = f"start, {2 * visitors + -(-visitors // a_day):,} events, {name}"
            whole, read = _started(url), _read(Path(place) / "journal.db")
            with Journal(url) as journal:
                checkpoint.keep(journal, state)
            yield compare(f"{name}, replayed", "ms", whole, read)
            yield compare(f"{name}, checkpoint", "ms", _started(url), read)


def _write(url: str, visitors: int, a_day: int) -> State:
    state = State(RULES)
    with Journal(url) as journal:
        for begun in range(0, visitors, a_day):
            at = AT + timedelta(days=begun // a_day)
            events = [DayOpened(at=at, day=at.date().isoformat()), *_crowd(min(a_day, visitors - begun))]
            for event in events:
                state = evolve(state, event)
            for some in range(0, len(events), CHUNK):
                journal.commit([Entry(state.day, "", event) for event in events[some : some + CHUNK]], [])
    return state


def _crowd(people: int) -> Iterator[Event]:
    for n in range(1, people + 1):
        ticket = f"{'ABC'[n % 3]}{n // 3 + 1:03d}"
        service = ("transfer", "mortgage", "first")[n % 3]
        yield TicketReserved(at=AT, ticket=ticket, service=service, token="t" * 12, kiosk="1")
        yield TicketIssued(at=AT, ticket=ticket)


def _called(quiet: QuietHall, n: int) -> float:
    """Seconds of a call; then the window is free again."""
    quiet.now += timedelta(seconds=30)
    began = perf_counter()
    answer = quiet.does(CallNext(id=f"n{n}", window=3))
    took = perf_counter() - began
    assert answer.done, answer
    quiet.does(ServeTicket(id=f"s{n}", window=3))
    quiet.does(FinishTicket(id=f"f{n}", window=3))
    return took


def _started(url: str) -> float:
    began = perf_counter()
    with Journal(url) as journal:
        checkpoint.recall(journal, RULES)
        return (perf_counter() - began) * 1000


def _read(path: Path) -> float:
    began = perf_counter()
    database = sqlite3.connect(path)
    for _row in database.execute("SELECT kind, payload FROM events ORDER BY seq"):
        pass
    database.close()
    return (perf_counter() - began) * 1000
