"""Committed before answered: events and answers go into one transaction, and only then into the hall.

SQLAlchemy Core, SQLite by default; the URL chooses the database. One connection: after any failure it is dropped,
and whoever asks next gets a new one that has looked again at what is written and at who may write.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from time import monotonic
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from caller import tables
from caller.chain import START, Head, link
from caller.database import FROZEN, UNREADABLE, JournalError, cause, settle, writer
from caller.lease import LeaseLost, LeaseTaken, lease_of
from caller.messages import EVENTS, Answer, DayOpened, Event, encode, kebab
from caller.tables import anchor, answers, checkpoint, events

__all__ = ["Checkpoint", "Entry", "Journal", "JournalError", "LeaseLost", "LeaseTaken"]

log = logging.getLogger(__name__)

KEEP_DAYS = 400
CHUNK = 5000  # rows that are let go in one transaction, so that nobody waits for it
_KINDS = {kind: name for name, kind in EVENTS.items()}
OPENED = kebab(DayOpened.__name__)
_ANSWERS = select(answers.c.payload).where(
    answers.c.day == bindparam("day"), answers.c.command.in_(bindparam("ids", expanding=True))
)
_HEAD = select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)
_ADD_EVENTS, _ADD_ANSWERS = insert(events), insert(answers)


class Entry(NamedTuple):
    """One event as it is journalled; `command` is the id of the command that it follows from."""

    day: str
    command: str
    event: Event


class Checkpoint(NamedTuple):
    """A state that somebody has written down after event `seq`; `form` says what it was written as."""

    seq: int
    form: str
    state: bytes


class Journal:
    """The hall's memory. One process writes it, through one connection."""

    def __init__(self, url: str, keep_days: int = KEEP_DAYS) -> None:
        self._engine = writer(url)
        self._lease = lease_of(self._engine)
        self._keep = timedelta(days=keep_days)
        self._connection: Connection | None = None
        self._last = 0.0
        self._disowned: tuple[Head, Sequence[tuple[str, str]]] | None = None
        self.head = Head(0, START)

    def __enter__(self) -> Self:
        """Raises JournalError, which is LeaseTaken if another process writes."""
        try:
            with self.transaction():
                pass
        except JournalError:
            self._lease.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._lease.leave(self._connection)
        self._drop()
        self._engine.dispose()
        self._lease.release()

    @property
    def version(self) -> int:
        """The number of the last event."""
        return self.head.seq

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of it or nothing; whatever goes wrong is a JournalError."""
        try:
            connection = self._connection or self._open()
            with connection.begin():
                yield connection
        except UNREADABLE as error:
            self._drop()
            raise JournalError(cause(error)) from error
        except JournalError:
            self._drop()
            raise
        self._last = monotonic()

    def commit(self, entries: Sequence[Entry], said: Iterable[tuple[str, Answer]]) -> None:
        """All of it or nothing; raises JournalError, after which `answers` tells whether it was written."""
        rows, head = self._rows(entries)
        replies = [{"command": answer.id, "day": day, "payload": encode(answer)} for day, answer in said]
        if not rows and not replies:
            return
        with self.transaction() as connection:
            self._lease.guard(connection)
            if rows:
                connection.execute(_ADD_EVENTS, rows)
            if replies:
                connection.execute(_ADD_ANSWERS, replies)
        self.head = head

    def disown(self, head: Head, said: Sequence[tuple[str, str]]) -> None:
        """A commit that began after `head` has failed, and everybody was refused, though nobody can see whether it is
        written: if it is, it is taken back before anybody reads again. `said` are (day, command) of its answers."""
        self._disowned = self._disowned or (head, said)
        self._drop()

    def beat(self) -> None:
        """Call it a few times a second: a silent writer is taken for a frozen one. Raises JournalError."""
        if self._connection is None or monotonic() - self._last > FROZEN / 4:
            with self.transaction() as connection:
                self._lease.guard(connection)

    def today(self, after: int = 0) -> Iterator[Event]:
        """The events of the running business day, from its DayOpened on, or those after a number if that is later."""
        with self.transaction() as connection:
            first = connection.scalar(select(func.max(events.c.seq)).where(events.c.kind == OPENED)) or 0
            query = select(events.c.kind, events.c.payload).where(events.c.seq >= max(first, after + 1))
            rows = connection.execute(
                query.order_by(events.c.seq), execution_options={"stream_results": True}
            )
            for row in rows:
                yield msgspec.json.decode(row.payload, type=EVENTS[row.kind])

    def opened(self) -> int:
        """The number of the running day's DayOpened, or 0."""
        with self.transaction() as connection:
            return connection.scalar(select(func.max(events.c.seq)).where(events.c.kind == OPENED)) or 0

    def answers(self, day: str, ids: Collection[str]) -> dict[str, Answer]:
        """What these commands were answered on one day, by id; what is not there was not answered."""
        if not ids:
            return {}
        with self.transaction() as connection:
            rows = connection.execute(_ANSWERS, {"day": day, "ids": list(ids)}).all()
        found = (msgspec.json.decode(row.payload, type=Answer) for row in rows)
        return {answer.id: answer for answer in found}

    def forget(self, today: str) -> None:
        """Answers of the days before (no command is repeated that late), and events older than is kept."""
        with self.transaction() as connection:
            self._lease.guard(connection)
            connection.execute(delete(answers).where(answers.c.day < today))
        before = (date.fromisoformat(today) - self._keep).isoformat()
        while self._let_go(before):
            pass

    def _let_go(self, before: str) -> bool:
        with self.transaction() as connection:
            self._lease.guard(connection)
            first = connection.scalar(select(func.min(events.c.seq))) or 0
            old = select(events.c.seq, events.c.hash).where(
                events.c.seq < first + CHUNK, events.c.day < before
            )
            last = connection.execute(old.order_by(events.c.seq.desc()).limit(1)).one_or_none()
            if last is None:
                return False
            connection.execute(delete(events).where(events.c.seq <= last.seq))
            connection.execute(delete(anchor))
            connection.execute(insert(anchor), {"seq": last.seq, "hash": last.hash})
        log.info("days before %s are let go; the chain begins after %s", before, Head(last.seq, last.hash))
        return True

    def keep(self, form: str, state: bytes) -> None:
        """Write down what the state is now, instead of what was written down before. Raises JournalError."""
        row = {"seq": self.head.seq, "hash": self.head.hash, "form": form, "state": state}
        with self.transaction() as connection:
            self._lease.guard(connection)
            connection.execute(delete(checkpoint))
            connection.execute(insert(checkpoint), row)

    def kept(self) -> Checkpoint | None:
        """What was written down last, if it is of this very chain."""
        with self.transaction() as connection:
            return last_kept(connection)

    def _rows(self, entries: Sequence[Entry]) -> tuple[list[dict[str, Any]], Head]:
        seq, head, rows = self.head.seq, self.head.hash, []
        for day, command, event in entries:
            seq += 1
            kind, payload = _KINDS[type(event)], encode(event)
            head = link(head, seq, day, kind, command, payload)
            row = {"seq": seq, "day": day, "kind": kind, "command": command, "payload": payload, "hash": head}
            rows.append(row)
        return rows, Head(seq, head)

    def _open(self) -> Connection:
        connection = self._connection = self._engine.connect()
        self._lease.take(connection)
        tables.prepare(connection)
        settle(connection)
        self._lease.named(connection)
        if self._disowned is not None:
            self._take_back(connection, *self._disowned)
            self._disowned = None
        with connection.begin():
            last = connection.execute(_HEAD).one_or_none()
            last = last or connection.execute(select(anchor.c.seq, anchor.c.hash)).one_or_none()
        self.head = Head(last.seq, last.hash) if last else Head(0, START)
        return connection

    def _take_back(self, connection: Connection, head: Head, said: Iterable[tuple[str, str]]) -> None:
        with connection.begin():
            self._lease.guard(connection)
            gone = connection.execute(delete(events).where(events.c.seq > head.seq)).rowcount
            for day, command in said:
                mine = (answers.c.day == day) & (answers.c.command == command)
                connection.execute(delete(answers).where(mine))
        log.warning("%d events of a commit that failed are taken back", gone)

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # it is broken already; the next one is new
                self._connection.close()
            self._connection = None


def last_kept(connection: Connection) -> Checkpoint | None:
    """As `Journal.kept` says, for whoever only reads."""
    same = (events.c.seq == checkpoint.c.seq) & (events.c.hash == checkpoint.c.hash)
    query = select(checkpoint.c.seq, checkpoint.c.form, checkpoint.c.state).join(events, same)
    row = connection.execute(query.order_by(checkpoint.c.seq.desc()).limit(1)).one_or_none()
    return Checkpoint(*row) if row else None
