"""An ID card on the reader: what comes out is a hash, a band, a title and a masked name, and never the number."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.reader import sdt
from drivers.reader.idcard import Again, IdCardReader
from drivers.reader.person import Person, age_band, hash_of, mask, person_of
from drivers.reader.sdt import Answer, CardText, Decoder
from drivers.sim import host
from drivers.sim.idcard import CardReader
from drivers.words import _

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sdt.json").read_text("utf-8"))
KEY = b"the hall's own key for numbers"
TODAY = date(2026, 5, 6)
NUMBER = "11010519491231002X"  # the example of GB 11643-1999
CARD = {"name": "张某某", "sex": "2", "birth": "19491231", "number": NUMBER, "address": "某市某区"}
SECRETS = (NUMBER, "1949", "张某某", "某市某区", NUMBER.encode("utf-16-le").hex(), KEY.decode())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_published_frames_both_ways(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    [body] = Decoder().feed(raw)
    if vector["to"] == "reader":
        assert sdt.command((vector["order"][0], vector["order"][1])) == raw
        assert sdt.read_command(body) == tuple(vector["order"])
    else:
        data = bytes.fromhex(vector["data"])
        assert sdt.answer(vector["status"], data) == raw
        assert sdt.read_answer(body) == Answer(vector["status"], data)


def test_the_standards_own_number_is_valid_and_no_neighbour_of_it() -> None:
    assert sdt.valid_number(NUMBER)
    for at in range(17):
        for digit in "0123456789":
            changed = NUMBER[:at] + digit + NUMBER[at + 1 :]
            assert sdt.valid_number(changed) == (changed == NUMBER)
    for wrong in ("", NUMBER[:-1], NUMBER.lower(), NUMBER + "0", "１" + NUMBER[1:]):
        assert not sdt.valid_number(wrong)


def test_a_whole_card_is_1295_bytes_as_published() -> None:
    frame = sdt.answer(sdt.OK, sdt.card_data(CARD, bytes(1024)))
    assert len(frame) == 1295
    [body] = Decoder().feed(frame)
    said = sdt.read_answer(body)
    assert said is not None
    text = sdt.read_card(said.data)
    assert text == CardText("张某某", "2", "19491231", NUMBER)


NAMES = {
    "张三": "张*",
    "张某某": "张*",
    "欧阳某": "欧阳*",
    "欧阳": "欧*",  # a surname 欧 and a name 阳
    "司马某某": "司马*",
    "单于某": "单于*",
    "单某": "单*",
    "买买提·某某": "买*·*",
    "阿卜杜·某·某某": "阿*·*",
    "古•某某": "*·*",
    "迪丽・某某": "迪*·*",
    "䶮": "*",
    "某": "*",
    "𠮷某": "𠮷*",
    "张 某": "张*",
    "张　某": "张*",
    "ZHANG SAN": "Z*",
    "": "*",
    "·": "*",
}


@pytest.mark.parametrize(("name", "masked"), NAMES.items(), ids=lambda v: v or "nothing")
def test_names_of_every_kind_are_masked(name: str, masked: str) -> None:
    assert mask(name) == masked


@given(st.text(max_size=15))
def test_no_masked_name_shows_more_than_a_surname(name: str) -> None:
    shown = mask(name)
    kept = shown.replace("*", "").replace("·", "")
    assert "*" in shown and len(kept) <= 2
    if kept:
        assert name.replace(" ", "").replace("\u3000", "").strip().startswith(kept[0]) or kept[0] in name
        assert len("".join(name.split())) > len(kept), "something is always hidden"


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("20080506", "18-59"),
        ("20080507", "<18"),
        ("19660506", "60+"),
        ("19660507", "18-59"),
        ("20260506", "<18"),
        ("20260507", ""),
        ("00000000", ""),
        ("长期", ""),
        ("", ""),
    ],
)
def test_age_bands_change_on_the_birthday(birth: str, band: str) -> None:
    assert age_band(CardText("张某", "1", birth, NUMBER), TODAY) == band


def test_a_person_is_a_hash_and_a_way_to_be_addressed() -> None:
    person = person_of(CardText("张某某", "2", "19491231", NUMBER), KEY, TODAY)
    assert person == Person(hmac.new(KEY, NUMBER.encode(), hashlib.sha256).hexdigest(), "张*", "女士", "60+")
    assert person.polite == person.address == "张*女士"
    assert hash_of(NUMBER, b"another key of another hall") != person.card
    assert hash_of(NUMBER.lower(), KEY) == person.card
    assert person_of(CardText("某", "9", "", NUMBER), KEY, TODAY).polite == "*"


@given(st.binary(max_size=1500))
def test_no_bytes_upset_the_card_parser(data: bytes) -> None:
    sdt.read_card(data)
    sdt.read_card(b"\x01\x00\x04\x00" + data)


BODIES = st.binary(min_size=3, max_size=60)


@given(st.lists(BODIES, min_size=1, max_size=4), st.lists(st.integers(0, 300), max_size=9))
def test_any_chopping(bodies: list[bytes], cuts: list[int]) -> None:
    stream, decoder, found = b"".join(map(sdt._frame, bodies)), Decoder(), []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found == bodies
    assert decoder.garbage == 0


@given(st.binary(max_size=200), BODIES)
def test_after_any_garbage_a_frame_is_found(garbage: bytes, body: bytes) -> None:
    decoder = Decoder()
    found = decoder.feed(garbage + sdt._frame(body))
    # Garbage that ends in a head may ask for more than is there; then the next question clears it.
    decoder.clear()
    assert decoder.feed(sdt._frame(body)) == [body]
    assert body in found or decoder.frames >= 1


@pytest.fixture
def far() -> CardReader:
    return CardReader("idcard")


@pytest.fixture
def served(far: CardReader) -> Iterator[host.Served]:
    with host.serve_pty(far) as served:
        yield served


@pytest.fixture
def reader(served: host.Served) -> Iterator[IdCardReader]:
    with IdCardReader("idcard", served.url, KEY, lambda: TODAY) as reader:
        yield reader


EXPECTED = Person(hash_of(NUMBER, KEY), "张*", "女士", "60+")


def test_a_card_is_read_once_while_it_lies_there_and_again_when_it_is_laid_again(
    reader: IdCardReader, served: host.Served
) -> None:
    assert reader.reads(0.5) == []
    for _time in range(2):
        served.do("lay", **CARD)
        assert reader.reads(5) == [EXPECTED]
        assert reader.reads(0.7) == []
        served.do("take_away")


def test_a_card_that_moved_says_what_to_do_and_is_read_then(
    reader: IdCardReader, served: host.Served
) -> None:
    served.do("fail_next", count=1)
    served.do("lay", **CARD)
    assert reader.reads(5) == [Again(_("证件没有读出来，请重新放"))]
    assert reader.reads(5) == [EXPECTED]
    served.do("take_away")
    served.do("fail_next", count=1, status=0x31)
    served.do("lay", **CARD)
    assert reader.reads(5) == [Again(_("证件没有通过认证"))]


def test_a_reader_that_is_broken_silent_or_gone_is_lost(reader: IdCardReader, served: host.Served) -> None:
    served.do("fail_next", count=1, status=0x66)
    served.do("lay", **CARD)
    with pytest.raises(DeviceLost, match="没有授权"):
        reader.reads(5)
    served.do("unplug")
    with pytest.raises(DeviceLost, match="idcard"):
        reader.reads(5)


def test_a_silent_reader_is_not_waited_for_for_ever(served: host.Served) -> None:
    served.do("die")
    with (
        pytest.raises(DeviceLost, match="没有应答"),
        IdCardReader("idcard", served.url, KEY, lambda: TODAY),
    ):
        pass


def test_noise_and_slow_bytes(reader: IdCardReader, served: host.Served) -> None:
    served.do("noise")
    served.do("trickle")
    served.do("lay", **CARD)
    assert reader.reads(10) == [EXPECTED]


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        IdCardReader("idcard", "serial:/dev/ttyS0", b"short", lambda: TODAY)
    with pytest.raises(ValueError, match="16 bytes"):
        hash_of(NUMBER, b"short")


def everything_said_about(thing: object) -> str:
    """All the ways in which an object may end in a log or on a screen."""
    said = io.StringIO()
    for each in (thing, getattr(thing, "__dict__", {}), vars(type(thing)).get("__slots__", ())):
        said.write(f"{each!r} {each!s} {each}\n")
    return said.getvalue()


def attributes_of(thing: object, seen: set[int]) -> Iterator[object]:
    """Everything that hangs on an object of ours, however deep."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield thing
    inner = list(thing) if isinstance(thing, list | tuple | set) else []
    if isinstance(thing, dict):
        inner = [*thing.keys(), *thing.values()]
    if type(thing).__module__.startswith("drivers"):
        inner += list(getattr(thing, "__dict__", {}).values())
    for each in inner:
        yield from attributes_of(each, seen)


