"""A USB number pad through evdev: grabbed, so that no key reaches the desktop behind it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from drivers.grabbed import Grabbed
from drivers.keypad.keys import CLEARING, DIGITS, MARK, NAMES
from drivers.keypad.press import Press
from drivers.words import NOTHING, Words, _

DOWN = 1  # value 2 is autorepeat: a key held down is still one press
FORGET = 8.0  # seconds after which digits typed without a key are a mistake, not a number
MOST_DIGITS = 6


@dataclass
class Typing:
    """Digits gather until another key takes them. Pure: the time comes with each key."""

    digits: str = ""
    last: float = float("-inf")

    def key(self, name: str, at: float) -> tuple[str, str]:
        """The key with its digits; a digit key comes with the digits so far, its own included."""
        if at - self.last > FORGET:
            self.digits = ""
        self.last = at
        if name in DIGITS:
            self.digits = (self.digits + DIGITS[name])[-MOST_DIGITS:]
            return name, self.digits
        taken, self.digits = self.digits, ""
        return name, "" if name in CLEARING else taken


class UsbPad(Grabbed):
    """The pad at `evdev:/dev/hall/keypad-8` or `evdev:/dev/input/by-path/…`.

    Name pads by USB port: identical pads have identical names and no serial number. `codes` are the key codes, by
    name, of a model that does not send a number pad's.
    """

    what = _("数字键盘")
    example = "evdev:/dev/input/by-path/…"

    def __init__(
        self,
        name: str,
        url: str,
        codes: Mapping[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, url, clock)
        self.typing = Typing()
        self.strange: deque[tuple[str, int]] = deque(maxlen=8)  # codes that are on no chart
        self.names = {code: key for key, code in codes.items()} if codes else NAMES

    def unfit(self, keys: Set[int]) -> Words:
        if self.names is NAMES:
            return NOTHING if MARK in keys else _("没有数字键")
        return NOTHING if keys & self.names.keys() else _("没有这个型号的键")

    def presses(self, timeout: float) -> list[Press]:
        """The keys pressed since the last call, waiting at most `timeout` seconds for the first."""
        events = self.keys(timeout)
        now = self.clock()
        found = []
        for event in events:
            if event.value == DOWN and event.code not in self.names:
                self.strange.append((self.name, event.code))
            elif event.value == DOWN:
                key, digits = self.typing.key(self.names[event.code], now)
                found.append(Press(self.name, key, digits, now))
        return found
