"""Whether somebody listens through headphones; the socket has a thread of its own, and a lost one is an empty one."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from drivers.errors import DeviceLost
from drivers.jack import Jack

log = logging.getLogger(__name__)

LISTEN = 0.5  # seconds between two looks at whether the kiosk is going down
AGAIN = 2.0  # seconds before a socket that is not there is looked for again


class Headphones:
    """`url` is the socket's switch, "" for a handset that is always there; `changed` is drained by the kiosk's loop."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self.inside = not url
        self.changed: SimpleQueue[bool] = SimpleQueue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        if self.url:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self.url:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        told = False
        while not self._over.is_set():
            try:
                with Jack(self.name, self.url) as jack:
                    told = False
                    self._now(jack.inside())
                    while not self._over.is_set():
                        for inside in jack.changes(LISTEN):
                            self._now(inside)
            except DeviceLost as error:
                self._now(False)
                if not told:
                    log.warning("%s", error)
                told = True
                self._over.wait(AGAIN)

    def _now(self, inside: bool) -> None:
        if inside != self.inside:
            self.inside = inside
            self.changed.put(inside)
