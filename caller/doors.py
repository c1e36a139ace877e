"""Whether a number can be had now, and when again: a kiosk says before anybody tries what the queue would do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from caller.guards import Refused
from caller.issuing import given_out
from caller.messages import Reason
from caller.slots import running
from caller.state import State
from caller.waits import Work

Door = tuple[Reason | None, datetime | None]
OPEN: Door = None, None


def door(state: State, service: str, at: datetime, work: Work | None = None) -> Door:
    """Why nobody is given a number of this service now, and the next moment at which somebody may be."""
    try:
        given_out(state, service, at, work)
    except Refused as refused:
        calendar, hours = state.rules.calendar, state.rules.services[service].hours
        if calendar is None:
            return refused.reason, None
        match refused.reason:
            case Reason.OUTSIDE_HOURS:
                again = at
            case Reason.SLOT_USED_UP:
                again = (running(state, service, at) or at) + timedelta(
                    minutes=state.rules.booking.slot_minutes
                )
            case _:
                again = _tomorrow(state, at)
        return refused.reason, calendar.opens_next(again, hours)
    return OPEN


def doors(state: State, at: datetime, work: Work) -> dict[str, Door]:
    """Of every service."""
    return {service: door(state, service, at, work) for service in state.rules.services}


def _tomorrow(state: State, at: datetime) -> datetime:
    """The first moment of the next business day: what is used up today is not until then."""
    calendar = state.rules.calendar
    if calendar is None:
        return at
    day = (date.fromisoformat(state.day) if state.day else calendar.day(at)) + timedelta(days=1)
    return datetime.combine(day, calendar.day_starts, calendar.zone)
