"""A POCSAG receiver: it listens to the words of an SPI transmitter, or to samples, and its pagers vibrate.

Physics: `out_of_range(pager)`, `in_range(pager)`, and `fade(bits)`, noise that breaks that many of the bits
that come next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drivers.pager.pocsag import SPEEDS, Decoder

SLOWEST = 20000  # samples of one level after which no bit is being sent


class PocsagReceiver:
    """`form` is "raw" (samples at `rate`) or "spi" (the bits themselves); `speed` in bit/s."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        form: str = "raw",
        speed: str = "1200",
        rate: str = "22050",
    ) -> None:
        if form not in ("raw", "spi") or int(speed) not in SPEEDS:
            raise ValueError("form is raw or spi, speed 512, 1200 or 2400")
        self.name = name
        self.form = form
        self.per_bit = int(rate) / int(speed)
        self.events: list[dict[str, Any]] = []
        self.decoder = Decoder()
        self.unreachable: set[str] = set()
        self.noise = 0
        self.odd = b""
        self.level = 0  # +1, -1, or 0 for silence
        self.run = 0  # samples of this level

    def receive(self, data: bytes) -> bytes:
        bits = _bits(data) if self.form == "spi" else self._heard(data)
        for page in self.decoder.feed(self._through_the_air(bits)):
            pager = str(page.address)
            felt = "missed" if pager in self.unreachable else "paged"
            self.events.append({"event": felt, "pager": pager, "text": page.text, "kind": page.function.name})
        return b""

    def poll(self) -> bytes:
        return b""

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "out_of_range":
                self.unreachable.add(str(args["pager"]))
            case "in_range":
                self.unreachable.discard(str(args["pager"]))
            case "fade":
                self.noise = int(args.get("bits", 1))
            case _:
                raise ValueError(f"a pager receiver cannot {action!r}")
        return None

    def _through_the_air(self, bits: Iterator[int]) -> Iterator[int]:
        for bit in bits:
            if self.noise:
                self.noise -= 1
                yield 1 - bit
            else:
                yield bit

    def _heard(self, data: bytes) -> Iterator[int]:
        """Samples to bits: a level that has lasted n bit times was n bits; 1 is the negative level."""
        data = self.odd + data
        whole = len(data) // 2 * 2
        self.odd = data[whole:]
        for at in range(0, whole, 2):
            value = int.from_bytes(data[at : at + 2], "little", signed=True)
            level = (value > 0) - (value < 0)
            if level != self.level:
                yield from self._run_ended()
                self.level, self.run = level, 0
            self.run = min(self.run + 1, SLOWEST)

    def _run_ended(self) -> Iterator[int]:
        count = round(self.run / self.per_bit)
        # Silence is no bit, but it ends the last page: the pager hears noise from here.
        yield from (0 if self.level >= 0 else 1 for _ in range(count))


def _bits(data: bytes) -> Iterator[int]:
    return (byte >> shift & 1 for byte in data for shift in range(7, -1, -1))
