"""A wire without a wire: the driver's bytes go straight into a simulator, and nothing ever waits."""

from __future__ import annotations

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.sim.device import Simulator


class Direct(Closing):
    """`most`: how many bytes go through before the host dies."""

    def __init__(self, sim: Simulator, most: int | None = None) -> None:
        self.url = "sim:direct"
        self.sim = sim
        self.most = most
        self.sent = bytearray()
        self.waiting = bytearray()

    def write(self, data: bytes) -> None:
        part = data if self.most is None else data[: self.most - len(self.sent)]
        self.sent += part
        self.waiting += self.sim.receive(part)
        if len(part) < len(data):
            raise DeviceLost("the host", "died")

    def read(self, timeout: float) -> bytes:
        self.waiting += self.sim.poll()
        said, self.waiting = bytes(self.waiting), bytearray()
        return said

    def close(self) -> None:
        self.waiting.clear()
