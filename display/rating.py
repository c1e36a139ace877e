"""A window's screen that can be touched asks whoever was served there, once, for a mark, and thanks for it.

It asks for a while after the visitor has left the counter, also beside the next visitor's number; whoever has gone
without a touch has not been asked for too much.
"""

from __future__ import annotations

from concurrent.futures import Future
from uuid import uuid4

import msgspec

from caller.messages import Answer, HallState, RateService, WindowState, decode, encode, topic
from config.languages import _
from display.deskview import Asked
from display.line import Line

ASKS, THANKS = 45.0, 5.0  # seconds
PATIENCE = 5.0  # seconds that a touch waits for its answer


class Rating:
    """Moments are seconds of one clock that only goes on."""

    def __init__(self, line: Line, window: int) -> None:
        self.line = line
        self.window = window
        self._visit = ""  # the ticket that is asked or was asked last
        self._until = 0.0
        self._answer: Future[bytes] | None = None
        self._thanks_until = 0.0

    def look(self, state: HallState | None, now: float) -> Asked | None:
        """What is asked or said now."""
        self._settle(now)
        if now < self._thanks_until:
            return Asked(_("谢谢您的评价"))
        there = next((w for w in (state.windows if state else ()) if w.number == self.window), None)
        left = _left(there)
        if left != self._visit:
            self._visit, self._until = left, now + ASKS
        if not left or now >= self._until:
            return None
        return Asked(_("{ticket} 号，请您评价刚才的服务").format(ticket=left), keys=self._answer is None)

    def touch(self, mark: int, now: float) -> None:
        """A finger on a mark; a second one before the answer is nothing."""
        if self._answer is None and self._visit and now < self._until:
            given = RateService(id=uuid4().hex, window=self.window, mark=mark, ticket=self._visit)
            self._answer = self.line.bus.post(topic(given), encode(given), PATIENCE)

    def _settle(self, now: float) -> None:
        """Thank for what is in the journal; what did not get there is asked again."""
        if self._answer is None or not self._answer.done():
            return
        answer, self._answer = self._answer, None
        try:
            if decode(answer.result(0), Answer).done:
                self._thanks_until, self._until = now + THANKS, now
        except (TimeoutError, msgspec.MsgspecError):
            return


def _left(state: WindowState | None) -> str:
    """The ticket of who was served here and is not at the counter any more, while a mark is still to be given."""
    return state.may_rate if state is not None and state.may_rate != state.ticket else ""
