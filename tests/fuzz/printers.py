"""Bytes from outside into what reads a printer, what the simulated printer reads, and what people record."""

from __future__ import annotations

from itertools import pairwise

from drivers.printer.raster import disarm, has_real_time
from drivers.printer.status import PrinterState, StatusReader
from drivers.sim.escpos import take
from drivers.sim.printer import BUFFER, PrinterSimulator
from drivers.speech import recording
from drivers.speech.clips import finished
from tests.fuzz.engine import side

MOST = 4096


def fuzz_printer_status(data: bytes) -> None:
    """What a printer says: chopped or whole it means the same, and nothing is kept for ever."""
    whole, chopped = StatusReader(), StatusReader()
    said = whole.feed(data)
    half = len(data) // 2
    assert chopped.feed(data[:half]) + chopped.feed(data[half:]) == said
    assert whole.garbage == chopped.garbage
    assert len(whole._buffer) <= MOST
    PrinterState.from_real_time(dict(enumerate(data[:4], 1)))
    PrinterState.from_asb(data[:4].ljust(4, b"\0"))


def fuzz_escpos(data: bytes) -> None:
    """What a host says: every command has a length, and the printer never takes more than it has room for."""
    if side(data, 2):
        buffer = bytearray(data)
        while buffer and (taken := take(buffer)) is not None:
            assert 0 < taken[0] <= len(buffer)
            del buffer[: taken[0]]
        return
    printer = PrinterSimulator("fuzzed")
    for at in range(0, len(data), 7):
        printer.receive(data[at : at + 7])
    assert len(printer._buffer) <= BUFFER


def fuzz_raster(data: bytes) -> None:
    """A picture never commands: whatever its dots, and at most one dot in each pair changes."""
    safe = disarm(data)
    assert not has_real_time(safe) and len(safe) == len(data)
    armed = sum(a == 0x10 and b in b"\x04\x05\x14" for a, b in pairwise(data))
    assert sum((a ^ b).bit_count() for a, b in zip(data, safe, strict=True)) == armed


def fuzz_recording(data: bytes) -> None:
    """A file that calls itself WAV is a recording, or a sentence that says why not."""
    for header in (
        b"",
        b"RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x22\x56\0\0\x44\xac\0\0\x02\0\x10\0data",
    ):
        try:
            finished(recording.read(header + data))
        except ValueError as error:
            assert str(error)
