"""An evdev device that types belongs to one program: it is grabbed, and what it types reaches nobody else.

Number pads and scanners differ only in what their keys mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from typing import Any

from drivers.inputs import Input
from drivers.words import Words

EV_KEY = 1


class Grabbed(Input):
    """A kind of device also says what is wrong with a keyboard that is none."""

    def __init__(self, name: str, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name, url)
        self.clock = clock

    def unfit(self, keys: Set[int]) -> Words:
        """Why a device with these key codes is not of this kind, or nothing."""
        raise NotImplementedError

    def take(self) -> None:
        if wrong := self.unfit(set(self.device.capabilities().get(EV_KEY, ()))):
            raise OSError(Words("{name} {wrong}", {"name": self.device.name, "wrong": wrong}))
        self.device.grab()

    def keys(self, timeout: float) -> list[Any]:
        """The key events since the last call, waiting at most `timeout` seconds for the first."""
        return [event for event in self.heard(timeout) if event.type == EV_KEY]
