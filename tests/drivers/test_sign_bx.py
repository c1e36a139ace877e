"""Onbon BX-5 and BX-6 messages against the vendor's own software, and against a line that chops and lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.errors import DeviceError, DeviceLost
from drivers.sign import bitmap, bx, dots
from drivers.sign.bitmap import ALL, Area, Page
from drivers.sign.bx import Decoder, Message, Series, encode
from drivers.sign.bxdriver import BxSign
from drivers.sim import host
from drivers.sim.bx import BxCard

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "bx.json").read_text("utf-8")
)
SERIES = st.sampled_from(list(Series))
PAGES = st.builds(
    Page,
    st.binary(max_size=90),
    stay=st.integers(0, 0xFFFF),
    display=st.integers(0, 255),
    valid=st.sampled_from([0, 7, 60]),
)
AREAS = st.builds(
    Area,
    st.lists(PAGES, min_size=1, max_size=3).map(tuple),
    x=st.integers(0, 999),
    width=st.integers(8, 999),
    id=st.integers(0, 254),
    timeout=st.integers(0, 0xFFFF),
)
MESSAGES = st.builds(
    Message,
    st.binary(min_size=5, max_size=60),
    st.sampled_from([None, *Series]),
    dst=st.integers(0, 0xFFFF),
    device=st.integers(0, 0xFFFF),
)


@pytest.mark.parametrize("vector", VECTORS["messages"], ids=lambda v: v["name"])
def test_the_vendors_messages_both_ways(vector: dict[str, Any]) -> None:
    said = vector["message"]
    series = Series[said["series"]] if said["series"] else None
    message = Message(**{**said, "body": bytes.fromhex(said["body"]), "series": series})
    assert encode(message).hex(" ").upper() == vector["hex"]
    assert Decoder().feed(bytes.fromhex(vector["hex"])) == [message]


@pytest.mark.parametrize("vector", VECTORS["shows"], ids=lambda v: v["name"])
def test_a_picture_is_announced_as_the_vendor_announces_it(vector: dict[str, Any]) -> None:
    page = Page(bytes([0xFF]) * vector["dots"], **vector["page"])
    area = Area((page,), **vector["area"])
    body = bitmap.show([area], Series[vector["series"]])
    raw = encode(Message(body, dst=vector["dst"], device=vector["device"]))
    start = bytes.fromhex(vector["start"])
    assert raw[: len(start)].hex(" ").upper() == start.hex(" ").upper()
    assert raw[len(start) : len(start) + vector["dots"]] == page.dots


def test_the_orders_to_delete_are_the_vendors() -> None:
    orders = {v["name"]: bytes.fromhex(v["message"]["body"]) for v in VECTORS["messages"]}
    assert bitmap.delete([0]) == orders["BX-5 delete area 0"] == orders["BX-6 delete area 0"]
    assert bitmap.delete([ALL]) == orders["BX-6 delete all areas"]
    assert bitmap.parse_delete(bitmap.delete([0, 3])) == (0, 3)
    assert bitmap.parse_delete(bitmap.delete([ALL])) == (ALL,)


@given(st.lists(AREAS, min_size=1, max_size=3), SERIES)
def test_what_is_asked_for_is_what_is_understood(areas: list[Area], series: Series) -> None:
    asked = areas[:1] if series is Series.BX5 else areas
    expected = tuple(_plain(area) for area in asked)
    assert bitmap.parse_show(bitmap.show(asked, series), series) == expected


def _plain(area: Area) -> Area:
    """Valid dots that are all dots need not be said."""
    pages = (
        Page(p.dots, p.stay, p.display, p.speed, p.repeat, 0 if p.valid == area.width else p.valid)
        for p in area.pages
    )
    return Area(tuple(pages), area.x, area.y, area.width, area.height, area.id, area.run, area.timeout)


@given(st.binary(max_size=160), SERIES)
def test_no_body_can_make_the_parser_raise(body: bytes, series: Series) -> None:
    for whole in (body, b"\x01\xa7\x00" + len(body).to_bytes(2, "little") + body):
        areas = bitmap.parse_show(whole, series)
        assert areas is None or all(isinstance(area, Area) for area in areas)
        bitmap.parse_delete(whole)


@given(
    messages=st.lists(MESSAGES, min_size=1, max_size=4),
    garbage=st.binary(max_size=40),
    cuts=st.lists(st.integers(0, 500), max_size=12),
)
def test_any_chopping_after_any_garbage(messages: list[Message], garbage: bytes, cuts: list[int]) -> None:
    stream = garbage + b"".join(map(encode, messages))
    decoder, found = Decoder(), []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found[-len(messages) :] == messages


@pytest.mark.parametrize("series", [None, *Series])
def test_every_flipped_bit_is_refused_or_harmless(series: Series | None) -> None:
    message = Message(bx.order(0xA2, 0x00), series)
    raw = bytearray(encode(message))
    for at in range(8, len(raw) - 1):
        for bit in range(8):
            raw[at] ^= 1 << bit
            # Reserved bytes of a management header are covered by its XOR, so nothing passes.
            assert Decoder().feed(bytes(raw)) == [], (at, bit)
            raw[at] ^= 1 << bit


def test_a_frame_that_never_ends_keeps_no_more_than_4_kib() -> None:
    decoder = Decoder()
    decoder.feed(b"\xa5" + bytes(10_000))
    assert decoder.skipped > 5000
    assert decoder.feed(encode(bx.ping(Series.BX6))) == [bx.ping(Series.BX6)]


def test_polarity_is_a_setting() -> None:
    picture = dots.render(["A012"], 64, 16).pages[0]
    dark, bright = bitmap.pack(picture, lit=0), bitmap.pack(picture, lit=1)
    assert bytes(b ^ 0xFF for b in dark) == bright
    for lit, data in ((0, dark), (1, bright)):
        image = bitmap.unpack(data, 64, 16, lit)
        assert image is not None and image.tobytes() == picture.tobytes()
    assert bitmap.unpack(dark[1:], 64, 16) is None


def test_a_card_in_the_other_polarity_shows_the_negative() -> None:
    card = BxCard("sign-1", width=64, height=16, lit=1)
    with host.serve_tcp(card) as served, BxSign("sign-1", served.url, 64, 16, lit=0) as sign:
        sign.show(["A012"])
        shown = dots.render(["A012"], 64, 16).pages[0]
        assert sum(row.count("#") for row in card.rows()) == 64 * 16 - sum(shown.convert("L").histogram()[1:])


def test_a_full_colour_card_shows_the_chosen_colour() -> None:
    card = BxCard("sign-1", width=64, height=16)
    with host.serve_tcp(card) as served, BxSign("sign-1", served.url, 64, 16, colour="green") as sign:
        sign.show(["A012"])
        assert {colour for _, colour in card.lit.getcolors()} == {(0, 0, 0), (0, 255, 0)}  # type: ignore[union-attr]


def test_a_long_text_comes_in_pages() -> None:
    card = BxCard("sign-1", width=96, height=16, series="bx5")
    text = "请保管好您的号票谢谢配合"
    with host.serve_tcp(card) as served, BxSign("sign-1", served.url, 96, 16, series=Series.BX5) as sign:
        assert sign.show([text]) == ""
        pages = dots.render([text], 96, 16).pages
        assert len(pages) == 2
        assert card.mask().tobytes() == pages[0].tobytes()
        card.do("turn")
        assert card.mask().tobytes() == pages[1].tobytes()
        with pytest.raises(ValueError, match="pages"):
            sign.show([text * 60])


def test_a_busy_card_is_asked_again_and_a_stubborn_one_is_an_error() -> None:
    card = BxCard("sign-1")
    with host.serve_tcp(card) as served, BxSign("sign-1", served.url, 128, 32) as sign:
        card.do("nack", error=3, count=2)
        sign.show(["A012"])
        card.do("nack", error=4)
        with pytest.raises(DeviceError, match="4") as refused:
            sign.clear()
        assert not isinstance(refused.value, DeviceLost)


def test_a_card_refuses_a_picture_that_does_not_fit_it() -> None:
    card = BxCard("sign-1", width=64, height=16)
    too_wide = Area((Page(bitmap.pack(Image.new("1", (128, 16)))),), width=128)
    said = Decoder().feed(card.receive(encode(Message(bitmap.show([too_wide], Series.BX6)))))
    assert [message.verdict for message in said] == [4]
    assert card.areas == {}
