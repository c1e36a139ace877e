"""The book on the kiosk's own disk: a line is there, and pushed through to the disk, before anything follows from it.

A line is `CRC32 JSON`. A line that was cut off by a power cut is dropped, and what may have stood in it is given to
nobody; a journal that is damaged in the middle, or that cannot be read at all, is put aside and a new book begun.
"""

from __future__ import annotations

import logging
import os
import secrets
from errno import ENOSPC
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import msgspec

from kiosk.book import AnyEntry, Begun, Book, doubts, enter, entries, salvaged

log = logging.getLogger(__name__)


class Diary:
    """`write` raises OSError, and then nothing was written. Only one process may hold the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.book = Book()
        self._out: BinaryIO | None = None
        self._length = 0

    def open(self) -> None:
        """Read what is there, or begin; raises OSError."""
        data = self.file.read_bytes() if self.file.exists() else b""
        lines, rest = read(data)
        whole = bool(lines) and isinstance(lines[0], Begun)
        if whole and not any(_readable(line) for line in rest.splitlines()):
            book = Book()
            for line in lines:
                book = enter(book, line)
            if rest:
                log.warning("%s: the last %d bytes cannot be read", self.file, len(rest))
                book = enter(book, doubts(book))
        else:
            if data:
                log.error("%s is damaged: a new book is begun", self.file)
                self.file.replace(self.file.with_name(self.file.name + ".damaged"))
            readable = [entry for line in data.splitlines() if (entry := _readable(line))]
            book = salvaged(secrets.token_hex(8), readable)
        self._rewrite(book)

    def ready(self) -> None:
        """After a failure the journal is read again before more is written; raises OSError."""
        if self._out is None:
            self.open()

    def write(self, entry: AnyEntry) -> None:
        """One more line, on the disk when this returns; raises OSError."""
        self.ready()
        after = enter(self.book, entry)
        if after.day != self.book.day:
            self._rewrite(after)  # what is over takes no room
            return
        assert self._out is not None
        line = _line(entry)
        try:
            if self._out.write(line) != len(line):  # a disk that fills up takes what it can, and says nothing
                raise OSError(ENOSPC, os.strerror(ENOSPC))
            os.fsync(self._out.fileno())
        except OSError:
            self._take_back()
            raise
        self._length += len(line)
        self.book = after

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def _take_back(self) -> None:
        """Half a line, or a whole one that nobody may count on, goes; if not even that is possible, the next start
        doubts it."""
        assert self._out is not None
        try:
            self._out.truncate(self._length)
            os.fsync(self._out.fileno())
        except OSError as error:
            log.error("%s: %s; nothing more is written to it", self.file, error)
            self.close()

    def _rewrite(self, book: Book) -> None:
        text = b"".join(map(_line, entries(book)))
        fresh = self.file.with_name(self.file.name + ".new")
        with fresh.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.close()  # whatever fails from here on, nothing is written to a file that has no name
        fresh.replace(self.file)
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._out = self.file.open("ab", buffering=0)
        self._length = len(text)
        self.book = book


def read(data: bytes) -> tuple[list[AnyEntry], bytes]:
    """The lines that can be read from the beginning, and what comes after them."""
    lines: list[AnyEntry] = []
    while data:
        line, _, after = data.partition(b"\n")
        entry = _readable(line)
        if entry is None:
            break
        lines.append(entry)
        data = after
    return lines, data


def _line(entry: AnyEntry) -> bytes:
    text = msgspec.json.encode(entry)
    return b"%08x %s\n" % (crc32(text), text)


def _readable(line: bytes) -> AnyEntry | None:
    try:
        if int(line[:8], 16) == crc32(line[9:]):
            return msgspec.json.decode(line[9:], type=AnyEntry)
    except (ValueError, msgspec.MsgspecError):
        pass
    return None
