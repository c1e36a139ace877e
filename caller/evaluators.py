"""The evaluators of one RS-485 bus: visitors' keys, not clerks', so no pad beeps for them whatever becomes of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol
from uuid import uuid4

import msgspec

from caller.messages import Answer, Command, RateService, WindowState, decode
from drivers.keypad.bus import Bus as PadBus

log = logging.getLogger(__name__)


class Window(Protocol):
    """The part of a desk that an evaluator needs."""

    window: int
    evaluator: int

    @property
    def state(self) -> WindowState | None: ...

    def post(self, order: Command) -> Future[bytes]: ...


class Evaluators:
    """Beside the pads of `desks`; one without an address of its own has its pad's."""

    def __init__(self, device: PadBus, desks: Mapping[int, Window]) -> None:
        self.device = device
        self._desks = {desk.evaluator or address: desk for address, desk in desks.items()}
        self._asked: dict[int, str] = {}  # the ticket whose visitor was asked last
        self._marks: list[tuple[int, Future[bytes]]] = []

    def press(self, address: int, grade: int) -> None:
        """A visitor gave this grade, 0 to 4."""
        desk = self._desks.get(address)
        if desk is None:
            log.warning("%s: evaluator %d is at no window", self.device.name, address)
            return
        order = RateService(id=uuid4().hex, window=desk.window, mark=grade + 1)
        self._marks.append((address, desk.post(order)))

    def turn(self) -> None:
        """Show the stars once a mark is in the journal; ask whoever has just left a window, once."""
        for address, answer in [each for each in self._marks if each[1].done()]:
            self._marks.remove((address, answer))
            if _noted(answer):
                self.device.stars(address)
        for address, desk in self._desks.items():
            left = desk.state.may_rate if desk.state and desk.evaluator else ""
            if left in ("", self._asked.get(address)) or (desk.state and left == desk.state.ticket):
                continue
            self._asked[address] = left
            self.device.ask_rating(address)
            return


def _noted(answer: Future[bytes]) -> bool:
    try:
        said = decode(answer.result(0), Answer)
    except (TimeoutError, msgspec.MsgspecError) as error:
        log.warning("a mark was lost: %s", error)
        return False
    if not said.done:
        log.info("a mark was not taken: %s", said.reason)
    return said.done
