"""What the hall is shown of the state: whole snapshots, kept on the bus, so that whoever comes late sees them too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from caller import emergency, marks, rack
from caller.doors import Door, doors
from caller.messages import CallDelivered, Event, encode, topic
from caller.queues import queue_states
from caller.slots import BOOKING, bookable
from caller.snapshot import NO_KEYS, calls_state, hall_state
from caller.state import State
from caller.waits import all_work
from drivers.mqtt import Bus

EVENT_LIVES = 300  # seconds
BREATH = 0.5  # seconds between two lists of who waits where: a phone needs them no sooner
GLIMPSE = 0.02  # seconds that the hall may lag behind while one command follows another
SHARE = 10  # however long they are, they take no more than this part of the time


class Showing:
    """Tells events once, and keeps what is true after them."""

    def __init__(self, bus: Bus, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self.veil = NO_KEYS  # the day's, which alone can say how a visitor is addressed
        self._stopwatch = stopwatch
        self._doors: dict[str, Door] = {}  # as they were published
        self._minute: datetime | None = None
        self._kept: dict[str, bytes] = {}  # what seldom changes
        self.unseen = self._booked = False  # whether there is something to show, and of the appointments
        self._seen_at = float("-inf")
        self._moved, self._next_queues = True, float("-inf")

    def turned(self, state: State, at: datetime) -> bool:
        """Whether time alone has begun or ended the giving of numbers; looked at once a minute."""
        if (minute := at.replace(second=0, microsecond=0)) == self._minute:
            return False
        self._minute = minute
        return doors(state, at, all_work(state)) != self._doors

    def publish(self, state: State, events: Iterable[Event], version: int, at: datetime) -> None:
        """The events have brought this state; without events, all of it is told again."""
        events = list(events)
        for event in events:
            self._bus.tell(topic(event), encode(event), EVENT_LIVES)
        self._booked = self._booked or not events or any(isinstance(event, BOOKING) for event in events)
        self._moved = self._moved or not all(isinstance(event, CallDelivered) for event in events)
        self.unseen = True
        if not events:
            self.show(state, version, at)

    def show(self, state: State, version: int, at: datetime, busy: bool = False) -> None:
        """What is true after the events. While more happens, only now and then: of two states only the newer counts."""
        if not self.unseen or (busy and self._stopwatch() - self._seen_at < GLIMPSE):
            return
        self._bus.keep("state/emergency", encode(emergency.state(state.emergency)))
        self._bus.keep("state/calls", encode(calls_state(state, version, at, self.veil)))
        hall = hall_state(state, version, at)
        self._doors = {service.id: (service.refused, service.opens) for service in hall.services}
        self._bus.keep("state/hall", encode(hall))
        self._keep_if_new("state/marks", encode(marks.marks_state(state)))
        self._keep_if_new("state/pagers", encode(rack.pagers_state(state)))
        if self._booked:
            self._bus.keep("state/appointments", encode(bookable(state, at)))
        self._booked = self.unseen = False
        self._seen_at = self._stopwatch()

    def queues(self, state: State) -> None:
        """Who waits where, for phones: only what has changed, and not at every key press."""
        began = self._stopwatch()
        if not self._moved or began < self._next_queues:
            return
        for service, queue in queue_states(state).items():
            self._keep_if_new(f"state/queue/{service}", encode(queue))
        now = self._stopwatch()
        self._moved, self._next_queues = False, now + max(BREATH, (now - began) * SHARE)

    def _keep_if_new(self, topic: str, payload: bytes) -> None:
        if self._kept.get(topic) != payload:
            self._kept[topic] = payload
            self._bus.keep(topic, payload)
