"""Durable tickets and calls in one process, without a broker: decide, evolve, commit.

The floor commits the same bytes in the same transactions straight into SQLite with the same pragmas. "Alone" is
a commit for each command, as when visitors come one by one; "together" is the service's batch. Ours and the floor
take turns, so that a disk that grows slower meanwhile is slower for both.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter

from caller.journal import Entry, Journal
from caller.messages import Answer, CallNext, Command, ConfirmTicket, DayOpened, ReserveTicket, encode, kebab
from caller.queue import State, decide, evolve
from caller.rules import rules_of
from caller.service import BATCH
from caller.snapshot import ticket_view
from caller.veil import Open
from config.load import load
from tests.bench.result import Result, compare

HALL = Path(__file__).parent.parent.parent / "config" / "hall.toml"
DAY = "2026-11-23"
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LETTER = 900  # numbers that one letter gives before the next service takes over
SERVICES = ("transfer", "mortgage", "first", "change", "correction", "release", "notice", "objection")
HASH = bytes(32)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000")
TABLES = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, day TEXT, kind TEXT, command TEXT, payload BLOB, hash BLOB)",
    "CREATE INDEX events_by_kind ON events (kind, seq)",
    "CREATE TABLE answers (day TEXT, command TEXT, payload BLOB, PRIMARY KEY (day, command))",
)


Rows = tuple[list[tuple[str, str, bytes]], list[tuple[str, bytes]]]  # of events, of answers


class Ours:
    """The part of the caller service between the bus and the disk."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.state = State(rules_of(load(HALL)))
        self._ids = count(1)
        opened = DayOpened(at=AT, day=DAY)
        self.state = evolve(self.state, opened)
        journal.commit([Entry(DAY, "", opened)], [])

    def obey(self, commands: Sequence[Command]) -> tuple[list[Entry], list[Answer]]:
        """Decide each on what the one before has left, and commit them together."""
        entries: list[Entry] = []
        answers: list[Answer] = []
        for command in commands:
            number = ""
            for event in decide(self.state, command, AT, Open()):
                self.state = evolve(self.state, event)
                entries.append(Entry(DAY, command.id, event))
                number = getattr(event, "ticket", number)
            ticket = self.state.tickets.get(number)
            view = ticket_view(self.state, ticket) if ticket else None
            answers.append(Answer(id=command.id, done=True, ticket=view))
        self.journal.commit(entries, [(DAY, answer) for answer in answers])
        return entries, answers

    def visitor(self, n: int) -> list[Command]:
        """Two commands make a ticket: the number, and the paper."""
        service, id = SERVICES[n // LETTER % len(SERVICES)], next(self._ids)
        letter = self.state.rules.services[service].letter
        reserve = ReserveTicket(id=f"r{id}", service=service, kiosk="1", token="t" * 12)
        return [reserve, ConfirmTicket(id=f"c{id}", ticket=f"{letter}{n % LETTER + 1:03d}")]

    def press(self, n: int) -> list[Command]:
        return [CallNext(id=f"n{next(self._ids)}", window=3 + n % 5)]


class Floor:
    """The least that durability costs here: the same rows, and not a line of ours."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}").fetchall()
        for table in TABLES:
            self.connection.execute(table)
        self._seq = count(1)

    def write(self, rows: Rows) -> None:
        events = [(next(self._seq), DAY, *row, HASH) for row in rows[0]]
        answers = [(DAY, *row) for row in rows[1]]
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", events)
        self.connection.executemany("INSERT INTO answers VALUES (?, ?, ?)", answers)
        self.connection.execute("COMMIT")


def run(visitors: int, folder: str | None = None) -> Iterator[Result]:
    """Tickets and calls per second, one by one and in the service's batches."""
    visitors = min(visitors, LETTER * len(SERVICES))
    for how, together in (("alone", 1), ("together", BATCH)):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            yield from _measure(how, together, visitors, Path(place))


def _measure(how: str, together: int, visitors: int, place: Path) -> Iterator[Result]:
    floor = Floor(place / "floor.db")
    with Journal(f"sqlite:///{place}/ours.db") as journal:
        ours = Ours(journal)
        for name, unit, make in (
            ("tickets", "tickets/s", ours.visitor),
            ("calls", "calls/s", ours.press),
        ):
            commands = [command for n in range(visitors) for command in make(n)]
            times = _race(
                ours, floor, [commands[i : i + together] for i in range(0, len(commands), together)]
            )
            yield compare(f"{name}, {how}", unit, visitors / times[0], visitors / times[1])
    floor.connection.close()


def _race(ours: Ours, floor: Floor, batches: Sequence[Sequence[Command]]) -> tuple[float, float]:
    """Seconds that we took, and seconds that the floor took for the same rows."""
    mine = theirs = 0.0
    for batch in batches:
        began = perf_counter()
        entries, answers = ours.obey(batch)
        mine += perf_counter() - began
        rows = _rows(entries, answers)  # the floor is given its bytes; we had to make them
        began = perf_counter()
        floor.write(rows)
        theirs += perf_counter() - began
    return mine, theirs


def _rows(entries: Sequence[Entry], answers: Sequence[Answer]) -> Rows:
    events = [(kebab(type(e.event).__name__), e.command, encode(e.event)) for e in entries]
    return events, [(answer.id, encode(answer)) for answer in answers]
