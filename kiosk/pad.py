"""The arrow pad has a thread of its own: pulled out it costs nobody anything, plugged in again it works."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from drivers.errors import DeviceLost
from drivers.keypad.usb import UsbPad
from kiosk.focus import KEYS, Arrow

log = logging.getLogger(__name__)

LISTEN = 0.5  # seconds between two looks at whether the kiosk is going down
AGAIN = 1.0  # seconds before a pad that is not there is looked for again


class ArrowPad:
    """`url` is evdev:…, or "" for a kiosk without one; `pressed` is drained by the kiosk's loop."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self.pressed: SimpleQueue[Arrow] = SimpleQueue()
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
                with UsbPad(self.name, self.url) as pad:
                    told = False
                    while not self._over.is_set():
                        for press in pad.presses(LISTEN):
                            if press.key in KEYS:
                                self.pressed.put(KEYS[press.key])
            except DeviceLost as error:
                if not told:
                    log.warning("%s", error)
                told = True
                self._over.wait(AGAIN)
