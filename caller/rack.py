"""A pager is on the rack, with a visitor, or nobody knows where; and whichever it is, no ticket waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from caller.guards import Refused
from caller.messages import (
    Condition,
    Event,
    PagerReported,
    PagerReturned,
    PagersState,
    PagerState,
    Reason,
    ReportPager,
    ReturnPager,
    Step,
    Whereabouts,
)
from caller.state import Pager, State, Ticket

CLOSING = "closing"  # why a pager counts as lost that nobody brought back

# --- what is decided ---------------------------------------------------------------------------------------


def obtainable(state: State, number: int) -> None:
    """Refused unless this pager may be lent now. One whose visitor has left may: whoever lends it has it."""
    if number not in state.rules.pagers:
        raise Refused(Reason.UNKNOWN_PAGER)
    condition = _condition(state, number)
    if condition is Condition.LOST:
        raise Refused(Reason.PAGER_LOST)
    if not condition.lendable:
        raise Refused(Reason.PAGER_FLAT)
    if number in state.lent:
        raise Refused(Reason.PAGER_TAKEN)


def is_obtainable(state: State, number: int) -> bool:
    try:
        obtainable(state, number)
    except Refused:
        return False
    return True


def give_back(state: State, command: ReturnPager, at: datetime) -> Sequence[Event]:
    """One that hangs there already hangs there still: a second scan frightens nobody."""
    pager = _known(state, command.pager)
    away = command.pager in state.lent or pager.due
    if not away and pager.condition not in (Condition.LOST, Condition.OUT_OF_RANGE):
        return []
    return [PagerReturned(at=at, pager=command.pager)]


def report(state: State, command: ReportPager, at: datetime) -> Sequence[Event]:
    pager = _known(state, command.pager)
    if pager.condition is command.condition:
        return []
    return [_reported(command.pager, pager, command.condition, at)]


def missing(state: State, at: datetime) -> Iterator[Event]:
    """When the hall has been closed for its overtime: whoever missed the call, or left, has gone home with it."""
    calendar = state.rules.calendar
    closes = calendar.closes(at) if calendar is not None and state.pagers else None
    if closes is None or at < closes + timedelta(minutes=state.rules.overtime_minutes):
        return
    for number, pager in state.pagers.items():
        holder = state.lent.get(number)
        gone = state.tickets[holder].step is Step.NO_SHOW if holder else pager.due
        if gone and pager.condition is not Condition.LOST:
            yield _reported(number, pager, Condition.LOST, at, CLOSING)


def carried(state: State, at: datetime) -> Iterator[Event]:
    """What the next day must know of this one: what is broken stays so, and what was not brought back is lost."""
    for number, pager in state.pagers.items():
        if number in state.lent or pager.due:
            why = "" if pager.condition is Condition.LOST else CLOSING
            yield _reported(number, pager, Condition.LOST, at, why)
        elif pager.condition is not Condition.FINE:
            yield _reported(number, pager, pager.condition, at)


def _reported(number: int, pager: Pager, condition: Condition, at: datetime, why: str = "") -> PagerReported:
    return PagerReported(
        at=at, pager=number, condition=condition, holder=pager.holder, since=pager.since, why=why
    )


def _known(state: State, number: int) -> Pager:
    if number not in state.rules.pagers:
        raise Refused(Reason.UNKNOWN_PAGER)
    return state.pagers.get(number, Pager())


# --- what that makes of the state --------------------------------------------------------------------------


def lend(state: State, number: int, ticket: Ticket, at: datetime) -> None:
    if ticket.pager is not None and ticket.pager != number:
        let_go(state, ticket)
    ticket.pager = number
    state.lent[number] = ticket.number
    state.pagers[number] = Pager(holder=ticket.number, since=at)


def let_go(state: State, ticket: Ticket) -> None:
    """The visitor has no use for it any more. Where pagers are checked in, it is still to come back."""
    if ticket.pager is None or state.lent.get(ticket.pager) != ticket.number:
        return
    del state.lent[ticket.pager]
    pager = state.pagers[ticket.pager]
    if state.rules.pagers_checked_in:
        pager.due = True
    elif pager.condition in (Condition.FINE, Condition.OUT_OF_RANGE):
        del state.pagers[ticket.pager]


def returned(state: State, event: PagerReturned) -> None:
    holder = state.lent.pop(event.pager, None)
    if holder is not None:
        state.tickets[holder].pager = None
    pager = state.pagers.pop(event.pager, Pager())
    if not pager.condition.lendable and pager.condition is not Condition.LOST:
        state.pagers[event.pager] = Pager(condition=pager.condition)


def reported(state: State, event: PagerReported) -> None:
    pager = state.pagers.setdefault(event.pager, Pager())
    pager.condition, pager.holder, pager.since = event.condition, event.holder, event.since
    if pager == Pager() and event.pager not in state.lent:
        del state.pagers[event.pager]


# --- what can be seen --------------------------------------------------------------------------------------


def callable_pager(state: State, number: int | None) -> int | None:
    """The pager, if it is worth calling by it."""
    return number if number is not None and _condition(state, number).callable else None


def _condition(state: State, number: int) -> Condition:
    pager = state.pagers.get(number)
    return pager.condition if pager else Condition.FINE


def not_on_the_rack(state: State) -> tuple[int, ...]:
    """The pagers that no visitor can take now."""
    unfit = {n for n, pager in state.pagers.items() if pager.due or not pager.condition.lendable}
    return tuple(sorted(unfit | set(state.lent)))


def pagers_state(state: State) -> PagersState:
    return PagersState(day=state.day, pagers=tuple(_seen(state, n) for n in sorted(state.rules.pagers)))


def _seen(state: State, number: int) -> PagerState:
    pager = state.pagers.get(number, Pager())
    away = Whereabouts.DUE if pager.due else Whereabouts.RACK
    return PagerState(
        number=number,
        where=Whereabouts.LENT if number in state.lent else away,
        condition=pager.condition,
        holder=pager.holder,
        since=pager.since,
    )
