"""The same blocks become a picture in the hall's typeface, or GBK text that the printer draws itself.

A picture is right on every printer; text is sharper and quicker where the printer's own Chinese can be
trusted. The profile in hall.toml says which (drivers/printer/profile.py: `gbk`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from config import fonts
from drivers.printer import Paper, Profile
from drivers.printer.layout import wrap
from drivers.printer.typeface import Typeface
from kiosk.ticket import Block, Blocks, Code, Items, Mark, Name, Note, Number, Pair, Rule, Title

MARGIN = 24  # dots, at 576
QUIET = 4  # modules of white around a QR code, ISO/IEC 18004
DARK = 150  # of 255: what is darker becomes a dot


def paper(blocks: Blocks, profile: Profile) -> bytes:
    """What the printer is to be sent: one ticket, cut."""
    sheet = Paper(profile, fonts.usual())
    if profile.gbk:
        for block in blocks:
            _write(sheet, block)
        sheet.feed(1)
    else:
        sheet.image(draw(blocks, profile.width_dots))
    sheet.cut()
    return sheet.bytes


def _write(sheet: Paper, block: Block) -> None:
    match block:
        case Title():
            if block.logo and Path(block.logo).is_file():
                sheet.image(_logo(block.logo, 96))
            sheet.text(
                block.text, bold=True, size=(2, 2) if _fits(block.text, sheet, 2) else (1, 2), align="center"
            )
            for line in filter(None, (block.second, block.small)):
                sheet.text(line, align="center")
        case Mark(text=text):
            sheet.text(text, bold=True, size=(2, 2), align="center")
        case Number(text=text):
            sheet.feed(1)
            sheet.text(text, bold=True, size=(8, 8) if _fits(text, sheet, 8) else (4, 4), align="center")
        case Name():
            sheet.text(block.text, bold=True, size=(2, 2), align="center")
            for line in filter(None, (block.small, block.second)):
                sheet.text(line, align="center")
        case Pair():
            wide = 2 if _fits(block.left + " " + block.right, sheet, 2) else 1
            sheet.pair(block.left, block.right, bold=True, size=(wide, 2))
            if block.second:
                sheet.text(block.second, align="right")
        case Code():
            for note in block.notes:
                sheet.text(note)
            sheet.qr(block.data, 6)
        case Note(text=text):
            sheet.text(text)
        case Items():
            sheet.text(block.title, bold=True)
            for thing in block.things:
                sheet.text(f"□ {thing}", size=(1, 2))
        case Rule():
            sheet.rule()


def _fits(text: str, sheet: Paper, wide: int) -> bool:
    from drivers.printer.layout import columns_of

    return columns_of(text) * wide <= sheet.profile.columns


@cache
def _faces() -> tuple[Typeface, Typeface]:
    """Plain and heavy. One pair for all tickets: it remembers how wide things are."""
    return (
        Typeface(fonts.usual("Regular"), fonts.regular()),
        Typeface(fonts.usual("Bold"), fonts.bold()),
    )


class Pen:
    """Draws downwards on a sheet that is as long as the ticket needs."""

    def __init__(self, width: int) -> None:
        self.scale = width / 576
        self.sheet = Image.new("L", (width, round(3000 * self.scale)), 255)
        self.ink = ImageDraw.Draw(self.sheet)
        self.plain, self.heavy = _faces()
        self.width, self.margin = width, self.dots(MARGIN)
        self.y = self.dots(16)

    def dots(self, n: float) -> int:
        return round(n * self.scale)

    def text(
        self, text: str, size: int, *, bold: bool = False, align: str = "left", x: int = 0, width: int = 0
    ) -> None:
        """Wrapped text; `x` and `width` are the column, the whole sheet if not given."""
        face, size = (self.heavy if bold else self.plain), self.dots(size)
        x, width = x or self.margin, width or self.width - 2 * self.margin
        for line in wrap(text, width, lambda part: face.width(part, size)):
            room = width - face.width(line, size)
            at = x + {"left": 0.0, "center": room / 2, "right": room}[align]
            self.line(line, at, self.y + round(size * 1.02), face, size)
            self.y += round(size * 1.36)

    def line(self, text: str, x: float, baseline: int, face: Typeface, size: int) -> None:
        for piece, font in face.runs(text, size):
            self.ink.text((x, baseline), piece, fill=0, font=font, anchor="ls")
            x += font.getlength(piece)

    def paste(self, picture: Image.Image, x: int) -> None:
        self.sheet.paste(picture, (x, self.y))

    def rule(self) -> None:
        self.y += self.dots(12)
        for x in range(self.margin, self.width - self.margin, self.dots(10)):
            end = min(x + self.dots(6), self.width - self.margin)
            self.ink.rectangle((x, self.y, end, self.y + 1), fill=0)
        self.y += self.dots(14)


def draw(blocks: Blocks, width: int) -> Image.Image:
    """The ticket as a picture (mode "1", black is printed), `width` dots wide and as long as it needs."""
    pen = Pen(width)
    for block in blocks:
        _draw(pen, block)
    pen.y += pen.dots(12)
    return pen.sheet.crop((0, 0, width, pen.y)).point(lambda shade: 0 if shade < DARK else 255, "1")


def _draw(pen: Pen, block: Block) -> None:
    match block:
        case Title():
            if block.logo and Path(block.logo).is_file():
                logo = _logo(block.logo, pen.dots(96))
                pen.paste(logo, (pen.width - logo.width) // 2)
                pen.y += logo.height + pen.dots(8)
            pen.text(block.text, 32, bold=True, align="center")
            if block.second:
                pen.text(block.second, 24, align="center")
            pen.text(block.small, 24, align="center")
        case Mark(text=text):
            _draw_mark(pen, text)
        case Number(text=text):
            _draw_number(pen, text)
        case Name():
            pen.text(block.text, 42, bold=True, align="center")
            for line in filter(None, (block.small, block.second)):
                pen.text(line, 26, align="center")
        case Pair():
            _draw_pair(pen, block)
        case Code():
            _draw_code(pen, block)
        case Note(text=text):
            pen.text(text, 24)
        case Items():
            _draw_items(pen, block)
        case Rule():
            pen.rule()


def _draw_number(pen: Pen, text: str) -> None:
    size = pen.dots(160)
    while pen.heavy.width(text, size) > pen.width - 2 * pen.margin:
        size -= 4
    x = (pen.width - pen.heavy.width(text, size)) / 2
    baseline = pen.y + round(size * 0.86)
    pen.line(text, x, baseline, pen.heavy, size)
    pen.y = baseline + pen.dots(14)


def _draw_mark(pen: Pen, text: str) -> None:
    """White on black: not to be taken for a part of the text."""
    size = pen.dots(40)
    wide = round(pen.heavy.width(text, size)) + size
    left = (pen.width - wide) // 2
    pen.y += pen.dots(8)
    pen.ink.rectangle((left, pen.y, left + wide, pen.y + round(size * 1.4)), fill=0)
    x = float(left + size // 2)
    for piece, font in pen.heavy.runs(text, size):
        pen.ink.text((x, pen.y + round(size * 1.06)), piece, fill=255, font=font, anchor="ls")
        x += font.getlength(piece)
    pen.y += round(size * 1.4) + pen.dots(10)


def _draw_pair(pen: Pen, block: Pair) -> None:
    small, large = pen.dots(28), pen.dots(34)
    left = pen.plain.width(block.left, small) + pen.dots(24)
    width = pen.width - 2 * pen.margin
    pen.line(block.left, pen.margin, pen.y + pen.dots(34), pen.plain, small)
    for line in wrap(block.right, width - left, lambda part: pen.heavy.width(part, large)):
        at = pen.width - pen.margin - pen.heavy.width(line, large)
        pen.line(line, at, pen.y + pen.dots(35), pen.heavy, large)
        pen.y += pen.dots(48)
    if block.second:
        pen.text(block.second, 24, align="right")


def _draw_items(pen: Pen, block: Items) -> None:
    """Each with an empty box before it, for a pencil."""
    pen.text(block.title, 28)
    pen.y += pen.dots(6)
    side, left = pen.dots(22), pen.margin + pen.dots(38)
    for thing in block.things:
        top = pen.y + pen.dots(8)
        pen.ink.rectangle((pen.margin, top, pen.margin + side, top + side), outline=0, width=2)
        pen.text(thing, 32, bold=True, x=left, width=pen.width - pen.margin - left)
        pen.y += pen.dots(4)


def _draw_code(pen: Pen, block: Code) -> None:
    code = segno.make(block.data, error="m", micro=False)
    modules = int(code.symbol_size(border=QUIET)[0])
    module = max(3, pen.dots(190) // modules)
    side = modules * module
    picture = Image.new("L", (side, side), 255)
    dot = ImageDraw.Draw(picture)
    for y, row in enumerate(code.matrix_iter(border=QUIET)):
        for x, dark in enumerate(row):
            if dark:
                dot.rectangle((x * module, y * module, (x + 1) * module - 1, (y + 1) * module - 1), fill=0)
    top = pen.y
    # The quiet zone is white anyway: it may lie in the margin.
    left = max(0, pen.margin - QUIET * module)
    pen.paste(picture, left)
    column = left + side + pen.dots(4)
    pen.y = top + pen.dots(8)
    for note in block.notes:
        pen.text(note, 24, x=column, width=pen.width - pen.margin - column)
        pen.y += pen.dots(8)
    pen.y = max(pen.y, top + side)


def _logo(path: str, height: int) -> Image.Image:
    with Image.open(path) as source:
        flat = Image.new("L", source.size, 255)
        seen = source.convert("RGBA")
        flat.paste(seen.convert("L"), mask=seen.getchannel("A"))
    return flat.resize((max(1, round(flat.width * height / flat.height)), height))
