"""Bytes from outside into every parser of a keypad's protocol: none may raise, hang, or keep more than 4 KiB."""

from __future__ import annotations

from drivers.keypad import ff68, modbus
from drivers.keypad.ff68 import Frame, Repeats
from drivers.keypad.keys import NAMES
from drivers.keypad.modbus import Function
from drivers.keypad.usb import MOST_DIGITS, Typing
from drivers.sim.buttons import ButtonBoxes
from drivers.sim.pad import PadSimulator
from tests.fuzz.engine import chopped, side

MOST = 64  # bytes: no frame of a pad is longer


def fuzz_ff68(data: bytes) -> None:
    """The bus as it comes, any data in a frame whose checksum is right, and pads that hear anything."""
    if side(data, 2):
        pads = PadSimulator("fuzz", addresses="1-3", evaluators="3", clock=lambda: 0.0)
        pads.do("press", address=3, key="NEXT")
        pads.poll()
        for part in chopped(data):
            pads.receive(part)
        return
    decoder, repeats = ff68.Decoder(), Repeats()
    found: list[Frame] = []
    for number, part in enumerate(chopped(data)):
        found += decoder.feed(part)
        assert len(decoder._buffer) <= MOST
        if number % 7 == 6:
            found += decoder.silence()
    for number, frame in enumerate(found):
        ff68.read_press(frame)
        repeats.is_new(frame, 0.1 * number)
    assert len(repeats.seen) <= 512
    if len(data) >= 2:
        frame = Frame(data[0] & 0x7F, data[1], data[2 : 2 + ff68.MOST - 2])
        assert ff68.Decoder().feed(ff68.encode(frame)) == [frame]
        assert ff68.read_press(ff68.acknowledge(frame)) is None or frame.command != ff68.RATED or frame.data


def fuzz_modbus(data: bytes) -> None:
    """Questions and answers as they come, any data in a frame whose crc is right, and boxes asked anything."""
    which = side(data, 3)
    if which < 2:
        decoder = modbus.Decoder(answers=bool(which))
        for number, part in enumerate(chopped(data)):
            for frame in decoder.feed(part):
                modbus.bits(frame, 8)
                modbus.registers(frame, 8)
            assert len(decoder._buffer) <= modbus.LARGEST
            if number % 7 == 6:
                decoder.silence()
        decoder.silence()
        assert not decoder._buffer
        return
    boxes = ButtonBoxes("fuzz", addresses="1-3", clock=lambda: 0.0)
    boxes.receive(data)
    for function in Function:
        boxes.receive(modbus.encode(modbus.Frame(2, function, (data + bytes(4))[:4])))


def fuzz_usb_pad(data: bytes) -> None:
    """Keys in any order, at any pace: digits gather, and are never more than a number has."""
    typing, now = Typing(), 0.0
    for code in data:
        now += code >> 7
        if (name := NAMES.get(code & 0x7F)) is not None:
            key, digits = typing.key(name, now)
            assert key == name and len(digits) <= MOST_DIGITS and (not digits or digits.isdecimal())
