"""When each call came by: at a far end, and on the bus on its way there."""

from __future__ import annotations

import re
import time
from typing import Any

from caller.messages import CallNext, CallsState, Channel, ReportDelivery, Result, decode
from drivers.mqtt import Delivery
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


class Seen:
    """What goes by on the bus, by ticket: a snapshot says which ticket a key called."""

    topics = ("command/call-next", "command/report-delivery", "state/calls")

    def __init__(self) -> None:
        self.keys: dict[str, float] = {}
        self.commands: dict[str, float] = {}
        self.snapshots: dict[str, float] = {}
        self.glass: dict[str, float] = {}
        self.spoken: list[str] = []  # in their order; a zone speaks of one call after the other
        self._pressed: dict[int, float] = {}  # by window: its last key
        self._commanded: dict[int, float] = {}

    def pressed(self, window: int, now: float) -> None:
        self._pressed[window] = now

    def hear(self, said: Delivery, now: float) -> None:
        match said.topic:
            case "command/call-next":
                window = decode(said.payload, CallNext).window
                if self._commanded.get(window, 0) < self._pressed[window]:
                    self._commanded[window] = now
            case "state/calls":
                for call in decode(said.payload, CallsState).calls:
                    if call.ticket not in self.keys:
                        self.keys[call.ticket] = self._pressed[call.window]
                        self.commands[call.ticket] = self._commanded.get(call.window, now)
                        self.snapshots[call.ticket] = now
            case "command/report-delivery":
                self._report(decode(said.payload, ReportDelivery), now)

    def _report(self, done: ReportDelivery, now: float) -> None:
        ticket = done.call.split("-")[3]
        if done.channel is Channel.BOARD:
            self.glass.setdefault(ticket, now)
        elif done.channel is Channel.VOICE and done.result is Result.SPOKEN and ticket not in self.spoken:
            self.spoken.append(ticket)
