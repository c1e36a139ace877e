"""Restaurant pagers: the makers' printed frames both ways, chopped and garbled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pager import coaster
from drivers.pager.coaster import Answer, Answers, Framer, Heard, Jtech, Speed, Tone

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "coaster.json").read_text("utf-8")
)
WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40)
NUMBERS = st.integers(0, 9999).map(str)
READ = {
    "jtech": (coaster.START, b"\r", coaster.read_jtech),
    "waveware": (b"\x01", b"\x03\x04", coaster.read_waveware),
    "lrs": (b"PAGE,", b"\r", coaster.read_lrs),
}


def write(maker: str, pager: str, text: str, kind: str, separator: str = "512-alpha") -> bytes:
    match maker:
        case "jtech":
            return coaster.jtech(pager, text, Jtech[kind], coaster.SEPARATORS[separator])
        case "waveware":
            return coaster.waveware(pager, text, Tone(kind), Speed.B512)
        case _:
            return coaster.lrs(pager, text, int(kind))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_makers_frames_both_ways(vector: dict[str, Any]) -> None:
    if "answer" in vector:
        said = Answer(**vector["answer"])
        assert coaster.answer(said.taken, said.why).hex(" ").upper() == vector["hex"]
        assert Answers().feed(bytes.fromhex(vector["hex"])) == [said]
        return
    maker, values = vector["maker"], (vector["pager"], vector["text"], vector["kind"])
    raw = write(maker, *values, *([vector["separator"]] if maker == "jtech" else []))
    assert raw.hex(" ").upper() == vector["hex"]
    start, end, read = READ[maker]
    [body] = Framer(start, end).feed(raw)
    assert read(body) == Heard(vector["pager"], vector["kind"], vector["text"])


@pytest.mark.parametrize("maker", READ)
@given(st.lists(st.tuples(NUMBERS, WORDS), min_size=1, max_size=4), st.lists(st.integers(0, 200), max_size=9))
def test_any_chopping(maker: str, pages: list[tuple[str, str]], cuts: list[int]) -> None:
    kind = {"jtech": "ALPHA", "waveware": "A", "lrs": "4"}[maker]
    start, end, read = READ[maker]
    # A backslash doubles on an LRS line, and a pager shows it so; nobody pages one.
    pages = [(number, text.replace("\\", "")) for number, text in pages]
    stream = b"".join(write(maker, number, text, kind) for number, text in pages)
    framer, found = Framer(start, end), []
    for begin, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += [read(body) for body in framer.feed(stream[begin:stop])]
    width = 7 if maker == "jtech" else 0
    assert found == [Heard(number.rjust(width, "0"), kind, text) for number, text in pages]
    assert framer.garbage == 0


@given(st.binary(max_size=1500))
def test_no_bytes_upset_a_framer_or_make_it_grow(data: bytes) -> None:
    for start, end, read in READ.values():
        framer = Framer(start, end)
        for body in framer.feed(data):
            read(body)
        assert len(framer._buffer) <= coaster.LIMIT
    Answers().feed(data)


@pytest.mark.parametrize("ends", [b"", b"\x04", b"\r\n"], ids=repr)
def test_what_a_waveware_says(ends: bytes) -> None:
    """Its manual shows how a yes begins and not how it ends."""
    said = b"garbage" + coaster.answer(True) + ends
    assert Answers().feed(said) == [Answer(True)]
    chopped = Answers()
    heard = [each for byte in said + coaster.answer(False, "02") for each in chopped.feed(bytes([byte]))]
    assert heard == [Answer(True), Answer(False, "02")]
    assert Answers().feed(b"?") == []


def test_what_cannot_be_sent_is_our_bug() -> None:
    for wrong in (
        lambda: coaster.jtech("12345678", "A"),
        lambda: coaster.jtech("1", "请"),
        lambda: coaster.jtech("1", "A" * 121),
        lambda: coaster.jtech("1", "A012", Jtech.NUMERIC),
        lambda: coaster.jtech("1", "A", Jtech.ALPHA, 0x0D),
        lambda: coaster.waveware("x", "A"),
        lambda: coaster.waveware("1", "A\x04"),
        lambda: coaster.lrs("12345", "A"),
        lambda: coaster.lrs("1", "A\rB"),
    ):
        with pytest.raises(ValueError, match=r"pager|fit|end the frame"):
            wrong()
