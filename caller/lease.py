"""Two caller services never write one hall: who writes holds the lease, and every commit asks whether it still does.

SQLite: the kernel's lock on a file next to the journal, held for the life of the process. PostgreSQL: an advisory
lock of the session, which the server drops when the session ends or has been silent for database.FROZEN seconds,
and an epoch that each new holder raises: a commit of the holder before finds another epoch and is undone.
"""

from __future__ import annotations

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from caller.database import JournalError
from caller.tables import lease

_KEY = "(1751215212, hashtext(current_schema()))"  # "hall"
_LOCK, _UNLOCK = text(f"SELECT pg_try_advisory_lock{_KEY}"), text(f"SELECT pg_advisory_unlock{_KEY}")
_EPOCH = select(lease.c.epoch)


class LeaseTaken(JournalError):
    """Another caller service writes this journal."""


class LeaseLost(JournalError):
    """Another caller service has taken over; this one must not go on."""


class Lease:
    """As it is for a journal that nobody else can open: nothing to hold."""

    def take(self, connection: Connection) -> None:
        """Before anything is written through this connection; raises LeaseTaken, LeaseLost."""

    def named(self, connection: Connection) -> None:
        """After the tables are there: whoever held it before is shut out."""

    def guard(self, connection: Connection) -> None:
        """Inside every transaction that writes; raises LeaseLost."""

    def leave(self, connection: Connection) -> None:
        """At an orderly end, while the connection is still there: the next one may take it at once."""

    def release(self) -> None:
        """Nobody writes through this lease any more."""


def lease_of(engine: Engine) -> Lease:
    if engine.dialect.name != "sqlite":
        return PostgresLease()
    name = engine.url.database
    return FileLease(Path(f"{name}.lock")) if name and name != ":memory:" else Lease()


class FileLease(Lease):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    def take(self, connection: Connection) -> None:
        if self._held is not None:
            return
        try:
            file = os.open(self._path.resolve(), os.O_RDWR | os.O_CREAT, 0o640)
        except OSError as error:
            raise JournalError(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, 200).decode("utf-8", "replace").strip()
            os.close(file)
            raise LeaseTaken(f"another caller service writes this journal: {holder or self._path}") from None
        with suppress(OSError):  # on a full disk the name of the holder is missing, not the lock
            os.ftruncate(file, 0)
            os.write(file, _me().encode())
        self._held = file

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


class PostgresLease(Lease):
    def __init__(self) -> None:
        self._epoch: int | None = None

    def take(self, connection: Connection) -> None:
        """Also after a lost connection: if nobody wrote meanwhile the epoch is still ours."""
        with connection.begin():
            if self._epoch is not None and connection.scalar(_EPOCH) != self._epoch:
                raise LeaseLost("another caller service has taken over")
            if not connection.scalar(_LOCK):
                raise LeaseTaken("another caller service writes this journal" + _holder(connection))
            if self._epoch is not None and connection.scalar(_EPOCH) != self._epoch:
                raise LeaseLost("another caller service has taken over")

    def named(self, connection: Connection) -> None:
        if self._epoch is None:
            with connection.begin():
                raised = update(lease).values(epoch=lease.c.epoch + 1, holder=_me())
                self._epoch = connection.scalar(raised.returning(lease.c.epoch))

    def guard(self, connection: Connection) -> None:
        """The row is locked until the commit, so that a take-over comes before it or after it."""
        if connection.scalar(_EPOCH.with_for_update()) != self._epoch:
            raise LeaseLost("another caller service has taken over")

    def leave(self, connection: Connection) -> None:
        """The server ends a session in its own time, some moments after it was closed."""
        with suppress(SQLAlchemyError), connection.begin():
            connection.execute(_UNLOCK)


def _holder(connection: Connection) -> str:
    if not connection.scalar(select(func.to_regclass("lease"))):
        return ""
    return f": {connection.scalar(select(lease.c.holder))}"


def _me() -> str:
    return f"{socket.gethostname()} pid {os.getpid()}"
