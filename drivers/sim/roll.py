"""The roll of paper in a printer: what is burnt into it stays, until it is cut or torn off as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

HEAD_TO_CUTTER = 96  # dots: 12 mm of paper lie between the print head and the knife
WHITE_EDGE = 24  # dots of blank paper that a picture keeps above and below the print


@dataclass
class Strip:
    """Rows to burn (mode "1", black is burnt), and what a person reads on them."""

    rows: Image.Image
    line: str | None = None
    qr: str | None = None


@dataclass
class Roll:
    """`width` dots can be burnt, `margin` dots stay white at each side."""

    name: str
    out: Path | None
    width: int
    margin: int
    pieces: int = 0
    height: int = 0
    _rows: list[Image.Image] = field(default_factory=list)
    _read: list[tuple[int, str, str]] = field(default_factory=list)  # row, "lines" or "qr", text

    def burn(self, strip: Strip, most: int) -> Strip | None:
        """Print at most `most` rows; what is left of the strip, or None."""
        rows = strip.rows
        if rows.height > most:
            if most > 0:
                self._take(rows.crop((0, 0, self.width, most)))
            return Strip(rows.crop((0, max(0, most), self.width, rows.height)), strip.line, strip.qr)
        # A line is where its middle is: its lower blank may lie behind the knife.
        where = self.height + rows.height // 2
        self._take(rows)
        if strip.line:
            self._read.append((where, "lines", strip.line))
        if strip.qr is not None:
            self._read.append((where, "qr", strip.qr))
        return None

    def cut(self) -> dict[str, Any] | None:
        """Cut at the knife: what has not passed it yet stays. The piece, None if it is blank."""
        return self._part(max(0, self.height - HEAD_TO_CUTTER))

    def tear(self) -> dict[str, Any] | None:
        """Pull everything out, printed or not."""
        return self._part(self.height)

    def picture(self) -> Image.Image:
        """All that hangs in the machine."""
        whole = Image.new("1", (self.width, max(1, self.height)), 255)
        y = 0
        for rows in self._rows:
            whole.paste(rows, (0, y))
            y += rows.height
        return whole

    def _take(self, rows: Image.Image) -> None:
        self._rows.append(rows)
        self.height += rows.height

    def _part(self, at: int) -> dict[str, Any] | None:
        whole = self.picture()
        piece = whole.crop((0, 0, self.width, max(1, at)))
        read = [entry for entry in self._read if entry[0] < at]
        self._read = [(row - at, kind, text) for row, kind, text in self._read if row >= at]
        left = self.height - at
        self._rows = [whole.crop((0, at, self.width, self.height))] if left else []
        self.height = left
        if not _burnt(piece):
            return None
        self.pieces += 1
        return {
            "png": self._save(piece),
            "lines": [text for _, kind, text in read if kind == "lines"],
            "qr": [text for _, kind, text in read if kind == "qr"],
        }

    def _save(self, piece: Image.Image) -> str | None:
        if self.out is None:
            return None
        path = self.out / f"{self.name}-{self.pieces:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.on_paper(piece).save(path)
        return str(path)

    def on_paper(self, piece: Image.Image) -> Image.Image:
        """The piece with its white margins, as it lies in the hand."""
        box = _burnt(piece) or (0, 0, self.width, 1)
        top, bottom = box[1], box[3]
        paper = Image.new("1", (self.width + 2 * self.margin, bottom - top + 2 * WHITE_EDGE), 255)
        paper.paste(piece.crop((0, top, self.width, bottom)), (self.margin, WHITE_EDGE))
        return paper


def _burnt(piece: Image.Image) -> tuple[int, int, int, int] | None:
    return piece.convert("L").point(lambda shade: 255 - shade).getbbox()
