"""A paper is composed here, line by line, and becomes bytes; sending them is the printer's business.

Text goes out as GBK behind FS & (drivers/printer/profile.py: `gbk`). A line with a character that GBK does
not have (㐂 𠮷 䶮: names that people bear) goes out whole as a picture, so that a line has one look.
python-escpos builds pictures and QR codes; its `text` is not used, because it drops Chinese punctuation
and prints rare characters as "?".
"""

from __future__ import annotations

import builtins
import logging
import shutil
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from drivers.printer import layout, raster
from drivers.printer.profile import Profile
from drivers.printer.typeface import Typeface

# Importing python-escpos 3.1 installs a root log handler and leaves a new folder in /tmp. Undo both.
_handlers = logging.root.handlers[:]
from escpos import capabilities  # noqa: E402
from escpos.constants import QR_ECLEVEL_M  # noqa: E402
from escpos.escpos import Escpos  # noqa: E402

logging.root.handlers[:] = _handlers
shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

INITIALISE = b"\x1b@"  # ESC @
CHINESE_ON = b"\x1c&"  # FS &
CUT = b"\x1dVB\x00"  # GS V 66 0: feed to the cutter, cut all but one point
ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
LINE_DOTS = 24
LEADING = 6  # dots between a text line and the next, as printers do with ESC 2
TEAR_LINES = 5  # lines from the print head to the tear bar, for printers without a cutter
NATIVE_QR_LONGEST = 100  # characters: printers refuse long codes, each at its own length
QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)


class Composer(Escpos):
    """python-escpos as a maker of bytes: what it would send is kept, with its pictures made harmless."""

    def __init__(self, width_dots: int) -> None:
        super().__init__("default")
        # The default profile has no width; python-escpos would say so on stdout for every picture.
        self.profile.profile_data = self.profile.profile_data | {"media": {"width": {"pixels": width_dots}}}
        self.kept = bytearray()

    def _raw(self, msg: bytes) -> None:
        if msg.startswith(raster.RASTER):
            msg = msg[: raster.RASTER_HEADER] + raster.disarm(msg[raster.RASTER_HEADER :])
        self.kept += msg


