"""A Candle queue board: seven-segment digits behind a dark pane.

Physics: `die`, `revive` (dark), `show` (the text that is lit).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from drivers.sign.candle import BRIGHTNESS, HIGHEST, LOWEST, SEGMENTS, SHOW, Decoder
from drivers.sim.leds import BOARD, COLOURS, EDGE, FRAME

DIGIT = 16  # as in hall.toml: "dots" of width for one digit
W, H, BAR, GAP = 56, 100, 12, 26  # pixels of the picture: a digit, its strokes, between digits
MARGIN = 36
OFF = (34, 14, 12)
# Each segment as (x, y, x, y) in units of the digit's width and of half its height.
STROKES = {
    "a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2),
    "e": (0, 1, 0, 2), "f": (0, 0, 0, 1), "g": (0, 1, 1, 1),
}  # fmt: skip
ARROWS = {"<": ((1, 0.4), (0, 1), (1, 1.6)), ">": ((0, 0.4), (1, 1), (0, 1.6))}


class CandleBoard:
    """The board at `address`; `width` / 16 places."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 128,
        address: str | int = LOWEST,
        colour: str = "red",
    ) -> None:
        if colour not in COLOURS:
            raise ValueError(f"colour is one of {', '.join(COLOURS)}")
        self.name = name
        self.out = out
        self.places = max(int(width) // DIGIT, 1)
        self.address = int(address)
        self.colour = COLOURS[colour]
        self.events: list[dict[str, Any]] = []
        self.dead = False
        self.decoder = Decoder()
        self.text = " " * self.places
        self.blink = LOWEST
        self.level = 3
        self._draw()

    def receive(self, data: bytes) -> bytes:
        if not self.dead:
            for code, address, rest in self.decoder.feed(data):
                if address == self.address:
                    self._obey(code, rest)
        return b""

    def poll(self) -> bytes:
        return b""

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "die":
                self.dead = True
            case "revive":
                self.dead = False
                self.decoder = Decoder()
                self._show(" " * self.places)
            case "show":
                return self.text.rstrip()
            case _:
                raise ValueError(f"a number board cannot {action!r}")
        return None

    def _obey(self, code: int, rest: bytes) -> None:
        if code == SHOW:
            self.blink = rest[0]
            said = "".join(chr(c) if chr(c) in SEGMENTS else " " for c in rest[1 : 1 + self.places])
            self._show(said + self.text[len(said) :])
        elif code == BRIGHTNESS and LOWEST <= rest[0] <= LOWEST + 3:
            self.level = 3 - (rest[0] - LOWEST)
        elif LOWEST <= rest[0] <= HIGHEST:
            self.address = rest[0]

    def _show(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.events.append({"event": "shows", "text": text.rstrip()})
            self._draw()

    def _draw(self) -> None:
        if self.out is None:
            return
        path = self.out / f"{self.name}.png"
        fresh = path.with_suffix(".new.png")
        self.photograph().save(fresh)
        fresh.replace(path)  # a reader never sees half a picture

    def photograph(self) -> Image.Image:
        """What a passer-by sees."""
        size = (2 * MARGIN + self.places * W + (self.places - 1) * GAP, 2 * MARGIN + H)
        glow = Image.new("RGB", size)
        face = Image.new("RGB", size, BOARD)
        lights, dark = ImageDraw.Draw(glow), ImageDraw.Draw(face)
        for place, character in enumerate(self.text):
            left = MARGIN + place * (W + GAP)
            for name, stroke in STROKES.items():
                lit = name in SEGMENTS[character] and character not in ARROWS
                _bar(lights if lit else dark, left, stroke, self.colour if lit else OFF)
            if character in ARROWS:
                points = [(left + x * W, MARGIN + y * H / 2) for x, y in ARROWS[character]]
                lights.line(points, fill=self.colour, width=BAR, joint="curve")
        picture = Image.composite(glow, face, glow.convert("L").point(lambda v: 255 if v else 0))
        halo = glow.filter(ImageFilter.GaussianBlur(10)).point(lambda v: v * 55 // 100)
        picture = ImageChops.screen(picture, halo)
        frame = ImageDraw.Draw(picture)
        frame.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=FRAME, width=10)
        frame.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=EDGE, width=2)
        return picture


def _bar(
    draw: ImageDraw.ImageDraw, left: int, stroke: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> None:
    """One segment: a bar whose ends are pointed, with a little dark between it and the next."""
    x1, y1, x2, y2 = stroke
    a = (left + x1 * W, MARGIN + y1 * H // 2)
    b = (left + x2 * W, MARGIN + y2 * H // 2)
    half, short = BAR // 2, BAR // 2 + 2
    if y1 == y2:
        points = [(a[0] + 2, a[1]), (a[0] + short, a[1] - half), (b[0] - short, a[1] - half), (b[0] - 2, b[1]),
                  (b[0] - short, a[1] + half), (a[0] + short, a[1] + half)]  # fmt: skip
    else:
        points = [(a[0], a[1] + 2), (a[0] + half, a[1] + short), (a[0] + half, b[1] - short), (b[0], b[1] - 2),
                  (a[0] - half, b[1] - short), (a[0] - half, a[1] + short)]  # fmt: skip
    draw.polygon(points, fill=colour)
