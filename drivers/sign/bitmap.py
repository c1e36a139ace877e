"""Dynamic areas of BX-5 and BX-6 cards (A7 00): rectangles of dots that a card shows at once, never stores.

Source: captures of the vendor's SDKs (see `drivers.sign.bx`). A picture is rows of bytes, the left dot in the
highest bit; in the captured profiles a lit dot is 0. Full-colour cards take R, G, B for each dot, 0 to 255.
BX-5 puts each page's dots behind the page; BX-6 puts them behind the last area.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageChops

from drivers.sign.bx import Series, order

GROUP, SHOW, DELETE = 0xA7, 0x00, 0x01
ALL = 0xFF
PICTURE = 0x10  # area type
# id, run mode, timeout s, relate all programs, number of programs, immediate, 4 reserved
AREA = struct.Struct("<BBHBHB4x")
# area type, x, y, width, height, all in dots
PLACE = struct.Struct("<BHHHH")
FRAME = {Series.BX5: 1, Series.BX6: 10}  # bytes of frame, background, transparency, voice: all 0
# style, display, clear, speed, stay, repeat, valid width
PAGE = struct.Struct("<BBBBHBH")
PAGE_RESERVED = {Series.BX5: 4, Series.BX6: 9}
INSTANT = 0x02  # display: all at once
SPEED = 0x0A


@dataclass(frozen=True)
class Page:
    """One picture of an area. `dots` are the bytes as the card takes them; `stay` in 10 ms."""

    dots: bytes
    stay: int = 300
    display: int = INSTANT
    speed: int = SPEED
    repeat: int = 1
    valid: int = 0  # dots of width that count; 0 for the whole area


@dataclass(frozen=True)
class Area:
    """One rectangle, in dots; `timeout` in seconds."""

    pages: tuple[Page, ...]
    x: int = 0
    y: int = 0
    width: int = 128
    height: int = 16
    id: int = 0
    run: int = 0
    timeout: int = 60  # as the SDKs send it; it counts in the run modes that end by themselves


def pack(picture: Image.Image, lit: int = 0, colour: tuple[int, int, int] | None = None) -> bytes:
    """A mode "1" image as the card takes it: with `colour`, three bytes a dot; else one bit, lit is `lit`."""
    if colour is None:
        flip = (
            picture if lit else ImageChops.invert(picture.convert("L")).convert("1", dither=Image.Dither.NONE)
        )
        return flip.tobytes()  # Pillow fills the last byte of a row with 0; widths are multiples of 8
    painted = Image.new("RGB", picture.size)
    painted.paste(colour, (0, 0), picture)
    return painted.tobytes()


def unpack(dots: bytes, width: int, height: int, lit: int = 0) -> Image.Image | None:
    """The picture in these bytes, mode "1" or "RGB"; None when they are too few or too many."""
    if len(dots) == (width + 7) // 8 * height:
        image = Image.frombytes("1", (width, height), dots)
        return image if lit else ImageChops.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    if len(dots) == width * height * 3:
        return Image.frombytes("RGB", (width, height), dots)
    return None


def show(areas: Sequence[Area], series: Series) -> bytes:
    """The body that puts up areas; one with the same id is replaced. A BX-5 body has one area."""
    data, pictures = b"", b""
    if series is Series.BX6:
        data = struct.pack("<H", len(areas))
    for area in areas:
        body = AREA.pack(area.id, area.run, area.timeout, 1, 0, 1)
        body += PLACE.pack(PICTURE, area.x, area.y, area.width, area.height)
        body += bytes(FRAME[series]) + struct.pack("<H", len(area.pages))
        for page in area.pages:
            valid = page.valid or area.width
            head = PAGE.pack(0, page.display, 0, page.speed, page.stay, page.repeat, valid)
            head += bytes(PAGE_RESERVED[series])
            if series is Series.BX5:
                body += struct.pack("<I", len(head) + len(page.dots)) + head + page.dots
            else:
                where = struct.pack("<II", len(pictures), len(page.dots))
                body += struct.pack("<I", len(head) + len(where)) + head + where
                pictures += page.dots
        data += struct.pack("<I", len(body)) + body
    return order(GROUP, SHOW, data + pictures)


def delete(ids: Sequence[int]) -> bytes:
    """The body that takes areas away; `(ALL,)` for every one."""
    if tuple(ids) == (ALL,):
        return order(GROUP, DELETE, bytes([ALL]))
    return order(GROUP, DELETE, bytes([len(ids), *ids]))


def parse_delete(body: bytes) -> tuple[int, ...] | None:
    """The ids that an A7 01 body takes away; None if broken."""
    data = body[5:]
    if data == bytes([ALL]):
        return (ALL,)
    return tuple(data[1:]) if data and data[0] == len(data) - 1 else None


def parse_show(body: bytes, series: Series) -> tuple[Area, ...] | None:
    """The areas of an A7 00 body; None if its lengths do not add up."""
    try:
        return _areas(body, series)
    except struct.error:  # shorter than it says
        return None


def _areas(body: bytes, series: Series) -> tuple[Area, ...] | None:
    (length,) = struct.unpack_from("<H", body, 3)
    data = body[5:]
    if length != len(data):
        return None
    number, at = 1, 0
    if series is Series.BX6:
        (number,), at = struct.unpack_from("<H", data), 2
    found = []
    for _ in range(number):
        (size,) = struct.unpack_from("<I", data, at)
        piece = data[at + 4 : at + 4 + size]
        if len(piece) != size:
            return None
        area = _area(piece, series)
        if area is None:
            return None
        found.append(area)
        at += 4 + size
    rest = data[at:]
    if series is Series.BX5:
        return None if rest else tuple(found)
    return tuple(
        replace(area, pages=tuple(replace(page, dots=_cut(rest, page.dots)) for page in area.pages))
        for area in found
    )


def _cut(pictures: bytes, where: bytes) -> bytes:
    offset, size = struct.unpack("<II", where)
    return pictures[offset : offset + size]


def _area(piece: bytes, series: Series) -> Area | None:
    number, run, timeout, _, programs, _ = AREA.unpack_from(piece)
    at = AREA.size + 2 * programs
    kind, x, y, width, height = PLACE.unpack_from(piece, at)
    at += PLACE.size + FRAME[series]
    if kind != PICTURE:
        return None
    (count,) = struct.unpack_from("<H", piece, at)
    at += 2
    pages = []
    for _ in range(count):
        (size,) = struct.unpack_from("<I", piece, at)
        raw = piece[at + 4 : at + 4 + size]
        start = PAGE.size + PAGE_RESERVED[series]
        if len(raw) != size or size < start or (series is Series.BX6 and size != start + 8):
            return None
        _, display, _, speed, stay, repeat, valid = PAGE.unpack_from(raw)
        pages.append(Page(raw[start:], stay, display, speed, repeat, 0 if valid == width else valid))
        at += 4 + size
    return Area(tuple(pages), x, y, width, height, number, run, timeout) if at == len(piece) else None
