"""An Onbon BX-5K card with its strip of LEDs: it believes no frame whose CRC is wrong.

Physics: `die`, `revive`, `nack` (say no to the next commands), `show` (what is lit now).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sign import area, onbon
from drivers.sign.area import ALL, MARKUP, Area, Run
from drivers.sign.onbon import ANSWER, BROADCAST, BROADCAST_REPLY, Decoder, Error, Frame
from drivers.sim import leds

INKS = {"C1": "red", "C2": "green", "C3": "amber"}
ACCEPTED = {(0xA2, 0x00), (0xA2, 0x01), (0xA2, 0x03), (0xA1, 0x02), (0xA3, 0x00), (0xA3, 0x02)}


class OnbonCard:
    """The card at `address`; its LEDs, `width` x `height` dots, lit in `colour` unless the text says."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 128,
        height: str | int = 16,
        colour: str = "red",
        address: str | int = onbon.CARD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if colour not in leds.COLOURS:
            raise ValueError(f"colour is one of {', '.join(leds.COLOURS)}")
        self.name = name
        self.out = out
        self.size = (int(width), int(height))
        self.colour = colour
        self.address = int(address)
        self.clock = clock
        self.events: list[dict[str, Any]] = []
        self.decoder = Decoder()
        self.areas: dict[int, tuple[Area, float]] = {}
        self.refusals: list[int] = []
        self.dead = False
        self._shown: list[str] | None = None
        self._draw()

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        broken = self.decoder.bad_crc
        answers = b"".join(self._obey(frame) for frame in self.decoder.feed(data))
        if self.decoder.bad_crc > broken:
            answers += onbon.encode(onbon.nack(Error.CRC, src=self.address))
        return answers

    def poll(self) -> bytes:
        now = self.clock()
        gone = [n for n, (a, until) in self.areas.items() if a.run == Run.UNTIL_TIMEOUT and until <= now]
        for number in gone:
            del self.areas[number]
        if gone:
            self._changed()
        return b""

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "die":
                self.dead = True
            case "revive":
                # A card that was without power has forgotten its dynamic areas.
                self.dead = False
                self.decoder = Decoder()
                self.areas.clear()
                self._changed()
            case "nack":
                self.refusals += [int(args.get("error", Error.BUSY))] * int(args.get("count", 1))
            case "show":
                return self.lines()
            case _:
                raise ValueError(f"a sign cannot {action!r}")
        return None

    def lines(self) -> list[str]:
        """What a person reads, top to bottom; empty when dark."""
        lit = sorted((a for a, _ in self.areas.values()), key=lambda a: (a.y, a.x))
        return [text for a in lit if (text := area.plain(a.text).rstrip())]

    def _obey(self, frame: Frame) -> bytes:
        if frame.dst not in (self.address, BROADCAST, BROADCAST_REPLY):
            return b""
        error = self.refusals.pop(0) if self.refusals else self._execute(frame)
        if frame.dst == BROADCAST or frame.flag != ANSWER:
            return b""
        reply = onbon.nack(error, frame.src, self.address) if error else onbon.ack(frame.src, self.address)
        return onbon.encode(reply)

    def _execute(self, frame: Frame) -> int:
        match frame.group, frame.command:
            case (area.GROUP, area.COMMAND):
                return self._update(frame.payload)
            case (0xA3, 0x10):
                self.areas.clear()
                self._changed()
            case known if known in ACCEPTED:
                pass
            case (0xA1 | 0xA2 | 0xA3 | 0xA4, _):
                return Error.NO_COMMAND
            case _:
                return Error.NO_GROUP
        return 0

    def _update(self, payload: bytes) -> int:
        order = area.parse(payload)
        if order is None:
            return Error.MEMORY
        delete, areas = order
        for number in list(self.areas) if delete == (ALL,) else delete:
            self.areas.pop(number, None)
        for each in areas:
            self.areas[each.id] = (each, self.clock() + each.timeout)
        self._changed()
        return 0

    def _changed(self) -> None:
        lines = self.lines()
        if lines != self._shown:
            self._draw()
            self.events.append({"event": "shows", "lines": lines})

    def _draw(self) -> None:
        self._shown = self.lines()
        if self.out is not None:
            path = self.out / f"{self.name}.png"
            fresh = path.with_suffix(".new.png")
            leds.photograph(self.dots()).save(fresh)
            fresh.replace(path)  # a reader never sees half a picture

    def dots(self) -> Image.Image:
        """One pixel per LED, black where it is off."""
        screen = Image.new("RGB", self.size)
        for each, _ in self.areas.values():
            screen.paste(self._panel(each), (each.x, each.y))
        return screen

    def _panel(self, each: Area) -> Image.Image:
        panel = Image.new("RGB", (each.width, each.height))
        ink, x, y = self.colour, 0, 0
        for number, part in enumerate(MARKUP.split(each.text)):
            if number % 2:  # an escape
                ink = INKS.get(part, ink)
                if part == "n":
                    x, y = 0, y + leds.CELL
                continue
            for character in part:
                mask = leds.glyph(character)
                if each.wrap and x + mask.width > each.width:
                    x, y = 0, y + leds.CELL
                panel.paste(leds.COLOURS[ink], (x, y), mask)
                x += mask.width
        return panel
