"""A typeface is the first of several font files that has the character, in its Simplified Chinese face.

NotoSansCJK-Regular.ttc opens at its Japanese face, in which 骨 直 角 and many more are drawn wrongly for us.
Rare names live in other files: a missing glyph must fall through to the next font, never print as a box.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFont

# Debian: fonts-noto-cjk, fonts-unifont, fonts-wqy-zenhei
SYSTEM_FONTS = tuple(
    Path("/usr/share/fonts") / name
    for name in (
        "opentype/noto/NotoSansCJK-Regular.ttc",
        "truetype/wqy/wqy-zenhei.ttc",
        "opentype/unifont/unifont.otf",
        "opentype/unifont/unifont_upper.otf",
    )
)
log = logging.getLogger(__name__)

GLYPHS = 1 << 16  # more than any face can have
UNKNOWN = "?"  # in the place of what no font has
DARK = 110  # of 255: a pixel this covered by the stroke becomes a dot; thin strokes stay whole
DOTS = [0 if shade < 255 - DARK else 255 for shade in range(256)]


@lru_cache(maxsize=16)
def _face(path: Path, mono: bool) -> tuple[int, frozenset[int]]:
    """Number of the Simplified Chinese face in the file, and the code points that it has."""
    if path.suffix != ".ttc":
        with TTFont(path, lazy=True) as single:
            return 0, _characters(single)
    with TTCollection(path, lazy=True) as faces:
        names = [face["name"].getDebugName(1) or "" for face in faces.fonts]
        number = next(
            (n for n, name in enumerate(names) if name.endswith(" SC") and ("Mono" in name) == mono), 0
        )
        return number, _characters(faces.fonts[number])


def _characters(font: TTFont) -> frozenset[int]:
    font.setGlyphOrder([""] * GLYPHS)  # nobody asks for names, and to make them takes 30 MB
    return frozenset(font.getBestCmap())


@lru_cache(maxsize=64)
def _font(path: Path, size: int, mono: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, index=_face(path, mono)[0])


@lru_cache(maxsize=256)
def _tell(character: str) -> None:
    """Once each, and the character alone: it may be part of somebody's name."""
    log.warning("no font of this machine has U+%04X: “%s” stands in its place", ord(character), UNKNOWN)


class Typeface:
    """Draws text in black dots. `fonts` are tried in order; those that are not installed are passed over.

    `mono`: Latin letters half as wide as Chinese ones, as in a printer's own font.
    """

    def __init__(self, *fonts: Path, mono: bool = False) -> None:
        self.mono = mono
        self._known: dict[str, Path | None] = {}  # which font has a character
        self._measured = lru_cache(maxsize=4096)(
            self._measure
        )  # most of a ticket is what was on the last one
        self.fonts = [path for path in (*fonts, *SYSTEM_FONTS) if path.exists()]
        if not self.fonts:
            raise FileNotFoundError(f"no font: {', '.join(map(str, (*fonts, *SYSTEM_FONTS)))}")

    def has(self, character: str) -> bool:
        """Whether any of the fonts has it."""
        return self._first(character) is not None

    def font_for(self, character: str, size: int) -> ImageFont.FreeTypeFont:
        """The first font that has the character; the first font of all if none has."""
        return _font(self._first(character) or self.fonts[0], size, self.mono)

    def _first(self, character: str) -> Path | None:
        if character not in self._known:
            having = (path for path in self.fonts if ord(character) in _face(path, self.mono)[1])
            self._known[character] = next(having, None)
        return self._known[character]

    def runs(self, text: str, size: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        """The text in pieces of one font each."""
        pieces: list[tuple[str, ImageFont.FreeTypeFont]] = []
        for character in text:
            if not self.has(character):
                _tell(character)
                character = UNKNOWN
            font = self.font_for(character, size)
            if pieces and pieces[-1][1] is font:
                pieces[-1] = (pieces[-1][0] + character, font)
            else:
                pieces.append((character, font))
        return pieces

    def width(self, text: str, size: int) -> float:
        """How many dots wide the text is."""
        return self._measured(text, size)

    def _measure(self, text: str, size: int) -> float:
        return sum(font.getlength(piece) for piece, font in self.runs(text, size))

    def draw(self, text: str, size: int, *, bold: bool = False) -> Image.Image:
        """The text as a picture (mode "1", black on white) as high as a line: 1.25 times `size`."""
        if bold and not self.mono:
            heavier = [path.with_name(path.name.replace("Regular", "Bold")) for path in self.fonts]
            if heavier != self.fonts and heavier[0].exists():
                return Typeface(*heavier).draw(text, size)
        height = round(size * 1.25)
        shades = Image.new("L", (max(1, round(self.width(text, size)) + bold), height), 255)
        pen = ImageDraw.Draw(shades)
        x = 0.0
        baseline = round(size * 1.0)
        for piece, font in self.runs(text, size):
            for shift in (0, 1) if bold else (0,):
                pen.text((x + shift, baseline), piece, fill=0, font=font, anchor="ls")
            x += font.getlength(piece)
        return shades.point(DOTS, "1")
