"""The hall's clock: what a person in the hall would read off the wall, in the hall's own time zone.

For a rehearsal, `HALL_CLOCK` names a file that puts the clock: "2026-11-23T08:55:00 1795380000.0" is what it
showed, and at which second since 1970 it was put; from there it runs at its own pace. Whoever rewrites the file
(at once, by renaming) puts the clock of every process of the hall.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


def now(timezone: str) -> datetime:
    """The present moment in the named IANA time zone."""
    zone = ZoneInfo(timezone)
    file = os.environ.get("HALL_CLOCK")
    if not file:
        return datetime.now(zone)
    shown, put = Path(file).read_text("ascii").split()
    return datetime.fromisoformat(shown).replace(tzinfo=zone) + timedelta(seconds=time.time() - float(put))


def is_rehearsal() -> bool:
    """Whether somebody puts this clock on purpose."""
    return bool(os.environ.get("HALL_CLOCK"))


def put(file: Path, shown: datetime) -> None:
    """Make the rehearsal clock show this now."""
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{shown.replace(tzinfo=None).isoformat()} {time.time()}", "ascii")
    fresh.replace(file)
