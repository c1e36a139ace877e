"""POCSAG: words as an independent encoder makes them, and decoded by multimon-ng for real."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pager import pocsag
from drivers.pager.pocsag import IDLE, PREAMBLE_WORDS, SYNC, Decoder, Function, Page
from drivers.pager.radio import PocsagTransmitter

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "pocsag.json").read_text("utf-8")
)
WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60)
DIGITS = st.text("0123456789U-)(", min_size=1, max_size=30)
ADDRESSES = st.integers(0, pocsag.HIGHEST_ADDRESS)
PAGES = (
    st.builds(Page, ADDRESSES, st.just(Function.ALPHA), WORDS)
    | st.builds(Page, ADDRESSES, st.just(Function.NUMERIC), DIGITS)
    | st.builds(Page, ADDRESSES, st.sampled_from([Function.TONE_B, Function.TONE_C]))
)


def bits(words: list[int]) -> list[int]:
    return [word >> shift & 1 for word in words for shift in range(31, -1, -1)]


def batches(text: str) -> list[int]:
    parts = (part.partition("*") for part in text.split())
    return [int(word, 16) for word, _, times in parts for _ in range(int(times or 1))]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_words_of_an_independent_encoder_both_ways(vector: dict[str, Any]) -> None:
    page = Page(vector["address"], Function[vector["function"]], vector["text"])
    expected = batches(vector["batches"])
    assert pocsag.encode(page) == [0xAAAAAAAA] * 18 + expected
    assert Decoder().feed(bits(expected)) == [page]


def test_the_two_words_that_the_recommendation_prints_are_intact() -> None:
    assert pocsag.intact(SYNC)
    assert pocsag.intact(IDLE)
    assert not any(pocsag.intact(IDLE ^ 1 << bit) for bit in range(32))


@given(PAGES, st.integers(0, 200))
def test_every_page_is_heard_again_whatever_was_heard_before(page: Page, before: int) -> None:
    decoder = Decoder()
    assert decoder.feed([1, 0, 0] * before) == []
    assert decoder.feed(bits(pocsag.encode(page))) == [page]


@given(PAGES, st.data())
def test_a_broken_bit_never_becomes_another_page(page: Page, data: st.DataObject) -> None:
    sent = bits(pocsag.encode(page))
    start = 32 * (PREAMBLE_WORDS + 1)
    broken = data.draw(st.integers(start, len(sent) - 1))
    sent[broken] ^= 1
    heard = Decoder().feed(sent)
    # What is heard is the page, a beginning of it, or nothing; never other words, never another pager.
    assert len(heard) <= 1
    for each in heard:
        assert (each.address, each.function) == (page.address, page.function)
        assert page.text.startswith(each.text) or each == page


@given(st.lists(st.integers(0, 1), max_size=2000))
def test_no_bits_upset_the_decoder(noise: list[int]) -> None:
    Decoder().feed(noise)


def test_what_no_pager_takes_is_our_bug() -> None:
    for page in (
        Page(pocsag.HIGHEST_ADDRESS + 1, Function.ALPHA, "A"),
        Page(-1, Function.ALPHA, "A"),
        Page(1, Function.ALPHA, "请"),
        Page(1, Function.NUMERIC, "A012"),
        Page(1, Function.TONE_B, "A012"),
        Page(1, Function.ALPHA, "A" * 241),
    ):
        with pytest.raises(ValueError, match=r"pager|address|fit|carries"):
            pocsag.encode(page)


def decoded(sound: Path, speed: int, kind: str = "raw") -> list[str]:
    """What multimon-ng makes of it."""
    command = ["multimon-ng", "-t", kind, "-q", "-c", "-a", f"POCSAG{speed}", str(sound)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return run.stdout.splitlines()


@pytest.mark.parametrize("speed", pocsag.SPEEDS)
@pytest.mark.parametrize(
    ("page", "heard"),
    [
        (Page(1234567, Function.ALPHA, "A012 TO 3"), "Address: 1234567  Function: 3  Alpha:   A012 TO 3"),
        (Page(1000002, Function.NUMERIC, "012 3"), "Address: 1000002  Function: 0  Numeric: 012 3"),
        (Page(77, Function.TONE_C), "Address:      77  Function: 2"),
    ],
    ids=["alpha", "numeric", "tone"],
)
def test_multimon_hears_what_we_send(tmp_path: Path, speed: int, page: Page, heard: str) -> None:
    sound = tmp_path / "page.raw"
    sound.write_bytes(pocsag.as_samples(pocsag.encode(page), speed))
    lines = decoded(sound, speed)
    assert [line for line in lines if line.startswith(f"POCSAG{speed}: {heard}")], lines
    assert decoded(sound, 512 if speed != 512 else 1200) in ([], [""]), "only at its own speed"


def test_multimon_hears_a_page_that_a_transmitter_left_as_a_wav_file(tmp_path: Path) -> None:
    with PocsagTransmitter("paging", f"file:{tmp_path}", form="wav", function="numeric") as radio:
        receipt = radio.page("1000002", "A012 -> 3")
    header, data = Path(receipt.said).read_bytes()[:44], Path(receipt.said).read_bytes()[44:]
    assert header[:4] == b"RIFF"
    assert int.from_bytes(header[24:28], "little") == 22050
    sound = tmp_path / "page.raw"
    sound.write_bytes(data)
    assert any("1000002  Function: 0  Numeric: 012 3" in line for line in decoded(sound, 1200))
