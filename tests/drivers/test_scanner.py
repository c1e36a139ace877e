"""A code held under a scanner: over a serial line and as typed keys, garbled, slow, and among somebody's typing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.reader import gm65, layout
from drivers.reader.scanner import Burst, Scan, SerialScanner, WedgeScanner
from drivers.sim import host
from drivers.sim.evdev import EvdevDevice
from drivers.sim.scanner import NOISE, Scanner
from tests.drivers.test_evdev import reading
from tests.drivers.waiting import until

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "gm65.json").read_text("utf-8")
)
TICKET = "https://hall.example/t/A012?w=3#x_Y"
TYPED = st.text(st.sampled_from(sorted(layout.KEYS)), min_size=3, max_size=60)
TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_manuals_frames(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    if "reply" in vector:
        decoder = gm65.Decoder()
        assert gm65.reply(bytes.fromhex(vector["reply"])) == raw
        assert decoder.feed(raw) == []
        assert decoder.replies == [bytes.fromhex(vector["reply"])]
    else:
        data = bytes.fromhex(vector["data"])
        assert gm65.command(vector["kind"], vector["zone"], data, vector["checked"]) == raw


@given(st.lists(TEXT, max_size=5), st.lists(st.integers(0, 300), max_size=9), st.booleans())
def test_any_chopping_with_answers_in_between(codes: list[str], cuts: list[int], answered: bool) -> None:
    between = gm65.reply() if answered else b""
    stream = b"".join(between + code.encode() + b"\r\n" for code in codes) + between
    decoder, found = gm65.Decoder(), []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found == codes
    assert decoder.dropped == 0


@given(st.binary(max_size=3000))
def test_no_bytes_upset_the_decoder_or_make_it_grow(data: bytes) -> None:
    decoder = gm65.Decoder()
    for at in range(0, len(data), 100):
        for code in decoder.feed(data[at : at + 100]):
            assert code.isprintable()
        assert len(decoder._buffer) <= gm65.MOST + 100 and len(decoder.replies) <= 8


def test_chinese_in_both_encodings_and_what_is_no_text() -> None:
    decoder = gm65.Decoder()
    assert decoder.feed("号票A012\r".encode()) == ["号票A012"]
    assert decoder.feed("号票A012\r".encode("gb18030")) == ["号票A012"]
    assert decoder.feed(b"A\x1b012\r" + b"x" * 1025 + b"\rA013\r") == ["A013"]
    assert decoder.dropped > 0


@pytest.fixture(params=["continuous", "trigger"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(mode: str) -> Iterator[host.Served]:
    with host.serve_pty(Scanner("scanner-1", mode=mode)) as served:
        yield served


def gather(scanner: SerialScanner, count: int) -> list[str]:
    found: list[Scan] = []
    until(lambda: len(found.__iadd__(scanner.reads(0.05))) >= count, what=lambda: found)
    return [scan.code for scan in found]


def test_codes_on_a_serial_line(served: host.Served, mode: str) -> None:
    with SerialScanner("scanner-1", served.url) as scanner:
        served.do("scan", code=TICKET)
        if mode == "trigger":
            assert scanner.reads(0.1) == []
            scanner.trigger()
        assert gather(scanner, 1) == [TICKET]
        served.do("noise")
        answers = len(scanner.decoder.replies)
        scanner.trigger()
        until(lambda: scanner.reads(0.05) == [] and len(scanner.decoder.replies) > answers)
        served.do("scan", code="号票A013", encoding="gb18030")
        assert gather(scanner, 1)[-1] == "号票A013"
        assert scanner.decoder.dropped + 1 >= len(NOISE) - 1
        served.do("unplug")
        with pytest.raises(DeviceLost, match="scanner-1"):
            for _ in range(20):
                scanner.reads(0.1)


def test_no_repr_shows_a_code() -> None:
    assert TICKET not in repr(Scan("scanner-1", TICKET)) + repr(Burst(TICKET))


def typed(burst: Burst, text: str, start: float = 0.0, pace: float = 0.004) -> list[str]:
    """What a scanner's keys add up to."""
    at, found = start, []
    for character in text:
        code, shift = layout.KEYS[character]
        steps = [(code, 1), (code, 0)]
        if shift:
            steps = [(layout.SHIFTS[0], 1), *steps, (layout.SHIFTS[0], 0)]
        found += [burst.key(key, value, at) for key, value in steps]
        at += pace
    found += [burst.key(layout.ENTER, value, at) for value in (1, 2, 0)]
    return [code for code in found if code is not None]


@given(TYPED)
def test_whatever_a_scanner_types_is_read_back(text: str) -> None:
    assert typed(Burst(), text) == [text]


@given(TYPED)
def test_a_person_who_types_is_no_scanner(text: str) -> None:
    assert typed(Burst(), text, pace=0.2) == []


def test_a_scan_after_half_a_word_of_typing_is_the_scan_alone() -> None:
    burst = Burst()
    for n, character in enumerate("half a w"):
        burst.key(layout.KEYS[character][0], 1, 0.3 * n)
    assert typed(burst, TICKET, start=9.0) == [TICKET]
    assert typed(burst, "x" * 3000, start=20.0, pace=0.001) == []
    assert len(burst.text) == 0
    assert typed(burst, "A012", start=30.0) == ["A012"]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2), st.floats(0, 1)), max_size=60))
def test_no_keys_upset_it(events: list[tuple[int, int, float]]) -> None:
    burst, now = Burst(), 0.0
    for code, value, after in events:
        now += after
        burst.key(code, value, now)


def test_a_wedge_is_grabbed_read_pulled_out_and_put_back() -> None:
    wedge = EvdevDevice("scanner-1", kind="wedge")
    with host.serve_own(wedge) as served, reading("scanning", wedge, served.url) as reader:
        reader.until("ready")
        served.do("scan", text=TICKET)
        assert reader.next() == f"scanner-1 {TICKET}"
        served.do("unplug")
        assert "拔掉" in reader.until("lost scanner-1")
        served.do("plug")
        reader.until("ready")
        served.do("scan", text="A013")
        assert reader.next() == "scanner-1 A013"
        with pytest.raises(ValueError, match="type"):
            served.do("scan", text="号")


def test_a_number_pad_is_no_scanner_and_nothing_there_is_lost() -> None:
    with pytest.raises(DeviceLost, match="scanner-1"), WedgeScanner("scanner-1", "evdev:/dev/input/event99"):
        pass
    with pytest.raises(ValueError, match="evdev:"), WedgeScanner("scanner-1", "serial:/dev/ttyS0"):
        pass
    pad = EvdevDevice("keypad-7")
    with host.serve_own(pad) as served, reading("scanning", pad, served.url) as reader:
        assert "不是扫码器" in reader.until("lost scanner-1")
