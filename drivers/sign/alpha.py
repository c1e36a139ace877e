"""Alpha Sign Communications Protocol: one packet carries commands for the sign at one address.

Source: Adaptive, "Alpha Sign Communications Protocol", 9708-8061F.
On the wire: `00 x5 | 01 | type | 2 hex digits of address | (02 command data [03 checksum])… | 04`; the checksum
is the 16-bit sum of everything from 02 to 03, as 4 hex digits. Several commands in one packet are nested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image

SYNC = bytes(5)  # at least 5: the sign finds the baud rate by them
SOH, STX, ETX, EOT, ESC = b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
LIMIT = 4096  # bytes of one packet

ALL_SIGNS, RESPONSE = b"Z", b"0"
BROADCAST = b"00"

MIDDLE, TOP, BOTTOM, FILL = b" ", b'"', b"&", b"0"
ROTATE, HOLD, FLASH, SCROLL, AUTO = b"a", b"b", b"c", b"m", b"o"
COLOURS = {"red": b"\x1c1", "green": b"\x1c2", "amber": b"\x1c3"}
DOTS_COLOURS = {"red": b"1", "green": b"2", "amber": b"3"}
CALL_STRING, CALL_DOTS, NEW_PAGE, NEW_LINE = b"\x10", b"\x14", b"\x0c", b"\r"

PRIORITY = b"0"  # the file that always exists and hides all others
STRING_MOST = 125  # bytes; so many in the priority file too
DOTS_MOST = (255, 31)  # width and height of a SMALL DOTS picture

WRITE_TEXT, WRITE_STRING, WRITE_DOTS, WRITE_SPECIAL, READ_SPECIAL = b"A", b"G", b"I", b"E", b"F"
ERRORS, CLEAR_ERRORS, MEMORY, RUN, RESET = b"*", b"4", b"$", b".", b","
# The serial error status register: bit 6 is always set, the others say what went wrong.
FINE, ILLEGAL, BAD_SUM = 0x40, 0x20, 0x10


@dataclass(frozen=True)
class Packet:
    """Commands (each its code and its data) for one address; `kind` is the sign's type code."""

    commands: tuple[bytes, ...]
    address: bytes = BROADCAST
    kind: bytes = ALL_SIGNS


@dataclass(frozen=True)
class File:
    """One file of the memory configuration: `size` is in bytes, or (height, width) of a picture."""

    label: bytes
    kind: bytes  # A text, B string, D picture
    size: int | tuple[int, int]

    def pack(self) -> bytes:
        lock, schedule = {b"A": (b"U", b"FFFF"), b"B": (b"L", b"0000")}.get(self.kind, (b"U", b"4000"))
        size = self.size if isinstance(self.size, int) else self.size[0] << 8 | self.size[1]
        return self.label + self.kind + lock + b"%04X" % size + schedule


def text(label: bytes, body: bytes, mode: bytes = HOLD, position: bytes = MIDDLE) -> bytes:
    """Write a TEXT file."""
    return WRITE_TEXT + label + ESC + position + mode + body


def string(label: bytes, body: bytes) -> bytes:
    """Write a STRING file, shown without a flicker wherever a TEXT file calls it. ValueError if too long."""
    if len(body) > STRING_MOST:
        raise ValueError(f"a STRING file holds {STRING_MOST} bytes, not {len(body)}")
    return WRITE_STRING + label + body


def priority(body: bytes, mode: bytes = FLASH) -> bytes:
    """Show this instead of everything until `release`."""
    if len(body) > STRING_MOST:
        raise ValueError(f"the priority file holds {STRING_MOST} bytes, not {len(body)}")
    return text(PRIORITY, body, mode)


def release() -> bytes:
    """Empty the priority file: the sign shows its other files again."""
    return WRITE_TEXT + PRIORITY


def memory(files: Sequence[File]) -> bytes:
    """Lay out the sign's memory; everything that was in it is erased."""
    return WRITE_SPECIAL + MEMORY + b"".join(file.pack() for file in files)


