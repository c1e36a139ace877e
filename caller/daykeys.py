"""The keys of the days that are not over, in a file beside the journal and never in it, nor in its backup.

A key is on disk before anything is written with it. What is thrown away is overwritten first; on a disk that writes
elsewhere than it is told (SSD), only an encrypted one really forgets.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import make_url

from caller.database import JournalError
from caller.veil import Veil
from config.schema import Hall

ELSEWHERE = Path("/var/lib/hall/journal.keys")  # where the journal is no file
LENGTH = 32  # bytes


class Written(msgspec.Struct, forbid_unknown_fields=True):
    days: dict[str, bytes] = {}
    months: dict[str, bytes] = {}


class DayKeys:
    """`days_ahead` is how far can be booked, `absence_days` how long an absence counts. Without a file they are
    kept in memory, and a restart forgets everybody."""

    def __init__(self, file: Path | None = None, days_ahead: int = 7, absence_days: int = 90) -> None:
        self._file = file
        self._ahead = days_ahead
        self._absence = timedelta(days=absence_days)
        self._kept = Written()

    def veil(self, today: str) -> Veil:
        """With a key for today and for every day that can be booked; raises JournalError."""
        try:
            self._kept = self._read()
            first = date.fromisoformat(today)
            coming = [(first + timedelta(days=n)).isoformat() for n in range(self._ahead + 1)]
            days = {day: secrets.token_bytes(LENGTH) for day in coming} | self._kept.days
            months = {day[:7]: secrets.token_bytes(LENGTH) for day in coming} | self._kept.months
            if (days, months) != (self._kept.days, self._kept.months):
                self._write(Written(days, months))
        except (OSError, msgspec.MsgspecError) as error:
            raise JournalError(f"day keys: {error}") from error
        return Veil(dict(self._kept.days), dict(self._kept.months))

    def forget(self, today: str) -> None:
        """Throw away the keys of the days before, and of months whose last absence counts no more; raises
        JournalError."""
        oldest = (date.fromisoformat(today) - self._absence).isoformat()[:7]
        days = {day: key for day, key in self._kept.days.items() if day >= today}
        months = {month: key for month, key in self._kept.months.items() if month >= oldest}
        if (days, months) != (self._kept.days, self._kept.months):
            try:
                self._write(Written(days, months))
            except OSError as error:
                raise JournalError(f"day keys: {error}") from error

    def _read(self) -> Written:
        if self._file is None:
            return self._kept
        with suppress(FileNotFoundError):
            return msgspec.json.decode(self._file.read_bytes(), type=Written)
        return Written()

    def _write(self, keys: Written) -> None:
        if self._file is not None:
            self._replace(self._file, msgspec.json.encode(keys))
        self._kept = keys

    def _replace(self, file: Path, content: bytes) -> None:
        fresh = file.with_name(file.name + ".new")
        with suppress(FileNotFoundError):
            fresh.unlink()  # of a start that was cut off
        _put(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), content)
        before = os.open(file, os.O_WRONLY) if file.exists() else None
        length = file.stat().st_size if before is not None else 0
        fresh.replace(file)
        if before is not None:
            _put(before, bytes(length))
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def day_keys(hall: Hall) -> DayKeys:
    """The hall's, where hall.toml says, or beside the journal."""
    rules = hall.appointments
    url = make_url(hall.caller.journal)
    beside = (
        Path(url.database).with_suffix(".keys")
        if url.get_backend_name() == "sqlite" and url.database
        else None
    )
    file = Path(rules.day_keys_file) if rules.day_keys_file else beside or ELSEWHERE
    return DayKeys(file, rules.days_ahead, rules.absence_days)
