"""A clerk is at one window at a time, and whom a clerk keeps through all steps goes where that clerk goes.

The first who was asked by a visitor stays on record through every transfer (首问负责).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from caller.guards import Refused, desk_of
from caller.messages import (
    Event,
    OpenWindow,
    Reason,
    Step,
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowStatus,
)
from caller.state import Desk, State, Ticket

# --- what is decided ---------------------------------------------------------------------------------------


def sign_in(state: State, command: OpenWindow, at: datetime) -> Sequence[Event]:
    """Who signs in here has left every other window, and may not leave a visitor there."""
    desk_of(state, command.window)
    clerk = command.clerk
    if state.rules.clerks and clerk not in state.rules.clerks:
        raise Refused(Reason.UNKNOWN_CLERK)
    elsewhere = [d for d in state.desks.values() if clerk and d.clerk == clerk and d.number != command.window]
    if any(desk.ticket for desk in elsewhere):
        raise Refused(Reason.CLERK_BUSY)
    closed = [WindowClosed(at=at, window=desk.number) for desk in elsewhere]
    return [*closed, WindowOpened(at=at, window=command.window, clerk=clerk)]


def keeper(state: State, ticket: Ticket, service: str, here: int) -> int | None:
    """The window that this visitor's next service belongs to, if one clerk keeps them and may do it there."""
    kept = ticket.kept or (here if state.rules.services[ticket.service].one_clerk else None)
    return kept if kept is not None and service in state.rules.windows[kept].services else None


# --- what it makes of the state ----------------------------------------------------------------------------


def opened(state: State, event: WindowOpened) -> None:
    desk, clerk = state.desks[event.window], event.clerk
    desk.status, desk.clerk, desk.why = WindowStatus.OPEN, clerk or desk.clerk, ""
    for ticket in state.tickets.values() if clerk else ():
        if ticket.keeper == clerk and ticket.kept != desk.number:
            _follow(state, ticket, desk)


def left(state: State, event: WindowPaused | WindowClosed) -> None:
    desk = state.desks[event.window]
    match event:
        case WindowPaused(why=why):
            desk.status, desk.why = WindowStatus.PAUSED, why
        case _:
            desk.status, desk.clerk, desk.why = WindowStatus.CLOSED, "", ""


def asked(ticket: Ticket, desk: Desk) -> None:
    """Whoever serves a visitor, or sends them on, was asked; the first stays on record."""
    if ticket.first_window is None:
        ticket.first_clerk, ticket.first_window = desk.clerk, desk.number


def served(state: State, ticket: Ticket, desk: Desk) -> None:
    """Serving has begun here."""
    asked(ticket, desk)
    if ticket.kept is None and state.rules.services[ticket.service].one_clerk:
        ticket.kept, ticket.keeper = desk.number, desk.clerk


def _follow(state: State, ticket: Ticket, desk: Desk) -> None:
    """The clerk who keeps this visitor has moved to this desk."""
    before, ticket.kept = ticket.kept, desk.number
    ticket.plan = [
        replace(stop, window=desk.number) if stop.window == before else stop for stop in ticket.plan
    ]
    if ticket.service not in state.rules.windows[desk.number].services:
        return
    if ticket.step is Step.WAITING and ticket.only == before is not None:
        state.lines.remove(ticket.waiter(state.rules))
        ticket.only = desk.number
        state.lines.add(ticket.waiter(state.rules))
    elif ticket.step is Step.PARKED and ticket.window == before is not None:
        state.desks[before].parked.remove(ticket.number)
        desk.parked.append(ticket.number)
        ticket.window = desk.number
