"""How long a visitor waits, from what is known: who waits, which windows are open, what each service takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from caller.messages import WindowStatus
from caller.state import State

LOW, HIGH = 0.7, 1.3  # an honest range around what cannot be known better
ROUND = 5  # minutes

Work = Mapping[str, float | None]  # service to the minutes of work before somebody who comes now


def work_ahead(state: State, service: str) -> float | None:
    """Minutes until somebody who comes now is called; None when no window is open for the service."""
    rules = state.rules
    seats = [rules.windows[d.number].services for d in state.desks.values() if d.status is WindowStatus.OPEN]
    serving = [seat for seat in seats if service in seat]
    if not serving:
        return None
    minutes = 0.0
    for other, rule in rules.services.items():
        waiting = state.lines.count(other)
        if waiting and any(other in seat for seat in serving):
            minutes += waiting * rule.minutes / sum(other in seat for seat in seats)
    return minutes


def all_work(state: State) -> Work:
    """The same for every service: whoever tells of many asks once."""
    return {service: work_ahead(state, service) for service in state.rules.services}


def shortest_wait(minutes: float | None) -> timedelta:
    """The least that so much work ahead may take; nothing where it cannot be known."""
    return timedelta(minutes=(minutes or 0) * LOW)


def wait_at(minutes: float | None, waiting: int, ahead: int) -> tuple[int, int] | None:
    """The same for somebody who is in this line already, with so many of the service ahead: their share of it."""
    return None if minutes is None or not waiting else _range(minutes * ahead / waiting)


def wait_range(minutes: float | None) -> tuple[int, int] | None:
    """The wait in minutes from and to, for people; None when it cannot be known."""
    return None if minutes is None else _range(minutes)


def _range(minutes: float) -> tuple[int, int]:
    return round(minutes * LOW / ROUND) * ROUND, -(-int(minutes * HIGH) // ROUND) * ROUND
