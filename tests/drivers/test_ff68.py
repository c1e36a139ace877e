"""RS-485 pads: frames against three sources, and a whole bus over a real pty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.keypad import ff68
from drivers.keypad.bus import Bus
from drivers.keypad.ff68 import Decoder, Frame, Repeats, encode
from drivers.keypad.press import Press
from drivers.sim import host
from drivers.sim.pad import AGAIN, NOISE, PadSimulator

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ff68.json").read_text("utf-8")
)
FRAMES = st.builds(
    Frame, st.integers(1, 127), st.sampled_from([1, 2, 3, 0x11]), st.binary(min_size=0, max_size=14)
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_sources_frames_both_ways(vector: dict[str, Any]) -> None:
    raw, values = bytes.fromhex(vector["hex"]), vector["frame"]
    frame = Frame(values["address"], values["command"], bytes.fromhex(values["data"]))
    assert encode(frame).hex(" ").upper() == vector["hex"]
    assert Decoder().feed(raw) == [frame]
    if "press" in vector:
        assert ff68.read_press(frame) == tuple(vector["press"])
        assert ff68.press(5, *vector["press"]) == frame
    if "display" in vector:
        assert ff68.display(5, *vector["display"]) == frame
    if "beep" in vector:
        assert ff68.beep(5) == frame


def test_the_display_has_three_digits_each() -> None:
    assert ff68.display(5, 1234, "A1012").data == bytes([9, 9, 9, 0, 1, 2])
    assert ff68.display(5, None, None).data == bytes([0x0A] * 6)
    with pytest.raises(ValueError, match="does not fit"):
        encode(Frame(200, 1))


@given(st.lists(FRAMES, min_size=1, max_size=5), st.lists(st.integers(0, 120), max_size=12))
def test_any_chopping(frames: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(map(encode, frames))
    decoder = Decoder()
    found = []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found == frames
    assert (decoder.garbage, decoder.bad_checksum) == (0, 0)


@given(st.binary(max_size=60), FRAMES)
def test_after_any_garbage_and_a_silence_a_key_is_read(garbage: bytes, frame: Frame) -> None:
    decoder = Decoder()
    decoder.feed(garbage)
    decoder.silence()
    assert decoder.feed(encode(frame)) == [frame]


@given(st.binary(max_size=60), FRAMES)
def test_a_key_that_hides_behind_a_false_head_is_found(garbage: bytes, frame: Frame) -> None:
    decoder = Decoder()
    found = decoder.feed(garbage + encode(frame)) + decoder.silence()
    # Noise can only swallow a frame by being a valid frame itself, checksum and all.
    assert frame in found or decoder.frames > 0


@given(FRAMES, st.data())
def test_a_damaged_frame_is_never_read_as_another_key(frame: Frame, data: st.DataObject) -> None:
    raw = bytearray(encode(frame))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    decoder = Decoder()
    assert decoder.feed(bytes(raw)) + decoder.silence() == []


def test_a_key_again_within_half_a_second_is_the_pad_repeating_itself() -> None:
    repeats, key, other = Repeats(), ff68.press(3, "NEXT"), ff68.press(5, "NEXT")
    assert repeats.is_new(key, 0.0)
    assert not repeats.is_new(key, 0.4)
    assert not repeats.is_new(key, 0.8)  # a third try counts from the second
    assert repeats.is_new(other, 0.8)
    assert repeats.is_new(ff68.press(3, "RECALL"), 0.9)
    assert repeats.is_new(key, 1.0)
    assert repeats.is_new(key, 2.0)


@pytest.fixture
def pads() -> PadSimulator:
    return PadSimulator("pads", addresses="3,5")


@pytest.fixture
def served(pads: PadSimulator) -> Iterator[host.Served]:
    with host.serve_pty(pads) as served:
        yield served


@pytest.fixture
def bus(served: host.Served) -> Iterator[Bus]:
    with Bus("pads", served.url) as bus:
        yield bus


def gather(bus: Bus, enough: Callable[[list[Press]], bool], tries: int = 60) -> list[Press]:
    found: list[Press] = []
    for _ in range(tries):
        if enough(found):
            break
        found += bus.presses(timeout=0.1)
    return found


def test_keys_of_two_pads_are_read_and_acknowledged(
    bus: Bus, served: host.Served, pads: PadSimulator
) -> None:
    served.do("press", address=3, key="NEXT")
    served.do("press", address=5, key="FUNCTION", digits="0")
    found = gather(bus, lambda found: len(found) == 2)
    assert [(p.source, p.key, p.digits) for p in found] == [
        ("pads:3", "NEXT", ""),
        ("pads:5", "FUNCTION", "0"),
    ]
    gather(bus, lambda _: len(pads.events) == 2)
    assert pads.events == [
        {"event": "acknowledged", "address": 3},
        {"event": "acknowledged", "address": 5},
    ]


def test_each_pad_shows_what_it_alone_was_told(bus: Bus, pads: PadSimulator) -> None:
    bus.display(3, waiting=7)
    bus.display(3, ticket="A012")
    bus.ok(3)
    bus.fail(5)
    bus.beep(5)
    gather(bus, lambda _: len(pads.events) == 5)
    assert pads.events == [
        {"event": "display", "address": 3, "waiting": "007", "ticket": "   "},
        {"event": "display", "address": 3, "waiting": "007", "ticket": "012"},
        {"event": "accepted", "address": 3},
        {"event": "refused", "address": 5},
        {"event": "beep", "address": 5},
    ]
    assert pads.do("show", address=5) == {"waiting": "   ", "ticket": "   ", "beeps": 1}


def test_a_key_is_told_before_everything_that_is_still_to_be_said(
    bus: Bus, served: host.Served, pads: PadSimulator
) -> None:
    for _ in range(3):
        bus.beep(5)
    assert bus.presses(timeout=0) == [] and len(bus.unsaid) == 2, (
        "the first is said, and then there is silence"
    )
    served.do("press", address=3, key="RECALL")
    assert [p.key for p in bus.presses(timeout=1)] == ["RECALL"]
    assert len(bus.unsaid) == 2, "it did not wait for them"
    gather(bus, lambda _: pads.pads[5].beeps == 3)
    assert not bus.unsaid and pads.pads[5].beeps == 3


def test_noise_hides_no_key(bus: Bus, served: host.Served) -> None:
    served.do("noise")
    served.do("press", address=5, key="NEXT", digits="12")
    found = gather(bus, lambda found: len(found) == 1)
    assert [(p.key, p.digits) for p in found] == [("NEXT", "12")]
    assert bus.decoder.garbage == len(NOISE)


def test_a_pulled_cable_is_lost(bus: Bus, served: host.Served) -> None:
    served.do("unplug")
    with pytest.raises(DeviceLost, match="pads"):
        bus.presses(timeout=1)


def test_a_pad_repeats_its_key_until_it_is_echoed_and_gives_up() -> None:
    now = [0.0]
    pads = PadSimulator("pads", addresses="3", clock=lambda: now[0])
    key = encode(ff68.press(3, "NEXT"))
    pads.do("press", key="NEXT")
    assert pads.poll() == key
    assert pads.poll() == b""
    now[0] += AGAIN
    assert pads.poll() == key
    pads.receive(key)
    now[0] += AGAIN
    assert pads.poll() == b""
    pads.do("press", key="NEXT")
    for _ in range(3):
        assert pads.poll() == key
        now[0] += AGAIN
    assert pads.poll() == b""
    assert [event["event"] for event in pads.events] == ["acknowledged", "unanswered"]


def test_a_dead_pad_says_and_shows_nothing() -> None:
    pads = PadSimulator("pads", addresses="3,5")
    pads.do("die", address=3)
    pads.do("press", address=3, key="NEXT")
    pads.receive(encode(ff68.display(3, 7, "A012")))
    assert pads.poll() == b""
    assert pads.events == []
    pads.do("revive", address=3)
    pads.do("press", address=3, key="NEXT")
    assert pads.poll() != b""
    for wrong in ({"address": 9}, {"key": "SING"}, {"digits": "x"}):
        with pytest.raises(ValueError, match="no "):
            pads.do("press", **wrong)


def test_addresses_are_listed_or_ranged() -> None:
    assert ff68.addresses("3,5") == ff68.addresses("3+5") == (3, 5)
    assert ff68.addresses("1-3+10") == (1, 2, 3, 10)
    for wrong in ("0", "128", "", "x", "7-", "3-1"):
        with pytest.raises(ValueError, match="addresses"):
            PadSimulator("pads", addresses=wrong)
