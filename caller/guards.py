"""What must hold before a command is obeyed; each guard gives what it found, or refuses with the reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from caller.journey import allowed
from caller.messages import Event, Reason
from caller.state import Desk, State, Ticket


class Refused(Exception):
    """The queue says no. `reason` is for the clerk or the kiosk; it is not an error."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def free_pager(state: State, pager: int) -> None:
    if pager not in state.rules.pagers:
        raise Refused(Reason.UNKNOWN_PAGER)
    if pager in state.lent:
        raise Refused(Reason.PAGER_TAKEN)


def ticket_of(state: State, number: str) -> Ticket:
    ticket = state.tickets.get(number)
    if ticket is None:
        raise Refused(Reason.UNKNOWN_TICKET)
    return ticket


def must(state: State, number: str, event: type[Event]) -> None:
    if not allowed(ticket_of(state, number).step, event):
        raise Refused(Reason.WRONG_STEP)


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
