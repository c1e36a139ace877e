"""A USB number pad through evdev: grabbed, so that no key reaches the desktop behind it."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from drivers.errors import DeviceLost
from drivers.keypad.keys import CLEARING, DIGITS, MARK, NAMES
from drivers.keypad.press import Press

EV_KEY, DOWN = 1, 1  # value 2 is autorepeat: a key held down is still one press
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


class UsbPad:
    """The pad at `evdev:/dev/hall/keypad-8` or `evdev:/dev/input/by-path/…`.

    Name pads by USB port: identical pads have identical names and no serial number.
    """

    def __init__(self, name: str, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.url = url
        self.clock = clock
        self.typing = Typing()
        self.device: Any = None

    def __enter__(self) -> Self:
        import evdev

        scheme, _, path = self.url.partition(":")
        if scheme != "evdev" or not path:
            raise ValueError(f"“{self.url}”要写成 evdev:/dev/input/by-path/…")
        try:
            self.device = evdev.InputDevice(path)
            if MARK not in self.device.capabilities().get(EV_KEY, ()):
                raise OSError(f"{self.device.name} 没有数字键")
            self.device.grab()
        except OSError as error:
            self.close()
            raise DeviceLost(self.name, f"打不开数字键盘 {path}：{error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the pad go; closing twice is fine."""
        device, self.device = self.device, None
        if device is not None:
            device.close()

    def presses(self, timeout: float) -> list[Press]:
        """The keys pressed since the last call, waiting at most `timeout` seconds for the first."""
        if self.device is None:
            raise DeviceLost(self.name, "数字键盘还没有连接")
        try:
            poll = select.poll()
            poll.register(self.device.fd, select.POLLIN)
            ready = poll.poll(max(0, round(timeout * 1000)))
            if not ready:
                return []
            if ready[0][1] & (select.POLLHUP | select.POLLERR):
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
            events = list(self.device.read())
        except BlockingIOError:
            return []
        except OSError as error:
            raise DeviceLost(self.name, f"数字键盘拔掉了：{error}") from error
        now = self.clock()
        found = []
        for event in events:
            if event.type == EV_KEY and event.value == DOWN and event.code in NAMES:
                key, digits = self.typing.key(NAMES[event.code], now)
                found.append(Press(self.name, key, digits, now))
        return found
