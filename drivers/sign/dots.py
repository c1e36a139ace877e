"""Lines of text as dots, one picture for every sign that shows pictures: a dot is lit or it is not.

16 dots: GNU Unifont, drawn by hand on 8x16 and 16x16. 24 dots: the Song face of the Institute of Software, Academia
Sinica, drawn by hand for all of GB 2312, and Sony's letters of 12x24 beside it. What they lack, rare surnames first,
is set in Noto Sans CJK SC without grey; a character that no face has becomes "?" and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont

from drivers.sign import pcf

UNIFONT = Path("/usr/share/fonts/opentype/unifont/unifont.otf")  # Debian: fonts-unifont
NOTO = Path("/usr/share/fonts/opentype/noto")  # Debian: fonts-noto-cjk
THIN = NOTO / "NotoSansCJK-Regular.ttc"
SONG = Path("/usr/share/fonts/X11/misc/gb24st.pcf.gz")  # Debian: xfonts-base
LETTERS = SONG.with_name("12x24.pcf.gz")
NOTO_FACE = "Noto Sans CJK SC"  # face 0 of the collection is the Japanese one
FULL_NAME = 4  # name ID, OpenType specification, table 'name'
SMALL, LARGE = 16, 24
FACES = {
    SMALL: (UNIFONT, THIN),
    LARGE: (THIN, UNIFONT),
}  # after those that are drawn by hand in this very size
BASELINE = 0.88  # of Noto's em square, so that a Chinese character fills its cell exactly
LEAST_SPACE = 1  # dots between two letters of a proportional face


@dataclass(frozen=True)
class Picture:
    """`pages` are mode "1" images of the whole sign, 1 for a lit dot; `lost` is what no face could draw."""

    pages: tuple[Image.Image, ...]
    lost: str = ""


def render(lines: Sequence[str], width: int, height: int, size: int = SMALL) -> Picture:
    """Each line centred in its share of the height; one that is too wide is set smaller, then in pages.

    `size` is the height of a character in dots, 16 or 24. ValueError for more lines than the sign has.
    """
    if len(lines) * SMALL > max(height, SMALL):
        raise ValueError(f"{len(lines)} lines on a sign of {height} dots")
    pitch = height // max(len(lines), 1)
    set_lines = [_fit(text, width, size if size <= pitch else SMALL) for text in lines]
    count = max((len(parts) for parts, _ in set_lines), default=1)
    pages = []
    for page in range(count):
        picture = Image.new("1", (width, height))
        for row, (parts, used) in enumerate(set_lines):
            strip = _strip(parts[page % len(parts)], used)
            at = (max(0, (width - strip.width) // 2), row * pitch + max(0, (pitch - used) // 2))
            picture.paste(strip, at)
        pages.append(picture)
    return Picture(tuple(pages), "".join(c for text in lines for c in text if not known(c)))


def known(character: str) -> bool:
    """Whether any face has it."""
    return any(_has(path, character) for path in (UNIFONT, THIN))


def width_of(text: str, size: int = SMALL) -> int:
    """Dots that a line takes."""
    return sum(glyph(character, size).width for character in text)


@lru_cache(maxsize=4096)
def glyph(character: str, size: int = SMALL, width: int | None = None) -> Image.Image:
    """One character as a mode "1" image, `size` dots high and as wide as its face has it, or `width`."""
    if size == LARGE and (drawn := _large(character)) is not None:
        return drawn
    path = next((p for p in FACES[size] if _has(p, character)), None)
    if path is None:
        return glyph("?", size, width)
    font = _font(path, SMALL if path == UNIFONT else size)
    natural = round(font.getlength(character)) or 1
    if path != UNIFONT and character.isascii():
        natural = max(natural, round(font.getbbox(character)[2]) + LEAST_SPACE)
    image = Image.new("1", (width or natural, size))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # no grey
    if path != UNIFONT:
        draw.text((0, round(BASELINE * size)), character, fill=1, font=font, anchor="ls")
        return image
    draw.text((0, (size - SMALL) // 2), character, fill=1, font=font)
    if character.isascii():
        # Sign cards hold a bold ASCII face, two dots to a stroke, beside the Song face for Chinese.
        image = ImageChops.logical_or(image, ImageChops.offset(image, 1, 0))
    return image


def _large(character: str) -> Image.Image | None:
    """The character as somebody drew it on 24 dots, if anybody did."""
    if character.isascii():
        return pcf.load(LETTERS).glyph(ord(character))
    try:
        row, cell = character.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return None
    return pcf.load(SONG).glyph((row & 0x7F) << 8 | cell & 0x7F)


def _fit(text: str, width: int, size: int) -> tuple[list[str], int]:
    """The line in one part, in the largest size that fits; else in parts of the smallest."""
    for used in sorted({size, SMALL}, reverse=True):
        if width_of(text, used) <= width:
            return [text], used
    return list(_parts(text, width, SMALL)), SMALL


def _parts(text: str, width: int, size: int) -> Iterator[str]:
    part = ""
    for character in text:
        if part and width_of(part + character, size) > width:
            yield part.strip()
            part = ""
        part += character
    yield part.strip()


def _strip(text: str, size: int) -> Image.Image:
    strip = Image.new("1", (max(width_of(text, size), 1), size))
    x = 0
    for character in text:
        image = glyph(character, size)
        strip.paste(image, (x, 0))
        x += image.width
    return strip


def _number(path: Path) -> int:
    """Which face of the file is the Simplified Chinese one."""
    if path.suffix != ".ttc":
        return 0
    with TTCollection(path, lazy=True) as faces:
        names = [face["name"].getDebugName(FULL_NAME) or "" for face in faces.fonts]
    return next(n for n, name in enumerate(names) if name.startswith(NOTO_FACE))


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    basic = ImageFont.Layout.BASIC  # one character at a time needs no shaping
    return ImageFont.truetype(str(path), size, index=_number(path), layout_engine=basic)


def _has(path: Path, character: str) -> bool:
    # Unifont draws boxes for characters that are not to be seen.
    return character.isprintable() and ord(character) in _characters(path)


@cache
def _characters(path: Path) -> frozenset[int]:
    number = _number(path)
    if path.suffix != ".ttc":
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap())
    with TTCollection(path, lazy=True) as faces:
        return frozenset(faces.fonts[number].getBestCmap())
