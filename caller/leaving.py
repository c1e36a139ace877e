"""How a visitor leaves a window: done, on to the next service, set aside, or sent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from caller.clerks import keeper
from caller.guards import Refused, visitor_at
from caller.messages import (
    Event,
    Park,
    ParkTicket,
    Reason,
    Step,
    TicketAdvanced,
    TicketFinished,
    TicketParked,
    TicketResumed,
    TicketServed,
    TicketTransferred,
    TransferTicket,
)
from caller.state import Desk, State, Ticket


def finish(state: State, desk: Desk, at: datetime) -> list[Event]:
    """Whoever is at this window is done here; with more services on the ticket, the next one begins to wait."""
    if not desk.ticket:
        return []
    ticket = state.tickets[desk.ticket]
    served = _served_first(ticket, desk.number, at)
    if not ticket.plan:
        return [*served, TicketFinished(at=at, ticket=ticket.number, window=desk.number)]
    then = ticket.plan[0]
    window = then.window or keeper(state, ticket, then.service, desk.number)
    advanced = TicketAdvanced(
        at=at, ticket=ticket.number, window=desk.number, service=then.service, to_window=window
    )
    return [*served, advanced]


def park(state: State, command: ParkTicket, at: datetime) -> Sequence[Event]:
    ticket = visitor_at(state, command.window)
    until = at + timedelta(minutes=command.minutes) if command.kind is Park.WAITING else None
    parked = TicketParked(at=at, ticket=ticket.number, window=command.window, kind=command.kind, until=until)
    return [*_served_first(ticket, command.window, at), parked]


def transfer(state: State, command: TransferTicket, at: datetime) -> Sequence[Event]:
    ticket = visitor_at(state, command.window)
    service = command.service or ticket.service
    if service not in state.rules.services:
        raise Refused(Reason.UNKNOWN_SERVICE)
    window = command.to_window
    if command.to_clerk:
        window = next((d.number for d in state.desks.values() if d.clerk == command.to_clerk), None)
        if window is None:
            raise Refused(Reason.UNKNOWN_CLERK)
    if window is not None:
        there = state.rules.windows.get(window)
        if there is None:
            raise Refused(Reason.UNKNOWN_WINDOW)
        if service not in there.services:
            if command.service:
                raise Refused(Reason.NOT_SERVED_THERE)
            service = next(iter(there.services))  # the window was named: it is what that window does
    moved = TicketTransferred(
        at=at,
        ticket=ticket.number,
        window=command.window,
        service=service,
        to_window=window,
        at_tail=command.at_tail,
        come_back=command.come_back,
        note=command.note,
    )
    return [moved]


def abandoned(state: State, at: datetime) -> Iterator[Event]:
    """A window that hall.toml has no more lets its visitors go; each keeps their place."""
    for desk in state.desks.values():
        if desk.number in state.rules.windows:
            continue
        if desk.ticket:
            service = state.tickets[desk.ticket].service
            yield TicketTransferred(
                at=at, ticket=desk.ticket, window=desk.number, service=service, to_window=None
            )
        for number in desk.parked:
            yield TicketResumed(at=at, ticket=number, window=desk.number)


def _served_first(ticket: Ticket, window: int, at: datetime) -> list[Event]:
    """A clerk who never presses "serve" still served: it is filled in, with no time of its own."""
    if ticket.step is not Step.CALLED:
        return []
    return [TicketServed(at=at, ticket=ticket.number, window=window)]
