"""Somebody who reads the bus of a hall all day, and remembers the latest of each state."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Self

import msgspec

from caller.messages import (
    Answer,
    CallDelivered,
    CallsState,
    Command,
    HallState,
    MarksState,
    PagersState,
    ScreenState,
    Status,
    Target,
    decode,
    encode,
    topic,
)
from config.schema import Hall
from drivers.mqtt import Bus, Delivery

LOOK = 0.05  # seconds between two looks


class Watch:
    """Somebody who reads the bus all day, as `mosquitto_sub` would, and remembers the latest of each state."""

    def __init__(self, hall: Hall) -> None:
        self.hall_state: HallState | None = None
        self.calls: CallsState | None = None
        self.pagers: PagersState | None = None
        self.marks: MarksState | None = None
        self.screens: dict[str, ScreenState] = {}
        self.statuses: dict[str, Status] = {}
        self.words: list[tuple[str, str]] = []  # everything that a device's status has said, in order
        self.delivered: list[CallDelivered] = []
        self.events: list[tuple[str, bytes]] = []
        self._bus = Bus(hall.broker.host, hall.broker.port, hall.hall.id, "watch")
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        self._bus.subscribe("event/+", "state/#", "status/+")
        self._bus.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.inbox.put(Delivery("$end", b""))
        self._thread.join(2)
        self._bus.__exit__()

    def until(self, what: Callable[[Watch], Any], timeout: float = 10.0) -> Any:
        """What `what` finds once it finds something, or its last falsy answer. It may look at more than the bus,
        so it is asked again even when there is no news."""
        end = time.monotonic() + timeout
        with self._news:
            while not (found := what(self)) and time.monotonic() < end:
                self._news.wait(LOOK)
            return found

    @property
    def connected(self) -> bool:
        return self._bus.connected

    def online(self, name: str) -> bool:
        return name in self.statuses and self.statuses[name].online

    def page(self, kiosk: int) -> str:
        screen = self.screens.get(f"kiosk-{kiosk}")
        return screen.page if screen else ""

    def labels(self, screen: str) -> list[str]:
        return [t.label for t in self.screens[screen].targets] if screen in self.screens else []

    def target(self, screen: str, label: str, timeout: float = 10.0) -> Target | None:
        """The live target whose label holds `label`, the shortest of them, waiting for it."""

        def find(watch: Watch) -> Target | None:
            shown = watch.screens.get(screen)
            fits = [t for t in shown.targets if t.enabled and label in t.label] if shown else []
            return min(fits, key=lambda t: len(t.label), default=None)

        found: Target | None = self.until(find, timeout)
        return found

    def ask(self, command: Command) -> Answer:
        """Somebody else's system on this bus asks for something; raises TimeoutError."""
        return msgspec.json.decode(self._bus.ask(topic(command), encode(command)), type=Answer)

    def reports(self, call: str) -> list[CallDelivered]:
        return [d for d in self.delivered if d.call == call]

    def _drain(self) -> None:
        while (delivery := self._bus.inbox.get()).topic != "$end":
            with self._news, contextlib.suppress(msgspec.MsgspecError):  # like everybody on this bus
                self._take(delivery.topic, delivery.payload)
                self._news.notify_all()

    def _take(self, topic: str, payload: bytes) -> None:
        match topic.split("/"):
            case ["state", "hall"]:
                self.hall_state = decode(payload, HallState)
            case ["state", "pagers"]:
                self.pagers = decode(payload, PagersState)
            case ["state", "marks"]:
                self.marks = decode(payload, MarksState)
            case ["state", "calls"]:
                self.calls = decode(payload, CallsState)
            case ["state", ("kiosk" | "pad") as kind, number]:
                self.screens[f"{kind}-{number}"] = decode(payload, ScreenState)
            case ["status", name]:
                self.statuses[name] = decode(payload, Status)
                self.words.append((name, self.statuses[name].detail))
            case ["event", "call-delivered"]:
                self.delivered.append(decode(payload, CallDelivered))
            case ["event", name]:
                self.events.append((name, payload))
