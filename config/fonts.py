"""The faces of a hall: simplified Chinese by name, never by index: face 0 of Noto Sans CJK is Japanese.

Kivy, Pillow and the printer each open a font by path and know no face names, so the SC faces are taken
out of Debian's collection once and kept below `sys.prefix` (the venv): `python -m config.fonts` does it at
set-up, the first use does it otherwise. The dot font of signs is GNU Unifont as Debian ships it.
"""

from __future__ import annotations

import sys
import tempfile
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

CJK = Path("/usr/share/fonts/opentype/noto")  # Debian: fonts-noto-cjk
UNIFONT = Path("/usr/share/fonts/opentype/unifont/unifont.otf")  # Debian: fonts-unifont
OURS = Path(sys.prefix) / "share/hall/fonts"
FACE = "Noto Sans CJK SC"
FAMILY, TYPOGRAPHIC_FAMILY = 1, 16  # name IDs, OpenType specification, table 'name'
INVISIBLE = frozenset("\n\r\t\u200b\ufeff")


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
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as new:
            found.save(new)
    finished = Path(new.name)
    finished.chmod(0o644)  # a temporary file is its owner's alone, and services run as another user
    finished.replace(target)


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
        return frozenset(opened.getBestCmap())


if __name__ == "__main__":
    for path in (regular(), bold(), dots()):
        print(path)
