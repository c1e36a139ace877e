"""Every parser of bytes from outside keeps at most 4 KiB of them, however long something never ends."""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import drivers
from drivers.keypad import ff68, modbus
from drivers.pager import coaster, pocsag, tap
from drivers.printer.status import StatusReader
from drivers.reader import gm65, sdt
from drivers.sign import alpha, bx, candle, onbon, strip
from tests.fuzz.engine import every_hex

MOST = 4096
FLOOD = 32 * 1024
ROOMS = ("sign", "pager", "keypad", "reader", "printer")
VECTORS = Path(__file__).parents[1] / "vectors"


@dataclass(frozen=True)
class Parser:
    """How to make one and feed it; `head` begins a frame that here never ends, `vectors` has whole ones."""

    make: Callable[[], Any]
    head: bytes
    vectors: str
    feed: Callable[[Any, bytes], object] = lambda parser, data: parser.feed(data)


def bits(parser: Any, data: bytes) -> None:
    parser.feed(byte >> shift & 1 for byte in data for shift in range(7, -1, -1))


def dialogue() -> tap.Dialogue:
    begun = tap.Dialogue()
    begun.start(0.0)
    return begun


PARSERS = {
    "sign.onbon.Decoder": Parser(onbon.Decoder, b"\xa5" * 8, "onbon"),
    "sign.bx.Decoder": Parser(bx.Decoder, b"\xa5" * 8, "bx"),
    "sign.alpha.Decoder": Parser(alpha.Decoder, b"\0\0\0\0\0\x01Z00\x02", "alpha"),
    "sign.candle.Decoder": Parser(candle.Decoder, b"\x01\x22\x21", "candle"),
    "sign.strip.Decoder": Parser(strip.Decoder, b"\xa0\x90\x03\xa5\x00\xff", "strip"),
    "sign.strip.ReplyDecoder": Parser(
        strip.ReplyDecoder, b"\xa0\x90\x03", "strip", lambda parser, data: parser.addresses(data)
    ),
    "pager.tap.Dialogue": Parser(dialogue, b"ID", "tap", lambda parser, data: parser.receive(data, 0.0)),
    "pager.coaster.Framer": Parser(lambda: coaster.Framer(b"\x01", b"\x03\x04"), b"\x01", "coaster"),
    "pager.coaster.Answers": Parser(coaster.Answers, b"\x01\x15", "coaster"),
    "pager.pocsag.Decoder": Parser(pocsag.Decoder, pocsag.as_bytes([pocsag.SYNC]), "pocsag", bits),
    "keypad.ff68.Decoder": Parser(ff68.Decoder, b"\xff\x68\x10\x10\x68", "ff68"),
    "keypad.modbus.Decoder": Parser(lambda: modbus.Decoder(answers=True), b"\x05\x02\xfa", "modbus"),
    "reader.sdt.Decoder": Parser(sdt.Decoder, b"\xaa\xaa\xaa\x96\x69\x0f\xff", "sdt"),
    "reader.gm65.Decoder": Parser(gm65.Decoder, b"BJ", "gm65"),
    "printer.status.StatusReader": Parser(StatusReader, b"\x5f", "escpos"),
}


def test_no_parser_is_left_out() -> None:
    found = set()
    for room in ROOMS:
        for info in pkgutil.iter_modules([str(Path(drivers.__file__ or "").parent / room)]):
            module = importlib.import_module(f"drivers.{room}.{info.name}")
            for name, kind in vars(module).items():
                own = isinstance(kind, type) and kind.__module__ == module.__name__
                if own and ({"feed", "addresses"} & vars(kind).keys() or name == "Dialogue"):
                    found.add(f"{room}.{info.name}.{name}")
    assert found - {"printer.paper.Paper"} == set(PARSERS), "paper is fed, too, but by us"


@pytest.mark.parametrize("name", PARSERS)
def test_a_flood_is_not_kept(name: str) -> None:
    parser = PARSERS[name]
    whole = list(every_hex(json.loads((VECTORS / f"{parser.vectors}.json").read_text("utf-8"))))
    dice = random.Random(name)
    for flood in (
        b"\0",
        b"\xff",
        b"A",
        b"0",
        parser.head,
        *(frame[:-1] for frame in whole),
        *(frame[: len(frame) // 2 + 1] for frame in whole),
        dice.randbytes(999),
        bytes(range(32, 127)),
    ):
        begun = parser.make()
        parser.feed(begun, parser.head)
        data = flood * (FLOOD // len(flood) + 1)
        most = 0
        for at in range(0, len(data), 1021):
            parser.feed(begun, data[at : at + 1021])
            most = max(most, kept(begun))
        assert most <= MOST, (flood[:16], most)


def kept(value: Any) -> int:
    """Bytes that hang on to this object, as far as they came over a wire: text, buffers, and lists of words."""
    match value:
        case bytes() | bytearray() | str():
            return len(value)
        case list() | tuple() | deque() | set():
            return sum(map(kept, value))
        case dict():
            return sum(map(kept, value.values()))
        case bool() | float() | Enum() | None:
            return 0
        case int():
            return 1
    if is_dataclass(value):
        return sum(kept(getattr(value, field.name)) for field in fields(value))
    return sum(map(kept, vars(value).values())) if hasattr(value, "__dict__") else 0
