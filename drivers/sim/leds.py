"""A strip of LEDs as a photograph of it: round dots on black, each lit dot with its own halo.

Glyphs come from the dot font of `drivers.sign.dots`, in the cells that the font ROM of a sign card has.
"""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from drivers.sign import dots as dotfont

CELL = 16  # dots
DOT = 8  # pixels of the picture per LED
FINE = 8  # each dot is drawn this many times larger first
BEZEL = 22  # pixels of frame around the dots

Colour = tuple[int, int, int]
COLOURS: dict[str, Colour] = {
    "red": (255, 44, 24),
    "green": (70, 255, 90),
    "amber": (255, 164, 28),
    "white": (250, 250, 245),
}
DARK: Colour = (42, 30, 26)  # an LED that is off still catches light
BOARD: Colour = (8, 8, 9)
FRAME: Colour = (22, 23, 25)
EDGE: Colour = (52, 54, 58)


def glyph(character: str) -> Image.Image:
    """One character as a card's ROM has it: 8 dots wide for one byte of GB2312, 16 for two."""
    double = len(character.encode("gb2312", errors="replace")) == 2
    return dotfont.glyph(character, CELL, CELL if double else CELL // 2)


def photograph(dots: Image.Image) -> Image.Image:
    """An RGB image of one pixel per LED (black is off) as the picture that a person would see."""
    width, height = dots.size
    size = (width * DOT, height * DOT)
    disc = _disc()
    lit = dots.resize(size, Image.Resampling.NEAREST)
    on = dots.convert("L").point(lambda v: 255 if v else 0).resize(size, Image.Resampling.NEAREST)
    shape = Image.new("L", size)
    for x in range(0, size[0], DOT):
        shape.paste(disc, (x, 0))
    row = shape.crop((0, 0, size[0], DOT))
    for y in range(0, size[1], DOT):
        shape.paste(row, (0, y))
    face = Image.new("RGB", size, BOARD)
    face.paste(Image.composite(lit, Image.new("RGB", size, DARK), on), mask=shape)
    core = _hot(lit, shape, on)
    halo = Image.composite(lit, Image.new("RGB", size), ImageChops.multiply(shape, on))
    picture = Image.new("RGB", (size[0] + 2 * BEZEL, size[1] + 2 * BEZEL), FRAME)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=EDGE, width=2)
    inner = (BEZEL - 6, BEZEL - 6, picture.width - BEZEL + 5, picture.height - BEZEL + 5)
    draw.rectangle(inner, fill=BOARD, outline=(0, 0, 0), width=2)
    picture.paste(ImageChops.screen(face, core), (BEZEL, BEZEL))
    glow = Image.new("RGB", picture.size)
    glow.paste(halo, (BEZEL, BEZEL))
    near = glow.filter(ImageFilter.GaussianBlur(DOT * 0.55)).point(lambda v: v * 45 // 100)
    far = glow.filter(ImageFilter.GaussianBlur(DOT * 2.2)).point(lambda v: v * 32 // 100)
    return ImageChops.screen(ImageChops.screen(picture, near), far)


@cache
def _disc(share: float = 0.80) -> Image.Image:
    big = DOT * FINE
    margin = big * (1 - share) / 2
    image = Image.new("L", (big, big))
    ImageDraw.Draw(image).ellipse((margin, margin, big - margin - 1, big - margin - 1), fill=255)
    return image.resize((DOT, DOT), Image.Resampling.LANCZOS)


def _hot(lit: Image.Image, shape: Image.Image, on: Image.Image) -> Image.Image:
    """The bright middle of each lit LED."""
    small = Image.new("L", shape.size)
    middle = _disc(0.36)
    for x in range(0, shape.width, DOT):
        small.paste(middle, (x, 0))
    row = small.crop((0, 0, shape.width, DOT))
    for y in range(0, shape.height, DOT):
        small.paste(row, (0, y))
    warm = Image.new("RGB", shape.size, (120, 96, 70))
    return Image.composite(warm, Image.new("RGB", shape.size), ImageChops.multiply(small, on))
