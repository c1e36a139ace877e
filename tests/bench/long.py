"""What must not grow: the time of a call with ever more people waiting, and of a start after ever more events.

The floor of a call is the same call with the fewest waiting, taking turns with it; that of a start is reading the same
rows with sqlite3.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from caller import checkpoint
from caller.journal import Entry, Journal
from caller.messages import (
    CallDelivered,
    CallNext,
    Channel,
    DayOpened,
    Event,
    FinishTicket,
    ServeTicket,
    ServiceRated,
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketReserved,
    TicketServed,
)
from caller.messages import Result as Told
from caller.order import Rule
from caller.queue import State, evolve
from caller.rules import rules_of
from config.load import load
from tests.bench.result import Result, compare
from tests.bench.rows import AT, HALL
from tests.quiet import QuietHall

CROWDS = (100, 1_000, 10_000, 100_000)
CALLS = 90  # of the smallest crowd, nearly all; fewer where the crowds are small
CHUNK = 10_000
USUAL = 5_000  # visitors of a day
EVENTS = 10  # of a visitor
REACHED = (
    (Channel.SIGN, "sign-3", Told.SHOWN),
    (Channel.BOARD, "board-main", Told.SHOWN),
    (Channel.BOARD, "board-east", Told.SHOWN),
    (Channel.VOICE, "voice-main", Told.SPOKEN),
)
RULES = rules_of(load(HALL))


def waiting(most: int, folder: str | None = None) -> Iterator[Result]:
    """One durable call, shown to the hall, with so many waiting."""
    with tempfile.TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        halls = {
            crowd: QuietHall(load(HALL), Path(place) / f"{crowd}.db", AT) for crowd in CROWDS if crowd <= most
        }
        for crowd, quiet in halls.items():
            stack.enter_context(quiet)
            for event in _crowd(crowd):
                quiet.caller._state = evolve(quiet.caller._state, event)
        taken: dict[int, list[float]] = {crowd: [] for crowd in halls}
        for n in range(min(CALLS, most // 10)):
            for crowd, quiet in halls.items():
                taken[crowd].append(_called(quiet, n) * 1000)
        for crowd, times in taken.items():
            yield compare(f"a call, {crowd:,} waiting, p50", "ms", median(times), median(taken[CROWDS[0]]))


def start(events: int, folder: str | None = None) -> Iterator[Result]:
    """From the opening of the journal to the state: of usual days, then all of it in one day, with and without a
    checkpoint."""
    for name, a_day in (("usual days", USUAL), ("one day", events)):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            url = f"sqlite:///{place}/journal.db"
            state, written = _write(url, events // EVENTS, min(a_day, events // EVENTS))
            name = f"start, {written:,} events, {name}"
            whole, read = _started(url), _read(Path(place) / "journal.db")
            with Journal(url) as journal:
                checkpoint.keep(journal, state)
            del state
            yield compare(f"{name}, replayed", "ms", whole, read)
            yield compare(f"{name}, checkpoint", "ms", _started(url), read)


def _write(url: str, visitors: int, a_day: int) -> tuple[State, int]:
    """The state after the last event, and how many there are."""
    state = State(RULES)
    with Journal(url) as journal:
        for begun in range(0, visitors, a_day):
            at = AT + timedelta(days=begun // a_day)
            state = evolve(state, opened := DayOpened(at=at, day=at.date().isoformat()))
            entries = [Entry(state.day, "", opened)]
            for event in _journeys(min(a_day, visitors - begun), state.day):
                state = evolve(state, event)
                entries.append(Entry(state.day, "", event))
                if len(entries) == CHUNK:
                    journal.commit(entries, [])
                    entries.clear()
            journal.commit(entries, [])
        return state, journal.version


def _crowd(people: int) -> Iterator[Event]:
    """Numbers that are on paper."""
    for n in range(1, people + 1):
        ticket = f"{'ABC'[n % 3]}{n // 3 + 1:03d}"
        service = ("transfer", "mortgage", "first")[n % 3]
        yield TicketReserved(at=AT, ticket=ticket, service=service, token=f"{n:012}", kiosk="1")
        yield TicketIssued(at=AT, ticket=ticket)


def _journeys(people: int, day: str) -> Iterator[Event]:
    """From the kiosk to the mark at the window, one visitor after the other."""
    crowd = _crowd(people)
    for n, (reserved, issued) in enumerate(zip(crowd, crowd, strict=True)):
        assert isinstance(reserved, TicketReserved)
        ticket, window = reserved.ticket, 3 + n % 5
        call = f"{day}-{ticket}-1"
        yield from (reserved, issued)
        yield TicketCalled(at=AT, call=call, ticket=ticket, window=window, attempt=1, rule=Rule.FIRST_COME)
        for channel, device, result in REACHED:
            yield CallDelivered(at=AT, call=call, channel=channel, device=device, result=result)
        yield TicketServed(at=AT, ticket=ticket, window=window)
        yield ServiceRated(at=AT, ticket=ticket, window=window, mark=5)
        yield TicketFinished(at=AT, ticket=ticket, window=window)


def _called(quiet: QuietHall, n: int) -> float:
    """Seconds of a call; then the window is free again."""
    quiet.now += timedelta(seconds=30)
    quiet.time_passes()  # the lists for phones, which are told twice a second, not at each call
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
