"""The faces of a hall: simplified Chinese by name, never by index: face 0 of Noto Sans CJK is Japanese.

Kivy, Pillow and the printer each open a font by path and know no face names, so the SC faces are taken
out of Debian's collection once and kept below `sys.prefix` (the venv): `python -m config.fonts` does it at
set-up, the first use does it otherwise. The dot font of signs is GNU Unifont as Debian ships it.

A face has 65,535 glyphs, and each size of it that a program opens costs 2.6 MB; a process with many sizes opens the
`usual` face, with a tenth of the glyphs, and the whole one only for a character that is not in it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

CJK = Path("/usr/share/fonts/opentype/noto")  # Debian: fonts-noto-cjk
UNIFONT = Path("/usr/share/fonts/opentype/unifont/unifont.otf")  # Debian: fonts-unifont
OURS = Path(sys.prefix) / "share/hall/fonts"
FACE = "Noto Sans CJK SC"
WEIGHTS = "Regular", "Bold"
FAMILY, TYPOGRAPHIC_FAMILY = 1, 16  # name IDs, OpenType specification, table 'name'
INVISIBLE = frozenset("\n\r\t\u200b\ufeff")
LATIN = range(0x20, 0x250)  # names from anywhere, and pinyin
MARKS = range(0x2010, 0x2050), range(0x20A0, 0x20C0), range(0x2100, 0x2200), range(0xFF00, 0xFFE6)
CELLS = range(0xA1, 0xFF)  # of GB/T 2312-1980, both bytes
GLYPHS = 1 << 16  # more than any face can have


class FontMissing(FileNotFoundError):
    """A font is not on this machine; the message names the Debian package that brings it."""


def regular() -> Path:
    """Noto Sans SC Regular, one face in one file."""
    return _face("Regular")


def bold() -> Path:
    """Noto Sans SC Bold, one face in one file."""
    return _face("Bold")


def dots() -> Path:
    """GNU Unifont: every character drawn by hand on 8x16 or 16x16 dots, as an LED sign wants it."""
    if not UNIFONT.is_file():
        raise FontMissing(f"{UNIFONT} is not there: apt-get install fonts-unifont")
    return UNIFONT


@cache
def usual(weight: str = "Regular") -> Path:
    """The same face with what nearly every word is made of, 2 MB instead of 16; the whole one where there is no room
    to keep another."""
    whole = _face(weight)
    target = OURS / f"NotoSansSC-Usual-{weight}.otf"
    if not target.is_file():
        try:
            thin_out(whole, target)
        except PermissionError:
            return whole
    return target


def everyday() -> Iterator[str]:
    """All of GB2312 with its marks, and what is written in Latin letters."""
    for points in (LATIN, *MARKS):
        yield from map(chr, points)
    for row in CELLS:
        yield from bytes(byte for cell in CELLS for byte in (row, cell)).decode("gb2312", errors="ignore")


def missing(text: str, font: Path) -> set[str]:
    """The characters of `text` that `font` has no glyph for: they would be drawn as empty boxes (tofu)."""
    return {char for char in text if char not in INVISIBLE and ord(char) not in _characters(font)}


def take_out(collection: Path, target: Path, face: str = FACE) -> None:
    """Write one face of a .ttc as a font of its own; two processes may do it at once, the rename is atomic."""
    if not collection.is_file():
        raise FontMissing(f"{collection} is not there: apt-get install fonts-noto-cjk")
    with TTCollection(collection, lazy=True) as fonts:
        found = next((font for font in fonts if face in _families(font)), None)
        if found is None:
            raise FontMissing(f"{collection} has no face {face}: apt-get install fonts-noto-cjk")
        _save(found, target)


def thin_out(whole: Path, target: Path) -> None:
    """Write the font again with `everyday` alone. Without subroutines: a reader keeps all of them for each size."""
    from fontTools import subset  # 9 MB that nobody needs who only reads

    options = subset.Options(
        layout_features=["kern"], desubroutinize=True, glyph_names=False, notdef_outline=True,
        drop_tables=["BASE", "VORG", "vhea", "vmtx"],
    )  # fmt: skip
    with TTFont(whole, lazy=True, recalcBBoxes=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(everyday()))
        subsetter.subset(font)
        _save(font, target)


def _save(font: TTFont, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as new:
        font.save(new)
    finished = Path(new.name)
    finished.chmod(0o644)  # a temporary file is its owner's alone, and services run as another user
    finished.replace(target)


@cache
def _face(weight: str) -> Path:
    target = OURS / f"NotoSansSC-{weight}.otf"
    if not target.is_file():
        take_out(CJK / f"NotoSansCJK-{weight}.ttc", target)
    return target


def _families(font: TTFont) -> set[str]:
    return {
        record.toUnicode() for record in font["name"].names if record.nameID in (FAMILY, TYPOGRAPHIC_FAMILY)
    }


@cache
def _characters(font: Path) -> frozenset[int]:
    with TTFont(font, lazy=True) as opened:
        opened.setGlyphOrder([""] * GLYPHS)  # nobody asks for names, and to make them takes 30 MB
        return frozenset(opened.getBestCmap())


def prepare() -> Iterator[Path]:
    """Both weights at once, each with its usual face: what takes seconds is done by two processors."""
    yield dots()
    with ProcessPoolExecutor(2) as both:
        for weight, thin in zip(WEIGHTS, both.map(usual, WEIGHTS), strict=True):
            yield from (_face(weight), thin)


if __name__ == "__main__":
    for path in prepare():
        print(path)
