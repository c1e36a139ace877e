"""Calls: who comes to which window next, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caller.guards import (
    Refused,
    desk_of,
    holds_no_other,
    in_time_to_return,
    kept_elsewhere,
    named,
    not_too_early,
    visitor_for,
)
from caller.leaving import finish
from caller.messages import (
    CallTicket,
    Event,
    Reason,
    Step,
    TicketCalled,
    TicketMissed,
    TicketResumed,
    Why,
    WindowOpened,
    WindowStatus,
)
from caller.order import Choice, Passed, Rule
from caller.state import Desk, State, Ticket

CALLABLE = (Step.WAITING, Step.NO_SHOW, Step.PARKED)


def _call(
    state: State,
    ticket: Ticket,
    window: int,
    at: datetime,
    rule: Rule,
    why: Why | None = None,
    turn: str = "",
) -> TicketCalled:
    again = rule is Rule.RECALL  # passed nobody since the call before
    passed = Passed() if again else state.lines.passed(state.rules.windows[window], ticket.place)
    return TicketCalled(
        at=at,
        call=f"{state.day}-{ticket.number}-{ticket.calls + 1}",
        ticket=ticket.number,
        window=window,
        attempt=ticket.attempt + 1,
        rule=rule.value,
        overtook=passed.first,
        overtaken=passed.count,
        why=why,
        turn=turn,
    )


def _opened(state: State, desk: Desk, at: datetime) -> list[Event]:
    """Calling opens the window: the one key that a clerk presses all day also begins the day. Where clerks sign in
    with their badge, only a pause ends that way."""
    if desk.status is WindowStatus.OPEN:
        return []
    if state.rules.clerks and not desk.clerk:
        raise Refused(Reason.WINDOW_CLOSED)
    return [WindowOpened(at=at, window=desk.number)]


def _whose_turn(state: State, desk: Desk, at: datetime) -> Choice | None:
    """The same for the key and for a number by hand: in order means in this order, the bound included."""
    bound = desk.streak >= state.rules.priority_in_a_row
    closed = {d.number for d in state.desks.values() if d.status is WindowStatus.CLOSED}
    return state.lines.choose(state.rules.windows[desk.number], bound, at, closed)


def call_next(state: State, desk: Desk, at: datetime) -> Sequence[Event]:
    before = [*_opened(state, desk, at), *finish(state, desk, at)]
    choice = _whose_turn(state, desk, at)
    if choice is None:
        if not desk.ticket:
            raise Refused(Reason.NOBODY_WAITING)
        return before
    ticket = state.tickets[choice.waiter.ticket]
    return [*before, _call(state, ticket, desk.number, at, choice.rule)]


def call_ticket(state: State, command: CallTicket, at: datetime) -> Sequence[Event]:
    desk = desk_of(state, command.window)
    ticket = named(state, command.ticket, desk.number, CALLABLE)
    if ticket.step is Step.NO_SHOW:
        holds_no_other(state, ticket)
    before = [*_opened(state, desk, at), *finish(state, desk, at)]
    if ticket.step is Step.PARKED:
        return [*before, *_bring_back(state, ticket, desk.number, at)]
    if ticket.step is Step.NO_SHOW and in_time_to_return(state, ticket, at):
        return [*before, _call(state, ticket, desk.number, at, Rule.RETURNED, command.why)]
    choice = _whose_turn(state, desk, at)
    if choice is not None and choice.waiter.ticket == ticket.number:
        return [*before, _call(state, ticket, desk.number, at, choice.rule)]
    if command.why is None:
        raise Refused(Reason.NEEDS_REASON)
    turn = "" if choice is None else choice.waiter.ticket
    return [*before, _call(state, ticket, desk.number, at, Rule.BY_HAND, command.why, turn)]


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
    ticket = named(state, number, desk.number, (Step.PARKED,))
    before = [*_opened(state, desk, at), *finish(state, desk, at)]
    return [*before, *_bring_back(state, ticket, desk.number, at)]


def _bring_back(state: State, ticket: Ticket, window: int, at: datetime) -> list[Event]:
    if kept_elsewhere(ticket, window):
        raise Refused(Reason.NOT_SERVED_HERE)
    resumed = TicketResumed(at=at, ticket=ticket.number, window=window)
    return [resumed, _call(state, ticket, window, at, Rule.RESUMED)]
