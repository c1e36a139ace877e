"""What can go wrong with a device, each error carrying the device's configured name."""


class DeviceError(Exception):
    """A device cannot do what it was asked. `device` is its name in hall.toml, `why` is for people."""

    def __init__(self, device: str, why: str = "") -> None:
        super().__init__(f"{device}: {why}" if why else device)
        self.device = device
        self.why = why


class DeviceLost(DeviceError, ConnectionError):
    """The wire is gone: unplugged, refused, reset, or nobody answers."""


class PaperOut(DeviceError):
    """The printer has no paper."""


class CoverOpen(DeviceError):
    """The printer's cover is open."""


class CutterJam(DeviceError):
    """The printer's cutter is stuck."""
