"""The queue is pure: `decide(state, command, at)` gives events or raises Refused; `evolve` applies them.

Time arrives with the command. Nothing here reads a clock, makes a random number or touches the world, so a
day can be replayed, tested and explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caller import emergency
from caller.calls import call_next, call_ticket, finish, no_show, recall, resume, serve_first, transfer
from caller.evolve import evolve
from caller.guards import (
    Refused,
    desk_of,
    expects_nobody,
    free_pager,
    must,
    ticket_of,
    visitor_at,
    visitor_for,
)
from caller.messages import (
    CallDelivered,
    CallNext,
    CallOff,
    CallTicket,
    CloseWindow,
    Command,
    ConfirmTicket,
    EvacuateHall,
    Event,
    FinishTicket,
    LendPager,
    MarkNoShow,
    OpenWindow,
    PagerLent,
    ParkTicket,
    PauseWindow,
    Reason,
    RecallTicket,
    ReportDelivery,
    ReserveTicket,
    ResumeTicket,
    ServeTicket,
    Step,
    TicketIssued,
    TicketParked,
    TicketReserved,
    TicketServed,
    TicketVoided,
    TransferTicket,
    VoidTicket,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from caller.state import Rules, State

__all__ = ["Refused", "Rules", "State", "decide", "evolve"]

LAST_NUMBER = 999  # of one letter on one day


def decide(state: State, command: Command, at: datetime) -> Sequence[Event]:
    """The events that follow from the command; raises Refused. The state is not changed."""
    match command:
        case ReserveTicket():
            return _reserve(state, command, at)
        case ConfirmTicket(ticket=number, reprint=reprint):
            must(state, number, TicketIssued)
            if state.tickets[number].step is Step.WAITING and not reprint:
                raise Refused(Reason.WRONG_STEP)
            return [TicketIssued(at=at, ticket=number, reprint=reprint)]
        case VoidTicket(ticket=number, why=why):
            must(state, number, TicketVoided)
            return [TicketVoided(at=at, ticket=number, why=why)]
        case LendPager(ticket=number, pager=pager):
            free_pager(state, pager)
            if ticket_of(state, number).step in (Step.FINISHED, Step.VOID):
                raise Refused(Reason.WRONG_STEP)
            return [PagerLent(at=at, ticket=number, pager=pager)]
        case ReportDelivery():
            return _delivered(state, command, at)
        case OpenWindow(window=window, clerk=clerk):
            desk_of(state, window)
            return [WindowOpened(at=at, window=window, clerk=clerk)]
        case PauseWindow(window=window, why=why):
            expects_nobody(state, window)
            return [WindowPaused(at=at, window=window, why=why)]
        case CloseWindow(window=window):
            expects_nobody(state, window)
            return [WindowClosed(at=at, window=window)]
        case CallNext(window=window):
            return call_next(state, desk_of(state, window), at)
        case CallTicket():
            return call_ticket(state, command, at)
        case RecallTicket(window=window):
            return recall(state, desk_of(state, window), at)
        case ServeTicket(window=window):
            return [
                TicketServed(at=at, ticket=visitor_for(state, window, TicketServed).number, window=window)
            ]
        case FinishTicket(window=window):
            visitor_at(state, window)
            return finish(state, desk_of(state, window), at)
        case MarkNoShow(window=window):
            return no_show(state, window, at)
        case ParkTicket(window=window, kind=kind):
            ticket = visitor_at(state, window)
            parked = TicketParked(at=at, ticket=ticket.number, window=window, kind=kind)
            return [*serve_first(ticket, window, at), parked]
        case ResumeTicket(window=window, ticket=number):
            return resume(state, desk_of(state, window), number, at)
        case TransferTicket():
            return transfer(state, command, at)
        case EvacuateHall() | CallOff():
            return emergency.decided(state.emergency, command, at)
    raise Refused(Reason.MALFORMED)


def _reserve(state: State, command: ReserveTicket, at: datetime) -> Sequence[Event]:
    letter = state.rules.letters.get(command.service)
    if letter is None:
        raise Refused(Reason.UNKNOWN_SERVICE)
    if command.pager is not None:
        free_pager(state, command.pager)
    number = state.counters.get(letter, 0) + 1
    if number > LAST_NUMBER:
        raise Refused(Reason.NUMBERS_USED_UP)
    return [
        TicketReserved(
            at=at,
            ticket=f"{letter}{number:03d}",
            service=command.service,
            token=command.token,
            kiosk=command.kiosk,
            priority=command.priority,
            pager=command.pager,
        )
    ]


def _delivered(state: State, command: ReportDelivery, at: datetime) -> Sequence[Event]:
    call = state.calls.get(command.call)
    if call is None:
        raise Refused(Reason.UNKNOWN_TICKET)
    said = {(r.channel, r.device, r.result) for r in call.reports}
    if (command.channel, command.device, command.result) in said:
        return []
    event = CallDelivered(
        at=at,
        call=command.call,
        channel=command.channel,
        device=command.device,
        result=command.result,
        why=command.why,
    )
    return [event]
