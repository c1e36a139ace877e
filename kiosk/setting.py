"""How words are set on the glass: in the middle of a page they break into lines about equally long, no character
stands alone, and no word is torn.

Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.core.text import Label as Measure

from drivers.printer.layout import wrap
from kiosk.rare import FONT

RULE = 40  # pixels of the size at which words are first measured: linear, but for a pixel here and there
EVEN = 0.52, 0.56, 0.62, 0.7  # of a text: the longer of its two lines


@lru_cache(maxsize=64)
def ruler(size: int, bold: bool) -> Any:
    return Measure(font_name=FONT, font_size=size, bold=bold)


@lru_cache(maxsize=16384)
def length(text: str, size: int, bold: bool) -> float:
    """Pixels that the text takes on one line."""
    return float(ruler(size, bold).get_extents(text)[0])


def lines(words: str, room: float, size: int, measured: int, bold: bool, centred: bool) -> list[str]:
    """As they would stand at `size` in so many pixels; measured at another size, less exactly."""

    def wide(part: str) -> float:
        return length(part, measured, bold) * size / measured

    def even(part: str) -> list[str]:
        whole = wrap(part, room, wide)
        if len(whole) != 2 or (not centred and len(whole[1]) > 2):
            return whole
        for share in EVEN if centred else EVEN[::-1]:
            two = wrap(part, min(room, wide(part) * share), wide)
            if len(two) == 2 and (" ".join(two) == part or not (two[0][-1:] + two[1][:1]).isascii()):
                return two
        return whole

    return [line for part in words.split("\n") for line in even(part)]
