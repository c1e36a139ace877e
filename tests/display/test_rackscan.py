"""A pager that is hung up and scanned is back, over a real wire; a label that is no pager's is nobody's."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest

from caller.messages import ReturnPager
from config.schema import Hall, Rack
from config.wired import labelled
from display.line import Line
from display.rackscan import scanner
from drivers.sim.host import serve_pty
from drivers.sim.scanner import Scanner
from tests.drivers.waiting import until


@pytest.mark.parametrize(
    ("label", "number"),
    [("7", 7), ("PAGER-07", 7), ("pager 12", 12), ("1000007", 7), ("99", None), ("A012", None), ("", None)],
)
def test_what_a_label_says(hall: Hall, label: str, number: int | None) -> None:
    assert labelled(hall.pager, label) == number


class Desk:
    """The part of a Line that the rack needs, and what it was told."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.bus = hall, self
        self.posted: list[ReturnPager] = []
        self.healthy: list[bool] = []

    def post(self, topic: str, payload: bytes, patience: float) -> None:
        assert topic == "command/return-pager"
        self.posted.append(msgspec.json.decode(payload, type=ReturnPager))

    def health(self, device: str, online: bool, why: str = "") -> None:
        self.healthy.append(online)


def test_a_scan_at_the_rack_gives_the_pager_back(hall: Hall) -> None:
    with serve_pty(Scanner("rack")) as wire:
        desk = Desk(msgspec.structs.replace(hall, rack=Rack(scanner=wire.url)))
        with scanner(cast(Line, desk)):
            until(lambda: True in desk.healthy)
            wire.do("scan", code="a visitor's ticket")
            wire.do("scan", code="PAGER-7")
            until(lambda: [back.pager for back in desk.posted] == [7])


def test_a_hall_without_a_scanner_needs_none(hall: Hall) -> None:
    with scanner(cast(Line, Desk(hall))) as nothing:
        assert nothing is None
