"""Alpha packets against two encoders that others wrote, and against a line that chops and lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alphasign.commands.dots import WriteSmallDots
from alphasign.commands.special import ReadSpecialFunction, SpecialFunction, WriteSpecialFunction
from alphasign.commands.string_file import WriteString
from alphasign.commands.text import WriteText
from alphasign.packet import Packet as TheirPacket
from alphasign.protocol import DELAY, DisplayMode, DisplayPosition, FileProtection, FileType
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from readerboard.protocol import frames, replies

from drivers.sign import alpha, dots
from drivers.sign.alpha import Decoder, File, Packet, encode
from drivers.sign.alphadriver import AlphaSign
from drivers.sim import host
from drivers.sim.alpha import AlphaBoard

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "alpha.json").read_text("utf-8")
)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)
COMMANDS = PRINTABLE.map(str.encode)
LABELS = st.sampled_from([b"A", b"B", b"S", b"P"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_captured_packets_both_ways(vector: dict[str, Any]) -> None:
    said = vector["packet"]
    kind = said.get("kind", "Z").encode()
    packet = Packet(tuple(c.encode() for c in said["commands"]), said["address"].encode(), kind)
    assert encode(packet, vector["check"]).hex(" ").upper() == vector["hex"]
    raw = bytes.fromhex(vector["hex"])
    assert Decoder().feed(raw) == [packet]
    if kind == alpha.RESPONSE:
        assert replies.unwrap(raw, alpha.ERRORS) == bytes([alpha.FINE])


def theirs(*commands: Any, address: str = "00") -> bytes:
    packet = TheirPacket(address=address)
    for command in commands:
        packet.add(command)
    return packet.to_bytes().replace(DELAY, b"")


@given(COMMANDS, LABELS, st.integers(0, 255))
def test_alphasignpy_writes_the_same_texts_and_strings(body: bytes, label: bytes, number: int) -> None:
    address = f"{number:02X}"
    text = WriteText(body, label.decode(), DisplayPosition.MIDDLE_LINE, DisplayMode.HOLD)
    string = WriteString(body, label.decode())
    ours = Packet((alpha.text(label, body), alpha.string(label, body)), address.encode())
    assert encode(ours) == theirs(text, string, address=address)


@given(COMMANDS, LABELS)
def test_readerboard_writes_the_same_texts_and_strings(body: bytes, label: bytes) -> None:
    for ours, their in (
        (alpha.text(label, body), frames.write_text_file(label, body)),
        (alpha.string(label, body), frames.write_string_file(label, body)),
    ):
        whole = frames.packet(their, sign_type=b"Z")  # it wakes the sign with more zeros than five
        assert encode(Packet((ours,)), check=False).lstrip(b"\0") == whole.lstrip(b"\0")


@given(st.integers(1, 255), st.integers(1, 31), st.randoms(use_true_random=False))
def test_both_write_the_same_pictures(width: int, height: int, random: Any) -> None:
    image = Image.frombytes("1", (width, height), random.randbytes((width + 7) // 8 * height))
    rows = ["".join("01"[bool(image.getpixel((x, y)))] for x in range(width)) for y in range(height)]
    ours = alpha.picture(b"P", image)
    assert ours == frames.write_dots_file(b"P", rows)
    pixels = "".join(row + "\r" for row in rows).encode()
    assert encode(Packet((ours,))) == theirs(WriteSmallDots(pixels, "P", width, height))


def test_both_lay_out_the_memory_alike() -> None:
    ours = alpha.memory([File(b"A", b"A", 0x40), File(b"S", b"B", 125), File(b"P", b"D", (16, 96))])
    assert ours == frames.set_memory_config(
        [
            frames.FileAllocation(b"A", 0x40),
            frames.FileAllocation.string(b"S", 125),
            frames.FileAllocation.dots(b"P", 16, 96),
        ]
    )
    their = WriteSpecialFunction.configure_memory(
        [
            {"label": "A", "type": FileType.TEXT, "size": 0x40},
            {"label": "S", "type": FileType.STRING, "size": 125, "protection": FileProtection.LOCKED},
            {"label": "P", "type": FileType.DOTS, "size": (16, 96)},
        ]
    )
    assert encode(Packet((ours,))) == theirs(their)


def test_both_ask_for_the_error_register_and_order_the_files_alike() -> None:
    assert alpha.run([b"A", b"B"]) == frames.set_run_sequence([b"A", b"B"])
    asked = ReadSpecialFunction(SpecialFunction.SERIAL_ERROR_STATUS)
    assert encode(Packet((alpha.read_errors(),))) == theirs(asked)
    assert alpha.read_errors() == frames.read_special(b"*")


def test_readerboard_reads_what_our_simulated_sign_answers() -> None:
    board = AlphaBoard("sign-1")
    answer = board.receive(frames.packet(frames.read_special(b"*"), sign_type=b"Z"))
    assert replies.unwrap(answer, b"*") == bytes([alpha.FINE])


def test_our_simulated_sign_understands_both() -> None:
    board = AlphaBoard("sign-1")
    board.receive(frames.packet(frames.write_text_file(b"A", b"A012 TO 3"), sign_type=b"Z"))
    assert board.text == "A012 TO 3"
    board.receive(theirs(WriteText("CALL B7", "0", mode=DisplayMode.FLASH)))
    assert board.text == "CALL B7"
    board.receive(frames.packet(frames.clear_priority_file(), sign_type=b"Z"))
    assert board.text == "A012 TO 3"


@given(
    packets=st.lists(st.lists(COMMANDS, min_size=1, max_size=3), min_size=1, max_size=3),
    check=st.booleans(),
    garbage=st.binary(max_size=40),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_any_chopping_after_any_garbage(
    packets: list[list[bytes]], check: bool, garbage: bytes, cuts: list[int]
) -> None:
    asked = [Packet(tuple(commands)) for commands in packets]
    stream = garbage + b"".join(encode(packet, check) for packet in asked)
    decoder, found = Decoder(), []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found[-len(asked) :] == asked


def test_a_wrong_checksum_costs_its_own_command_only() -> None:
    raw = encode(Packet((b"GBA012", b"GCB013")))
    decoder = Decoder()
    assert decoder.feed(raw.replace(b"A012", b"A013")) == [Packet((b"GCB013",))]
    assert decoder.bad_sum == decoder.skipped == 1


def test_a_packet_that_never_ends_keeps_no_more_than_4_kib() -> None:
    decoder = Decoder()
    decoder.feed(b"\x01Z00\x02" + b"A" * 10_000)
    assert decoder.malformed == 1
    assert decoder.feed(encode(Packet((b"GBA",)))) == [Packet((b"GBA",))]


@pytest.mark.parametrize("size", [b"10-A", b"-501", b" 1 1", b"0x01"])
def test_a_picture_whose_size_is_no_number_is_no_picture(size: bytes) -> None:
    """A text that calls itself as if it were one: found by fuzzing."""
    board = AlphaBoard("sign-1", width=32, height=32)
    text = b"AA" + size + b"1" * 40 + alpha.CALL_DOTS + b"A"
    board.receive(alpha.SOH + b"Z00" + alpha.STX + text + alpha.EOT)
    assert board.text


def test_pauses_fall_where_the_document_wants_them() -> None:
    packet = Packet((alpha.string(b"S", b"A012"), alpha.picture(b"P", Image.new("1", (8, 2)))))
    parts = alpha.pieces(packet)
    assert [part[-1:] for part in parts[:-1]] == [alpha.STX, alpha.STX, b"8"]
    assert b"".join(parts) == encode(packet)
    assert len(alpha.pieces(Packet((b"GBA012",)))) == 1


@pytest.mark.parametrize("colour", alpha.COLOURS)
def test_numbers_go_in_letters_and_chinese_in_pictures(colour: str) -> None:
    board = AlphaBoard("sign-1", width=128, address=7)
    with (
        host.serve_tcp(board) as served,
        AlphaSign("sign-1", served.url, 128, 16, address=7, colour=colour, gap=0) as sign,
    ):
        assert sign.show(["A012 -> 3"]) == ""
        assert board.text == "A012 -> 3"
        assert sign.show(["请A012到3窗口"]) == ""
        assert board.mask().tobytes() == dots.render(["请A012到3窗口"], 128, 16).pages[0].tobytes()
        text_written = board.files[b"A"]
        sign.show(["请A013到4窗口"])
        assert board.files[b"A"] is text_written, "a picture that is rewritten does not flicker"
        sign.priority("EXIT NOW")
        assert board.text == "EXIT NOW"
        sign.release()
        assert board.mask().tobytes() == dots.render(["请A013到4窗口"], 128, 16).pages[0].tobytes()


def test_a_sign_of_seven_rows_shows_its_letters_and_names_the_rest() -> None:
    board = AlphaBoard("sign-1", width=80, height=7)
    with host.serve_tcp(board) as served, AlphaSign("sign-1", served.url, 80, 7, gap=0) as sign:
        assert sign.show(["请A012号到3号窗口"]) == "请号到号窗口"
        assert board.text == "A012 3"


def test_a_packet_that_was_misheard_is_sent_again() -> None:
    board = AlphaBoard("sign-1")
    with host.serve_tcp(board) as served, AlphaSign("sign-1", served.url, gap=0) as sign:
        board.do("mishear", count=2)
        sign.show(["A012"])
        assert board.text == "A012"


def test_a_wire_without_a_way_back_is_only_spoken_to() -> None:
    board = AlphaBoard("sign-1")
    with host.serve_tcp(board) as served, AlphaSign("sign-1", served.url, gap=0, answers=False) as sign:
        served.do("die")
        sign.show(["A012"])
        sign.ping()
