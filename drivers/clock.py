"""The hall's clock: what a person in the hall would read off the wall, in the hall's own time zone.

`HALL_CLOCK` shifts it for a demonstration or a rehearsal: "2026-11-23T08:55:00" is what the clock showed at
the moment named by `HALL_CLOCK_SET` (seconds since 1970), and from there it runs at its own pace.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def now(timezone: str) -> datetime:
    """The present moment in the named IANA time zone."""
    zone = ZoneInfo(timezone)
    shown = os.environ.get("HALL_CLOCK")
    if not shown:
        return datetime.now(zone)
    since = time.time() - float(os.environ["HALL_CLOCK_SET"])
    return datetime.fromisoformat(shown).replace(tzinfo=zone) + timedelta(seconds=since)
