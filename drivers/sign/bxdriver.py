"""A BX-5 or BX-6 card that takes pictures: what it shows was drawn here, so it can show any name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.sign import bitmap, bx, dots
from drivers.sign.bitmap import ALL, Area, Page
from drivers.sign.bx import Decoder, Message, Series
from drivers.sign.colours import RGB
from drivers.sign.wired import REPLY, WiredSign
from drivers.transport import Transport, open_url

AGAIN = (3, 5)  # busy, broken on the way: refusals that another try may cure
DATA_MOST = 0xFF00  # bytes of pictures in one command
PAGES_MOST = 8


class BxSign(WiredSign):
    """`lit` is the bit of a lit dot (0 in the captured profiles, 1 on cards that show it inverted).

    `colour` is "" for a card of one colour, else what a full-colour card lights. `address` is the card's on
    an RS-485 line; the default reaches the only card on a wire. `size` is the font's, 16 or 24 dots.
    """

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 16,
        *,
        series: Series = Series.BX6,
        address: int = bx.BROADCAST_REPLY,
        device: int = bx.ANY_DEVICE,
        lit: int = 0,
        colour: str = "",
        size: int = dots.SMALL,
        reply: float = REPLY,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, width, height, reply=reply, open_wire=open_wire)
        self.series = series
        self.address = address
        self.device = device
        self.lit = lit
        self.colour = colour
        self.size = size
        self.decoder = Decoder()

    def show(self, lines: Sequence[str]) -> str:
        picture = dots.render(lines, self.width, self.height, self.size)
        ink = RGB[self.colour] if self.colour else None
        pages = tuple(Page(bitmap.pack(page, self.lit, ink)) for page in picture.pages)
        if len(pages) > PAGES_MOST or sum(len(page.dots) for page in pages) > DATA_MOST:
            raise ValueError(f"{len(pages)} pages of {self.width}x{self.height} dots do not fit one command")
        area = Area(pages, width=self.width, height=self.height)
        self.send(bitmap.show([area], self.series))
        return picture.lost

    def clear(self) -> None:
        self.send(bitmap.delete((ALL,)))

    def ping(self) -> None:
        self.ask([bx.encode(bx.ping(self.series, self.address))], self._hear, AGAIN)

    def send(self, body: bytes) -> None:
        """One dynamic command, repeated until the card says yes."""
        message = Message(body, dst=self.address, device=self.device)
        self.ask([bx.encode(message)], self._hear, AGAIN)

    def fresh(self) -> None:
        self.decoder = Decoder()

    def _hear(self, data: bytes) -> int | None:
        before = self.decoder.skipped
        verdict = None
        for message in self.decoder.feed(data):
            if message.verdict is None or message.src != self.address < bx.BROADCAST_REPLY:
                self.skipped += 1  # no answer, or a neighbour's on the same line
            else:
                verdict = message.verdict
        self.skipped += self.decoder.skipped - before
        return verdict
