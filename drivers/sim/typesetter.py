"""The typesetter of a printer: commands in, strips of dots out; it knows no paper, no status, no wire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import segno
from PIL import Image, ImageChops, ImageDraw

from drivers.printer.typeface import Typeface
from drivers.sim.codepages import on_page
from drivers.sim.escpos import Command
from drivers.sim.roll import Strip

ALIGNMENT = {0: 0.0, 1: 0.5, 2: 1.0, 48: 0.0, 49: 0.5, 50: 1.0}
TAB = 8
LINE_SPACING = 30
QR_LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}
UNREADABLE = "□"
INK = [0 if shade < 145 else 255 for shade in range(256)]  # what of a grey dot is burnt


@dataclass(frozen=True)
class Style:
    """What ESC @ resets."""

    chinese: bool = True  # power-on state of Chinese models
    bold: bool = False
    underline: int = 0
    reverse: bool = False
    small: bool = False  # font B, 9x17
    wide: int = 1
    high: int = 1
    align: float = 0.0
    spacing: int = LINE_SPACING
    page: int = 0
    left: int = 0
    area: int = 0


@dataclass
class Typesetter:
    """`rom` is the Chinese font that the printer has: "gbk", "gb2312", "gb18030" or "none".

    `unknown` counts bytes that no printer of this kind understands.
    """

    width: int
    rom: str = "gbk"
    unknown: int = 0
    style: Style = field(default_factory=Style)
    _cells: list[tuple[int, Image.Image]] = field(default_factory=list)
    _x: int = 0
    _line: str = ""
    _lead: bytes = b""
    _graphics: Strip | None = None
    _qr_size: int = 3
    _qr_level: str = "l"
    _qr_data: bytes = b""

    def reset(self) -> None:
        """ESC @: the line in hand is lost, the style is as after power-on."""
        self.style = Style(chinese=self.rom != "none", area=self.width)
        self._graphics = None
        self.drop()

    def drop(self) -> None:
        """Forget the line in hand."""
        self._cells, self._x, self._line, self._lead = [], 0, "", b""

    def __post_init__(self) -> None:
        self.reset()

    def set(self, command: Command) -> list[Strip]:
        """Carry out one command; the strips that are to be burnt now."""
        args = command.args
        n = args[0] if args else 0
        match command.code:
            case b"":
                return self._text(args)
            case b"?":
                self.unknown += len(args)
            case b"\n":
                return self._flush(self.style.spacing)
            case b"\t":
                self._x = (self._x // (12 * TAB) + 1) * 12 * TAB
                self._line += " "
            case b"\x1b@":
                self.reset()
            case b"\x1bJ":
                return self._flush(n)
            case b"\x1bd":
                return self._flush(n * self.style.spacing)
            case b"\x1b$":
                self._x = int.from_bytes(args, "little")
                self._line += " "
            case b"\x1b\\":
                self._x += int.from_bytes(args, "little", signed=True)
                self._line += " "
            case b"\x1b*":
                self._column_picture(args)
            case b"\x1dv0":
                return self._picture(
                    args[5:], args[1] | args[2] << 8, args[3] | args[4] << 8, n & 1, n >> 1 & 1
                )
            case b"\x1d(L" | b"\x1d8L":
                return self._graphics_command(args)
            case b"\x1d(k":
                return self._qr_command(args)
            case _:
                self.style = self._styled(command.code, n, args)
        return []

    def _styled(self, code: bytes, n: int, args: bytes) -> Style:
        style = self.style
        changes: dict[str, Any] = {}
        match code:
            case b"\x1c&":
                changes = {"chinese": self.rom != "none"}
            case b"\x1c.":
                changes = {"chinese": False}
            case b"\x1c!":
                changes = {"wide": 1 + (n >> 2 & 1), "high": 1 + (n >> 3 & 1), "underline": n >> 7}
            case b"\x1b!":
                changes = {
                    "small": bool(n & 1), "bold": bool(n & 8), "high": 1 + (n >> 4 & 1),
                    "wide": 1 + (n >> 5 & 1), "underline": n >> 7,
                }  # fmt: skip
            case b"\x1d!":
                changes = {"wide": 1 + (n >> 4 & 7), "high": 1 + (n & 7)}
            case b"\x1bE" | b"\x1bG":
                changes = {"bold": bool(n & 1)}
            case b"\x1b-" | b"\x1c-":
                changes = {"underline": n & 3}
            case b"\x1dB":
                changes = {"reverse": bool(n & 1)}
            case b"\x1bM":
                changes = {"small": n in (1, 49)}
            case b"\x1ba":
                changes = {"align": ALIGNMENT.get(n, style.align)}
            case b"\x1b2":
                changes = {"spacing": LINE_SPACING}
            case b"\x1b3":
                changes = {"spacing": n}
            case b"\x1bt":
                changes = {"page": n}
            case b"\x1dL":
                left = min(int.from_bytes(args, "little"), self.width - 12)
                changes = {"left": left, "area": min(style.area, self.width - left)}
            case b"\x1dW":
                changes = {"area": max(12, min(int.from_bytes(args, "little"), self.width - style.left))}
        return replace(style, **changes)

    def _text(self, data: bytes) -> list[Strip]:
        data, self._lead = self._lead + data, b""
        strips: list[Strip] = []
        while data:
            length, character = self._character(data)
            if not length:
                self._lead = data
                break
            strips += self._place(character, chinese=length > 1)
            data = data[length:]
        return strips

    def _character(self, data: bytes) -> tuple[int, str]:
        """The first character and its bytes; 0 bytes if the rest of it has not come yet."""
        first = data[0]
        if first < 0x80:
            return 1, chr(first)
        if not self.style.chinese:
            return 1, on_page(first, self.style.page)
        if len(data) < 2:
            return 0, ""
        length = 4 if self.rom == "gb18030" and 0x30 <= data[1] <= 0x39 else 2
        if len(data) < length:
            return 0, ""
        try:
            return length, data[:length].decode(self.rom)
        except UnicodeDecodeError:
            self.unknown += 1
            return 1, UNREADABLE

    def _place(self, character: str, *, chinese: bool) -> list[Strip]:
        cell = self._cell(character, chinese)
        strips = self._flush(self.style.spacing) if self._x + cell.width > self.style.area else []
        self._cells.append((self._x, cell))
        self._x += cell.width
        self._line += character
        return strips

    def _cell(self, character: str, chinese: bool) -> Image.Image:
        style = self.style
        cell = _glyph(character, chinese, style.small and not chinese, style.bold)
        cell = cell.resize((cell.width * style.wide, cell.height * style.high), Image.Resampling.NEAREST)
        if style.underline:
            ImageDraw.Draw(cell).rectangle(
                (0, cell.height - style.underline, cell.width, cell.height), fill=0
            )
        return ImageChops.invert(cell) if style.reverse else cell

    def _flush(self, feed: int) -> list[Strip]:
        """Print the line in hand and move on by `feed` dots, or by the line's height if that is more."""
        cells, self._cells, self._x = self._cells, [], 0
        line, self._line = self._line.strip(), ""
        tall = max((cell.height for _, cell in cells), default=0)
        rows = Image.new("1", (self.width, max(feed, tall)), 255)
        used = max((x + cell.width for x, cell in cells), default=0)
        start = self.style.left + int((self.style.area - used) * self.style.align)
        for x, cell in cells:
            rows.paste(cell, (start + x, tall - cell.height))
        return [Strip(rows, line or None)] if rows.height else []

    def _aligned(self, picture: Image.Image, qr: str | None = None) -> list[Strip]:
        strips = self._flush(self.style.spacing) if self._cells else []
        rows = Image.new("1", (self.width, picture.height), 255)
        room = max(0, self.style.area - picture.width)
        rows.paste(picture, (self.style.left + int(room * self.style.align), 0))
        return [*strips, Strip(rows, qr=qr)] if picture.height else strips

    def _picture(self, data: bytes, across: int, rows: int, twice_wide: int, twice_high: int) -> list[Strip]:
        if not across or not rows:
            return []
        if len(data) < across * rows:  # it says that it is larger than it is
            self.unknown += len(data)
            return []
        dots = ImageChops.invert(Image.frombytes("1", (across * 8, rows), data))
        dots = dots.resize((dots.width << twice_wide, dots.height << twice_high), Image.Resampling.NEAREST)
        return self._aligned(dots)

    def _column_picture(self, args: bytes) -> None:
        mode, data = args[0], args[3:]
        deep = 3 if mode in (32, 33) else 1
        columns = len(data) // deep
        if not columns:
            return
        # Columns of bytes, top bit first, are rows of the picture turned by 90 degrees and mirrored.
        turned = Image.frombytes("1", (deep * 8, columns), data)
        dots = ImageChops.invert(turned.transpose(Image.Transpose.TRANSPOSE))
        dots = dots.resize(
            (dots.width * (1 if mode in (1, 33) else 2), dots.height * (1 if deep == 3 else 3)),
            Image.Resampling.NEAREST,
        )
        self._cells.append((self._x, dots))
        self._x += dots.width

    def _graphics_command(self, args: bytes) -> list[Strip]:
        """GS ( L: function 112 keeps a picture, functions 2 and 50 print it."""
        function = args[1] if len(args) > 1 else -1
        if function == 112 and len(args) >= 10:
            width, rows = args[6] | args[7] << 8, args[8] | args[9] << 8
            strips = self._picture(args[10:], (width + 7) // 8, rows, args[3] >> 1 & 1, args[4] >> 1 & 1)
            self._graphics = strips[-1] if strips else None
        elif function in (2, 50) and self._graphics is not None:
            return [self._graphics]
        return []

    def _qr_command(self, args: bytes) -> list[Strip]:
        if len(args) < 2 or args[0] != 49:
            return []
        match args[1]:
            case 67 if len(args) > 2:
                self._qr_size = max(1, min(16, args[2]))
            case 69 if len(args) > 2:
                self._qr_level = QR_LEVELS.get(args[2], "l")
            case 80:
                self._qr_data = args[3:]
            case 81 if self._qr_data:
                text = self._qr_data.decode("utf-8", "replace")
                code = segno.make(text, error=self._qr_level, micro=False, boost_error=False)
                small = Image.new("1", code.symbol_size(border=0), 255)  # type: ignore[arg-type]
                for y, row in enumerate(code.matrix):
                    for x, dark in enumerate(row):
                        if dark:
                            small.putpixel((x, y), 0)
                size = (small.width * self._qr_size, small.height * self._qr_size)
                return self._aligned(small.resize(size, Image.Resampling.NEAREST), qr=text)
        return []


@lru_cache(maxsize=4096)
def _glyph(character: str, chinese: bool, small: bool, bold: bool) -> Image.Image:
    """One character as the printer's font has it: 24x24 Chinese, 12x24 and 9x17 Latin."""
    width, height = (24, 24) if chinese else (9, 17) if small else (12, 24)
    size = 18 if small else 24
    font = _typeface().font_for(character, size)
    cell = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(cell)
    for shift in range(2 if bold else 1):
        pen.text((shift, round(height * 0.88)), character, fill=0, font=font, anchor="ls")
    return cell.point(INK, "1")


@cache
def _typeface() -> Typeface:
    return Typeface(mono=True)
