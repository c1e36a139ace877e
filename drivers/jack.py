"""A headphone socket tells whether something is in it: SW_HEADPHONE_INSERT of an evdev device, as sound cards have it.

A switch that cannot be read is taken for an empty socket: what is personal is then said to nobody.
Source: linux/input-event-codes.h, and Documentation/input/event-codes.rst (EV_SW).
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any, Self

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.grabbed import heard
from drivers.wires import why_of
from drivers.words import _

WHAT = _("耳机插孔")
EV_SW = 5
HEADPHONE = 2  # SW_HEADPHONE_INSERT
STATE = 0x8008451B  # EVIOCGSW(8): all switches as they are now


class Jack(Closing):
    """The socket at `evdev:/dev/hall/jack-1`; not grabbed, the sound card needs it too."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self.device: Any = None

    def __enter__(self) -> Self:
        import evdev

        scheme, _colon, path = self.url.partition(":")
        if scheme != "evdev" or not path:
            raise ValueError(_("“{url}”要写成 {example}").format(url=self.url, example="evdev:/dev/input/…"))
        try:
            Path(path).stat()  # as drivers.grabbed does, and for its reason
            self.device = evdev.InputDevice(path)
            if HEADPHONE not in self.device.capabilities().get(EV_SW, ()):
                raise OSError(_("{name} 不报告耳机插拔").format(name=self.device.name))
        except OSError as error:
            self.close()
            raise DeviceLost(
                self.name, _("打不开{what}：{why}").format(what=WHAT, why=why_of(error, self.url))
            ) from error
        return self

    def close(self) -> None:
        """Closing twice is fine."""
        device, self.device = self.device, None
        if device is not None:
            device.close()

    def inside(self) -> bool:
        """Whether headphones are in it at this moment."""
        switches = bytearray(8)
        try:
            fcntl.ioctl(self.device.fd, STATE, switches)
        except OSError:
            return False
        return bool(switches[0] & 1 << HEADPHONE)

    def changes(self, timeout: float) -> list[bool]:
        """Put in (True) or pulled out since the last call, waiting at most `timeout` seconds for the first."""
        if self.device is None:
            raise DeviceLost(self.name, _("{what}还没有连接").format(what=WHAT))
        try:
            events = heard(self.device, timeout)
            return [bool(e.value) for e in events if (e.type, e.code) == (EV_SW, HEADPHONE)]
        except OSError as error:
            raise DeviceLost(self.name, _("{what}拔掉了：{why}").format(what=WHAT, why=error)) from error
