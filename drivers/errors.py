"""What can go wrong with a device, each error carrying the device's configured name."""

from __future__ import annotations

from drivers.words import NOTHING, Words, plain


class DeviceError(Exception):
    """A device cannot do what it was asked. `device` is its name in hall.toml; `words` are for people in any
    language, `why` is the same in Chinese."""

    def __init__(self, device: str, why: str | Words = "") -> None:
        super().__init__(f"{device}: {why}" if why else device)
        self.device = device
        self.words = why if isinstance(why, Words) else plain(why) if why else NOTHING
        self.why = str(why)


class DeviceLost(DeviceError, ConnectionError):
    """The wire is gone: unplugged, refused, reset, or nobody answers."""


class PaperOut(DeviceError):
    """The printer has no paper."""


class CoverOpen(DeviceError):
    """The printer's cover is open."""


class CutterJam(DeviceError):
    """The printer's cutter is stuck."""
