"""How long a visitor waits, from what is known: who waits, which windows are open, what each service takes."""

from __future__ import annotations

from datetime import timedelta

from caller.messages import WindowStatus
from caller.state import State

LOW, HIGH = 0.7, 1.3  # an honest range around what cannot be known better
ROUND = 5  # minutes


def work_ahead(state: State, service: str) -> float | None:
    """Minutes until somebody who comes now is called; None when no window is open for the service."""
    rules = state.rules
    desks = [desk.number for desk in state.desks.values() if desk.status is WindowStatus.OPEN]
    serving = [number for number in desks if service in rules.windows[number].services]
    if not serving:
        return None
    shared = {other for number in serving for other in rules.windows[number].services}
    minutes = 0.0
    for other in shared:
        able = sum(other in rules.windows[number].services for number in desks)
        minutes += state.lines.count(other) * rules.services[other].minutes / able
    return minutes


def shortest_wait(state: State, service: str) -> timedelta | None:
    minutes = work_ahead(state, service)
    return None if minutes is None else timedelta(minutes=minutes * LOW)


def wait_at(minutes: float | None, waiting: int, ahead: int) -> tuple[int, int] | None:
    """The same for somebody who is in this line already, with so many of the service ahead: their share of it."""
    return None if minutes is None or not waiting else _range(minutes * ahead / waiting)


def wait_range(state: State, service: str) -> tuple[int, int] | None:
    """The wait in minutes from and to, for people; None when it cannot be known."""
    minutes = work_ahead(state, service)
    if minutes is None:
        return None
    return _range(minutes)


def _range(minutes: float) -> tuple[int, int]:
    return round(minutes * LOW / ROUND) * ROUND, -(-int(minutes * HIGH) // ROUND) * ROUND
