"""What is plugged into a kiosk has a thread: pulled out it costs nobody anything, plugged in again it works."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from drivers.errors import DeviceLost

log = logging.getLogger(__name__)

LISTEN = 0.5  # seconds between two looks at whether the kiosk is going down


class Plugged:
    """`url` is evdev:…, or "" for a kiosk without one; what is not there is looked for again after `again` seconds."""

    again = 1.0

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._told = False

    def _attend(self) -> None:
        """Open the device, say `_there`, and listen until the kiosk goes down; raises DeviceLost."""
        raise NotImplementedError

    def _lost(self) -> None:
        """It is not there."""

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

    def _there(self) -> None:
        self._told = False

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._attend()
            except DeviceLost as error:
                self._lost()
                if not self._told:
                    log.warning("%s", error)
                self._told = True
                self._over.wait(self.again)
