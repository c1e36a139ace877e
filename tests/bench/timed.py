"""A far end that knows when each call reached it."""

from __future__ import annotations

import re
import time
from typing import Any

from drivers.sim.device import Simulator

WORDS = re.compile(rb"[A-Z]\d{3}")


class Timed:
    """A simulator that notes when the number of a ticket first reached it."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.events = sim.events
        self.first: dict[str, float] = {}

    def receive(self, data: bytes) -> bytes:
        now = time.monotonic()
        for number in WORDS.findall(data):
            self.first.setdefault(number.decode(), now)
        return self.sim.receive(data)

    def poll(self) -> bytes:
        return self.sim.poll()

    def do(self, action: str, **args: Any) -> Any:
        return self.sim.do(action, **args)
