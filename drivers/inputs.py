"""An evdev device is opened, heard and lost in one way, whatever its events mean."""

from __future__ import annotations

import errno
import os
import select
from pathlib import Path
from typing import Any, ClassVar, Self

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.wires import why_of
from drivers.words import Words, _


class Input(Closing):
    """The device at an `evdev:` URL. A kind of device says what it is in Chinese, and takes only what fits."""

    what: ClassVar[Words]
    example: ClassVar[str]

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self.device: Any = None

    def take(self) -> None:
        """See that the device which was opened is of this kind, and make it ours; OSError says why not."""

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
            self.take()
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

    def heard(self, timeout: float) -> list[Any]:
        """The events since the last call, waiting at most `timeout` seconds for the first. Raises DeviceLost."""
        if self.device is None:
            raise DeviceLost(self.name, _("{what}还没有连接").format(what=self.what))
        try:
            poll = select.poll()
            poll.register(self.device.fd, select.POLLIN)
            ready = poll.poll(max(0, round(timeout * 1000)))
            if not ready:
                return []
            if ready[0][1] & (select.POLLHUP | select.POLLERR):
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
            return list(self.device.read())
        except BlockingIOError:
            return []
        except OSError as error:
            raise DeviceLost(self.name, _("{what}拔掉了：{why}").format(what=self.what, why=error)) from error
