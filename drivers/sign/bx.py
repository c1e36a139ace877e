"""Onbon BX-5 and BX-6 messages: two kinds of header, the same framing as every Onbon card.

Management messages (ping, status) carry a checksum of their body and an XOR of their header, and no CRC
after the body; dynamic messages (protocol version F0) end with CRC-16/ARC over header and body.
Source: captures of the vendor's Java SDKs onbon.bx05.api and onbon.bx06.api against a recorded controller,
and the schemas in their jars (`bx05.xml`, `bx06.xml`, `bx06_dyn.xml`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor

from drivers.sign.framing import Framing, crc, wrap

HOST, CARD = 0x8000, 0x0001
BROADCAST, BROADCAST_REPLY = 0xFFFF, 0xFFFE
ANY_DEVICE = 0xFFFE
DYNAMIC = 0xF0  # protocol version of dynamic messages
PHY, ENCRYPTION = 0x01, 0x96
FRAME_MOST = 0x90  # "longest frame", as the SDKs send it: one byte for BX-5, in units of 16 for BX-6

# dst, src, F0, type, device type, 4 reserved, body length
DYNAMIC_HEADER = struct.Struct("<HHBBHxxxxI")
# dst, src, version, type, device type, phy, reserved, seq, reserved, longest frame, encryption, random,
# secret, body length, body checksum; then for BX-6 one reserved byte, and the XOR of all before it
BX5_HEADER = struct.Struct("<HHBBHBBHBBBB6xHH")
BX6_HEADER = struct.Struct("<HHBBHBBHHBB6xHHB")

REQUEST, RESPONSE = 0x01, 0x00
# answer flag, group, command, length of what follows
ORDER = struct.Struct("<BBBH")
# answer flag, group, command, status, error, length of what follows
REPLY = struct.Struct("<BBBHHH")


class Series(IntEnum):
    """The number is the protocol version of its management messages."""

    BX5 = 0x05
    BX6 = 0x07


@dataclass(frozen=True)
class Message:
    """One message. `series` is set for a management message, None for a dynamic one."""

    body: bytes
    series: Series | None = None
    dst: int = CARD
    src: int = HOST
    device: int = ANY_DEVICE
    seq: int = 0
    random: int = 0

    @property
    def order(self) -> tuple[int, int] | None:
        """Group and command of a request."""
        return (self.body[1], self.body[2]) if self.body[:1] == b"\x01" and len(self.body) >= 5 else None

    @property
    def verdict(self) -> int | None:
        """What a reply says: 0 for yes, else an error number; None when this is no reply."""
        if len(self.body) < REPLY.size or self.body[0] != RESPONSE:
            return None
        _, group, command, _, error, _ = REPLY.unpack_from(self.body)
        return error or int((group, command) == (0xA0, 0x01))


def order(group: int, command: int, data: bytes = b"") -> bytes:
    """The body of a request that wants an answer."""
    return ORDER.pack(REQUEST, group, command, len(data)) + data


def answer(group: int = 0xA0, command: int = 0x00, error: int = 0, data: bytes = b"") -> bytes:
    """The body of a reply; without arguments, yes."""
    return REPLY.pack(RESPONSE, group, command, 0, error, len(data)) + data


def ping(series: Series, dst: int = BROADCAST_REPLY, seq: int = 0, random: int = 0) -> Message:
    """Is the card there?"""
    return Message(order(0xA2, 0x00), series, dst, seq=seq, random=random)


def encode(message: Message) -> bytes:
    """The bytes of a message; every length counts bytes before escaping."""
    body = message.body
    if message.series is None:
        head = DYNAMIC_HEADER.pack(message.dst, message.src, DYNAMIC, 0, message.device, len(body))
        return wrap(head + body + struct.pack("<H", crc(head + body)))
    route = (message.dst, message.src, message.series)
    tail = (ENCRYPTION, message.random, len(body), crc(body))
    if message.series is Series.BX5:
        head = BX5_HEADER.pack(*route, 0, message.device, PHY, 0, message.seq, 0, FRAME_MOST, *tail)
    else:
        most = FRAME_MOST | 0x0100
        head = BX6_HEADER.pack(*route, 1, message.device, PHY, 0, message.seq, most, *tail, 0)
    return wrap(head + bytes([reduce(xor, head)]) + body)


def _dynamic(raw: bytes) -> Message | None:
    head, body, check = raw[: DYNAMIC_HEADER.size], raw[DYNAMIC_HEADER.size : -2], raw[-2:]
    if len(raw) < DYNAMIC_HEADER.size + 2 or crc(raw[:-2]) != int.from_bytes(check, "little"):
        return None
    dst, src, _, _, device, length = DYNAMIC_HEADER.unpack(head)
    return Message(body, None, dst, src, device) if length == len(body) else None


def _management(raw: bytes, series: Series) -> Message | None:
    layout = BX5_HEADER if series is Series.BX5 else BX6_HEADER
    head, body = raw[: layout.size], raw[layout.size + 1 :]
    if len(raw) <= layout.size or reduce(xor, head) != raw[layout.size]:
        return None
    if series is Series.BX5:
        dst, src, _, _, device, _, _, seq, _, _, _, random, length, check = layout.unpack(head)
    else:
        dst, src, _, _, device, _, _, seq, _, _, random, length, check, _ = layout.unpack(head)
    if length != len(body) or check != crc(body):
        return None
    return Message(body, series, dst, src, device, seq, random)


@dataclass
class Decoder(Framing):
    """Bytes from outside to messages. Never raises: what cannot be read is dropped and counted."""

    messages: int = 0
    bad_check: int = 0  # wrong CRC, checksum or length

    @property
    def skipped(self) -> int:
        return self.garbage + self.malformed + self.bad_check

    def feed(self, data: bytes) -> list[Message]:
        found = []
        for raw in self.bodies(data):
            message = self._message(raw)
            if message is None:
                self.bad_check += 1
            else:
                self.messages += 1
                found.append(message)
        return found

    def _message(self, raw: bytes) -> Message | None:
        match raw[4:5]:
            case b"\xf0":
                return _dynamic(raw)
            case b"\x05":
                return _management(raw, Series.BX5)
            case b"\x07":
                return _management(raw, Series.BX6)
        return None
