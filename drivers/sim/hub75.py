"""HUB75 panels behind the API of rpi-rgb-led-matrix: what a program hands to the library is what is lit.

Physics: those of a panel. One that has no power stays dark, and nobody is told.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image

from drivers.sim.panel import Panel


class Canvas:
    """A frame that is drawn on while another one is shown."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.frame = Image.new("RGB", (width, height))

    def SetImage(self, image: Image.Image, offset_x: int = 0, offset_y: int = 0) -> None:
        self.frame.paste(image, (offset_x, offset_y))


class Matrix:
    """The library's one object: it shows whole frames."""

    def __init__(self, panels: Hub75Panels) -> None:
        self.panels = panels
        self.width, self.height = panels.size

    def CreateFrameCanvas(self) -> Canvas:
        return Canvas(self.width, self.height)

    def SwapOnVSync(self, canvas: Canvas) -> Canvas:
        self.panels.scan(canvas.frame)
        return Canvas(self.width, self.height)


class Hub75Panels(Panel):
    """`width` x `height` full-colour LEDs, and the library's names for them."""

    RGBMatrixOptions = SimpleNamespace

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 128,
        height: str | int = 32,
        colour: str = "red",
    ) -> None:
        self.frame = Image.new("RGB", (int(width), int(height)))
        super().__init__(name, out, width, height, colour)

    def RGBMatrix(self, options: SimpleNamespace) -> Matrix:
        if (options.cols, options.rows) != self.size:
            raise RuntimeError(f"{options.cols}x{options.rows} is not {self.size}")
        return Matrix(self)

    def scan(self, frame: Image.Image) -> None:
        """Light a frame, unless there is no power."""
        self.frame = frame
        if not self.dead:
            self.show(frame, lit=sum(frame.convert("L").histogram()[1:]))

    def receive(self, data: bytes) -> bytes:
        return b""  # there is no byte wire

    def do(self, action: str, **args: Any) -> Any:
        if self.switch(action):
            if self.dead:
                self.light(Image.new("1", self.size))
            return None
        if action == "show":
            return self.rows()
        raise ValueError(f"a panel cannot {action!r}")

    def forget(self) -> None:
        # The library scans its frame for ever: with power, it is there again.
        self.light(self.frame)
