"""Window strips and number boards: their frames, the lines they share, and what they make of garbage."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.sign import candle, strip
from drivers.sign.candledriver import CandleSign
from drivers.sign.driver import OnbonSign
from drivers.sign.strip import Frame, ReplyDecoder
from drivers.sign.stripdriver import StripSign
from drivers.sim import host
from drivers.sim.candle import CandleBoard
from drivers.sim.onbon import OnbonCard
from drivers.sim.strip import WindowStrip
from tests.drivers.patience import until

VECTORS = Path(__file__).parents[1] / "vectors"
STRIP: list[dict[str, Any]] = json.loads((VECTORS / "strip.json").read_text("utf-8"))
CANDLE: list[dict[str, Any]] = json.loads((VECTORS / "candle.json").read_text("utf-8"))
FRAMES = st.builds(Frame, st.integers(0, 255), st.sampled_from([0xA5, 0xA1]), st.binary(max_size=254))
NO_HEAD = st.binary(max_size=40).map(lambda data: data.replace(b"\xa0", b"\x0a"))
CUTS = st.lists(st.integers(0, 600), max_size=12)


def chopped(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cuts), max(len(stream), *cuts, 0)]
    return [stream[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize("vector", STRIP, ids=lambda v: v["name"])
def test_strip_frames_both_ways(vector: dict[str, Any]) -> None:
    if "reply" in vector:
        assert strip.reply(vector["reply"]).hex(" ").upper() == vector["hex"]
        assert ReplyDecoder().addresses(bytes.fromhex(vector["hex"])) == [vector["reply"]]
        return
    said = vector["frame"]
    data, lost = strip.write_text(said["text"], said["colour"])
    frame = Frame(said["address"], said["command"], data)
    assert (strip.encode(frame).hex(" ").upper(), lost) == (vector["hex"], "")
    assert strip.Decoder().feed(bytes.fromhex(vector["hex"])) == [frame]
    assert strip.read_text(frame.data) == [(character, said["colour"]) for character in said["text"]]


@pytest.mark.parametrize("vector", CANDLE, ids=lambda v: v["name"])
def test_candle_packets_both_ways(vector: dict[str, Any]) -> None:
    show = candle.Show(**vector["show"])
    assert candle.encode(show).hex(" ").upper() == vector["hex"]
    [(code, address, rest)] = candle.Decoder().feed(bytes.fromhex(vector["hex"]))
    assert (code, address, rest[0], rest[1:].decode()) == (candle.SHOW, show.address, show.blink, show.text)


@given(frames=st.lists(FRAMES, min_size=1, max_size=4), garbage=NO_HEAD, cuts=CUTS)
def test_strip_frames_in_any_chopping_after_garbage(
    frames: list[Frame], garbage: bytes, cuts: list[int]
) -> None:
    decoder = strip.Decoder()
    found = [
        f for part in chopped(garbage + b"".join(map(strip.encode, frames)), cuts) for f in decoder.feed(part)
    ]
    assert found == frames
    assert decoder.garbage == len(garbage)


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_a_strip_keeps_less_than_a_frame_of_what_it_cannot_read(chunks: list[bytes]) -> None:
    decoder, replies = strip.Decoder(), ReplyDecoder()
    for chunk in chunks:
        decoder.feed(chunk)
        replies.addresses(chunk)
        assert len(decoder._kept) < 254 + strip.SHORTEST
        assert len(replies._kept) <= strip.REPLY_MOST


def test_a_frame_cut_off_costs_itself_only() -> None:
    frame = Frame(3, strip.Command.TEXT, strip.write_text("A012")[0])
    decoder = strip.Decoder()
    assert decoder.feed(strip.encode(frame)[:-3] + strip.encode(frame) + bytes(20)) == [frame]


@given(address=st.integers(1, 0x9F), garbage=NO_HEAD, extra=NO_HEAD, cuts=CUTS)
def test_a_strips_yes_is_heard_through_garbage(
    address: int, garbage: bytes, extra: bytes, cuts: list[int]
) -> None:
    middle = extra.replace(b"\xa5", b"")
    said = garbage + strip.HEAD + bytes([address]) + middle + strip.REPLY_END
    decoder = ReplyDecoder()
    assert [a for part in chopped(said, cuts) for a in decoder.addresses(part)] == [address]


def test_a_yes_that_was_cut_off_is_not_taken_for_the_next_ones() -> None:
    decoder = ReplyDecoder()
    assert decoder.addresses(strip.reply(9)[:3] + strip.reply(3)) == [3]


@given(
    garbage=st.binary(max_size=40),
    texts=st.lists(st.text("0123456789AbC-", min_size=1), min_size=1),
    cuts=CUTS,
)
def test_candle_packets_in_any_chopping_after_garbage(
    garbage: bytes, texts: list[str], cuts: list[int]
) -> None:
    shows = [candle.Show(0x22, text) for text in texts]
    decoder = candle.Decoder()
    stream = garbage + b"".join(map(candle.encode, shows))
    found = [packet for part in chopped(stream, cuts) for packet in decoder.feed(part)]
    assert [rest[1:].decode() for _, _, rest in found[-len(texts) :]] == texts


def test_text_for_a_strip_is_gbk_and_no_longer_than_its_counter() -> None:
    assert strip.write_text("朱镕𠮷")[1] == "𠮷"
    with pytest.raises(ValueError, match="254"):
        strip.encode(Frame(1, strip.Command.TEXT, bytes(255)))


@pytest.mark.parametrize(
    ("lines", "said", "lost"),
    [
        (["请A012号到3号窗口"], "A012-3", "请号到号窗口"),
        (["正在办理", "D007"], "d007", "正在办理"),
        (["3号窗口", "暂停服务"], "3", "号窗口暂停服务"),
        (["K12 -> 5"], " 12-5", "K->"),
    ],
)
def test_a_number_board_says_the_numbers_of_a_line(lines: list[str], said: str, lost: str) -> None:
    assert candle.words(lines) == (said, lost)


def test_what_seven_segments_cannot_draw_is_our_bug() -> None:
    with pytest.raises(ValueError, match="K"):
        candle.encode(candle.Show(0x22, "K12"))
    with pytest.raises(ValueError, match="0x10"):
        candle.encode(candle.Show(0x10, "12"))


def test_a_board_stores_its_brightness_and_its_address() -> None:
    board = CandleBoard("board", address=0x22)
    board.receive(candle.brightness(0x22, 1) + candle.set_address(0x22, 0x25))
    assert (board.level, board.address) == (1, 0x25)


class Bus:
    """Several devices on one RS-485 line: each hears everything."""

    name = "bus"

    def __init__(self, *devices: Any) -> None:
        self.devices = devices
        self.events: list[dict[str, Any]] = []

    def receive(self, data: bytes) -> bytes:
        return b"".join(device.receive(data) for device in self.devices)

    def poll(self) -> bytes:
        return b""

    def do(self, action: str, **args: Any) -> Any:
        raise ValueError(action)


def test_signs_on_one_line_take_turns_and_a_dead_one_is_lost_alone() -> None:
    strips = [WindowStrip(f"strip-{n}", address=n) for n in (1, 2, 3)]
    with host.serve_pty(Bus(*strips)) as served:
        signs = [StripSign(f"sign-{n}", served.url, address=n, reply=0.5) for n in (1, 2, 3)]
        with signs[0], signs[1], signs[2]:
            for number, sign in enumerate(signs):
                sign.show([f"A00{number}"])
            assert [each.text.strip() for each in strips] == ["A000", "A001", "A002"]
            strips[1].do("die")
            signs[1].reply = 0.05
            with pytest.raises(DeviceLost, match="sign-2"):
                signs[1].ping()
            signs[0].show(["B001"])
            signs[2].show(["B003"])
            assert [strips[0].text.strip(), strips[2].text.strip()] == ["B001", "B003"]


def test_a_line_that_broke_is_opened_again_by_whoever_comes_back_first() -> None:
    cards = [OnbonCard(f"card-{n}", address=n) for n in (5, 6)]
    with host.serve_pty(Bus(*cards)) as served:
        with (
            OnbonSign("sign-5", served.url, address=5) as five,
            OnbonSign("sign-6", served.url, address=6) as six,
        ):
            served.do("unplug")
            for sign in (five, six):
                with pytest.raises(DeviceLost, match=sign.name):
                    sign.ping()
        served.do("plug")
        with OnbonSign("sign-6", served.url, address=6) as six:
            six.show(["A012"])
        assert [card.lines() for card in cards] == [[], ["A012"]]


def test_a_number_board_blinks_for_what_is_new_and_stands_still_for_what_is_not() -> None:
    board = CandleBoard("board", address=0x22)
    with host.serve_pty(board) as served, CandleSign("sign-1", served.url, address=0x22, gap=0) as sign:
        sign.show(["请A012号到3号窗口"])
        sign.ping()
        until(lambda: (board.text.rstrip(), board.blink) == ("A012-3", candle.STEADY), "it stands still")
        sign.show(["A013 3"])
        until(lambda: board.text.rstrip() == "A013-3", "the next one is lit")
        assert board.blink > candle.ALWAYS
