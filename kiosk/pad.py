"""The arrow pad: what is pressed on it, for the kiosk's loop."""

from __future__ import annotations

from queue import SimpleQueue

from drivers.keypad.usb import UsbPad
from kiosk.focus import KEYS, Arrow
from kiosk.plugged import LISTEN, Plugged


class ArrowPad(Plugged):
    """`pressed` is drained by the kiosk's loop."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name, url)
        self.pressed: SimpleQueue[Arrow] = SimpleQueue()

    def _attend(self) -> None:
        with UsbPad(self.name, self.url) as pad:
            self._there()
            while not self._over.is_set():
                for press in pad.presses(LISTEN):
                    if press.key in KEYS:
                        self.pressed.put(KEYS[press.key])
