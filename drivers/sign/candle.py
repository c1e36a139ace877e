"""The Candle queue board: seven-segment digits on RS-485; it shows what it is sent and never answers.

Source: candle.in.ua, "Электронное табло управления очередью" (protokol.pdf), as shipped with the RS-485 plugin of
QSystem. `01 addr blink text 07`; bytes below 20 only frame. There is no checksum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SHOW, BRIGHTNESS, READDRESS, END = 0x01, 0x02, 0x03, 0x07
STEADY, ALWAYS = 0x20, 0x21  # blink; 22 to 7F: so many times less 21
LOWEST, HIGHEST = 0x20, 0x7F  # addresses
TEXT_MOST = 64
LEFT, RIGHT, DASH = "<", ">", "-"

# What seven segments can draw, by segment: a top, b c right, d bottom, e f left, g middle.
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "A": "abcefg", "B": "cdefg", "C": "adef", "E": "adefg", "F": "aefg",
    "H": "bcefg", "I": "bc", "L": "def", "O": "abcdef", "P": "abefg", "S": "acdfg", "U": "bcdef", "b": "cdefg",
    "c": "deg", "d": "bcdeg", "l": "ef", "o": "cdeg", "-": "g", "<": "g", ">": "g", " ": "",
}  # fmt: skip
WORDS = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True)
class Show:
    """Text for the board at `address` (0x20 to 0x7F); `blink` as in the frame."""

    address: int
    text: str
    blink: int = STEADY


def encode(show: Show) -> bytes:
    """The bytes of a text. ValueError for a character that seven segments cannot draw."""
    unknown = sorted(set(show.text) - set(SEGMENTS))
    if unknown or not LOWEST <= show.address <= HIGHEST:
        raise ValueError(f"address {show.address:#x}, not on seven segments: {''.join(unknown)!r}")
    return bytes([SHOW, show.address, show.blink]) + show.text.encode("ascii") + bytes([END])


def brightness(address: int, level: int) -> bytes:
    """Store a brightness, 0 (dark) to 3 (full)."""
    return bytes([BRIGHTNESS, address, 0x23 - level, END])


def set_address(old: int, new: int) -> bytes:
    """Store a new address; `old` may be 0xFF for the only board on the line."""
    return bytes([READDRESS, old, new, END])


def words(lines: Sequence[str]) -> tuple[str, str]:
    """The numbers in these lines as the board can say them, "A012-3", and the characters that are lost."""
    found = [word for line in lines for word in WORDS.findall(line)]
    said = DASH.join("".join(_drawn(c) for c in word) for word in found)
    lost = "".join(c for line in lines for c in line if not c.isspace() and not _drawable(c))
    return said, lost


def _drawable(character: str) -> bool:
    return WORDS.fullmatch(character) is not None and _drawn(character) != " "


def _drawn(character: str) -> str:
    """The letter as seven segments can draw it: D as d; a space for K."""
    return next((c for c in (character.upper(), character.lower()) if c in SEGMENTS), " ")


@dataclass
class Decoder:
    """Bytes to packets `(code, address, rest)`, as a board hears them. Never raises."""

    packets: int = 0
    garbage: int = 0  # bytes outside packets
    malformed: int = 0  # too long, too short, cut off by the next packet
    _body: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[tuple[int, int, bytes]]:
        found = []
        for byte in data:
            if byte in (SHOW, BRIGHTNESS, READDRESS):
                self.malformed += bool(self._body)
                self._body[:] = bytes([byte])
            elif not self._body:
                self.garbage += 1
            elif byte == END:
                body = bytes(self._body)
                self._body.clear()
                if len(body) < 3:
                    self.malformed += 1
                else:
                    found.append((body[0], body[1], body[2:]))
            elif byte < LOWEST or len(self._body) > TEXT_MOST + 3:
                self.malformed += 1
                self._body.clear()
            else:
                self._body.append(byte)
        self.packets += len(found)
        return found
