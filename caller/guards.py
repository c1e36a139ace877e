"""What must hold before a command is obeyed; each guard gives what it found, or refuses with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from caller.journey import allowed
from caller.messages import Event, Park, Reason, RefusedRow, Step
from caller.state import Desk, State, Ticket


class Refused(Exception):
    """The queue says no. `reason` is for the clerk or the kiosk; it is not an error. `appointment` is which one it is
    about, `rows` are the bad ones of an import."""

    def __init__(self, reason: Reason, appointment: str = "", rows: tuple[RefusedRow, ...] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.appointment = appointment
        self.rows = rows


def ticket_of(state: State, number: str) -> Ticket:
    ticket = state.tickets.get(number)
    if ticket is None:
        raise Refused(Reason.UNKNOWN_TICKET)
    return ticket


def must(state: State, number: str, event: type[Event]) -> Ticket:
    ticket = ticket_of(state, number)
    if not allowed(ticket.step, event):
        raise Refused(Reason.WRONG_STEP)
    return ticket


def desk_of(state: State, window: int) -> Desk:
    desk = state.desks.get(window)
    if desk is None:
        raise Refused(Reason.UNKNOWN_WINDOW)
    return desk


def expects_nobody(state: State, window: int) -> None:
    if desk_of(state, window).ticket:
        raise Refused(Reason.WINDOW_BUSY)


def visitor_at(state: State, window: int) -> Ticket:
    """The visitor called to this window or served at it."""
    desk = desk_of(state, window)
    if not desk.ticket:
        raise Refused(Reason.WINDOW_IDLE)
    return state.tickets[desk.ticket]


def visitor_for(state: State, window: int, event: type[Event]) -> Ticket:
    ticket = visitor_at(state, window)
    if not allowed(ticket.step, event):
        raise Refused(Reason.WRONG_STEP)
    return ticket


def not_too_early(state: State, desk: Desk, at: datetime) -> None:
    """A clock that was put back says nothing about how long ago the last call was: then the clerk may call."""
    if desk.since and timedelta(0) <= at - desk.since < timedelta(seconds=state.rules.seconds_between_calls):
        raise Refused(Reason.TOO_EARLY)


def in_time_to_return(state: State, ticket: Ticket, at: datetime) -> bool:
    """Whether a visitor who missed the call is back within the numbers or the minutes that the ticket promises."""
    if ticket.missed_at is None:
        return False
    minutes = timedelta(minutes=state.rules.return_within_minutes)
    passed = state.called.get(ticket.service, 0) - ticket.missed_after
    return passed <= state.rules.return_within_numbers or at - ticket.missed_at <= minutes


def holds_no_other(state: State, ticket: Ticket) -> None:
    """Whoever missed a call may have taken another number since; a person has one live number of a service."""
    if (ticket.person, ticket.service) in state.persons:
        raise Refused(Reason.ALREADY_HOLDS)


def kept_elsewhere(ticket: Ticket, window: int) -> bool:
    """Parked where the papers are, or the wait is, or with the clerk of all steps: only that window brings this visitor
    back."""
    here = ticket.parked is not Park.WITHOUT_PAPERS or ticket.kept == ticket.window
    return ticket.step is Step.PARKED and here and ticket.window != window


def named(state: State, number: str, window: int, steps: Sequence[Step]) -> Ticket:
    """The ticket that a clerk means: whole ("A012"), or its digits where the pad has no letters ("12").

    Among equal digits: one that may come here, rather one who was here already than one who waits.
    """
    rules, services = state.rules, state.rules.windows[window].services
    if number.isdigit():
        may = [t for t in state.tickets.values() if t.service in services and t.step in steps]
        same = [t for t in may if int(t.number[1:]) == int(number)]
        ticket = min(
            same,
            key=lambda t: (kept_elsewhere(t, window), t.step is Step.WAITING, t.place),
            default=None,
        )
        if ticket is None:
            raise Refused(Reason.UNKNOWN_TICKET)
        return ticket
    ticket = ticket_of(state, number)
    if ticket.service not in services and ticket.service in rules.services:  # nobody else serves what is gone
        raise Refused(Reason.NOT_SERVED_HERE)
    if ticket.step not in steps:
        raise Refused(Reason.WRONG_STEP)
    return ticket
