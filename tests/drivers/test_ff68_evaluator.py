"""A visitor rates on the evaluator beside the pad, on the same pair of wires: it is one key like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.keypad import ff68
from drivers.keypad.bus import Bus
from drivers.keypad.ff68 import Decoder, Frame, Repeats, encode
from drivers.keypad.press import Press
from drivers.sim import host
from drivers.sim.pad import AGAIN, PadSimulator
from tests.drivers.waiting import until

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "ff68.json").read_text("utf-8"))
RATED, ANSWERED = (bytes.fromhex(v["hex"]) for v in VECTORS if "rating" in v["name"])


def test_the_published_rating_and_its_answer() -> None:
    [frame] = Decoder().feed(RATED)
    assert frame == ff68.rating(5, 3)
    assert ff68.read_press(frame) == (ff68.RATE, "3")
    assert encode(ff68.acknowledge(frame)) == ANSWERED
    assert ANSWERED[-2] == RATED[-2] - 0x10
    [answer] = Decoder().feed(ANSWERED)
    assert ff68.read_press(answer) is None, "our own answer, heard back on the pair, is no key"


@given(st.integers(1, 127), st.binary(max_size=4))
def test_only_five_grades_are_ratings(address: int, data: bytes) -> None:
    frame = Frame(address, ff68.RATED, data)
    known = len(data) == 1 and data[0] <= 4
    assert ff68.read_press(frame) == ((ff68.RATE, str(data[0])) if known else None)


def test_a_pad_and_the_evaluator_with_its_address_do_not_hide_each_other() -> None:
    repeats, key, grade = Repeats(), ff68.press(5, "NEXT"), ff68.rating(5, 4)
    assert [repeats.is_new(frame, 0.1 * n) for n, frame in enumerate([key, grade, key, grade])] == [
        True,
        True,
        False,
        False,
    ]


@pytest.fixture
def pads() -> PadSimulator:
    return PadSimulator("pads", addresses="5,6", evaluators="5,66")


@pytest.fixture
def served(pads: PadSimulator) -> Iterator[host.Served]:
    with host.serve_pty(pads) as served:
        yield served


def gather(bus: Bus, count: int) -> list[Press]:
    found: list[Press] = []
    until(lambda: len(found.__iadd__(bus.presses(0.05))) >= count, what=lambda: found)
    return found


def test_a_rating_comes_once_as_a_press_and_the_evaluator_is_told(
    served: host.Served, pads: PadSimulator
) -> None:
    with Bus("pads", served.url) as bus:
        bus.ask_rating(66)
        until(lambda: not bus.presses(0.01) and {"event": "asking", "address": 66} in pads.events)
        served.do("rate", address=66, grade=4)
        served.do("rate", address=5, grade=0)
        found = gather(bus, 2)
        until(lambda: sum(event["event"] == "rated" for event in pads.events) == 2)
        assert bus.presses(AGAIN * 1.5) == [], "an answered evaluator does not repeat itself"
        bus.stars(66)
        until(lambda: not bus.presses(0.01) and {"event": "stars", "address": 66} in pads.events)
    assert [(press.source, press.key, press.digits) for press in found] == [
        ("pads:66", "RATE", "4"),
        ("pads:5", "RATE", "0"),
    ]


def test_a_key_that_starts_a_rating_is_acknowledged_and_starts_it(
    served: host.Served, pads: PadSimulator
) -> None:
    with Bus("pads", served.url) as bus:
        served.do("press", address=5, key="WAIT")
        assert [press.key for press in gather(bus, 1)] == ["WAIT"]
        until(lambda: len(pads.events) >= 2)
    assert {event["event"] for event in pads.events} == {"acknowledged", "asking"}


def test_nobody_rates_where_no_evaluator_is(pads: PadSimulator) -> None:
    for address, grade in ((6, 4), (66, 5)):
        with pytest.raises(ValueError, match="evaluator"):
            pads.do("rate", address=address, grade=grade)
