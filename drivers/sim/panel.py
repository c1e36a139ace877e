"""What every simulated sign of dots has: LEDs to look at, a photograph of them, and a switch.

Physics: `die`, `revive` (dark, as after a power cut), `show` (rows of "#" and "." as they are lit).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sim import leds


class Panel:
    """`width` x `height` LEDs; `colour` is what they light where the wire does not say."""

    def __init__(self, name: str, out: Path | None, width: str | int, height: str | int, colour: str) -> None:
        if colour not in leds.COLOURS:
            raise ValueError(f"colour is one of {', '.join(leds.COLOURS)}")
        self.name = name
        self.out = out
        self.size = (int(width), int(height))
        self.colour = colour
        self.events: list[dict[str, Any]] = []
        self.dead = False
        self.lit = Image.new("RGB", self.size)
        self.light(self.lit)

    def light(self, dots: Image.Image) -> bool:
        """Light these dots: mode "1" in the panel's colour, or "RGB". Whether that is news."""
        if dots.mode != "RGB":
            painted = Image.new("RGB", self.size)
            painted.paste(leds.COLOURS[self.colour], (0, 0), dots.convert("1"))
            dots = painted
        news = dots.tobytes() != self.lit.tobytes()
        self.lit = dots
        if self.out is not None:
            path = self.out / f"{self.name}.png"
            fresh = path.with_suffix(".new.png")
            leds.photograph(dots).save(fresh)
            fresh.replace(path)  # a reader never sees half a picture
        return news

    def show(self, dots: Image.Image, **said: Any) -> None:
        """Light these dots and, when that is news, tell what a person reads there."""
        if self.light(dots):
            self.events.append({"event": "shows", **said})

    def rows(self) -> list[str]:
        """The LEDs, top to bottom, "#" where one is lit."""
        on = self.mask()
        return [
            "".join("#" if on.getpixel((x, y)) else "." for x in range(on.width)) for y in range(on.height)
        ]

    def mask(self) -> Image.Image:
        """Mode "1": which LEDs are lit."""
        return self.lit.convert("L").point(lambda v: 255 if v else 0, "1")

    def switch(self, action: str) -> bool:
        """Do what any panel can do; whether it was one of those. The sign forgets in `forget`."""
        match action:
            case "die":
                self.dead = True
            case "revive":
                self.dead = False
                self.forget()
            case _:
                return False
        return True

    def forget(self) -> None:
        """Power was cut: nothing is lit."""
        self.light(Image.new("1", self.size))

    def poll(self) -> bytes:
        return b""
