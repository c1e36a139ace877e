"""A window strip of the "A0 90" kind at one address of its line.

Physics: those of a panel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sign import strip
from drivers.sign.strip import Command, Decoder, Frame
from drivers.sim import leds
from drivers.sim.panel import Panel

INKS = {0: "red", 1: "green", 2: "amber"}
WELCOME = "欢迎光临"


class WindowStrip(Panel):
    """It wraps at its right edge, shows what is in its ROM after power-up, and answers what it shows."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 128,
        height: str | int = 16,
        colour: str = "red",
        address: str | int = 1,
    ) -> None:
        super().__init__(name, out, width, height, colour)
        self.address = int(address)
        self.decoder = Decoder()
        self.text = ""
        self.rom = [(character, 0) for character in WELCOME]

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        return b"".join(
            self._obey(frame) for frame in self.decoder.feed(data) if frame.address == self.address
        )

    def do(self, action: str, **args: Any) -> Any:
        if self.switch(action):
            return None
        if action == "show":
            return self.rows()
        raise ValueError(f"a strip cannot {action!r}")

    def forget(self) -> None:
        self.decoder = Decoder()
        self._draw(self.rom)

    def _obey(self, frame: Frame) -> bytes:
        text = strip.read_text(frame.data)
        if text is None:
            return b""
        match frame.command:
            case Command.TEXT:
                self._draw(text)
            case Command.SET_ROM:
                self.rom = text
            case Command.SHOW_ROM:
                self._draw(self.rom)
            case _:
                return b""
        return strip.reply(self.address)

    def _draw(self, text: list[tuple[str, int]]) -> None:
        screen = Image.new("RGB", self.size)
        x = y = 0
        for character, colour in text:
            letter = leds.glyph(character)
            if x + letter.width > self.size[0]:
                x, y = 0, y + leds.CELL
            screen.paste(leds.COLOURS[INKS.get(colour, self.colour)], (x, y), letter)
            x += letter.width
        self.text = "".join(character for character, _ in text)
        self.show(screen, text=self.text.strip())
