"""A window's sign: one command outstanding at a time, and nothing is shown until the card says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.sign import area, onbon
from drivers.sign.area import ALL, Area, Run, Show
from drivers.sign.onbon import Decoder, Error, Frame
from drivers.sign.wired import REPLY, WiredSign
from drivers.transport import Transport, open_url

LINE = 16  # pixels: the height of a line in the card's font
AGAIN = (Error.CRC, Error.BUSY)  # refusals that another try may cure
SCROLL_SPEED = 4


class OnbonSign(WiredSign):
    """An Onbon BX-5K/6K card behind a strip of `width` x `height` dots.

    Entering opens the wire and pings: a card that does not answer raises DeviceLost there.
    """

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 16,
        address: int = onbon.CARD,
        reply: float = REPLY,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, width, height, reply=reply, open_wire=open_wire)
        self.address = address
        self.decoder = Decoder()

    def show(self, lines: Sequence[str]) -> str:
        """Show these lines at once instead of everything that is shown now.

        Each line is centred; one that is wider than the strip scrolls. Returns the characters that the
        card's font lacks (they show as "?"). ValueError for more lines than the strip has; DeviceError when
        the card refuses, DeviceLost when it does not answer.
        """
        if len(lines) * LINE > max(self.height, LINE):
            raise ValueError(f"{len(lines)} lines on a strip of {self.height} dots")
        pitch = self.height // max(len(lines), 1)
        areas = [self._area(number, text, pitch) for number, text in enumerate(lines)]
        self.send(area.build(areas, delete=(ALL,), dst=self.address))
        return "".join(area.gb2312(text)[1] for text in lines)

    def clear(self) -> None:
        """Show nothing."""
        self.send(area.build((), delete=(ALL,), dst=self.address))

    def ping(self) -> None:
        """Ask whether the card is there."""
        self.send(onbon.ping(self.address))

    def send(self, frame: Frame) -> None:
        """Send and wait for the card's yes, again if need be."""
        self.ask([onbon.encode(frame)], self._hear, AGAIN)

    def fresh(self) -> None:
        self.decoder = Decoder()

    def _hear(self, data: bytes) -> int | None:
        before = self.decoder.skipped
        verdict = None
        for reply in self.decoder.feed(data):
            if reply.src != self.address < onbon.BROADCAST_REPLY:
                self.skipped += 1  # a neighbour's answer on the same line
            elif reply.is_ack:
                verdict = 0
            elif reply.is_nack:
                verdict = reply.flag
        self.skipped += self.decoder.skipped - before
        return verdict

    def _area(self, number: int, text: str, pitch: int) -> Area:
        # Placed here and not by the card's alignment byte, whose values differ between cards.
        wide = area.width_of(text)
        fits = wide <= self.width
        return Area(
            text,
            x=(self.width - wide) // 16 * 8 if fits else 0,
            y=number * pitch + max(0, (pitch - LINE) // 2),
            width=max(wide, 8) if fits else self.width,
            height=LINE,
            id=number,
            run=Run.LOOP,
            show=Show.STATIC if fits else Show.LEFT,
            speed=0 if fits else SCROLL_SPEED,
        )
