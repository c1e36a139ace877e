"""What a printer says about itself: one byte stream, four kinds of answer, never an exception.

Sources: Epson ESC/POS reference (DLE EOT, GS a, GS r, GS I, GS ( H); the fixed bits that tell the kinds
apart are those that npm receiptio relies on too.

    DLE EOT n     1 byte    0..1 ..1.     b & 93 == 12
    GS a (ASB)    4 bytes   0..1 ..00     b & 93 == 10, then three of b & 90 == 0
    GS r          1 byte    0..0 ....     b & 90 == 0
    GS I, GS ( H  block     5F or 37 …    text … 00
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

BLOCK_STARTS = b"\x35\x37\x3b\x3d\x5f"
BLOCK_LONGEST = 128
PRINTED = b'"'  # second byte of a GS ( H reply: process id follows


class PaperLevel(StrEnum):
    """How much paper is left."""

    OK = "ok"
    NEAR = "near"
    OUT = "out"


@dataclass(frozen=True)
class PrinterState:
    """What the printer says now. `online` is false while it cannot print, for whatever cause."""

    online: bool = True
    paper: PaperLevel = PaperLevel.OK
    cover_open: bool = False
    cutter_error: bool = False
    recoverable_error: bool = False
    unrecoverable_error: bool = False

    @property
    def ready(self) -> bool:
        """Whether a ticket sent now would be printed."""
        return self.online and self.paper is not PaperLevel.OUT and not (self.cover_open or self.cutter_error)

    @classmethod
    def from_real_time(cls, answers: Mapping[int, int]) -> PrinterState:
        """From the answers to DLE EOT n, by n = 1 printer, 2 offline cause, 3 error cause, 4 roll paper."""
        printer, offline, error, roll = (answers.get(n, 0x12) for n in (1, 2, 3, 4))
        return cls(
            online=not printer & 0x08,
            paper=_level(near=roll & 0x0C, out=(roll & 0x60) or (offline & 0x20)),
            cover_open=bool(offline & 0x04),
            cutter_error=bool(error & 0x08),
            recoverable_error=bool(error & 0x44),
            unrecoverable_error=bool(error & 0x20),
        )

    @classmethod
    def from_asb(cls, four: bytes) -> PrinterState:
        """From the four bytes of an automatic status (GS a)."""
        printer, error, roll, _ = four
        return cls(
            online=not printer & 0x08,
            paper=_level(near=roll & 0x03, out=roll & 0x0C),
            cover_open=bool(printer & 0x20),
            cutter_error=bool(error & 0x08),
            recoverable_error=bool(error & 0x44),
            unrecoverable_error=bool(error & 0x20),
        )


@dataclass(frozen=True)
class RealTime:
    """Answer to DLE EOT n; which n is known only to who asked."""

    value: int


@dataclass(frozen=True)
class Automatic:
    """Automatic status (ASB): sent when GS a turns it on, and on every change."""

    four: bytes

    @property
    def state(self) -> PrinterState:
        return PrinterState.from_asb(self.four)


@dataclass(frozen=True)
class Transmitted:
    """Answer to GS r: everything sent before it has been worked through."""

    value: int

    @property
    def paper(self) -> PaperLevel:
        return _level(near=self.value & 0x03, out=self.value & 0x0C)


@dataclass(frozen=True)
class Block:
    """Answer to GS I (start 5F: a name) or GS ( H (start 37: a process id)."""

    start: int
    data: bytes

    @property
    def printed(self) -> bytes | None:
        """The id of the job that has been printed, if this is a GS ( H answer."""
        return self.data[1:] if self.start == 0x37 and self.data[:1] == PRINTED else None


Reply = RealTime | Automatic | Transmitted | Block


class StatusReader:
    """Takes the stream apart, however it is chopped. `garbage` counts the bytes that fit nothing."""

    def __init__(self) -> None:
        self.garbage = 0
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """The answers that are complete with these bytes."""
        self._buffer += data
        replies: list[Reply] = []
        while self._buffer:
            taken = self._take()
            if taken is None:
                break
            length, reply = taken
            del self._buffer[:length]
            if reply is None:
                self.garbage += length
            else:
                replies.append(reply)
        return replies

    def forget(self) -> None:
        """Drop a half answer: its rest will not come any more."""
        self.garbage += len(self._buffer)
        self._buffer.clear()

    def _take(self) -> tuple[int, Reply | None] | None:
        """How many bytes the first answer takes, and the answer; None to wait for more bytes."""
        buffer = self._buffer
        first = buffer[0]
        if first & 0x93 == 0x12:
            return 1, RealTime(first)
        if first & 0x93 == 0x10:
            rest = buffer[1:4]
            if any(byte & 0x90 for byte in rest):
                return 1, None
            return (4, Automatic(bytes(buffer[:4]))) if len(rest) == 3 else None
        if first & 0x90 == 0:
            return 1, Transmitted(first)
        if first in BLOCK_STARTS:
            end = buffer.find(0)
            text = buffer[1 : end if end >= 0 else None]
            if len(text) > BLOCK_LONGEST or not all(0x20 <= byte <= 0x7E for byte in text):
                return 1, None
            return (end + 1, Block(first, bytes(text))) if end >= 0 else None
        return 1, None


def _level(*, near: int, out: int) -> PaperLevel:
    if out:
        return PaperLevel.OUT
    return PaperLevel.NEAR if near else PaperLevel.OK