def run(labels: Sequence[bytes]) -> bytes:
    """Which TEXT files are shown, in order."""
    return WRITE_SPECIAL + RUN + b"SU" + b"".join(labels)


def clear_errors() -> bytes:
    return WRITE_SPECIAL + CLEAR_ERRORS


def read_errors() -> bytes:
    """Ask for the serial error status register."""
    return READ_SPECIAL + ERRORS


def picture(label: bytes, image: Image.Image, colour: bytes = b"1") -> bytes:
    """Write a SMALL DOTS picture from a mode "1" image. ValueError if it is too large."""
    width, height = image.size
    if width > DOTS_MOST[0] or height > DOTS_MOST[1]:
        raise ValueError(f"a SMALL DOTS picture has at most {DOTS_MOST} dots, not {image.size}")
    lit = image.convert("L").tobytes()
    rows = [lit[y * width : (y + 1) * width] for y in range(height)]
    painted = b"".join(b"".join(colour if v else b"0" for v in row) + NEW_LINE for row in rows)
    return WRITE_DOTS + label + b"%02X%02X" % (height, width) + painted


def checksum(command: bytes) -> bytes:
    """The sum of a command with its 02 and 03, as 4 hex digits."""
    return b"%04X" % ((sum(command) + STX[0] + ETX[0]) & 0xFFFF)


def pieces(packet: Packet, check: bool = True) -> list[bytes]:
    """The packet in parts that are sent at least 100 ms apart.

    The document asks for the pause after each 02 of nested commands and after the size of a picture.
    """
    nested = len(packet.commands) > 1
    parts = [SYNC + SOH + packet.kind + packet.address]
    for command in packet.commands:
        parts[-1] += STX
        if nested:
            parts.append(b"")
        if command[:1] == WRITE_DOTS:
            parts[-1] += command[:6]
            parts.append(command[6:])
        else:
            parts[-1] += command
        if check or nested:
            parts[-1] += ETX
        if check:
            parts[-1] += checksum(command)
    parts[-1] += EOT
    return parts


def encode(packet: Packet, check: bool = True) -> bytes:
    """The bytes of a packet, with checksums or without."""
    return b"".join(pieces(packet, check))


@dataclass
class Decoder:
    """Bytes from outside to packets. Never raises: what cannot be read is dropped and counted."""

    packets: int = 0
    bad_sum: int = 0  # commands whose checksum is wrong; the others of their packet count
    malformed: int = 0  # no STX, too long, cut off by the next packet
    garbage: int = 0  # bytes outside packets, but for the zeros before one
    limit: int = LIMIT
    _body: bytearray = field(default_factory=bytearray, repr=False)
    _inside: bool = False

    @property
    def skipped(self) -> int:
        return self.garbage + self.malformed + self.bad_sum

    def feed(self, data: bytes) -> list[Packet]:
        found = []
        for byte in data:
            if byte == SOH[0]:
                self.malformed += bool(self._body)
                self._inside = True
                self._body.clear()
            elif not self._inside:
                self.garbage += byte != 0
            elif byte == EOT[0]:
                self._inside, body = False, bytes(self._body)
                self._body.clear()
                packet = self._packet(body)
                if packet is not None:
                    found.append(packet)
            else:
                self._body.append(byte)
                if len(self._body) > self.limit:
                    self.malformed += 1
                    self._inside = False
                    self._body.clear()
        return found

    def _packet(self, body: bytes) -> Packet | None:
        route, stx, rest = body.partition(STX)
        if len(route) != 3 or not stx:
            self.malformed += 1
            return None
        commands = []
        for part in rest.split(STX):
            command, _, after = part.partition(ETX)
            if after and after != checksum(command):
                self.bad_sum += 1
            elif command:
                commands.append(command)
        if not commands:
            return None
        self.packets += 1
        return Packet(tuple(commands), route[1:3], route[:1])
