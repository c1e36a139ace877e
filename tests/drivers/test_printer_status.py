"""What a printer says is read right, however the bytes are chopped and whatever noise is between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.status import (
    Automatic,
    Block,
    PaperLevel,
    PrinterState,
    RealTime,
    Reply,
    StatusReader,
    Transmitted,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "escpos.json").read_text())


def plain(reply: Reply) -> list[Any]:
    match reply:
        case RealTime(value) | Transmitted(value):
            return [type(reply).__name__, value]
        case Automatic(four):
            return ["Automatic", four.hex().upper()]
        case Block(start, data):
            return ["Block", f"{start:02X}", data.hex().upper()]


@pytest.mark.parametrize("vector", VECTORS["states"], ids=lambda v: v["what"])
def test_both_ways_of_asking_tell_the_same_state(vector: dict[str, Any]) -> None:
    expected = PrinterState(**vector["state"])
    answers = {n: int(byte, 16) for n, byte in enumerate(vector["real_time"], 1)}
    assert PrinterState.from_real_time(answers) == expected
    assert PrinterState.from_asb(bytes.fromhex(vector["asb"])) == expected
    assert expected.ready == (vector["what"] in ("all fine", "near end"))


@pytest.mark.parametrize("vector", VECTORS["replies"], ids=lambda v: v["bytes"])
def test_answers_are_told_apart(vector: dict[str, Any]) -> None:
    reader = StatusReader()
    assert [plain(r) for r in reader.feed(bytes.fromhex(vector["bytes"]))] == vector["replies"]
    assert reader.garbage == vector["garbage"]


def test_every_byte_that_a_printer_could_say_is_a_state() -> None:
    for place in range(4):
        for value in range(256):
            four = bytes(value if at == place else 0x10 for at in range(4))
            state = PrinterState.from_asb(four)
            real = PrinterState.from_real_time({place + 1: value})
            assert state.ready <= state.online and real.ready <= real.online


def test_gs_r_carries_the_paper_level_and_gs_h_the_job() -> None:
    assert Transmitted(0x03).paper is PaperLevel.NEAR
    assert Transmitted(0x0F).paper is PaperLevel.OUT
    assert Block(0x37, b'"0012').printed == b"0012"
    assert Block(0x5F, b'"0012').printed is None


@given(st.lists(st.binary(max_size=6), max_size=12))
def test_chopping_changes_nothing_and_nothing_raises(pieces: list[bytes]) -> None:
    whole, chopped = StatusReader(), StatusReader()
    at_once = whole.feed(b"".join(pieces))
    bit_by_bit = [reply for piece in pieces for reply in chopped.feed(piece)]
    assert bit_by_bit == at_once
    assert chopped.garbage == whole.garbage


good = st.sampled_from([bytes.fromhex(v["bytes"]) for v in VECTORS["replies"] if not v["garbage"]])


@given(st.lists(good, max_size=8), st.sampled_from([b"\xff", b"\x93\x91", b"\xb0\xc0\xd0"]))
def test_noise_between_answers_is_counted_and_costs_no_answer(answers: list[bytes], noise: bytes) -> None:
    clean, noisy = StatusReader(), StatusReader()
    expected = clean.feed(b"".join(answers))
    assert noisy.feed(noise.join([b"", *answers])) == expected
    assert noisy.garbage == len(noise) * len(answers)


def test_a_half_answer_is_forgotten_and_a_flood_is_not_kept() -> None:
    reader = StatusReader()
    assert reader.feed(b"\x10\x00") == []
    reader.forget()
    assert reader.garbage == 2
    assert reader.feed(b"\x12") == [RealTime(0x12)]
    reader.feed(b"\x5f" + b"A" * 100_000)
    assert len(reader._buffer) <= 4096
