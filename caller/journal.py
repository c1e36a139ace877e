"""Committed before answered: events and answers go into one transaction, and only then into the hall.

SQLAlchemy Core, SQLite by default (WAL, synchronous=FULL, one connection); the URL chooses the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from caller.messages import EVENTS, Answer, DayOpened, Event, encode, kebab

_tables = MetaData()
_events = Table(
    "events",
    _tables,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("command", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("events_by_kind", "kind", "seq"),
)
_answers = Table(
    "answers",
    _tables,
    Column("day", String(10), primary_key=True),  # an id that a device used yesterday must not stop today
    Column("command", String(64), primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)


class JournalError(Exception):
    """The journal cannot take or give events: full disk, I/O error, database away."""


class Entry(NamedTuple):
    """One event as it is journalled; `command` is the id of the command that it follows from."""

    day: str
    command: str
    event: Event


class Journal:
    """The hall's memory. One process writes it, through one connection."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0)
        self.version = 0
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _durable)

    def __enter__(self) -> Self:
        try:
            self._connection = self._engine.connect()
            with self._connection.begin():
                _tables.create_all(self._connection)
                self.version = self._connection.scalar(select(func.max(_events.c.seq))) or 0
        except SQLAlchemyError as error:
            raise JournalError(_cause(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()

    def commit(self, entries: Sequence[Entry], answers: Iterable[tuple[str, Answer]]) -> None:
        """All of it or nothing; raises JournalError and then nothing was written."""
        rows = [
            {
                "seq": seq,
                "day": entry.day,
                "kind": kebab(type(entry.event).__name__),
                "command": entry.command,
                "payload": encode(entry.event),
            }
            for seq, entry in enumerate(entries, self.version + 1)
        ]
        said = [{"command": answer.id, "day": day, "payload": encode(answer)} for day, answer in answers]
        if not rows and not said:
            return
        try:
            with self._connection.begin():
                if rows:
                    self._connection.execute(insert(_events), rows)
                if said:
                    self._connection.execute(insert(_answers), said)
        except SQLAlchemyError as error:
            raise JournalError(_cause(error)) from error
        self.version += len(rows)

    def today(self) -> list[Event]:
        """The events of the running business day, from its DayOpened on."""
        opened = kebab(DayOpened.__name__)
        first = select(func.max(_events.c.seq)).where(_events.c.kind == opened).scalar_subquery()
        query = (
            select(_events.c.kind, _events.c.payload).where(_events.c.seq >= first).order_by(_events.c.seq)
        )
        return [msgspec.json.decode(row.payload, type=EVENTS[row.kind]) for row in self._read(query)]

    def answers(self, day: str) -> dict[str, Answer]:
        """What was answered on one day, by command id."""
        query = select(_answers.c.payload).where(_answers.c.day == day)
        found = (msgspec.json.decode(row.payload, type=Answer) for row in self._read(query))
        return {answer.id: answer for answer in found}

    def forget_answers(self, before: str) -> None:
        """Answers of days before this one; no command is repeated that late. Raises JournalError."""
        try:
            with self._connection.begin():
                self._connection.execute(delete(_answers).where(_answers.c.day < before))
        except SQLAlchemyError as error:
            raise JournalError(_cause(error)) from error

    def _read(self, query: Any) -> Sequence[Any]:
        try:
            with self._connection.begin():
                return self._connection.execute(query).all()
        except SQLAlchemyError as error:
            raise JournalError(_cause(error)) from error


def _durable(connection: Any, record: Any) -> None:
    """A committed ticket survives a power cut: WAL with FULL, read back as SQLite ignores what it cannot do."""
    cursor = connection.cursor()
    for pragma, wanted in (("journal_mode=WAL", "wal"), ("synchronous=FULL", 2), ("busy_timeout=2000", 2000)):
        cursor.execute(f"PRAGMA {pragma}")
        found = cursor.execute(f"PRAGMA {pragma.split('=')[0]}").fetchone()[0]
        if found != wanted:
            raise JournalError(f"SQLite did not accept {pragma}: {found}")
    cursor.close()


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error)
