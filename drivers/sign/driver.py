"""A window's sign: one command outstanding at a time, and nothing is shown until the card says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from drivers.errors import DeviceError, DeviceLost
from drivers.sign import area, onbon
from drivers.sign.area import ALL, Area, Run, Show
from drivers.sign.onbon import Decoder, Error, Frame
from drivers.transport import Transport, open_url

REPLY = 3.0  # seconds a card may take to answer
SENDS = 3  # once, and twice again: every command here may be repeated without harm
LINE = 16  # pixels: the height of a line in the card's font
AGAIN = (Error.CRC, Error.BUSY)  # refusals that another try may cure
SCROLL_SPEED = 4


class OnbonSign:
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
        self.name = name
        self.url = url
        self.width = width
        self.height = height
        self.address = address
        self.reply = reply
        self.open_wire = open_wire
        self.decoder = Decoder()
        self.wire: Transport | None = None

    def __enter__(self) -> Self:
        self.wire = self.open_wire(self.url, self.name)
        try:
            self.ping()
        except DeviceError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the wire; what is shown stays."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None

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
        if self.wire is None:
            raise DeviceLost(self.name, "显示屏还没有连接")
        refusal = None
        for _ in range(SENDS):
            while self.wire.read(0):
                pass  # a late answer to an earlier try must not count for this one
            self.decoder = Decoder()
            self.wire.write(onbon.encode(frame))
            refusal = self._answer(self.wire)
            if refusal == 0:
                return
            if refusal is not None and refusal not in AGAIN:
                break
        if refusal is None:
            raise DeviceLost(self.name, f"显示屏 {SENDS} 次没有应答（{self.url}）")
        raise DeviceError(self.name, f"显示屏拒绝了命令，错误 {refusal}")

    def _answer(self, wire: Transport) -> int | None:
        """0 for yes, the card's error number for no, None for silence."""
        until = time.monotonic() + self.reply
        while (left := until - time.monotonic()) > 0:
            for reply in self.decoder.feed(wire.read(left)):
                if reply.is_ack:
                    return 0
                if reply.is_nack:
                    return reply.flag
        return None

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
