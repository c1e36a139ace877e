"""One device, one thread, one bounded queue: a dead device hurts nobody else.

The newest job of a key wins, for devices that show a state (a sign); or, with `fifo`, every job counts and
oldest goes first (a pager). The device is opened, and opened again after it was lost, by the worker alone.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from typing import Generic, Self, TypeVar

from drivers.closing import Closing
from drivers.errors import DeviceError, DeviceLost
from drivers.words import _

D = TypeVar("D")
J = TypeVar("J")

READY, LOST = "ready", "lost"
# Seconds between two tries to open: what is plugged in again works within two.
FIRST_PAUSE, LAST_PAUSE = 0.25, 1.5
FULL, EXPIRED, CLOSED = map(str, (_("等候的任务太多"), _("等到过期，设备没有回来"), _("程序正在关闭")))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting(Generic[J]):
    """A job in the queue. `expires` is on the worker's clock."""

    key: str
    job: J
    expires: float


class Worker(Closing, Generic[D, J]):
    """Runs `handle(device, job)` for every job, on its own thread, from `start` to `close`.

    `on_health(name, "ready" | "lost", why)` is called on changes only. `on_done(job)` and
    `on_failed(job, why)` tell what became of each job, except for one that a newer job of the same key
    replaced. `idle(device)` runs at least every `idle_every` seconds while there is nothing to do (0: all the
    time; it should then wait for its device itself, for at most some 0.1 s, as a new job waits for it).
    All callbacks run on the worker's thread, except `on_failed` for a job that `put` refuses; whatever they
    raise is logged and does no harm.
    """

    def __init__(
        self,
        name: str,
        open_device: Callable[[], AbstractContextManager[D]],
        handle: Callable[[D, J], None],
        *,
        on_health: Callable[[str, str, str], None],
        on_done: Callable[[J], None] | None = None,
        on_failed: Callable[[J, str], None] | None = None,
        idle: Callable[[D], None] | None = None,
        idle_every: float = 5.0,
        fifo: bool = False,
        limit: int = 64,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.open_device = open_device
        self.handle = handle
        self.on_health = on_health
        self.on_done = on_done
        self.on_failed = on_failed
        self.idle = idle
        self.idle_every = idle_every
        self.fifo = fifo
        self.limit = limit
        self.clock = clock
        self.health: tuple[str, str] | None = None
        self._queue: OrderedDict[str, Waiting[J]] = OrderedDict()
        self._serial = count()
        self._wake = threading.Condition()
        self._closing = False
        self._pause = FIRST_PAUSE
        self._thread = threading.Thread(target=self._run, name=f"device {name}", daemon=True)

    def start(self) -> Self:
        """Begin; returns at once, whether the device is there or not."""
        self._thread.start()
        return self

    def put(self, key: str, job: J, lasts: float = math.inf) -> bool:
        """Queue a job that is worth doing for `lasts` seconds. Never blocks; False when it was refused."""
        with self._wake:
            slot = f"{key}#{next(self._serial)}" if self.fifo else key
            refused = CLOSED if self._closing else ""
            if not refused and slot not in self._queue and len(self._queue) >= self.limit:
                refused = FULL
            if not refused:
                self._queue[slot] = Waiting(slot, job, self.clock() + lasts)
                self._wake.notify()
        if refused:
            self._tell(self.on_failed, job, refused)
        return not refused

    def close(self, timeout: float = 10.0) -> None:
        """Stop after the job in hand; jobs that still wait have failed. Returns when the thread has ended."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def __enter__(self) -> Self:
        return self.start()

    def _run(self) -> None:
        while not self._closing:
            try:
                with self.open_device() as device:
                    self._say(READY)
                    self._serve(device)
            except DeviceError as error:
                self._say(LOST, error.why or str(error))
            except Exception as error:  # this thread's last line: a driver's bug must not end the device
                why = f"{type(error).__name__}: {error}"
                if self.health != (LOST, why):  # nor fill the log: it is tried again for ever
                    log.exception("%s", self.name)
                self._say(LOST, why)
            self._rest()
        for waiting in self._take_all():
            self._tell(self.on_failed, waiting.job, CLOSED)

    def _serve(self, device: D) -> None:
        """Until closing; DeviceLost goes up, and the job in hand stays in the queue."""
        while not self._closing:
            waiting = self._next()
            if waiting is None:
                if not self._closing and self.idle is not None:
                    self.idle(device)
                    self._pause = FIRST_PAUSE
                continue
            why = self._do(device, waiting)
            self._pause = FIRST_PAUSE
            self._remove(waiting)
            if why is None:
                self._tell(self.on_done, waiting.job)
            else:
                self._tell(self.on_failed, waiting.job, why)

    def _do(self, device: D, waiting: Waiting[J]) -> str | None:
        """None when done, else why not."""
        if self.clock() >= waiting.expires:
            return EXPIRED
        try:
            self.handle(device, waiting.job)
        except DeviceLost:
            raise
        except DeviceError as error:
            return error.why or str(error)
        except Exception as error:  # the job is wrong, not the device: the next job must still be done
            log.exception("%s could not do %r", self.name, waiting.job)
            return f"{type(error).__name__}: {error}"
        return None

    def _next(self) -> Waiting[J] | None:
        """The oldest job, left in the queue; None when it is time to be idle, or to close."""
        with self._wake:
            if not self._queue and not self._closing:
                self._wake.wait(self.idle_every if self.idle is not None else None)
            return next(iter(self._queue.values()), None)

    def _remove(self, waiting: Waiting[J]) -> None:
        with self._wake:
            # A newer job of the same key may have come while this one was being done.
            if self._queue.get(waiting.key) is waiting:
                del self._queue[waiting.key]

    def _rest(self) -> None:
        """Wait before the next attempt; what expires meanwhile has failed."""
        until = self.clock() + self._pause
        self._pause = min(self._pause * 2, LAST_PAUSE)
        while not self._closing:
            now = self.clock()
            with self._wake:
                late = [each for each in self._queue.values() if each.expires <= now]
                for each in late:
                    del self._queue[each.key]
                if not late and now < until:
                    soonest = min((each.expires for each in self._queue.values()), default=math.inf)
                    self._wake.wait(max(0.0, min(until, soonest) - now))
            for each in late:
                self._tell(self.on_failed, each.job, EXPIRED)
            if not late and now >= until:
                return

    def _take_all(self) -> list[Waiting[J]]:
        with self._wake:
            taken = list(self._queue.values())
            self._queue.clear()
        return taken

    def _say(self, state: str, why: str = "") -> None:
        if (state, why) != self.health:
            self.health = (state, why)
            self._tell(self.on_health, self.name, state, why)

    def _tell(self, callback: Callable[..., None] | None, *args: object) -> None:
        if callback is None:
            return
        try:
            callback(*args)
        except Exception:  # somebody else's code on our thread, or on theirs
            log.exception("%s: callback failed", self.name)
