"""A headphone socket tells whether something is in it: SW_HEADPHONE_INSERT of an evdev device, as sound cards have it.

A switch that cannot be read is taken for an empty socket: what is personal is then said to nobody.
Source: linux/input-event-codes.h, and Documentation/input/event-codes.rst (EV_SW).
"""

from __future__ import annotations

import fcntl

from drivers.inputs import Input
from drivers.words import _

EV_SW = 5
HEADPHONE = 2  # SW_HEADPHONE_INSERT
STATE = 0x8008451B  # EVIOCGSW(8): all switches as they are now


class Jack(Input):
    """The socket at `evdev:/dev/hall/jack-1`; not grabbed, the sound card needs it too."""

    what = _("耳机插孔")
    example = "evdev:/dev/input/…"

    def take(self) -> None:
        if HEADPHONE not in self.device.capabilities().get(EV_SW, ()):
            raise OSError(_("{name} 不报告耳机插拔").format(name=self.device.name))

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
        return [bool(e.value) for e in self.heard(timeout) if (e.type, e.code) == (EV_SW, HEADPHONE)]
