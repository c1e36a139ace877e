"""Bar code and QR modules of Hangzhou Grow (GM65, GM805, GM812): zone commands out, answers and codes in.

    to the module    7E 00 | type | length | zone (2) | data | crc, or AB CD for none
    from the module  02 00 | type | length | data | crc
A code that was read comes as bare text with CR behind it (zone 0060). 9600 8N1. CRC-16 with polynomial 1021,
started at 0, high byte first, over type to data. Source: GM65 user manual.
"""

from __future__ import annotations

from dataclasses import dataclass, field

HEAD, REPLY = b"\x7e\x00", b"\x02\x00"
WRITE, SAVE, READ = 0x08, 0x09, 0x07
NO_CRC = b"\xab\xcd"
TRIGGER_ZONE, BAUD_ZONE = 0x0002, 0x002A
MOST = 1024  # bytes of one code; a longer one is dropped whole


def crc(data: bytes) -> bytes:
    """The two bytes behind `data`."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value.to_bytes(2, "big")


def command(kind: int, zone: int, data: bytes, checked: bool = True) -> bytes:
    """A zone command. For READ, `data` is the number of bytes wanted; for the others what to write."""
    count = 1 if kind in (READ, SAVE) else len(data)
    body = bytes([kind, count]) + zone.to_bytes(2, "big") + data
    return HEAD + body + (crc(body) if checked else NO_CRC)


def trigger() -> bytes:
    """Look for a code now."""
    return command(WRITE, TRIGGER_ZONE, b"\x01", checked=False)


def reply(data: bytes = b"\x00") -> bytes:
    """What a module answers, for its simulator."""
    body = bytes([0, len(data)]) + data
    return REPLY + body + crc(body)


@dataclass
class Decoder:
    """Bytes from a module to codes and answers. Never raises; `dropped` counts bytes of neither."""

    replies: list[bytes] = field(default_factory=list)  # the data of answers, for whoever asked
    dropped: int = 0
    _buffer: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[str]:
        """The codes that are complete."""
        self._buffer += data
        found: list[str] = []
        while self._buffer:
            if self._buffer[0] == REPLY[0]:
                if self._reply():
                    continue
                break
            end = next((n for n, byte in enumerate(self._buffer) if byte in b"\r\n" or byte == REPLY[0]), -1)
            if end < 0:
                if len(self._buffer) > MOST:
                    self._drop(len(self._buffer))
                break
            if self._buffer[end] == REPLY[0]:
                # An answer in the middle of a code: the code was broken off.
                self._drop(end)
                continue
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if not line:
                continue
            if (text := readable(line)) is not None and len(line) <= MOST:
                found.append(text)
            else:
                self.dropped += len(line)
        return found

    def _reply(self) -> bool:
        """Take an answer, or drop what only looked like one; False when more is needed."""
        buffer = self._buffer
        if buffer[1:2] not in (b"", REPLY[1:]):
            self._drop(1)
            return True
        if len(buffer) < 4 or len(buffer) < 6 + buffer[3]:
            return False
        size = 6 + buffer[3]
        if crc(bytes(buffer[2 : size - 2])) != bytes(buffer[size - 2 : size]):
            self._drop(1)
            return True
        self.replies = [*self.replies[-7:], bytes(buffer[4 : size - 2])]
        del buffer[:size]
        return True

    def _drop(self, count: int) -> None:
        self.dropped += count
        del self._buffer[:count]


def readable(line: bytes) -> str | None:
    """A code's text: UTF-8, or GB 18030 as Chinese printers write it; None for what is no text."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() else None
    return None
