"""One device that calls visitors one after the other: each call once, in order, never late, and never silently lost.

When the device is lost, whoever still waits for it is told of as FAILED at once, so that another channel takes
over; what comes back before the call expires is told after all, and the last word counts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Self, TypeVar

from caller.messages import Call, CallsState, Channel, Result
from display import policy
from display.line import Line
from drivers.errors import DeviceError
from drivers.worker import CLOSED, EXPIRED, LOST, Worker

D = TypeVar("D")

log = logging.getLogger(__name__)


class Teller(Generic[D]):
    """`device_of` names the device of a call, None for calls that go elsewhere; `tell` does it, and raises
    DeviceError when it does not get there. `health` is the name under `status/`."""

    def __init__(
        self,
        line: Line,
        channel: Channel,
        health: str,
        device_of: Callable[[Call], str | None],
        open_device: Callable[[], AbstractContextManager[D]],
        tell: Callable[[D, Call], Result],
        idle: Callable[[D], None] | None = None,
    ) -> None:
        self.line = line
        self.channel = channel
        self.health = health
        self.device_of = device_of
        self.tell = tell
        self._lock = threading.Lock()
        self._taken: set[str] = set()  # calls that were queued or given up
        self._waiting: dict[str, Call] = {}  # queued calls, as the last snapshot that had them told of them
        self._lost: str | None = None
        self._worker: Worker[D, Call] = Worker(
            health,
            open_device,
            self._handle,
            on_health=self._on_health,
            on_done=self._on_done,
            on_failed=self._on_failed,
            idle=idle,
            fifo=True,
            limit=256,
        )

    def __enter__(self) -> Self:
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def see(self, state: CallsState) -> None:
        """Compare what is to be told with what has been told."""
        mine = {call.id: call for call in state.calls if self.device_of(call) is not None}
        with self._lock:
            self._waiting.update((name, mine[name]) for name in self._waiting.keys() & mine.keys())
            self._taken &= mine.keys() | self._waiting.keys()
            fresh = [call for call in mine.values() if call.id not in self._taken]
        for call in fresh:
            self._consider(call)

    def _consider(self, call: Call) -> None:
        now = self.line.now()
        if policy.told(call, self.channel, self._device(call)):
            return
        if policy.due(call, self.channel, self.line.hall, now):
            with self._lock:
                self._taken.add(call.id)
                self._waiting[call.id] = call
                lost = self._lost
            if lost is not None:
                self._report(call, Result.FAILED, lost)
            self._worker.put(call.id, call, (call.expires - now).total_seconds())
        elif policy.overdue(call, self.channel, self.line.hall, now):
            with self._lock:
                self._taken.add(call.id)
            self._report(call, Result.EXPIRED)

    def _handle(self, device: D, call: Call) -> None:
        """On the worker's thread. A visitor who has come meanwhile needs no call."""
        latest, now = self._waiting.get(call.id, call), self.line.now()
        if policy.due(latest, self.channel, self.line.hall, now):
            self._report(call, self.tell(device, call))
        elif policy.overdue(latest, self.channel, self.line.hall, now):
            self._report(call, Result.EXPIRED)
        else:
            log.info("%s %s: no longer needed", call.id, self.health)

    def _on_done(self, call: Call) -> None:
        with self._lock:
            self._waiting.pop(call.id, None)

    def _on_failed(self, call: Call, why: str) -> None:
        latest = self._waiting.get(call.id, call)
        self._on_done(call)
        # When we are closing, whoever starts this process again tells it.
        if latest.live and why != CLOSED:
            self._report(call, Result.EXPIRED if why == EXPIRED else Result.FAILED, why)

    def _on_health(self, _: str, state: str, why: str) -> None:
        lost = why if state == LOST else None
        with self._lock:
            self._lost = lost
            waiting = list(self._waiting.values())
        self.line.health(self.health, lost is None, why)
        if lost is not None:
            for call in waiting:
                self._report(call, Result.FAILED, why)

    def _report(self, call: Call, result: Result, why: str = "") -> None:
        self.line.report(call.id, self.channel, self._device(call), result, why)

    def _device(self, call: Call) -> str:
        return self.device_of(call) or self.health


class NotReached(DeviceError):
    """The device is there and says no: the pager is unknown, the page was refused."""
