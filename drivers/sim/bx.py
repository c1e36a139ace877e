"""A BX-5 or BX-6 card with its LEDs: it believes no message whose check is wrong, and shows only whole pictures.

Physics: those of a panel, `nack` (say no to the next commands) and `turn` (the next page).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sign import bitmap, bx
from drivers.sign.bitmap import ALL, Area
from drivers.sign.bx import BROADCAST, BROADCAST_REPLY, Decoder, Message, Series
from drivers.sim.leds import COLOURS
from drivers.sim.panel import Panel

SERIES = {"bx5": Series.BX5, "bx6": Series.BX6}
BUSY, NO_COMMAND, BAD_DATA = 3, 2, 4


class BxCard(Panel):
    """The card at `address`. `lit` is the bit that its driver board takes for a lit dot."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 128,
        height: str | int = 32,
        colour: str = "red",
        series: str = "bx6",
        address: str | int = bx.CARD,
        lit: str | int = 0,
    ) -> None:
        if series not in SERIES:
            raise ValueError(f"series is one of {', '.join(SERIES)}")
        super().__init__(name, out, width, height, colour)
        self.series = SERIES[series]
        self.address = int(address)
        self.bit = int(lit)
        self.areas: dict[int, Area] = {}
        self.refusals: list[int] = []
        self.page = 0
        self.decoder = self._decoder()

    def _decoder(self) -> Decoder:
        return Decoder(limit=8 * self.size[0] * self.size[1] * 3 + 4096)  # eight pages in full colour

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        return b"".join(self._obey(message) for message in self.decoder.feed(data))

    def do(self, action: str, **args: Any) -> Any:
        if self.switch(action):
            return None
        match action:
            case "nack":
                self.refusals += [int(args.get("error", BUSY))] * int(args.get("count", 1))
            case "turn":
                self.page += 1
                self._draw()
            case "show":
                return self.rows()
            case _:
                raise ValueError(f"a sign cannot {action!r}")
        return None

    def forget(self) -> None:
        self.areas.clear()
        self.decoder = self._decoder()
        super().forget()

    def _obey(self, message: Message) -> bytes:
        if message.dst not in (self.address, BROADCAST, BROADCAST_REPLY) or message.order is None:
            return b""
        error = self.refusals.pop(0) if self.refusals else self._execute(message)
        if message.dst == BROADCAST:
            return b""
        body = bx.answer(command=1 if error else 0, error=error)
        reply = Message(
            body, message.series, message.src, self.address, message.device, message.seq, message.random
        )
        return bx.encode(reply)

    def _execute(self, message: Message) -> int:
        match message.order:
            case (0xA2, 0x00) if message.series is self.series:
                pass
            case (bitmap.GROUP, bitmap.SHOW) if message.series is None:
                areas = bitmap.parse_show(message.body, self.series)
                if areas is None or not all(self._fits(area) for area in areas):
                    return BAD_DATA
                self.areas |= {area.id: area for area in areas}
                self.page = 0
                self._draw()
            case (bitmap.GROUP, bitmap.DELETE) if message.series is None:
                ids = bitmap.parse_delete(message.body)
                if ids is None:
                    return BAD_DATA
                for number in list(self.areas) if ids == (ALL,) else ids:
                    self.areas.pop(number, None)
                self._draw()
            case _:
                return NO_COMMAND
        return 0

    def _fits(self, area: Area) -> bool:
        inside = area.x + area.width <= self.size[0] and area.y + area.height <= self.size[1]
        return inside and all(
            bitmap.unpack(page.dots, area.width, area.height, self.bit) is not None for page in area.pages
        )

    def _draw(self) -> None:
        screen = Image.new("RGB", self.size)
        for area in self.areas.values():
            if not area.pages:
                continue
            page = area.pages[self.page % len(area.pages)]
            picture = bitmap.unpack(page.dots, area.width, area.height, self.bit)
            if picture is not None:
                at = (area.x, area.y)
                screen.paste(picture if picture.mode == "RGB" else self._painted(picture), at)
        lit = sum(screen.convert("L").histogram()[1:])
        self.show(screen, lit=lit)

    def _painted(self, picture: Image.Image) -> Image.Image:
        painted = Image.new("RGB", picture.size)
        painted.paste(COLOURS[self.colour], (0, 0), picture)
        return painted
