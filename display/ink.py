"""What is drawn, as data: words, fills and pictures, in pixels from the top left. No screen in here.

Words stand on a base line. A word too long for its room becomes smaller as far as `config.letters.TRIM` allows, and
only then loses its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from PIL import ImageFont

from config import fonts
from config.letters import TRIM, Box

Colour = tuple[int, int, int]

DEEP: Colour = (14, 42, 48)
CARD: Colour = (22, 57, 63)
FOOT: Colour = (10, 31, 36)
RULE: Colour = (32, 74, 78)
PAPER: Colour = (246, 243, 236)
HAIR: Colour = (221, 214, 200)
INK: Colour = (18, 52, 59)
DIM: Colour = (74, 102, 112)
WHITE: Colour = (255, 255, 255)
PALE: Colour = (213, 226, 225)
QUIET: Colour = (150, 179, 180)
FADED: Colour = (134, 166, 168)
RED: Colour = (184, 50, 31)  # for the number that is called, and for nothing else
AMBER: Colour = (255, 212, 146)
GLOW: Colour = (45, 66, 57)

MEASURE = 100  # pixels of the face that words are measured with
SMALLER = (0.95, TRIM)
SLACK = 0.985  # of a room: Kivy rounds every letter to whole pixels
LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0
NEVER_FIRST = "，。、？！；：）》”’·"  # on a line


@dataclass(frozen=True)
class Words:
    """`x` is where they begin, are centred or end, as `align` says; `base` is the line that they stand on."""

    text: str
    x: float
    base: float
    size: float
    colour: Colour
    bold: bool = False
    align: float = LEFT

    @property
    def width(self) -> float:
        return measure(self.text, self.bold) * self.size


@dataclass(frozen=True)
class Fill:
    box: Box
    colour: Colour
    radius: float = 0.0


@dataclass(frozen=True)
class Picture:
    """A file, whole, in the middle of its box and as large as fits."""

    box: Box
    file: str


Ink = Words | Fill | Picture


@cache
def _face(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.bold() if bold else fonts.regular()), MEASURE)


@lru_cache(4096)
def measure(text: str, bold: bool = False) -> float:
    """Width in em."""
    return _face(bold).getlength(text) / MEASURE


@lru_cache(4096)
def rise(text: str, bold: bool = False) -> tuple[float, float]:
    """How far words go at most above the line that they stand on, and below it, in em."""
    _left, top, _right, low = _face(bold).getbbox(text, anchor="ls")
    return (2 - top) / MEASURE, (2 + low) / MEASURE  # a face is fitted to whole pixels, of each size anew


def fitted(words: Words, room: float) -> Words:
    """The same words, no wider than `room`. Few sizes: each is a face of its own in the memory of the screen."""
    room *= SLACK
    if words.width <= room:
        return words
    for ratio in SMALLER:
        smaller = replace(words, size=ratio * words.size)
        if smaller.width <= room:
            return smaller
    while smaller.width > room and len(smaller.text) > 1:
        smaller = replace(smaller, text=smaller.text.rstrip("…")[:-1] + "…")
    return smaller


def first_fitting(options: Sequence[str], like: Words, room: float) -> Words:
    """The first of several ways of saying it that keeps its end; the last loses it if none does."""
    said = [replace(like, text=text) for text in options if text]
    small = (words for words in said if words.width * TRIM <= room * SLACK)
    return fitted(next(small, said[-1] if said else like), room)


def wrapped(text: str, em: float, lines: int, bold: bool = False) -> list[str]:
    """`text` on at most so many lines of `em` each, about equally long; the last may still be too long."""
    told = [part for line in text.splitlines() for part in _broken(line, em * SLACK, bold)]
    return [*told[: lines - 1], "".join(told[lines - 1 :])] if len(told) > lines else told


def _broken(text: str, em: float, bold: bool) -> Iterator[str]:
    count = max(1, -(-int(measure(text, bold) * 100) // int(em * 100)))
    even = measure(text, bold) / count
    line = ""
    for n, char in enumerate(text):
        rest = text[n:]
        full = measure(line + char, bold) > em
        enough = count > 1 and measure(line, bold) >= even - 0.5 and measure(rest, bold) <= em * (count - 1)
        if line and (full or enough) and char not in NEVER_FIRST and _may_part(line[-1], char):
            yield line.strip()
            line, count = "", max(1, count - 1)
        line += char
    if line.strip():
        yield line.strip()


def _may_part(before: str, after: str) -> bool:
    """Chinese parts anywhere; other words only where they are parted."""
    return not (before.isascii() and after.isascii()) or " " in (before, after)


def inset(box: Box, x: float, y: float | None = None) -> Box:
    y = x if y is None else y
    return Box(box.x + x, box.y + y, box.width - 2 * x, box.height - 2 * y)
