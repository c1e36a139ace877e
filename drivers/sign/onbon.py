"""Onbon BX-5K/6K frames: values to bytes and back, with no clock and no socket.

Source: Onbon, "BX-5K/6K 通讯协议用户版本" v1.4 (2021-02-28), doc.onbonbx.com/zh/k/potocol.
On the wire: `A5 x8 | header | data | CRC-16/ARC, low byte first | 5A`; header, data and CRC are escaped.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from drivers.sign.framing import Framing, crc, wrap

# dst, src, 3 reserved, option, check mode, display mode, device type, protocol version, data length
HEADER = struct.Struct("<HHxxxBBBBBH")
BARCODE = 16  # bytes after the option byte when its bit 0 is set

ANY_DEVICE, VERSION = 0xFE, 0x02
HOST, CARD = 0x8000, 0x0001
BROADCAST, BROADCAST_REPLY = 0xFFFF, 0xFFFE
ANSWER, SILENT = 0x01, 0x02


class Error(IntEnum):
    """Why a card said no (the byte after `A0 01`)."""

    NO_GROUP = 1
    NO_COMMAND = 2
    BUSY = 3
    MEMORY = 4
    CRC = 5
    NO_FILE = 6
    FLASH = 7
    DOWNLOAD = 8
    FILE_NAME = 9
    FILE_TYPE = 10
    FILE_CRC = 11
    NO_FONT = 12
    FIRMWARE = 13
    DATE = 14
    EXISTS = 15
    BLOCK = 16


@dataclass(frozen=True)
class Frame:
    """One frame. `flag` is "answer me" (01, 02) in a request and the error number in a reply."""

    group: int
    command: int
    flag: int = ANSWER
    payload: bytes = b""
    dst: int = CARD
    src: int = HOST
    display: int = 0  # 1: dynamic areas have priority
    device: int = ANY_DEVICE
    barcode: bytes = b""

    @property
    def is_ack(self) -> bool:
        return (self.group, self.command) == (0xA0, 0x00)

    @property
    def is_nack(self) -> bool:
        return (self.group, self.command) == (0xA0, 0x01)


def ping(dst: int = CARD) -> Frame:
    """Is the card there?"""
    return Frame(0xA2, 0x00, dst=dst)


def status(dst: int = CARD) -> Frame:
    """Ask for the card's state."""
    return Frame(0xA1, 0x02, dst=dst)


def clear(dst: int = CARD) -> Frame:
    """Clear the screen."""
    return Frame(0xA3, 0x10, dst=dst)


def ack(dst: int = HOST, src: int = CARD) -> Frame:
    return Frame(0xA0, 0x00, 0, dst=dst, src=src)


def nack(error: int, dst: int = HOST, src: int = CARD) -> Frame:
    return Frame(0xA0, 0x01, error, dst=dst, src=src)


def encode(frame: Frame) -> bytes:
    """The bytes of a frame; every length counts bytes before escaping."""
    data = bytes([frame.group, frame.command, frame.flag]) + struct.pack("<H", len(frame.payload))
    data += frame.payload
    option = 1 if frame.barcode else 0
    header = HEADER.pack(frame.dst, frame.src, option, 0, frame.display, frame.device, VERSION, len(data))
    if option:
        header = header[:8] + frame.barcode + header[8:]
    body = header + data
    body += struct.pack("<H", crc(body))
    return wrap(body)


def _read(body: bytes) -> Frame | None:
    """A frame from unescaped bytes whose CRC was right; None when its lengths do not add up."""
    barcode = b""
    if len(body) > 8 and body[7] & 1:
        barcode, body = body[8 : 8 + BARCODE], body[:8] + body[8 + BARCODE :]
    if len(body) < HEADER.size + 5:
        return None
    dst, src, _, check, display, device, _, length = HEADER.unpack_from(body)
    data = body[HEADER.size :]
    if check != 0 or length != len(data):
        return None
    # The vendor's decoder calls the two bytes before the payload "reserved": they are not checked.
    return Frame(data[0], data[1], data[2], data[5:], dst, src, display, device, barcode)


@dataclass
class Decoder(Framing):
    """Bytes from outside to frames. Never raises: what cannot be read is dropped and counted."""

    frames: int = 0
    bad_crc: int = 0

    @property
    def skipped(self) -> int:
        return self.garbage + self.malformed + self.bad_crc

    def feed(self, data: bytes) -> list[Frame]:
        found = [self._frame(body) for body in self.bodies(data)]
        return [frame for frame in found if frame is not None]

    def _frame(self, body: bytes) -> Frame | None:
        if crc(body[:-2]) != int.from_bytes(body[-2:], "little"):
            self.bad_crc += 1
            return None
        frame = _read(body[:-2])
        self.frames += frame is not None
        self.malformed += frame is None
        return frame