class Paper:
    """One ticket, from ESC @ to the cut. `font`, then the system's fonts, draw what is sent as a picture."""

    def __init__(self, profile: Profile, font: Path | None = None) -> None:
        self.profile = profile
        self.typeface = Typeface(*([font] if font else []))
        self._composer = Composer(profile.width_dots)
        self._composer.kept += INITIALISE + CHINESE_ON

    @property
    def bytes(self) -> builtins.bytes:
        """What the printer is to be sent."""
        return builtins.bytes(self._composer.kept)

    def text(
        self, line: str, *, bold: bool = False, size: tuple[int, int] = (1, 1), align: str = "left"
    ) -> None:
        """Text, wrapped at the paper's width. `size` is how many times as wide and as high, 1 to 8."""
        wide, high = size
        if not (1 <= wide <= 8 and 1 <= high <= 8 and align in ALIGN):
            raise ValueError(f"no text of size {size} at {align!r}")
        parts = layout.wrap(layout.clean(line), self.profile.columns // wide)
        encoded = [self._encoded(part) for part in parts]
        for part, text in zip(parts, encoded, strict=True):
            if text is None or None in encoded:  # all of it in one look
                self.image(self._drawn(part, bold, wide, high), align=align)
            else:
                self._send_text(text, bold, wide, high, align)

    def pair(self, left: str, right: str, *, bold: bool = False, size: tuple[int, int] = (1, 1)) -> None:
        """Two texts at the two edges of one line."""
        left, right = layout.clean(left), layout.clean(right)
        wide, high = size
        if layout.columns_of(left + right) >= self.profile.columns // wide:
            self.text(left, bold=bold, size=size)
            self.text(right, bold=bold, size=size, align="right")
            return
        text = self._encoded(layout.pair(left, right, self.profile.columns // wide))
        if text is not None:
            self._send_text(text, bold, wide, high, "left")
            return
        ends = raster.on_line(self._drawn(left, bold, wide, high), self.profile.width_dots, "left")
        end = self._drawn(right, bold, wide, high)
        ends.paste(end, (self.profile.width_dots - end.width, 0))
        self.image(ends)

    def image(self, picture: Image.Image, *, align: str = "center") -> None:
        """A picture, black printed and white not; wider than the paper it is made smaller."""
        line = raster.on_line(picture, self.profile.width_dots, align)
        self._composer.kept += ALIGN["left"]
        for top in range(0, line.height, raster.BAND):  # python-escpos would prepare the whole of it, too
            band = line.crop((0, top, line.width, min(line.height, top + raster.BAND)))
            self._composer.image(band, impl="bitImageRaster")

    def qr(self, data: str, size: int = 6, *, align: str = "center") -> None:
        """A QR code with modules of `size` dots (1 to 16); too large for the paper, it is made smaller."""
        data = layout.clean(data)
        code = segno.make(data, error="m", micro=False)
        modules = int(code.symbol_size(border=QUIET)[0])
        size = max(1, min(size, self.profile.width_dots // modules))
        if self.profile.native_qr and len(data) <= NATIVE_QR_LONGEST:
            white = builtins.bytes((0x1B, 0x4A, QUIET * size))  # ESC J
            self._composer.kept += ALIGN[align] + white
            self._composer.qr(data, native=True, size=size, ec=QR_ECLEVEL_M)
            self._composer.kept += white
            return
        picture = Image.new("1", (modules * size, modules * size), 255)
        pen = ImageDraw.Draw(picture)
        for y, row in enumerate(code.matrix_iter(border=QUIET)):
            for x, dark in enumerate(row):
                if dark:
                    pen.rectangle((x * size, y * size, (x + 1) * size - 1, (y + 1) * size - 1), fill=0)
        self.image(picture, align=align)

    def rule(self) -> None:
        """A dashed line across the paper."""
        line = Image.new("1", (self.profile.width_dots, 18), 255)
        pen = ImageDraw.Draw(line)
        for x in range(0, self.profile.width_dots, 12):
            pen.rectangle((x, 8, x + 7, 9), fill=0)
        self.image(line)

    def feed(self, lines: int = 1) -> None:
        """Empty lines (0 to 255)."""
        self._composer.kept += builtins.bytes((0x1B, 0x64, lines))  # ESC d

    def cut(self) -> None:
        """Cut the paper off, or push it out to the tear bar where there is no cutter."""
        if self.profile.cut:
            self._composer.kept += CUT
        else:
            self.feed(TEAR_LINES)

    def _encoded(self, line: str) -> builtins.bytes | None:
        if not self.profile.gbk:
            return None
        try:
            return line.encode("gbk")
        except UnicodeEncodeError:
            return None

    def _send_text(self, text: builtins.bytes, bold: bool, wide: int, high: int, align: str) -> None:
        self._composer.kept += ALIGN[align] + builtins.bytes((0x1B, 0x45, bold))  # ESC E
        self._composer.kept += builtins.bytes((0x1D, 0x21, (wide - 1) << 4 | (high - 1)))  # GS !
        if high > 1:
            text = builtins.bytes((0x1B, 0x33, min(255, (LINE_DOTS + LEADING) * high))) + text  # ESC 3
        self._composer.kept += text + (b"\n\x1b2" if high > 1 else b"\n")  # ESC 2

    def _drawn(self, line: str, bold: bool, wide: int, high: int) -> Image.Image:
        picture = self.typeface.draw(line or " ", LINE_DOTS * high, bold=bold)
        stretched = round(picture.width * wide / high)
        return picture.resize((max(1, min(stretched, self.profile.width_dots)), picture.height))
