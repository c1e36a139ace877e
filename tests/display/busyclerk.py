"""A clerk of a busy hall: calls, looks how the call is getting on, serves, calls again, or gives the visitor up."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from caller.messages import Answer, CallNext, MarkNoShow, RecallTicket, ServeTicket
from tests.display.quickhall import LIVES

if TYPE_CHECKING:
    from tests.display.busyhall import BusyHall

PATIENCE = 60.0  # seconds; a loaded machine is slow, a lost call waits for ever
MORNING = datetime(2026, 11, 23, 8, 40)


class Clerk:
    """One window, whose visitor comes when they are called by what they perceive, or do not, for the clerk to see."""

    def __init__(self, hall: BusyHall, window: int, zone: str) -> None:
        self.hall, self.window, self.zone = hall, window, zone
        self.call, self.ticket = "", ""
        self.deaf_ears = 0  # calls that this visitor does not follow
        self.since = 0.0
        self.comes_at: float | None = None

    def turn(self, now: float) -> None:
        """Look once at how the call is getting on."""
        if not self.call:
            return
        if self.comes_at is None:
            if self.hall.settled(self.call, now - self.since > LIVES + 1):
                self.comes_at = now + self.hall.chance.uniform(0, 0.3)
            assert now - self.since < PATIENCE, f"{self.call} needs more: {self.hall.said_of(self.call)}"
        elif now >= self.comes_at:
            self._next_thing()

    def call_next(self) -> None:
        self._called(self.hall.ask(CallNext(id=self.hall.id(), window=self.window)))
        self.deaf_ears = self.hall.chance.choices((0, 1, 3), (85, 11, 4))[0]

    def _next_thing(self) -> None:
        attempt = int(self.call.rpartition("-")[2])
        if attempt > self.deaf_ears:
            self.hall.must(ServeTicket(id=self.hall.id(), window=self.window))
        elif attempt < 3:
            self._called(self.hall.ask(RecallTicket(id=self.hall.id(), window=self.window)))
            return
        else:
            self.hall.must(MarkNoShow(id=self.hall.id(), window=self.window))
        self.call = ""

    def _called(self, answer: Answer) -> None:
        assert answer.done and answer.ticket is not None, answer
        self.hall.made += 1
        attempt = int(self.call.rpartition("-")[2]) + 1 if self.ticket == answer.ticket.number else 1
        self.ticket = answer.ticket.number
        self.call = f"{MORNING:%Y-%m-%d}-{self.ticket}-{attempt}"
        self.since, self.comes_at = time.monotonic(), None
