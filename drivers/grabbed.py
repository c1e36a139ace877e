"""An evdev device that types belongs to one program: it is grabbed, and what it types reaches nobody else.

Number pads and scanners differ only in what their keys mean; opening, reading and losing one is here.
"""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any, ClassVar, Self

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.wires import why_of
from drivers.words import Words, _

EV_KEY = 1


def heard(device: Any, timeout: float) -> list[Any]:
    """What an evdev device has said since the last call, waiting at most `timeout` seconds; OSError when it is gone."""
    poll = select.poll()
    poll.register(device.fd, select.POLLIN)
    ready = poll.poll(max(0, round(timeout * 1000)))
    if not ready:
        return []
    if ready[0][1] & (select.POLLHUP | select.POLLERR):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
    try:
        return list(device.read())
    except BlockingIOError:
        return []


class Grabbed(Closing):
    """The device at an `evdev:` URL. A kind of device says what it is in Chinese, and what is wrong with a keyboard
    that is none."""

    what: ClassVar[Words]
    example: ClassVar[str]

    def __init__(self, name: str, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.url = url
        self.clock = clock
        self.device: Any = None

    def unfit(self, keys: Set[int]) -> Words:
        """Why a device with these key codes is not of this kind, or nothing."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        import evdev

        scheme, _colon, path = self.url.partition(":")
        if scheme != "evdev" or not path:
            raise ValueError(_("“{url}”要写成 {example}").format(url=self.url, example=self.example))
        try:
            # Looked for before it is opened: umockdev, which the simulators stand on, bears no more than fifty
            # opens that failed in the life of a process.
            Path(path).stat()
            self.device = evdev.InputDevice(path)
            if wrong := self.unfit(set(self.device.capabilities().get(EV_KEY, ()))):
                raise OSError(Words("{name} {wrong}", {"name": self.device.name, "wrong": wrong}))
            self.device.grab()
        except OSError as error:
            self.close()
            raise DeviceLost(
                self.name, _("打不开{what}：{why}").format(what=self.what, why=why_of(error, self.url))
            ) from error
        return self

    def close(self) -> None:
        """Let the device go; closing twice is fine."""
        device, self.device = self.device, None
        if device is not None:
            device.close()

    def keys(self, timeout: float) -> list[Any]:
        """The key events since the last call, waiting at most `timeout` seconds for the first."""
        if self.device is None:
            raise DeviceLost(self.name, _("{what}还没有连接").format(what=self.what))
        try:
            return [event for event in heard(self.device, timeout) if event.type == EV_KEY]
        except OSError as error:
            raise DeviceLost(self.name, _("{what}拔掉了：{why}").format(what=self.what, why=error)) from error
