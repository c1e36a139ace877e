"""A printer that answers late has not printed: an answer to an earlier question never counts for a ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.printer import PROFILES, Paper, Printed, Printer, driver
from drivers.sim.printer import PrinterSimulator
from tests.drivers.inprocess import Direct

DONE = b"\x1dr\x01"


class Late(Direct):
    """Says nothing until it was asked for the second time; the rest of its answers come after the ticket. `breaks`: it
    takes all of the ticket, and dies before it prints."""

    def __init__(self, sim: PrinterSimulator, breaks: bool) -> None:
        super().__init__(sim)
        self.breaks = breaks
        self.asked = 0
        self.held = bytearray()

    def write(self, data: bytes) -> None:
        before = self.asked
        self.asked += data.count(DONE)
        if self.asked == before == 0 or (self.asked >= 3 and not self.breaks):
            super().write(data)
            self.waiting += self.held
            self.held.clear()
            return
        if self.asked >= 3:
            self.waiting += self.held
            self.held.clear()
            return  # the ticket's own question finds nobody
        self.held += self.sim.receive(data)
        if self.asked == 2 and before == 1:
            self.waiting += self.held[:1]
            del self.held[:1]


def ticket() -> bytes:
    paper = Paper(PROFILES["80mm"])
    paper.text("A012")
    paper.cut()
    return paper.bytes


@pytest.mark.parametrize("breaks", [False, True])
def test_a_late_answer_does_not_count_for_the_ticket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: bool
) -> None:
    wire = Late(PrinterSimulator("printer-1", tmp_path), breaks)
    monkeypatch.setattr(driver, "open_url", lambda url, device: wire)
    with Printer("printer-1", wire.url, PROFILES["80mm"], answer=0.02, patience=0.2) as printer:
        if breaks:
            with pytest.raises(DeviceLost):
                printer.print(ticket())
        else:
            assert printer.print(ticket()) is Printed.PROCESSED
