"""A sign on a wire: one command outstanding at a time, repeated when it gets no answer, never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from typing import Self

from drivers.closing import Closing
from drivers.errors import DeviceError, DeviceLost
from drivers.sign.line import Share, join
from drivers.transport import Transport, open_url, parse_url
from drivers.words import _

REPLY = 3.0  # seconds that a sign may take to answer
SENDS = 3  # once, and twice again: every command of every sign here may be repeated without harm
BITS = 10  # on a serial line, for each byte


def always() -> bool:
    return True


class WiredSign(Closing):
    """What all signs on wires share: entering opens the wire and pings.

    `reply` is in seconds and begins when the last byte has left; a sign that is silent for SENDS times as
    long is lost, whatever it was told meanwhile. `skipped` counts what came and made no sense.
    """

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 16,
        *,
        reply: float = REPLY,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        self.name = name
        self.url = url
        self.width = width
        self.height = height
        self.reply = reply
        self.open_wire = open_wire
        self.sends = SENDS  # tries of one command; whoever only looks who is there needs no more than one
        self.wanted: Callable[[], bool] = always
        self.skipped = 0
        self.unheard = 0  # commands without an answer since the last one
        self.wire: Share | None = None

    def __enter__(self) -> Self:
        self.wire, self.unheard = join(self.url, self.name, self.open_wire), 0
        try:
            self.hello()
        except DeviceError:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Let go of the wire; what is shown stays."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None

    def hello(self) -> None:
        """What is said first on a new wire."""
        self.ping()

    def ping(self) -> None:
        """Ask whether the sign is there."""
        raise NotImplementedError

    def fresh(self) -> None:
        """Forget the half of an answer that came before the command that is sent next."""

    def tell(self, pieces: Sequence[bytes], pause: float = 0.0) -> None:
        """Send without waiting for an answer; `pause` seconds after each piece."""
        wire = self._open()
        with wire.turn():
            self._write(wire, pieces, pause)

    def ask(
        self,
        pieces: Sequence[bytes],
        hear: Callable[[bytes], int | None],
        again: Container[int] = (),
        pause: float = 0.0,
    ) -> None:
        """Send and wait for the sign's yes, again if need be.

        `hear(bytes)` says 0 for yes, an error number for no, None while there is no answer in what came.
        A refusal in `again` may be cured by another try. DeviceError when refused, or when it is no longer `wanted`
        to be sent again: a sign that comes back must not light what is over. DeviceLost for silence.
        """
        refusal = None
        for _send in range(self.sends):
            wire = self._open()
            with wire.turn():
                while stale := wire.read(0):
                    self.skipped += len(stale)  # a late answer to an earlier try must not count for this one
                self.fresh()
                self._write(wire, pieces, pause)
                refusal = self._answer(wire, sum(map(len, pieces)), hear)
            self.unheard = self.unheard + 1 if refusal is None else 0
            if refusal == 0:
                return
            if self.unheard >= self.sends or (refusal is not None and refusal not in again):
                break
            if not self.wanted():
                raise DeviceError(self.name, _("显示屏还没有照办，就有了更新的内容"))
        if refusal is None:
            raise DeviceLost(
                self.name, _("显示屏 {times} 次没有应答（{url}）").format(times=self.sends, url=self.url)
            )
        raise DeviceError(self.name, _("显示屏拒绝了命令，错误 {refusal}").format(refusal=refusal))

    def _open(self) -> Share:
        if self.wire is None:
            raise DeviceLost(self.name, _("显示屏还没有连接"))
        return self.wire

    def _write(self, wire: Share, pieces: Sequence[bytes], pause: float) -> None:
        for number, piece in enumerate(pieces):
            wire.write(piece)
            if number < len(pieces) - 1:
                time.sleep(pause + self._sending(len(piece)))

    def _answer(self, wire: Share, sent: int, hear: Callable[[bytes], int | None]) -> int | None:
        until = time.monotonic() + self.reply + self._sending(sent)
        while (left := until - time.monotonic()) > 0:
            verdict = hear(wire.read(left))
            if verdict is not None:
                return verdict
        return None

    def _sending(self, count: int) -> float:
        """Seconds that these bytes are on their way: a serial line takes them long before it has sent them."""
        address = parse_url(self.url)
        return count * BITS / int(address.options["baud"]) if address.scheme == "serial" else 0.0
