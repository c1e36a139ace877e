"""A character that Noto Sans SC lacks comes from another face of this machine: Kivy by itself would draw a box.

Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

from functools import cache

from kivy.utils import escape_markup

from config import fonts
from drivers.printer.typeface import Typeface


def common(text: str) -> bool:
    """Whether one face has it all; whatever GBK can say is in it, so that nothing is looked up for most words."""
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return not fonts.missing(text, fonts.regular())
    return True


def dressed(text: str) -> str:
    """The text as Kivy's markup, each character in a face that has it."""
    parts = []
    for piece, font in _faces().runs(text, 16):
        path, words = str(font.path), escape_markup(piece)
        parts.append(words if path == str(fonts.regular()) else f"[font={path}]{words}[/font]")
    return "".join(parts)


@cache
def _faces() -> Typeface:
    return Typeface(fonts.regular())
