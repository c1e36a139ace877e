"""The latest of every queue and every call, and what each open phone shows of it. One lock, no socket."""

from __future__ import annotations

import threading

import msgspec

from caller.messages import Call, CallsState, EmergencyState, Holder, QueueState, phone_key
from config.schema import Hall
from display.phone.view import PhoneView, leave, unknown, view


class Book:
    """Snapshots go in on one thread, phones look from others; `changed` is notified after each."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.changed = threading.Condition()
        self.version = 0
        self._queues: dict[str, QueueState] = {}
        self._holders: dict[str, tuple[str, Holder]] = {}
        self._calls: dict[str, Call] = {}  # the latest of each ticket
        self._told: set[str] = set()
        self._emergency = EmergencyState(on=False)

    def see(self, state: QueueState | CallsState | EmergencyState) -> None:
        with self.changed:
            if isinstance(state, EmergencyState):
                self._emergency = state
            elif isinstance(state, QueueState):
                self._queues[state.service] = state
                self._holders = {
                    holder.key: (queue.service, holder)
                    for queue in self._queues.values()
                    for holder in queue.holders
                }
            else:
                self._calls = {call.ticket: call for call in state.calls}
                self._told &= {call.id for call in state.calls}
            self.version += 1
            self.changed.notify_all()

    def look(self, token: str) -> PhoneView:
        with self.changed:
            if self._emergency.on:
                return leave(self.hall, self._emergency)
            found = self._holders.get(phone_key(token))
            if found is None or found[0] not in {s.id for s in self.hall.service}:
                return unknown()
            service, holder = found
            return view(self.hall, service, holder, self._calls.get(holder.ticket))

    def acknowledged(self, token: str, call: str) -> bool:
        """Whether this page may say so, of its own live call, for the first time."""
        if not call or self.look(token).call != call:
            return False
        with self.changed:
            fresh = call not in self._told
            self._told.add(call)
            return fresh

    def wake(self) -> None:
        """Whoever waits for a later version looks again."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def later(self, version: int, patience: float) -> int:
        """The version after this one, as soon as there is one; the same when patience ends."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != version, patience)
            return self.version


def encoded(shown: PhoneView) -> bytes:
    return msgspec.json.encode(shown)
