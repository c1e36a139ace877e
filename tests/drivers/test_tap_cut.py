"""The line is cut at any byte of a call, in either direction: what was acknowledged is not paged again, all else is."""

from __future__ import annotations

import pytest

from drivers.errors import DeviceLost
from drivers.pager.driver import TapTerminal
from drivers.pager.receipt import Receipt
from drivers.sim import tap as far_end
from tests.drivers.inprocess import Direct

PAGER, TEXT = "1000001", "A012 -> 3"
PROMISED = b"211 Page(s) Sent Successfully\r\x06"


class Cut(Direct):
    """Bytes in both directions are counted, and after `most` of them the line is gone. Waiting costs no time."""

    def __init__(self, sim: far_end.TapTerminal, most: int) -> None:
        super().__init__(sim)
        self.left = most
        self.now = 0.0
        self.heard = bytearray()

    def write(self, data: bytes) -> None:
        through = data[: self.left]
        self.left -= len(through)
        super().write(through)
        if len(through) < len(data):
            raise DeviceLost("paging", "cut")

    def read(self, timeout: float) -> bytes:
        said = super().read(timeout)
        through = said[: self.left]
        if not through and not self.left:
            raise DeviceLost("paging", "cut")
        self.left -= len(through)
        self.heard += through
        self.now += 0.0 if through else timeout
        return through


def called(sim: far_end.TapTerminal, most: int) -> tuple[Cut, Receipt | None, float]:
    """One call that ends after `most` bytes; how long it took to be logged in and paged."""
    line = Cut(sim, most)
    try:
        with TapTerminal(
            "paging", "tcp:127.0.0.1:1", clock=lambda: line.now, open_wire=lambda *_: line
        ) as paging:
            receipt = paging.page(PAGER, TEXT)
            return line, receipt, line.now
    except DeviceLost:
        return line, None, line.now


@pytest.mark.parametrize("hears_the_cut", [True, False], ids=["network", "serial"])
def test_a_page_is_acknowledged_once_wherever_the_line_is_cut(hears_the_cut: bool) -> None:
    whole = called(far_end.TapTerminal("paging"), 10_000)
    length = 10_000 - whole[0].left
    assert whole[1] is not None and whole[1].accepted and length > 80
    again = kept = 0
    for most in range(length):
        sim = far_end.TapTerminal("paging")
        line, receipt, _ = called(sim, most)
        assert (receipt is not None) == (PROMISED in line.heard), f"byte {most}"
        if receipt is not None:
            assert receipt.accepted and len(sim.events) == 1, f"byte {most}"
            kept += 1
            continue
        if hears_the_cut:
            sim.do("die")
            sim.do("revive")
        _, second, took = called(sim, 10_000)
        assert second is not None and second.accepted, f"byte {most}: the next call does not get through"
        assert took < 2.0, f"byte {most}: {took} s"
        assert len(sim.events) in (1, 2), f"byte {most}"
        again += len(sim.events) == 2
    # Twice only where its promise was still on the way, which nobody can know: silence is no answer.
    assert again <= len(PROMISED) + 1 and kept > 5
