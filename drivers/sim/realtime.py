"""The ear of a printer: it finds real-time commands wherever they are in the stream, and knows their answers.

Epson: DLE EOT, DLE ENQ and DLE DC4 are obeyed on arrival, also "when the printer is offline, the receive
buffer is full, or there is an error", and also when their bytes are part of another command's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DLE, EOT, ENQ, DC4 = 0x10, 0x04, 0x05, 0x14
DC4_LENGTHS = {1: 5, 2: 5, 8: 10}


class Ear:
    """Cuts a stream after each real-time command, however the stream is chopped."""

    def __init__(self) -> None:
        self._heard = bytearray()  # a command of which not all bytes have come

    def listen(self, data: bytes) -> Iterator[tuple[bytes, bytes | None]]:
        """The data in parts that add up to it; with each part the command that ends it, if any."""
        start = at = 0
        while at < len(data):
            if not self._heard:
                at = data.find(DLE, at) + 1
                if not at:
                    break
                self._heard.append(DLE)
                continue
            self._heard.append(data[at])
            at += 1
            length = self._length()
            if length == len(self._heard):
                command, self._heard = bytes(self._heard), bytearray()
                yield data[start:at], command
                start = at
            elif not length:
                self._heard = bytearray((DLE,) if self._heard[-1] == DLE else ())
        if start < len(data):
            yield data[start:], None

    def forget(self) -> None:
        """Power off."""
        self._heard.clear()

    def _length(self) -> int:
        """The length of the command that is arriving; 0 if it is none."""
        match self._heard[1]:
            case 0x04 | 0x05:
                return 3
            case 0x14:
                return DC4_LENGTHS.get(self._heard[2], 0) if len(self._heard) > 2 else 3
            case _:
                return 0


@dataclass(frozen=True)
class Condition:
    """What the sensors of a printer say."""

    power: bool = True
    has_paper: bool = True
    near_end: bool = False
    cover_open: bool = False
    cutter_error: bool = False

    @property
    def able(self) -> bool:
        """Whether it can print."""
        return self.power and self.has_paper and not self.cover_open and not self.cutter_error

    @property
    def word(self) -> str:
        """The condition in one word, the worst first."""
        if not self.power:
            return "off"
        if self.cover_open:
            return "cover-open"
        if not self.has_paper:
            return "paper-out"
        if self.cutter_error:
            return "cutter-jammed"
        return "near-end" if self.near_end else "ready"

    def real_time(self, n: int) -> int:
        """The answer to DLE EOT n, n = 1 to 4."""
        out = not self.has_paper
        match n:
            case 1:
                bits = 0x08 * (not self.able)
            case 2:
                bits = 0x04 * self.cover_open | 0x20 * out | 0x40 * self.cutter_error
            case 3:
                bits = 0x08 * self.cutter_error
            case _:
                bits = 0x0C * (self.near_end or out) | 0x60 * out
        return 0x12 | bits

    def automatic(self) -> bytes:
        """The four bytes of the automatic status (GS a)."""
        out = not self.has_paper
        printer = 0x10 | 0x08 * (not self.able) | 0x20 * self.cover_open
        paper = 0x03 * (self.near_end or out) | 0x0C * out
        return bytes((printer, 0x08 * self.cutter_error, paper, 0))
