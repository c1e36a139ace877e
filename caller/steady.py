"""A clock that leaps ahead is not believed at once: a day that is opened by mistake is never closed again, its numbers
are given twice, and yesterday's keys are gone.

Clocks are put right in small steps, or before the hall's programs start. When the machine's shows much more than has
passed, the hall goes on by what has passed, until the new time has held for a while. A clock that is put back is
believed at once: it opens no day, and lets nobody past who came before (caller.evolve).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

LEAP = timedelta(minutes=10)
HELD = 300.0  # seconds


def _passed() -> float:
    """Seconds that nobody can put back or forward; those of a machine that was asleep are among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Steady:
    """What `shows` says, unless it has leapt. `passed` counts seconds."""

    def __init__(self, shows: Callable[[], datetime], passed: Callable[[], float] = _passed) -> None:
        self._shows = shows
        self._passed = passed
        self._believed, self._when = shows(), passed()
        self._leapt: float | None = None

    def __call__(self) -> datetime:
        shown, now = self._shows(), self._passed()
        expected = self._believed + timedelta(seconds=now - self._when)
        if shown - expected < LEAP:
            if self._leapt is not None:
                log.warning("the clock is right again")
        elif self._leapt is None or now - self._leapt < HELD:
            if self._leapt is None:
                self._leapt = now
                log.critical("the clock has leapt from %s to %s: not believed yet", expected, shown)
            return expected
        else:
            log.critical("the clock has held for %d s: it is %s", HELD, shown)
        self._believed, self._when, self._leapt = shown, now, None
        return shown
