"""What every Onbon card hears: `A5 x8 | body | 5A`, the body escaped so that A5 and 5A occur nowhere else.

Source: Onbon, "BX-5K/6K 通讯协议用户版本" v1.4; the vendor's SDKs for BX-5 and BX-6 frame the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SYNC, END = 0xA5, 0x5A
# The leaders come first, so that no escape is escaped again.
ESCAPES = {b"\xa6": b"\xa6\x01", b"\xa5": b"\xa6\x02", b"\x5b": b"\x5b\x01", b"\x5a": b"\x5b\x02"}
UNESCAPES = {pair: plain for plain, pair in ESCAPES.items()}
LEADERS = (0xA6, 0x5B)
LIMIT = 4096  # bytes of one frame


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


REMAINDERS = tuple(_remainder(byte) for byte in range(256))


def crc(data: bytes) -> int:
    """CRC-16/ARC: polynomial 8005 reflected, initial value 0, no final xor."""
    value = 0
    for byte in data:
        value = value >> 8 ^ REMAINDERS[(value ^ byte) & 0xFF]
    return value


def wrap(body: bytes) -> bytes:
    """A body as it goes over the wire."""
    for plain, pair in ESCAPES.items():
        body = body.replace(plain, pair)
    return bytes([SYNC] * 8) + body + bytes([END])


@dataclass
class Framing:
    """Bytes from outside to unescaped bodies. Never raises: what cannot be read is dropped and counted.

    `limit` is the longest body that is kept: a card takes pictures, a host takes only short answers.
    """

    malformed: int = 0  # wrong escape, too long, cut off by the next frame
    garbage: int = 0  # bytes outside frames
    limit: int = LIMIT
    _body: bytearray = field(default_factory=bytearray, repr=False)
    _inside: bool = False
    _leader: int = 0

    def bodies(self, data: bytes) -> Iterator[bytes]:
        """The bodies that these bytes complete."""
        for byte in data:
            if byte == SYNC:
                # A5 is escaped inside a frame: here it always starts a new one.
                self.malformed += bool(self._body)
                self._start(True)
            elif not self._inside:
                self.garbage += 1
            elif byte == END:
                body, leader = bytes(self._body), self._leader
                self._start(False)
                if leader or len(body) < 3:
                    self.malformed += 1
                else:
                    yield body
            else:
                self._take(byte)

    def _start(self, inside: bool) -> None:
        self._inside, self._leader = inside, 0
        self._body.clear()

    def _take(self, byte: int) -> None:
        if self._leader:
            plain = UNESCAPES.get(bytes([self._leader, byte]))
            self._leader = 0
            if plain is None:
                self.malformed += 1
                self._start(False)
                return
            self._body += plain
        elif byte in LEADERS:
            self._leader = byte
        else:
            self._body.append(byte)
        if len(self._body) > self.limit:
            self.malformed += 1
            self._start(False)
