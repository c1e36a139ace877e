"""How text breaks into lines, on paper and on a glass: no line starts with ，。, and Chinese is two columns wide.

The rules are those of Chinese typesetting (避头尾), which Kivy does not know: closing marks stay with what they
close, opening marks with what they open, and a Latin word or number is not torn while a line has room for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Measure = Callable[[str], float]

NOT_FIRST = "，。、；：？！）》」』】〕”’…—·％%,.;:?!)]}"
NOT_LAST = "（《「『【〔“‘([{￥$"


def clean(text: str) -> str:
    """The text without control characters: a name from outside must not be a command to the printer."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)


def columns_of(text: str) -> int:
    """How many 12-dot columns the text takes; GBK characters take two."""
    return sum(1 if ord(c) < 0x80 else 2 for c in text)


def words(text: str) -> list[str]:
    """The pieces between which a line may break."""
    pieces: list[str] = []
    for c in text:
        if pieces and (_stays(pieces[-1][-1], c)):
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


def wrap(text: str, width: float, measure: Measure = columns_of) -> list[str]:
    """The text as lines no wider than `width`, in the unit of `measure` (columns: at least 2); "\\n" always breaks."""
    return [line for part in text.split("\n") for line in _wrap(part, width, measure)]


def _wrap(text: str, width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words(text):
        if line and measure(line + word.rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            line, word = "", word.lstrip(" ")
        line += word
        while measure(line.rstrip(" ")) > width and len(line) > 1:
            cut = next((n for n in range(len(line) - 1, 1, -1) if measure(line[:n]) <= width), 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip(" ")]


def pair(left: str, right: str, columns: int) -> str:
    """`left` and `right` at the two ends of one line."""
    return left + " " * max(1, columns - columns_of(left) - columns_of(right)) + right


def _stays(before: str, after: str) -> bool:
    if after in NOT_FIRST or before in NOT_LAST:
        return True
    if after == " ":
        return True
    return before != " " and ord(before) < 0x80 and ord(after) < 0x80
