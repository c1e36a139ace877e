"""A visitor who was served gives one mark, soon; a press that is nobody's counts for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from caller.guards import Refused, desk_of
from caller.messages import (
    BadMark,
    BadMarkGiven,
    Event,
    MarksState,
    RateService,
    Reason,
    ServiceRated,
    TicketServed,
    WindowMarks,
)
from caller.state import Desk, State, Visit

BAD = 2  # a mark so low or lower goes to the supervisor
MARKS = range(1, 6)


def rate(state: State, command: RateService, at: datetime) -> Sequence[Event]:
    """Refused if nobody was served here, if it was too long ago, or if the mark was given."""
    visit = desk_of(state, command.window).visit
    if visit is None or command.ticket not in (None, visit.ticket):
        raise Refused(Reason.NOTHING_TO_RATE)
    if at - visit.at > timedelta(minutes=state.rules.rate_within_minutes):
        raise Refused(Reason.NOTHING_TO_RATE)
    if visit.mark:
        raise Refused(Reason.ALREADY_RATED)
    ticket, window, mark, clerk = visit.ticket, command.window, command.mark, visit.clerk
    events: list[Event] = [ServiceRated(at=at, ticket=ticket, window=window, mark=mark, clerk=clerk)]
    if mark <= BAD:
        events.append(BadMarkGiven(at=at, ticket=ticket, window=window, mark=mark, clerk=clerk))
    return events


def rated(state: State, event: ServiceRated) -> None:
    visit = state.desks[event.window].visit
    if visit is not None and visit.ticket == event.ticket:
        visit.mark = event.mark
    counts = state.marks.setdefault(event.window, [0] * len(MARKS))
    counts[event.mark - 1] += 1


def complained(state: State, event: BadMarkGiven) -> None:
    state.bad_marks.append(
        BadMark(ticket=event.ticket, window=event.window, mark=event.mark, at=event.at, clerk=event.clerk)
    )


def begun(desk: Desk, event: TicketServed) -> None:
    desk.visit = Visit(event.ticket, desk.clerk, event.at)


def left(desk: Desk, ticket: str, at: datetime) -> None:
    if desk.visit is not None and desk.visit.ticket == ticket:
        desk.visit.at = at


def may_rate(desk: Desk) -> str:
    """The ticket whose visitor may still give a mark here."""
    return desk.visit.ticket if desk.visit is not None and not desk.visit.mark else ""


def marks_state(state: State) -> MarksState:
    windows = (
        WindowMarks(window=n, counts=(c[0], c[1], c[2], c[3], c[4])) for n, c in sorted(state.marks.items())
    )
    return MarksState(day=state.day, windows=tuple(windows), bad=tuple(state.bad_marks))
