"""Modbus RTU: `address function data… crc` in both directions, and nothing between frames but silence.

Source: Modbus over Serial Line V1.02 and Application Protocol V1.1b3 (modbus.org). CRC-16 with polynomial
A001, started at FFFF, low byte first. Only what button boxes need: inputs and coils as bits, counters as
16-bit registers, lamps as coils.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

HIGHEST_ADDRESS = 247
SMALLEST, LARGEST = 4, 256  # bytes of a frame, crc included
ON, OFF = b"\xff\x00", b"\x00\x00"
EXCEPTION = 0x80


class Function(IntEnum):
    """What a request asks for."""

    COILS = 0x01
    INPUTS = 0x02
    REGISTERS = 0x04
    SET_COIL = 0x05


class Trouble(IntEnum):
    """Why a slave did not do it."""

    NO_FUNCTION = 1
    NO_ADDRESS = 2
    NO_VALUE = 3


READS_BITS = (Function.COILS, Function.INPUTS)


@dataclass(frozen=True)
class Frame:
    """One frame; `data` stands between the function and the crc."""

    address: int
    function: int
    data: bytes = b""


def _step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


TABLE = tuple(map(_step, range(256)))  # the decoder tries a crc at every byte of noise


def crc(data: bytes) -> bytes:
    """The two bytes behind `data`."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def encode(frame: Frame) -> bytes:
    """The bytes of a frame. ValueError when a field does not fit: that is our bug."""
    if not 0 <= frame.address <= HIGHEST_ADDRESS or len(frame.data) > LARGEST - SMALLEST:
        raise ValueError(f"does not fit a frame: {frame}")
    body = bytes([frame.address, frame.function]) + frame.data
    return body + crc(body)


def ask(address: int, function: Function, first: int, count: int) -> Frame:
    """Ask for `count` bits or registers from number `first` on."""
    return Frame(address, function, first.to_bytes(2, "big") + count.to_bytes(2, "big"))


def set_coil(address: int, number: int, on: bool) -> Frame:
    """Switch one lamp; the slave answers with the same frame."""
    return Frame(address, Function.SET_COIL, number.to_bytes(2, "big") + (ON if on else OFF))


def bits(frame: Frame, count: int) -> tuple[bool, ...] | None:
    """The bits that an answer carries; None when it does not carry `count` of them."""
    size = (count + 7) // 8
    if frame.function not in READS_BITS or len(frame.data) != 1 + size or frame.data[0] != size:
        return None
    return tuple(bool(frame.data[1 + n // 8] >> n % 8 & 1) for n in range(count))


def registers(frame: Frame, count: int) -> tuple[int, ...] | None:
    """The registers that an answer carries; None when it does not carry `count` of them."""
    size = 2 * count
    if frame.function != Function.REGISTERS or len(frame.data) != 1 + size or frame.data[0] != size:
        return None
    return tuple(int.from_bytes(frame.data[at : at + 2], "big") for at in range(1, size, 2))


def answer_bits(request: Frame, values: Iterable[bool]) -> Frame:
    """A slave's answer to a question for bits."""
    taken = list(values)
    packed = bytearray((len(taken) + 7) // 8)
    for n, value in enumerate(taken):
        packed[n // 8] |= value << n % 8
    return Frame(request.address, request.function, bytes([len(packed)]) + bytes(packed))


def answer_registers(request: Frame, values: Iterable[int]) -> Frame:
    """A slave's answer to a question for registers."""
    packed = b"".join((value & 0xFFFF).to_bytes(2, "big") for value in values)
    return Frame(request.address, request.function, bytes([len(packed)]) + packed)


def refuse(request: Frame, trouble: Trouble) -> Frame:
    """A slave's exception."""
    return Frame(request.address, request.function | EXCEPTION, bytes([trouble]))


@dataclass
class Decoder:
    """Bytes to frames, for one direction. Never raises: it hunts for the next crc that fits, and counts.

    Lengths follow from the function, which differ between questions and answers: `answers` says which are read.
    """

    answers: bool
    frames: int = 0
    garbage: int = 0  # bytes that belong to no frame
    _buffer: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete."""
        self._buffer += data
        found = []
        while len(self._buffer) >= 2:
            size = self._size()
            if size > len(self._buffer):
                break
            whole = bytes(self._buffer[:size])
            if size and whole[0] <= HIGHEST_ADDRESS and crc(whole[:-2]) == whole[-2:]:
                del self._buffer[:size]
                self.frames += 1
                found.append(Frame(whole[0], whole[1], whole[2:-2]))
            else:
                del self._buffer[:1]
                self.garbage += 1
        return found

    def silence(self) -> list[Frame]:
        """The line has been silent for 3.5 characters: what has begun is over, but may hide a whole frame."""
        found = []
        while self._buffer:
            del self._buffer[:1]
            self.garbage += 1
            found += self.feed(b"")
        return found

    def _size(self) -> int:
        """Of the frame that would begin here; 0 for none. Asks for a third byte where the length stands there."""
        function = self._buffer[1]
        if self.answers and function & EXCEPTION:
            return 5
        match function:
            case Function.COILS | Function.INPUTS | Function.REGISTERS if self.answers:
                return 3 if len(self._buffer) < 3 else 5 + self._buffer[2] if self._buffer[2] < 251 else 0
            case Function.COILS | Function.INPUTS | Function.REGISTERS | Function.SET_COIL:
                return 8
        return 0
