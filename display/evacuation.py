"""While the hall is being left, everybody who holds a pager is told so, again and again until it is called off.

Where the pagers have a capcode in common they are told by it first, all at once: a radio takes its time for each, and
twenty are a second. Then each is told by its own, which says of every one whether the terminal took it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from caller.messages import EmergencyState, HallState
from config.schema import PagerTerminal
from display.line import Line
from display.teller import NotReached, Teller
from drivers.pager.gateway import PagerGateway

REPEATED = 60.0  # seconds after which everybody is told once more
EVERYBODY = "pagers"  # all of them, under status/emergency-


class Evacuation:
    """One terminal's part in it. `see` and `look` queue pages and return at once."""

    def __init__(self, line: Line, queue: Teller[PagerGateway], terminal: PagerTerminal) -> None:
        self.line, self.queue = line, queue
        self.emergency = EmergencyState(on=False)
        self.lent: tuple[int, ...] = ()
        self.together = {EVERYBODY: terminal.everybody} if terminal.everybody else {}
        self.told: dict[str, int] = {}  # how often
        self.warned: set[str] = set()  # who has said so under status/, and says so when it is over
        self._lock = threading.Lock()
        self.begun = 0.0  # when the first were told, on the monotonic clock

    def see(self, said: EmergencyState | HallState) -> None:
        if isinstance(said, HallState):
            self.lent = said.lent
        elif said != self.emergency:
            with self._lock:
                self.emergency, self.told, self.begun = said, {}, time.monotonic()
                over = set() if said.on else self.warned
                self.warned = self.warned - over
            for name in sorted(over):
                self.line.warned(name, said)
            self.queue.hush(said.on)
        self.look()

    def look(self) -> None:
        if not self.emergency.on:
            return
        codes = {f"pager-{p.number}": p.capcode for p in self.line.hall.pager if p.number in self.lent}
        rounds = 1 + int((time.monotonic() - self.begun) / REPEATED)
        for name, code in {**self.together, **codes}.items():
            if self.told.get(name, 0) < rounds:
                self.told[name] = rounds
                self.queue.at_once(f"emergency-{name}", self._page(name, code, rounds), REPEATED)

    def _page(self, name: str, capcode: str, times: int) -> Callable[[PagerGateway], None]:
        emergency = self.emergency

        def page(wire: PagerGateway) -> None:
            if not self.emergency.on:
                return
            once = f"emergency-{name}-{emergency.since:%H%M%S}-{times}"
            receipt = wire.page(capcode, self.line.hall.emergency.pager, once=once)
            if not receipt.accepted:
                raise NotReached(name, receipt.said)
            with self._lock:  # one that goes out while it is called off must not say so after the others
                if self.emergency == emergency:
                    self.warned.add(name)
                    self.line.warned(name, emergency)

        return page
