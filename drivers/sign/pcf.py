"""A face that somebody drew dot by dot, as X11 keeps it (.pcf.gz): a number for each code, a picture for each number.

FreeType opens such a file, and finds in it no character that is not of Unicode; those of GB 2312 are not.
Source: the format as X.Org's libXfont reads it (src/bitmap/pcfread.c).
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

METRICS, BITMAPS, ENCODINGS = 1 << 2, 1 << 3, 1 << 5  # kinds of tables
COMPRESSED = 0x100  # metrics of a byte each
BIG, LEFTMOST = 1 << 2, 1 << 3  # the high byte comes first; the high bit is the dot at the left
NO_GLYPH = 0xFFFF


@dataclass(frozen=True)
class Face:
    """`numbers` has the glyph of each code, `sizes` and `offsets` are those of each glyph's dots in `dots`, whose rows
    are whole words of `padding` bytes."""

    numbers: Mapping[int, int]
    sizes: Sequence[tuple[int, int]]
    offsets: Sequence[int]
    dots: bytes
    padding: int
    order: str  # of the bits, in Pillow's words

    def glyph(self, code: int) -> Image.Image | None:
        """The character with this code, mode "1", 1 for a lit dot; or nothing."""
        number = self.numbers.get(code)
        if number is None:
            return None
        (width, height), at = self.sizes[number], self.offsets[number]
        stride = -(-width // (8 * self.padding)) * self.padding
        rows = self.dots[at : at + stride * height]
        return Image.frombytes("1", (width, height), rows, "raw", self.order, stride)


@cache
def load(file: Path) -> Face:
    """The face in this file. OSError when it is not there, ValueError when it is none."""
    with gzip.open(file) as packed:
        data = packed.read()
    if data[:4] != b"\1fcp":
        raise ValueError(f"{file} is no PCF font")
    (count,) = struct.unpack_from("<I", data, 4)
    tables = {kind: at for kind, _format, _size, at in struct.iter_unpack("<4I", data[8 : 8 + 16 * count])}
    at = tables[BITMAPS]
    written, end = _order(data, at)
    (count,) = struct.unpack_from(f"{end}I", data, at + 4)
    offsets = struct.unpack_from(f"{end}{count}I", data, at + 8)
    dots, order = data[at + 8 + 4 * count + 16 :], "1" if written & LEFTMOST else "1;R"
    sizes = _sizes(data, tables[METRICS])
    return Face(_numbers(data, tables[ENCODINGS]), sizes, offsets, dots, 1 << (written & 3), order)


def _order(data: bytes, at: int) -> tuple[int, str]:
    """How a table is written: its format, and struct's sign for its byte order."""
    (written,) = struct.unpack_from("<I", data, at)
    return written, ">" if written & BIG else "<"


def _numbers(data: bytes, at: int) -> dict[int, int]:
    _format, end = _order(data, at)
    low, high, first, last, _default = struct.unpack_from(f"{end}5h", data, at + 4)
    codes = [row << 8 | column for row in range(first, last + 1) for column in range(low, high + 1)]
    numbers = struct.unpack_from(f"{end}{len(codes)}H", data, at + 14)
    return {code: number for code, number in zip(codes, numbers, strict=True) if number != NO_GLYPH}


def _sizes(data: bytes, at: int) -> list[tuple[int, int]]:
    """Width and height of each glyph's picture."""
    written, end = _order(data, at)
    if written & COMPRESSED:
        (count,) = struct.unpack_from(f"{end}H", data, at + 4)
        rows = struct.iter_unpack("5B", data[at + 6 : at + 6 + 5 * count])  # each has 0x80 added
        return [(right - left, ascent + descent - 0x100) for left, right, _width, ascent, descent in rows]
    (count,) = struct.unpack_from(f"{end}I", data, at + 4)
    wide = struct.iter_unpack(f"{end}5hH", data[at + 8 : at + 8 + 12 * count])
    return [(right - left, up + down) for left, right, _width, up, down, _attributes in wide]
