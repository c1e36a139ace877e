"""The "A0 90" window strip (窗口条屏): GBK text on the RS-485 line of the queue, one frame a text.

Source: github uvbs/HospitalQueueSystem @a2a05a0, NurseStation/com/{HardWareDef.h,SLZCWndScreen.cpp,
DoComInOut.cpp}; one source, and no second one for the XOR rule.
`A0 90 addr command 00 length data xor`, the XOR over everything from the address to the last byte of data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce
from operator import xor

HEAD, REPLY_END = b"\xa0\x90", b"\xa5\xaa"
DATA_MOST = 254  # the source counts in units of 255: below that there is one reading only
SHORTEST = 7  # bytes of a frame without data
REPLY_MOST = 64  # bytes from the head of a reply to its end


class Command(IntEnum):
    TEXT = 0xA5
    SHOW_ROM = 0xA1
    SET_ROM = 0xA2


class Colour(IntEnum):
    """Only red is named in the source."""

    RED = 0
    GREEN = 1
    AMBER = 2


@dataclass(frozen=True)
class Frame:
    address: int
    command: int
    data: bytes = b""


def encode(frame: Frame) -> bytes:
    """The bytes of a frame. ValueError for more data than the strip's counter holds."""
    if len(frame.data) > DATA_MOST:
        raise ValueError(f"{len(frame.data)} bytes of text; a strip takes {DATA_MOST}")
    body = bytes([frame.address, frame.command, 0, len(frame.data)]) + frame.data
    return HEAD + body + bytes([reduce(xor, body)])


def reply(address: int) -> bytes:
    """What a strip answers when it has shown the text."""
    return HEAD + bytes([address]) + REPLY_END


def write_text(text: str, colour: int = Colour.RED) -> tuple[bytes, str]:
    """Each character with its colour behind it, and the characters that GBK lacks (each became "?")."""
    data, lost = b"", ""
    for character in text:
        try:
            code = character.encode("gbk")
        except UnicodeEncodeError:
            code, lost = b"?", lost + character
        data += code + bytes([colour])
    return data, lost


def read_text(data: bytes) -> list[tuple[str, int]] | None:
    """Characters and colours of a text; None when it breaks off inside a character."""
    found, at = [], 0
    while at < len(data):
        size = 2 if data[at] & 0x80 else 1
        if at + size >= len(data):
            return None
        code = data[at : at + size].decode("gbk", errors="replace")
        found.append((code if len(code) == 1 else "\ufffd", data[at + size]))
        at += size + 1
    return found


@dataclass
class Decoder:
    """Bytes to frames, as a strip hears them. Never raises: bytes that fit no frame are counted."""

    frames: int = 0
    garbage: int = 0
    _kept: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[Frame]:
        found = []
        self._kept += data
        while self._to_head(SHORTEST):
            size = SHORTEST + self._kept[5]
            if self._kept[4]:
                self._skip(1)  # the high byte of the length is always 0
            elif len(self._kept) < size:
                break
            elif reduce(xor, self._kept[2 : size - 1]) != self._kept[size - 1]:
                self._skip(1)
            else:
                found.append(Frame(self._kept[2], self._kept[3], bytes(self._kept[6 : size - 1])))
                del self._kept[:size]
        self.frames += len(found)
        return found

    def _to_head(self, least: int) -> bool:
        """Drop what stands before the next head; whether `least` bytes from there are here."""
        at = self._kept.find(HEAD)
        if at < 0:
            at = len(self._kept) - self._kept.endswith(HEAD[:1])
        self._skip(at)
        return len(self._kept) >= least

    def _skip(self, count: int) -> None:
        self.garbage += count
        del self._kept[:count]


@dataclass
class ReplyDecoder(Decoder):
    """Bytes to the addresses of strips that said yes."""

    def addresses(self, data: bytes) -> list[int]:
        found = []
        self._kept += data
        while self._to_head(len(HEAD) + 1):
            end = self._kept.find(REPLY_END, 3)
            if 0 <= end <= REPLY_MOST:
                self._skip(self._kept.rfind(HEAD, 0, end - 1))  # an earlier head was cut off by this one
                end = self._kept.find(REPLY_END, 3)
                found.append(self._kept[2])
                del self._kept[: end + len(REPLY_END)]
            elif len(self._kept) > REPLY_MOST:
                self._skip(1)
            else:
                break
        return found
