"""Dynamic areas (A3 06): the rectangles of text that a BX-5K/6K card shows at once and never stores.

Source: Onbon, "BX-5K/6K 通讯协议用户版本" v1.4. A card's font ROM holds GB2312 and no more. Inline escapes in
the text: `\\C1` red, `\\C2` green, `\\C3` yellow, `\\FO000` font, `\\n` new line.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from drivers.sign.onbon import CARD, Frame

GROUP, COMMAND = 0xA3, 0x06
ALL = 0xFF  # "delete every area"
PIXELS = 0x8000  # set in X and width: the unit is a pixel and not eight of them

# type, x, y, width, height, id, line spacing, run, timeout, sound, extension bytes
PLACE = struct.Struct("<BHHHHBBBHBB")
# layout, single/multi line, new line, show, exit, speed, stay, text length
TEXT = struct.Struct("<BBBBBBBI")

MARKUP = re.compile(r"\\(C\d|FO\d{3}|n)")


class Show(IntEnum):
    STATIC = 1
    INSTANT = 2
    LEFT = 3
    RIGHT = 4
    UP = 5
    DOWN = 6


class Run(IntEnum):
    LOOP = 0
    KEEP_LAST = 1
    UNTIL_TIMEOUT = 2
    LOGO_ON_TIMEOUT = 3


@dataclass(frozen=True)
class Area:
    """One rectangle; positions and sizes in pixels, `timeout` in seconds, `stay` in half seconds."""

    text: str
    x: int = 0
    y: int = 0
    width: int = 128
    height: int = 16
    id: int = 0
    spacing: int = 0
    run: int = Run.LOOP
    timeout: int = 10
    layout: int = 0
    multiline: bool = False
    wrap: bool = False
    show: int = Show.STATIC
    exit: int = 0
    speed: int = 0
    stay: int = 10


# GB2312's middle dot and dash, which Python's codec knows only under these other names.
TWINS = str.maketrans("·—", "・―")


def plain(text: str) -> str:
    """The text without its escapes; a new line becomes a space."""
    return MARKUP.sub(lambda found: " " if found[1] == "n" else "", text)


def width_of(text: str) -> int:
    """Pixels that a line takes: 8 for a byte of GB2312."""
    return 8 * len(gb2312(plain(text))[0])


def gb2312(text: str) -> tuple[bytes, str]:
    """The text for the card, and the characters that its ROM lacks (each became "?")."""
    text = text.translate(TWINS)
    lost = "".join(c for c in text if not _known(c))
    return "".join("?" if c in lost else c for c in text).encode("gb2312"), lost


def _known(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def build(areas: Sequence[Area], delete: Sequence[int] = (), dst: int = CARD) -> Frame:
    """Put up areas; an area already there with the same id is replaced. `delete=(ALL,)` removes all."""
    everything = tuple(delete) == (ALL,)
    payload = bytes([ALL]) if everything else bytes([len(delete), *delete])
    payload += bytes([len(areas)])
    for area in areas:
        body = _body(area)
        payload += struct.pack("<H", len(body)) + body
    return Frame(GROUP, COMMAND, payload=payload, dst=dst)


def _body(area: Area) -> bytes:
    text, _ = gb2312(area.text)
    place = PLACE.pack(
        0, _across(area.x), area.y, _across(area.width), area.height, area.id, area.spacing, area.run,
        area.timeout, 0, 0,
    )  # fmt: skip
    how = TEXT.pack(
        area.layout, 1 + area.multiline, 1 + area.wrap, area.show, area.exit, area.speed, area.stay, len(text)
    )
    return place + how + text


def _across(pixels: int) -> int:
    return pixels | PIXELS if pixels % 8 else pixels // 8


def _pixels(value: int) -> int:
    return value & ~PIXELS if value & PIXELS else value * 8


def parse(payload: bytes) -> tuple[tuple[int, ...], tuple[Area, ...]] | None:
    """What an A3 06 payload asks for: ids to delete (`(ALL,)` for every one) and areas; None if broken."""
    if not payload:
        return None
    count, at = payload[0], 1
    delete: tuple[int, ...] = (ALL,)
    if count != ALL:
        delete, at = tuple(payload[1 : 1 + count]), 1 + count
    if at >= len(payload):
        return None
    areas = []
    number, at = payload[at], at + 1
    for _ in range(number):
        length = int.from_bytes(payload[at : at + 2], "little")
        area = _parse_body(payload[at + 2 : at + 2 + length])
        if area is None or at + 2 + length > len(payload):
            return None
        areas.append(area)
        at += 2 + length
    return (delete, tuple(areas)) if at == len(payload) else None


def _parse_body(body: bytes) -> Area | None:
    if len(body) < PLACE.size + TEXT.size:
        return None
    _, x, y, width, height, number, spacing, run, timeout, sound, extension = PLACE.unpack_from(body)
    at = PLACE.size + extension
    if sound or len(body) < at + TEXT.size:
        return None  # voice blocks belong to the -YY cards, which we do not drive
    layout, lines, newline, show, leave, speed, stay, length = TEXT.unpack_from(body, at)
    text = body[at + TEXT.size :]
    if length != len(text):
        return None
    return Area(
        text.decode("gb2312", errors="replace"), _pixels(x), y, _pixels(width), height, number, spacing, run,
        timeout, layout, lines == 2, newline == 2, show, leave, speed, stay,
    )  # fmt: skip
