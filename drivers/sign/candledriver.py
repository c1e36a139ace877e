"""A Candle number board: only the numbers of a line, and nobody can know whether they were seen.

The board never answers. A board without power is noticed by the people in the hall, a wire that is gone by us.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from drivers.sign import candle
from drivers.sign.candle import Show
from drivers.sign.wired import WiredSign
from drivers.transport import Transport, open_url

GAP = 0.2  # seconds between two packets on the line
DIGIT = 16  # "dots" of width that hall.toml counts for one digit
BLINKS = 3


class CandleSign(WiredSign):
    """The board at `address` (32 to 127); `width` / 16 digits wide."""

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 16,
        *,
        address: int = candle.LOWEST,
        gap: float = GAP,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, width, height, open_wire=open_wire)
        self.address = address
        self.gap = gap
        self.digits = max(width // DIGIT, 1)
        self.text = ""

    def show(self, lines: Sequence[str]) -> str:
        text, lost = candle.words(lines)
        cut = text[self.digits :]
        self._put(text[: self.digits], candle.STEADY + 1 + BLINKS if text != self.text else candle.STEADY)
        self.text = text
        return lost + cut

    def clear(self) -> None:
        self._put("", candle.STEADY)
        self.text = ""

    def ping(self) -> None:
        """The wire is there when it takes the text again; of the board itself nothing can be known."""
        self._put(self.text[: self.digits], candle.STEADY)

    def _put(self, text: str, blink: int) -> None:
        # Only as many places as are sent change: the rest is made blank.
        packet = candle.encode(Show(self.address, text.ljust(self.digits), blink))
        wire = self._open()
        with wire.turn():
            while stale := wire.read(0):
                self.skipped += len(stale)  # somebody else on the line
            wire.write(packet)
            time.sleep(self.gap)
