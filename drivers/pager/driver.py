"""A paging terminal on a line: one login, as many pages as there are, and a receipt for each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from types import TracebackType

from drivers.errors import DeviceLost
from drivers.onwire import OnWire
from drivers.pager import tap
from drivers.pager.receipt import Receipt
from drivers.pager.tap import Action, Dialogue, Over, Patience, Ready, Send, Step
from drivers.transport import Transport, open_url
from drivers.words import _

LOOK = 0.2  # seconds between two looks at the clock while the terminal is silent


class TapTerminal(OnWire):
    """A TAP 1.8 terminal: any commercial one, and the boxes of WaveWare, JTECH and LRS.

    Entering opens the line and logs in: a terminal that does not answer raises DeviceLost there.
    """

    what = _("寻呼台")
    line = "baud=9600&bits=7&parity=E&flow=soft"  # what TAP prescribes

    def __init__(
        self,
        name: str,
        url: str,
        password: str = "",
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.clock = clock
        self.dialogue = Dialogue(password, patience or Patience())

    def hello(self) -> None:
        self._log_in()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.wire is not None and self.dialogue.step is Step.READY:
            with contextlib.suppress(DeviceLost):
                self._run(self.dialogue.finish(self.clock()), Over)
        self.close()

    def page(self, pager_id: str, text: str, once: str = "") -> Receipt:
        """Page one pager. `text` is printable ASCII; `once` has no place on this line.

        A receipt that says "accepted" means that the terminal has the page, not that the pager was in
        reach: paging goes one way. ValueError for what cannot be sent, DeviceLost when the terminal does not
        answer or hangs up; then nobody knows whether the page went out.
        """
        tap.block(pager_id, text)
        self.check()
        outcome = self._run(self.dialogue.page(pager_id, text, self.clock()), Receipt)
        assert isinstance(outcome, Receipt)
        return outcome

    def check(self) -> None:
        """Hear whether the terminal hung up while we had nothing to say, and then log in again."""
        wire = self.opened()
        while data := wire.read(0):
            self._perform(self.dialogue.receive(data, self.clock()))
        if self.dialogue.step is not Step.READY:
            self._log_in()

    def _log_in(self) -> None:
        self._run(self.dialogue.start(self.clock()), Ready)

    def _run(self, actions: list[Action], wanted: type[Ready | Receipt | Over]) -> Action:
        """Carry the dialogue on until it says what was wanted."""
        wire = self.opened()
        while True:
            for action in self._perform(actions):
                if isinstance(action, wanted):
                    return action
                if isinstance(action, Over):
                    raise DeviceLost(self.name, action.why or _("寻呼台挂断了"))
            try:
                data = wire.read(LOOK)
            except DeviceLost:
                # What was promised with the last byte before the cut is not asked for a second time.
                if heard := [action for action in self.dialogue.cut() if isinstance(action, wanted)]:
                    return heard[0]
                raise
            now = self.clock()
            actions = self.dialogue.receive(data, now) + self.dialogue.tick(now)

    def _perform(self, actions: list[Action]) -> list[Action]:
        """Do the sending; what is left is news."""
        for action in actions:
            if isinstance(action, Send):
                self.opened().write(action.data)
        return [action for action in actions if not isinstance(action, Send)]
