"""A character that the face of a page lacks comes from another face of this machine: Kivy by itself would draw a box.

A page is set in the usual face of Noto Sans SC; the whole face and the others are opened only for what that has not.
Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

from functools import cache

from kivy.core.text import LabelBase
from kivy.utils import escape_markup

from config import fonts
from drivers.printer.typeface import Typeface

FONT, WHOLE = "Hall", "Hall, whole"


def register() -> None:
    """Both faces, by the names that looks and `dressed` know them by."""
    LabelBase.register(FONT, str(fonts.usual("Regular")), fn_bold=str(fonts.usual("Bold")))
    LabelBase.register(WHOLE, str(fonts.regular()), fn_bold=str(fonts.bold()))


def common(text: str) -> bool:
    """Whether the face of a page has it all."""
    return not fonts.missing(text, fonts.usual())


def dressed(text: str) -> str:
    """The text as Kivy's markup, each character in a face that has it."""
    names = {str(fonts.usual()): "", str(fonts.regular()): WHOLE}
    parts = []
    for piece, font in _faces().runs(text, 16):
        name, words = names.get(str(font.path), str(font.path)), escape_markup(piece)
        parts.append(f"[font={name}]{words}[/font]" if name else words)
    return "".join(parts)


@cache
def _faces() -> Typeface:
    return Typeface(fonts.usual(), fonts.regular())
