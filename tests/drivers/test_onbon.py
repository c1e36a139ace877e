"""Onbon frames against the vendor's document, and against a line that chops and lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sign import area, onbon
from drivers.sign.area import Area
from drivers.sign.onbon import Decoder, Frame, encode

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "onbon.json").read_text("utf-8")
)


def frame_of(vector: dict[str, Any]) -> Frame:
    values = dict(vector["frame"])
    if "areas" not in values:
        return Frame(**{**values, "payload": bytes.fromhex(values["payload"])})
    areas = [Area(**each) for each in values["areas"]]
    return area.build(areas, values["delete"], dst=values["dst"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_documents_frames_both_ways(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    frame = frame_of(vector)
    assert encode(frame).hex(" ").upper() == raw.hex(" ").upper()
    assert Decoder().feed(raw) == [frame]
    if "areas" in vector["frame"]:
        expected = tuple(vector["frame"]["delete"]), tuple(Area(**a) for a in vector["frame"]["areas"])
        assert area.parse(frame.payload) == expected


def test_an_area_off_the_eight_pixel_grid_says_so() -> None:
    moved = Area("A012", x=4, width=60)
    parsed = area.parse(area.build([moved]).payload)
    assert parsed == ((), (moved,))


def test_characters_outside_the_cards_rom_become_question_marks_and_are_reported() -> None:
    assert area.gb2312("请㐂A012") == ("请?A012".encode("gb2312"), "㐂")
    assert area.gb2312("请A012号")[1] == ""
    assert area.gb2312("领证 · 缴税") == (bytes.fromhex("c1ecd6a420a1a420bdc9cbb0"), "")
    assert area.width_of(r"\C1请A012号\n") == 8 * 9


def test_every_flipped_bit_is_refused() -> None:
    raw = bytearray(encode(area.build([Area("请A012号")])))
    for at in range(8, len(raw) - 1):
        for bit in range(8):
            raw[at] ^= 1 << bit
            assert Decoder().feed(bytes(raw)) == [], (at, bit)
            raw[at] ^= 1 << bit


def test_a_frame_cut_off_by_the_next_is_counted_and_the_next_is_read() -> None:
    decoder = Decoder()
    assert decoder.feed(encode(onbon.clear())[:-4] + encode(onbon.ping())) == [onbon.ping()]
    assert decoder.malformed == 1
    assert decoder.feed(b"\x00\x01") == []
    assert decoder.garbage == 2


def test_a_frame_that_never_ends_keeps_no_more_than_4_kib() -> None:
    decoder = Decoder()
    decoder.feed(b"\xa5" + b"\x00" * 10_000)
    assert decoder.malformed == 1
    assert decoder.feed(encode(onbon.ping())) == [onbon.ping()]


@given(
    payloads=st.lists(st.binary(max_size=80), min_size=1, max_size=4),
    garbage=st.binary(max_size=40),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_any_chopping_after_any_garbage(payloads: list[bytes], garbage: bytes, cuts: list[int]) -> None:
    frames = [Frame(0xA3, 0x06, payload=each) for each in payloads]
    stream = garbage + b"".join(map(encode, frames))
    decoder = Decoder()
    found = []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found[-len(frames) :] == frames


@given(st.binary(max_size=120))
def test_no_payload_can_make_the_parser_raise(payload: bytes) -> None:
    parsed = area.parse(payload)
    assert parsed is None or all(isinstance(each, Area) for each in parsed[1])
