"""One device that calls visitors one after the other: each call once, in order, never late, and never silently lost.
A call that waits behind others is reported as received.

When the device is lost, whoever still waits for it is told of as FAILED at once, so that another channel takes
over; what comes back before the call expires is told after all, and the last word counts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Self, TypeVar

import msgspec

from caller.messages import Call, CallsState, Channel, Result
from display import policy
from display.line import Line
from drivers.errors import DeviceError
from drivers.worker import CLOSED, EXPIRED, LOST, Worker

D = TypeVar("D")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Errand:
    """One call to be told of, and the name under which that is reported."""

    call: Call
    device: str

    @property
    def key(self) -> str:
        return f"{self.call.id}/{self.device}"


@dataclass(frozen=True)
class Outcome:
    """What became of a call, and for how many seconds it sounded."""

    result: Result
    seconds: float = 0.0


class Teller(Generic[D]):
    """`device_of` names the device of a call, None for calls that go elsewhere; `tell` does it, and raises
    DeviceError when it does not get there; None says that nobody waits for it any more. `health` is the name under
    `status/`. `rounds` names every time that this device has to tell of the call by a moment, where that may be more
    than once."""

    def __init__(
        self,
        line: Line,
        channel: Channel,
        health: str,
        device_of: Callable[[Call], str | None],
        open_device: Callable[[], AbstractContextManager[D]],
        tell: Callable[[D, Call], Outcome | None],
        idle: Callable[[D], None] | None = None,
        rounds: Callable[[Call, datetime], tuple[str, ...]] | None = None,
    ) -> None:
        self.line = line
        self.channel = channel
        self.health = health
        self.device_of = device_of
        self.tell = tell
        self.rounds = rounds or self._one_round
        self._calls: dict[str, Call] = {}  # ours, as the last snapshot told of them
        self._next: datetime | None = None  # when something becomes due by itself
        self._lock = threading.Lock()
        self._taken: set[str] = set()  # errands that were queued or given up
        self._waiting: dict[str, Errand] = {}  # queued, with the call as the last snapshot told of it
        self._put_off: set[str] = set()  # errands that an emergency has stopped
        self._lost: str | None = None
        self._hushed = False
        self._worker: Worker[D, Errand | Callable[[D], None]] = Worker(
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

    @property
    def waiting(self) -> int:
        """Calls in the queue, with the one that is being told."""
        with self._lock:
            return sum(errand.call.live for errand in self._waiting.values())

    def hush(self, hushed: bool) -> None:
        """No calls while the hall is being left; those that are still worth it are told afterwards."""
        self._hushed = hushed
        self._compare()

    def at_once(self, name: str, do: Callable[[D], None], lasts: float) -> None:
        """Something besides calls that this device has to do; calls that wait before it are passed over."""
        self._worker.put(name, do, lasts)

    def see(self, state: CallsState) -> None:
        """Compare what is to be told with what has been told."""
        self._calls = {call.id: call for call in state.calls if self.device_of(call) is not None}
        with self._lock:
            for key, errand in self._waiting.items():  # one that is not listed any more has ended
                ended = msgspec.structs.replace(errand.call, live=False)
                self._waiting[key] = Errand(self._calls.get(errand.call.id, ended), errand.device)
            self._taken = {
                key for key in self._taken if key in self._waiting or key.partition("/")[0] in self._calls
            }
        self._compare()

    def look(self) -> None:
        """Take up what has become due by itself since the last snapshot."""
        if self._put_off or (self._next is not None and self._next <= self.line.now()):
            self._compare()

    def _compare(self) -> None:
        if self._hushed:
            return
        now, hall = self.line.now(), self.line.hall
        with self._lock:  # one that is still in the worker's hand is taken up at the next look
            again = self._put_off - self._waiting.keys()
            self._taken -= again
            self._put_off -= again
        for call in self._calls.values():
            self._consider(call, now)
        moments = (policy.look_again(call, self.channel, hall, now) for call in self._calls.values())
        self._next = min((moment for moment in moments if moment is not None), default=None)

    def _one_round(self, call: Call, now: datetime) -> tuple[str, ...]:
        return (self._device(call),) if policy.due(call, self.channel, self.line.hall, now) else ()

    def _consider(self, call: Call, now: datetime) -> None:
        for device in self.rounds(call, now):
            self._take(Errand(call, device), now)
        if policy.overdue(call, self.channel, self.line.hall, now):
            errand = Errand(call, self._device(call))
            if self._fresh(errand):
                self._report(errand, Result.EXPIRED)

    def _take(self, errand: Errand, now: datetime) -> None:
        if not self._fresh(errand):
            return
        with self._lock:
            behind, lost = len(self._waiting), self._lost
            self._waiting[errand.key] = errand
        if lost is not None:
            self._report(errand, Result.FAILED, lost)
        elif behind:
            self._report(errand, Result.RECEIVED)
        self._worker.put(errand.key, errand, (errand.call.expires - now).total_seconds())

    def _fresh(self, errand: Errand) -> bool:
        """Whether nobody has told of it nor taken it up yet; from now on it is taken up."""
        if policy.told(errand.call, self.channel, errand.device):
            return False
        with self._lock:
            fresh = errand.key not in self._taken
            self._taken.add(errand.key)
        return fresh

    def _handle(self, device: D, errand: Errand | Callable[[D], None]) -> None:
        """On the worker's thread. A visitor who has come meanwhile needs no call."""
        if not isinstance(errand, Errand):
            errand(device)
            return
        if self._hushed:
            self._later(errand)
            return
        latest, now = self._waiting.get(errand.key, errand).call, self.line.now()
        outcome: Outcome | None = None
        if errand.device in self.rounds(latest, now):
            try:
                outcome = self.tell(device, latest)
            except CutShort as cut:
                self._report(errand, Result.FAILED, cut.why)
                self._later(errand)
                return
        elif policy.overdue(latest, self.channel, self.line.hall, now):
            outcome = Outcome(Result.EXPIRED)
        if outcome is None:
            log.info("%s %s: no longer needed", errand.call.id, self.health)
        else:
            self._report(errand, outcome.result, seconds=outcome.seconds)

    def needed(self, call: Call) -> bool:
        """Whether anybody still waits for this call, which is in our hand."""
        errand = Errand(call, self._device(call))
        return self._waiting.get(errand.key, errand).call.live

    def _later(self, errand: Errand) -> None:
        """The hall is being left: this call is told afterwards, if it is still worth it."""
        with self._lock:
            self._put_off.add(errand.key)

    def _on_done(self, errand: Errand | Callable[[D], None]) -> None:
        if not isinstance(errand, Errand):
            return
        with self._lock:
            self._waiting.pop(errand.key, None)

    def _on_failed(self, errand: Errand | Callable[[D], None], why: str) -> None:
        if not isinstance(errand, Errand):
            log.warning("%s: %s", self.health, why)
            return
        latest = self._waiting.get(errand.key, errand).call
        self._on_done(errand)
        # When we are closing, whoever starts this process again tells it.
        if latest.live and why != CLOSED:
            self._report(errand, Result.EXPIRED if why == EXPIRED else Result.FAILED, why)

    def _on_health(self, _: str, state: str, why: str) -> None:
        lost = why if state == LOST else None
        with self._lock:
            self._lost = lost
            waiting = list(self._waiting.values())
        self.line.health(self.health, lost is None, why)
        if lost is not None:
            for errand in waiting:
                self._report(errand, Result.FAILED, why)

    def _report(self, errand: Errand, result: Result, why: str = "", seconds: float = 0.0) -> None:
        self.line.report(errand.call.id, self.channel, errand.device, result, why, seconds)

    def _device(self, call: Call) -> str:
        return self.device_of(call) or self.health


class CutShort(DeviceError):
    """The hall is being left; nobody is called now."""


class NotReached(DeviceError):
    """The device is there and says no: the pager is unknown, the page was refused."""
