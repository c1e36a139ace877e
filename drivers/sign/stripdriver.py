"""A window strip of the "A0 90" kind: it shows one text and says yes; it has no question to be asked.

So the last text is sent again to learn whether the strip is there. Lines are padded to whole rows of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.sign import strip
from drivers.sign.strip import Colour, Command, Frame, ReplyDecoder
from drivers.sign.wired import WiredSign
from drivers.transport import Transport, open_url

CELL = 8  # dots for one byte of GBK; a row of text is two cells high
REPLY = 1.0  # seconds
COLOURS = {"red": Colour.RED, "green": Colour.GREEN, "amber": Colour.AMBER}


class StripSign(WiredSign):
    """The strip at `address` (1 to 255) of its RS-485 line; `colour` is red, green or amber."""

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 16,
        *,
        address: int = 1,
        colour: str = "red",
        reply: float = REPLY,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, width, height, reply=reply, open_wire=open_wire)
        self.address = address
        self.colour = COLOURS.get(colour, Colour.RED)
        self.decoder = ReplyDecoder()
        self.text = ""

    def show(self, lines: Sequence[str]) -> str:
        rows = max(self.height // (2 * CELL), 1)
        if len(lines) > rows:
            raise ValueError(f"{len(lines)} lines on a strip of {self.height} dots")
        text = "".join(self._centred(line, number < len(lines) - 1) for number, line in enumerate(lines))
        data, lost = strip.write_text(text, self.colour)
        self._send(data)
        self.text = text
        return lost

    def clear(self) -> None:
        self.show([" "])

    def ping(self) -> None:
        data, _ = strip.write_text(self.text or " ", self.colour)
        self._send(data)

    def _send(self, data: bytes) -> None:
        self.ask([strip.encode(Frame(self.address, Command.TEXT, data))], self._hear)

    def fresh(self) -> None:
        self.decoder = ReplyDecoder()

    def _centred(self, line: str, more: bool) -> str:
        """The line in the middle of its row; filled up when another line follows."""
        free = self.width // CELL - len(line.encode("gbk", errors="replace"))
        text = " " * (free // 2) + line
        return text + " " * (free - free // 2) if more else text

    def _hear(self, data: bytes) -> int | None:
        before = self.decoder.garbage
        verdict = None
        for address in self.decoder.addresses(data):
            if address == self.address:
                verdict = 0
            else:
                self.skipped += 1  # a neighbour on the line
        self.skipped += self.decoder.garbage - before
        return verdict
