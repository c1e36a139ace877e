"""A database is durable or it is refused: what was asked for is read back, as databases ignore what they cannot do.

SQLite: WAL with synchronous=FULL. PostgreSQL from 15 on: fsync, full_page_writes and synchronous_commit are on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

FROZEN = 3  # seconds of silence after which PostgreSQL ends a writer's session, and the lease with it
OLDEST = 15
PRAGMAS = (("journal_mode", "WAL", "wal"), ("synchronous", "FULL", 2), ("busy_timeout", "2000", 2000))
UNREADABLE = (
    SQLAlchemyError,
    UnicodeDecodeError,
)  # sqlite3 cannot even quote the schema of some damaged files
ON_DISK = ("on", "local", "remote_write", "remote_apply")  # of synchronous_commit


class JournalError(Exception):
    """The journal cannot take or give events: full disk, I/O error, database away."""


def writer(url: str) -> Engine:
    """For the one process that writes; raises JournalError when it connects to what is not durable."""
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "connect", _sqlite if engine.dialect.name == "sqlite" else _postgresql)
    return engine


def reader(url: str) -> Engine:
    """For looking at a journal that another process may be writing; it cannot change anything."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        file = Path(where.database or "").resolve()
        if not file.exists():
            raise JournalError(f"no such file: {file}")
        return create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", poolclass=NullPool)
    return create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ").execution_options(
        postgresql_readonly=True
    )


def damage(connection: Connection) -> list[str]:
    """What SQLite itself finds wrong with its file. PostgreSQL guards its pages by itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    foreign = [str(tuple(row)) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return [line for line in found if line != "ok"] + foreign


def settle(connection: Connection) -> None:
    """What can be read is on the disk. SQLite reads from its log what a sync that failed has left there: it is carried
    into the file, and that is synced, before anybody is told of it. Raises JournalError."""
    if connection.dialect.name == "sqlite":
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)").one()
        connection.rollback()
        if busy:
            raise JournalError("an older state of the journal is being read; it goes on when that has ended")


def cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip()


def _sqlite(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    for pragma, value, wanted in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}={value}")
        found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != wanted:
            raise JournalError(f"SQLite did not accept {pragma}={value}: {found}")
    cursor.close()


def _postgresql(connection: Any, record: Any) -> None:
    """The timeouts are the lease's: a writer that is frozen or cut off must not hold the hall for ever."""
    version = connection.info.server_version // 10000
    if version < OLDEST:
        raise JournalError(f"PostgreSQL {version} is too old, {OLDEST} is needed")
    cursor = connection.cursor()
    for setting, wanted in (
        ("fsync", ("on",)),
        ("full_page_writes", ("on",)),
        ("synchronous_commit", ON_DISK),
    ):
        found = cursor.execute(f"SHOW {setting}").fetchone()[0]
        if found not in wanted:
            raise JournalError(f"PostgreSQL would lose tickets in a power cut: {setting} is {found}")
    for setting in ("idle_session_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SET {setting} = '{FROZEN}s'")
    cursor.execute("SET lock_timeout = '2s'")
    cursor.execute("SELECT set_config('application_name', %s, false)", (f"hall caller {os.getpid()}",))
    cursor.close()
    connection.commit()