def test_the_number_is_in_no_log_no_repr_no_error_and_no_attribute(
    served: host.Served, far: CardReader, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    said = io.StringIO()
    with caplog.at_level(logging.DEBUG), IdCardReader("idcard", served.url, KEY, lambda: TODAY) as reader:
        served.do("lay", **CARD)
        [person] = reader.reads(5)
        assert person == EXPECTED
        said.write(f"{far!r} {far} {far.events}")  # the card lies there, but the twin keeps it to itself
        for thing in (reader, person, reader.decoder):
            said.write(everything_said_about(thing))
        held = [thing for thing in attributes_of(reader, set()) if isinstance(thing, str | bytes | bytearray)]
        for value in held:
            raw = value.encode("utf-16-le") if isinstance(value, str) else bytes(value)
            assert NUMBER.encode("utf-16-le") not in raw and NUMBER.encode() not in raw
        # Whatever fails while a card is in hand says nothing of it either.
        served.do("take_away")
        served.do("lay", **CARD)

        def broken() -> date:
            raise RuntimeError("the calendar is broken")

        reader.today = broken
        with pytest.raises(RuntimeError) as failed:
            reader.reads(5)
        said.write("".join(traceback.format_exception(failed.value)))
        served.do("unplug")
        with pytest.raises(DeviceLost) as lost:
            reader.reads(5)
        said.write("".join(traceback.format_exception(lost.value)) + repr(lost.value))
        logging.getLogger("drivers").error("%r %s", reader, person, exc_info=failed.value)
    said.write(caplog.text + "".join(capfd.readouterr()))
    said.write(str(pickle.dumps(person)))
    text = CardText(**{key: CARD[key] for key in ("name", "sex", "birth", "number")})
    said.write(repr(text) + str(text) + repr(Answer(0x90, sdt.card_data(CARD))))
    for secret in SECRETS:
        assert secret not in said.getvalue().replace(repr(KEY), ""), secret
