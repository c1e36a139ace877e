"""Whether somebody listens through headphones; a socket that is lost is an empty one."""

from __future__ import annotations

from queue import SimpleQueue

from drivers.jack import Jack
from kiosk.plugged import LISTEN, Plugged


class Headphones(Plugged):
    """`url` is the socket's switch, "" for a handset that is always there; `changed` is drained by the kiosk's loop."""

    again = 2.0

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name, url)
        self.inside = not url
        self.changed: SimpleQueue[bool] = SimpleQueue()

    def _attend(self) -> None:
        with Jack(self.name, self.url) as jack:
            self._there()
            self._now(jack.inside())
            while not self._over.is_set():
                for inside in jack.changes(LISTEN):
                    self._now(inside)

    def _lost(self) -> None:
        self._now(False)

    def _now(self, inside: bool) -> None:
        if inside != self.inside:
            self.inside = inside
            self.changed.put(inside)
