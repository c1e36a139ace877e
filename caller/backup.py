"""A copy is made while the service writes, is whole or is not there, and is checked before it is called a copy.

A journal on SQLite is copied by SQLite's online backup; one on PostgreSQL is read in one snapshot into a file of
SQLite. Either can be put in the place of a journal, and `verify` reads it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.pool import NullPool

from caller.chain import START, Head, follow
from caller.database import UNREADABLE, JournalError, cause, damage, reader
from caller.tables import anchor, events, tables

CHUNK = 2000  # rows


def examine(url: str) -> None:
    """Raises JournalError if the file itself is damaged, whatever is written in it."""
    engine = reader(url)
    try:
        with engine.connect() as connection:
            if wrong := damage(connection):
                raise JournalError("; ".join(wrong[:5]))
    except UNREADABLE as error:
        raise JournalError(cause(error)) from error
    finally:
        engine.dispose()


def verify(url: str, known: Iterable[Head] = ()) -> Head:
    """Where the chain ends; raises Broken at the first row that does not hold, JournalError if it cannot be read."""
    engine = reader(url)
    try:
        with engine.connect() as connection:
            head = _follow(connection, known)
    except UNREADABLE as error:
        raise JournalError(cause(error)) from error
    finally:
        engine.dispose()
    examine(url)
    return head


def backup(url: str, file: Path) -> Head:
    """Copy the journal to `file`, which must not be there; raises JournalError, Broken."""
    if file.exists():
        raise JournalError(f"{file} is there already")
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        _copy(url, part)
        head = verify(f"sqlite:///{part}")
        with part.open("rb") as copied:
            os.fsync(copied.fileno())
        part.rename(file)
        folder = os.open(file.resolve().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{file}: {error}") from error
    except UNREADABLE as error:
        raise JournalError(cause(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return head


def _copy(url: str, part: Path) -> None:
    engine = reader(url)
    try:
        with engine.connect() as source:
            if source.dialect.name == "sqlite":
                with closing(sqlite3.connect(part)) as target:
                    raw = source.connection.driver_connection
                    assert isinstance(raw, sqlite3.Connection)
                    raw.backup(target)
                    target.execute(
                        "PRAGMA journal_mode=DELETE"
                    )  # one file; a journal opened from it is WAL again
            else:
                _rewrite(source, part)
    finally:
        engine.dispose()


def _rewrite(source: Connection, part: Path) -> None:
    copy = create_engine(f"sqlite:///{part}", poolclass=NullPool)
    with copy.begin() as target:
        tables.create_all(target)
        for table in tables.sorted_tables:
            rows = source.execute(select(table), execution_options={"yield_per": CHUNK}).mappings()
            for some in rows.partitions():
                target.execute(insert(table), [dict(row) for row in some])
    copy.dispose()


def _follow(connection: Connection, known: Iterable[Head]) -> Head:
    begins = connection.execute(select(anchor.c.seq, anchor.c.hash).order_by(anchor.c.seq.desc())).first()
    query = select(events).order_by(events.c.seq)
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        return follow(rows, Head(*begins) if begins else Head(0, START), known)
