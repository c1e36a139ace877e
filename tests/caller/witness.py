"""Somebody in the hall who hears what is kept on the bus, takes tickets, and waits until something is so."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from queue import Empty

from caller.messages import (
    Answer,
    Command,
    ConfirmTicket,
    HallState,
    ReserveTicket,
    ScreenState,
    Status,
    WindowState,
    decode,
    encode,
    topic,
)
from drivers.mqtt import Bus

LONG = 10.0  # seconds after which it will not happen any more


class Witness:
    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.heard: dict[str, bytes] = {}
        self.log: list[tuple[str, bytes]] = []
        self._ids = count(1)
        bus.subscribe("state/#", "status/#")

    def until(self, so: Callable[[], bool]) -> None:
        """Until `so`; it is asked again whenever something is heard, and every 20 ms."""
        end = time.monotonic() + LONG
        while not so():
            assert time.monotonic() < end, f"it never happened; heard {self.heard}"
            try:
                delivery = self.bus.inbox.get(timeout=0.02)
            except Empty:
                continue
            self.heard[delivery.topic] = delivery.payload
            self.log.append((delivery.topic, delivery.payload))

    def ask(self, command: Command) -> Answer:
        return decode(self.bus.ask(topic(command), encode(command)), Answer)

    def takes(self, service: str, pager: int | None = None) -> str:
        """A ticket on paper."""
        n = next(self._ids)
        reserved = self.ask(ReserveTicket(id=f"witness-r{n}", service=service, kiosk="1", pager=pager)).ticket
        assert reserved is not None
        assert self.ask(ConfirmTicket(id=f"witness-c{n}", ticket=reserved.number)).done
        return reserved.number

    def window(self, number: int) -> WindowState:
        if "state/hall" not in self.heard:
            self.until(lambda: "state/hall" in self.heard)
        state = decode(self.heard["state/hall"], HallState)
        return next(window for window in state.windows if window.number == number)

    def status(self, name: str) -> Status | None:
        payload = self.heard.get(f"status/{name}")
        return decode(payload, Status) if payload else None

    def words(self, name: str) -> list[str]:
        """Everything that was said under a status, in order."""
        return [decode(payload, Status).detail for where, payload in self.log if where == f"status/{name}"]

    def screen(self, window: int) -> ScreenState | None:
        payload = self.heard.get(f"state/pad/{window}")
        return decode(payload, ScreenState) if payload else None
