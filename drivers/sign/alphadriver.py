"""An Alpha sign: numbers in its own letters, Chinese as pictures; it answers by its error register.

Its memory is laid out anew whenever the wire is opened: one TEXT file that calls a STRING or pictures, so that
what changes at each call is written without a flicker. Signs of less than 16 rows have no room for Chinese.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PIL import Image

from drivers.sign import alpha, dots
from drivers.sign.alpha import (
    CALL_DOTS,
    CALL_STRING,
    COLOURS,
    DOTS_COLOURS,
    NEW_LINE,
    NEW_PAGE,
    Decoder,
    File,
    Packet,
)
from drivers.sign.wired import REPLY, WiredSign
from drivers.transport import Transport, open_url

TEXT, STRING = b"A", b"S"
PICTURES = (b"P", b"Q", b"R", b"T", b"U", b"V")
PAGES_MOST = 3
TEXT_SIZE = 64
GAP = 0.1  # seconds that the document wants between parts of a packet
READ_EVERY = 60.0  # seconds: some signs go dark for a moment while they answer
AGAIN = frozenset(number for number in range(1, alpha.FINE) if not number & alpha.ILLEGAL)


class AlphaSign(WiredSign):
    """The sign at `address` (1 to 255; 0 is every sign on the line) of a serial, RS-485 or TCP wire.

    `answers=False` is for a wire without a way back: nothing is asked, and a dead sign is not noticed.
    """

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 96,
        height: int = 16,
        *,
        address: int = 0,
        colour: str = "red",
        size: int = dots.SMALL,
        answers: bool = True,
        reply: float = REPLY,
        gap: float = GAP,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, width, height, reply=reply, open_wire=open_wire)
        self.address = b"%02X" % address
        self.colour = colour
        self.size = size
        self.answers = answers
        self.gap = gap
        self.clock = clock
        self.decoder = Decoder()
        self.calls = b""  # what the TEXT file calls now
        self.asked = 0.0

    def hello(self) -> None:
        width, height = alpha.DOTS_MOST
        shape = (min(self.height, height), min(self.width, width))
        files = [File(TEXT, b"A", TEXT_SIZE), File(STRING, b"B", alpha.STRING_MOST)]
        files += [File(label, b"D", shape) for label in PICTURES]
        self.calls = b""
        self.send(alpha.memory(files), alpha.run([TEXT]), alpha.release())

    def show(self, lines: Sequence[str]) -> str:
        if len(lines) == 1 and lines[0].isascii() and lines[0].isprintable():
            self._put([alpha.string(STRING, lines[0].encode())], CALL_STRING + STRING)
            return ""
        if self.height < dots.SMALL:
            return self._letters(" ".join(lines))
        drawn = dots.render(lines, min(self.width, alpha.DOTS_MOST[0]), self.height, self.size)
        bands = [_bands(page, len(lines)) for page in drawn.pages]
        labels = iter(PICTURES)
        if len(bands) > PAGES_MOST or len(bands) * len(lines) > len(PICTURES):
            raise ValueError(f"{len(bands)} pages; the sign has room for {PAGES_MOST}")
        ink = DOTS_COLOURS.get(self.colour, b"3")
        pictures, pages = [], []
        for page in bands:
            used = [next(labels) for _ in page]
            pictures += [alpha.picture(label, band, ink) for label, band in zip(used, page, strict=True)]
            pages.append(NEW_LINE.join(CALL_DOTS + label for label in used))
        self._put(pictures, NEW_PAGE.join(pages))
        return drawn.lost

    def clear(self) -> None:
        self._put([alpha.string(STRING, b"")], CALL_STRING + STRING)

    def priority(self, text: str) -> None:
        """Flash this instead of everything until `release`. ASCII only, as the sign's own letters are."""
        self.send(alpha.priority(COLOURS.get(self.colour, b"") + text.encode("ascii", errors="replace")))

    def release(self) -> None:
        """Show what was shown before `priority`."""
        self.send(alpha.release())

    def ping(self) -> None:
        if self.answers and self.clock() >= self.asked + READ_EVERY:
            self.send()

    def send(self, *commands: bytes) -> None:
        """One packet, then the question whether it came over well."""
        parts = alpha.pieces(Packet((alpha.clear_errors(), *commands), self.address)) if commands else []
        if not self.answers:
            self.tell(parts, self.gap)
            return
        parts += alpha.pieces(Packet((alpha.read_errors(),), self.address))
        self.ask(parts, self._hear, AGAIN, self.gap)
        self.asked = self.clock()

    def fresh(self) -> None:
        self.decoder = Decoder()

    def _put(self, files: list[bytes], calls: bytes) -> None:
        if calls != self.calls:
            files = [*files, alpha.text(TEXT, COLOURS.get(self.colour, b"") + calls)]
        self.calls = b""  # unknown, should this fail
        self.send(*files)
        self.calls = calls

    def _letters(self, text: str) -> str:
        """Only the sign's own letters; what it lacks is left out."""
        known = "".join(c if c.isascii() and c.isprintable() else " " for c in text)
        self._put(
            [alpha.string(STRING, " ".join(known.split()).encode()[: alpha.STRING_MOST])],
            CALL_STRING + STRING,
        )
        return "".join(c for c in text if not c.isascii())

    def _hear(self, data: bytes) -> int | None:
        before = self.decoder.skipped
        verdict = None
        for packet in self.decoder.feed(data):
            command = packet.commands[0]
            if packet.kind == alpha.RESPONSE and command[:2] == b"E*" and len(command) == 3:
                verdict = command[2] & (alpha.FINE - 1)
            else:
                self.skipped += 1
        self.skipped += self.decoder.skipped - before
        return verdict


def _bands(page: Image.Image, lines: int) -> list[Image.Image]:
    """The page as one picture a line, each no higher than a SMALL DOTS picture may be."""
    pitch = page.height // max(lines, 1)
    spare = max(0, pitch - alpha.DOTS_MOST[1])
    tops = [number * pitch + spare // 2 for number in range(max(lines, 1))]
    return [page.crop((0, top, page.width, top + pitch - spare)) for top in tops]
