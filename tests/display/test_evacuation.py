"""Everybody who holds a pager is told that the hall is being left, again and again, and each is known to be told."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import msgspec
import pytest

from caller.messages import EmergencyState
from config.schema import Hall
from display.evacuation import REPEATED, Evacuation
from display.teller import NotReached, Teller
from drivers.pager.gateway import PagerGateway
from drivers.pager.receipt import Receipt
from tests.display.scenes import NINE, morning
from tests.display.test_teller import Notebook

OFF = EmergencyState(on=False)


class Radio:
    """The queue before a terminal, and the terminal, which refuses one pager at first."""

    def __init__(self) -> None:
        self.queue: list[Callable[[Any], None]] = []
        self.paged: list[str] = []
        self.refused, self.hushed = {"1000009"}, False
        self.meanwhile: Callable[[], None] = lambda: None

    def hush(self, hushed: bool) -> None:
        self.hushed = hushed

    def at_once(self, name: str, do: Callable[[Any], None], lasts: float) -> None:
        self.queue.append(do)

    def page(self, capcode: str, text: str, once: str) -> Receipt:
        self.paged.append(capcode)
        self.meanwhile()
        return Receipt(capcode, capcode not in self.refused, "")

    def work(self) -> list[str]:
        """Whom it has paged since the last time."""
        todo, self.queue, self.paged = self.queue, [], []
        for do in todo:
            with suppress(NotReached):
                do(self)
        return self.paged


def test_whoever_holds_a_pager_is_told_again_and_again_until_it_is_called_off(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, radio, clock = Notebook(hall), Radio(), [0.0]
    assert hall.pager_terminal is not None
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    together = msgspec.structs.replace(hall.pager_terminal, everybody="1999999")
    leaving = Evacuation(line, cast("Teller[PagerGateway]", radio), together)
    held = msgspec.structs.replace(morning(hall), lent=(7, 9))
    leaving.see(held)
    assert radio.work() == [] and not radio.hushed
    leaving.see(EmergencyState(on=True, since=NINE))
    assert radio.work() == ["1999999", "1000007", "1000009"] and radio.hushed
    assert line.well == {"emergency-pagers": True, "emergency-pager-7": True}, "one was refused"
    leaving.look()
    leaving.see(msgspec.structs.replace(held, lent=(7, 8, 9)))
    assert radio.work() == ["1000008"], "who took one meanwhile"
    radio.refused, clock[0] = set(), REPEATED
    leaving.look()
    assert radio.work() == ["1999999", "1000007", "1000008", "1000009"], "and again"
    assert line.well["emergency-pager-9"]
    clock[0] = 2 * REPEATED
    leaving.look()
    leaving.see(OFF)
    assert radio.work() == [] and not radio.hushed, "what still waits is not sent"
    assert line.details == dict.fromkeys(
        ("emergency-pagers", "emergency-pager-7", "emergency-pager-8", "emergency-pager-9"), "off"
    )


def test_a_page_that_goes_out_while_it_is_called_off_is_not_the_last_word(hall: Hall) -> None:
    line, radio = Notebook(hall), Radio()
    assert hall.pager_terminal is not None
    leaving = Evacuation(line, cast("Teller[PagerGateway]", radio), hall.pager_terminal)
    leaving.see(msgspec.structs.replace(morning(hall), lent=(7,)))
    leaving.see(EmergencyState(on=True, since=NINE))
    radio.meanwhile = lambda: leaving.see(OFF)
    assert radio.work() == ["1000007"] and line.details == {}
