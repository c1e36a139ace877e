"""Calls: who comes to which window next, and what becomes of whoever is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caller.guards import Refused, desk_of, not_too_early, ticket_of, visitor_at, visitor_for
from caller.messages import (
    CallTicket,
    Event,
    Park,
    Reason,
    Step,
    TicketCalled,
    TicketFinished,
    TicketMissed,
    TicketResumed,
    TicketServed,
    TicketTransferred,
    TransferTicket,
    WindowOpened,
    WindowStatus,
)
from caller.order import Rule
from caller.state import Desk, State, Ticket

CALLABLE = (Step.WAITING, Step.NO_SHOW, Step.PARKED)


def serve_first(ticket: Ticket, window: int, at: datetime) -> list[Event]:
    """A clerk who never presses "serve" still served: it is filled in, with no time of its own."""
    if ticket.step is not Step.CALLED:
        return []
    return [TicketServed(at=at, ticket=ticket.number, window=window)]


def finish(state: State, desk: Desk, at: datetime) -> list[Event]:
    if not desk.ticket:
        return []
    ticket = state.tickets[desk.ticket]
    finished = TicketFinished(at=at, ticket=ticket.number, window=desk.number)
    return [*serve_first(ticket, desk.number, at), finished]


def opened(desk: Desk, at: datetime) -> list[Event]:
    """Calling opens the window: the one key that a clerk presses all day also begins the day."""
    return [] if desk.status is WindowStatus.OPEN else [WindowOpened(at=at, window=desk.number)]


def _call(
    state: State,
    ticket: Ticket,
    window: int,
    at: datetime,
    rule: Rule,
    overtook: Sequence[str] = (),
    why: str = "",
) -> TicketCalled:
    return TicketCalled(
        at=at,
        call=f"{state.day}-{ticket.number}-{ticket.calls + 1}",
        ticket=ticket.number,
        window=window,
        attempt=ticket.attempt + 1,
        rule=rule.value,
        overtook=tuple(overtook),
        why=why,
    )


def call_next(state: State, desk: Desk, at: datetime) -> Sequence[Event]:
    before = [*opened(desk, at), *finish(state, desk, at)]
    rule = state.rules.windows[desk.number]
    bound = desk.streak >= state.rules.priority_in_a_row
    choice = state.lines.choose(desk.number, rule.services, rule.prefers_priority, bound)
    if choice is None:
        if not desk.ticket:
            raise Refused(Reason.NOBODY_WAITING)
        return before
    ticket = state.tickets[choice.waiter.ticket]
    return [*before, _call(state, ticket, desk.number, at, choice.rule, choice.overtook)]


def call_ticket(state: State, command: CallTicket, at: datetime) -> Sequence[Event]:
    desk = desk_of(state, command.window)
    rule = state.rules.windows[desk.number]
    ticket = _named(state, command.ticket, desk.number, CALLABLE)
    before = [*opened(desk, at), *finish(state, desk, at)]
    if ticket.step is Step.PARKED:
        return [*before, *_bring_back(state, ticket, desk.number, at)]
    if ticket.step is Step.NO_SHOW:
        return [*before, _call(state, ticket, desk.number, at, Rule.RETURNED, why=command.why)]
    choice = state.lines.choose(desk.number, rule.services, rule.prefers_priority, False)
    passed = () if choice is None or choice.waiter.ticket == ticket.number else (choice.waiter.ticket,)
    return [*before, _call(state, ticket, desk.number, at, Rule.BY_HAND, passed, command.why)]


def _named(state: State, number: str, window: int, steps: Sequence[Step]) -> Ticket:
    """The ticket that a clerk means: whole ("A012"), or its digits where the pad has no letters ("12").

    Among equal digits: one that may come here, rather one who was here already than one who waits.
    """
    services = state.rules.windows[window].services
    if number.isdigit():
        may = [t for t in state.tickets.values() if t.service in services and t.step in steps]
        same = [t for t in may if int(t.number[1:]) == int(number)]
        ticket = min(
            same,
            key=lambda t: (_kept_elsewhere(t, window), t.step is Step.WAITING, t.arrival),
            default=None,
        )
        if ticket is None:
            raise Refused(Reason.UNKNOWN_TICKET)
        return ticket
    ticket = ticket_of(state, number)
    if ticket.service not in services:
        raise Refused(Reason.NOT_SERVED_HERE)
    if ticket.step not in steps:
        raise Refused(Reason.WRONG_STEP)
    return ticket


def _kept_elsewhere(ticket: Ticket, window: int) -> bool:
    """Parked where the papers are, or the wait is: only that window brings this visitor back."""
    return ticket.step is Step.PARKED and ticket.parked is not Park.WITHOUT_PAPERS and ticket.window != window


def recall(state: State, desk: Desk, at: datetime) -> Sequence[Event]:
    ticket = visitor_for(state, desk.number, TicketCalled)
    not_too_early(state, desk, at)
    return [_call(state, ticket, desk.number, at, Rule.RECALL)]


def no_show(state: State, window: int, at: datetime) -> Sequence[Event]:
    ticket = visitor_for(state, window, TicketMissed)
    if ticket.attempt < state.rules.calls_before_no_show:
        raise Refused(Reason.TOO_FEW_CALLS)
    not_too_early(state, desk_of(state, window), at)
    return [TicketMissed(at=at, ticket=ticket.number, window=window)]


def resume(state: State, desk: Desk, number: str | None, at: datetime) -> Sequence[Event]:
    if number is None:
        if not desk.parked:
            raise Refused(Reason.UNKNOWN_TICKET)
        number = desk.parked[0]
    ticket = _named(state, number, desk.number, (Step.PARKED,))
    return [*opened(desk, at), *finish(state, desk, at), *_bring_back(state, ticket, desk.number, at)]


def _bring_back(state: State, ticket: Ticket, window: int, at: datetime) -> list[Event]:
    if _kept_elsewhere(ticket, window):
        raise Refused(Reason.NOT_SERVED_HERE)
    resumed = TicketResumed(at=at, ticket=ticket.number, window=window)
    return [resumed, _call(state, ticket, window, at, Rule.RESUMED)]


def transfer(state: State, command: TransferTicket, at: datetime) -> Sequence[Event]:
    ticket = visitor_at(state, command.window)
    service = command.service or ticket.service
    if service not in state.rules.letters:
        raise Refused(Reason.UNKNOWN_SERVICE)
    if command.to_window is not None:
        there = state.rules.windows.get(command.to_window)
        if there is None:
            raise Refused(Reason.UNKNOWN_WINDOW)
        if service not in there.services:
            if command.service:
                raise Refused(Reason.NOT_SERVED_THERE)
            service = there.services[0]  # the window was named, not the service: it is what that window does
    moved = TicketTransferred(
        at=at,
        ticket=ticket.number,
        window=command.window,
        service=service,
        to_window=command.to_window,
        note=command.note,
    )
    return [moved]
