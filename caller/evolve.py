"""What each event makes of the state. Replaying a day's events gives the same state on every machine.

`evolve` changes the state that it is given and returns it: one thread owns it, and copying a hall for every
key press would buy nothing.
"""

from __future__ import annotations

from caller.journey import JOURNEY
from caller.messages import (
    CallDelivered,
    DayOpened,
    EmergencyCalledOff,
    Event,
    HallEvacuated,
    PagerLent,
    Report,
    Step,
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketReserved,
    TicketResumed,
    TicketServed,
    TicketTransferred,
    TicketVoided,
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowStatus,
)
from caller.order import Rule
from caller.state import CallRecord, Desk, State, Ticket


def evolve(state: State, event: Event) -> State:
    """The state after the event. An event that the journey does not allow is a damaged journal: KeyError."""
    match event:
        case DayOpened(day=day):
            return State(state.rules, day)
        case TicketReserved():
            _reserved(state, event)
        case TicketIssued() | TicketVoided():
            _move(state, state.tickets[event.ticket], event)
        case PagerLent(ticket=number, pager=pager):
            _give_back(state, state.tickets[number])
            state.tickets[number].pager = pager
            state.lent[pager] = number
        case WindowOpened(window=window, clerk=clerk):
            _status(state.desks[window], WindowStatus.OPEN, clerk=clerk or state.desks[window].clerk)
        case WindowPaused(window=window, why=why):
            _status(state.desks[window], WindowStatus.PAUSED, clerk=state.desks[window].clerk, why=why)
        case WindowClosed(window=window):
            _status(state.desks[window], WindowStatus.CLOSED)
        case TicketCalled():
            _called(state, event)
        case TicketServed(ticket=number, window=window):
            _move(state, state.tickets[number], event)
            state.desks[window].since = event.at
        case TicketFinished() | TicketMissed() | TicketParked() | TicketTransferred():
            _left(state, event)
        case TicketResumed(ticket=number, window=window):
            ticket = state.tickets[number]
            ticket.only = window
            _move(state, ticket, event)
        case CallDelivered():
            report = Report(
                channel=event.channel, device=event.device, result=event.result, at=event.at, why=event.why
            )
            state.calls[event.call].reports.append(report)
        case HallEvacuated():
            state.emergency = event
        case EmergencyCalledOff():
            state.emergency = None
        case _:
            raise KeyError(type(event).__name__)
    return state


def _reserved(state: State, event: TicketReserved) -> None:
    letter = state.rules.letters[event.service]
    state.counters[letter] = state.counters.get(letter, 0) + 1
    ticket = Ticket(
        number=event.ticket,
        service=event.service,
        token=event.token,
        arrival=len(state.tickets) + 1,
        at=event.at,
        kiosk=event.kiosk,
        priority=event.priority,
        pager=event.pager,
    )
    state.tickets[event.ticket] = ticket
    state.reserved[event.ticket] = event.kiosk
    if event.pager is not None:
        state.lent[event.pager] = event.ticket


def _move(state: State, ticket: Ticket, event: Event) -> None:
    """Along the journey, in or out of the lines as the step says."""
    after = JOURNEY[ticket.step, type(event)]
    if ticket.step is Step.WAITING and after is not Step.WAITING:
        state.lines.remove(ticket.waiter)
    if after is Step.WAITING and ticket.step is not Step.WAITING:
        state.lines.add(ticket.waiter)
    if ticket.step is Step.RESERVED:
        del state.reserved[ticket.number]
    if ticket.step is Step.PARKED and ticket.window is not None:
        state.desks[ticket.window].parked.remove(ticket.number)
        ticket.parked = None
    if after in (Step.VOID, Step.FINISHED):
        _give_back(state, ticket)
    ticket.step = after


def _called(state: State, event: TicketCalled) -> None:
    ticket, desk = state.tickets[event.ticket], state.desks[event.window]
    _move(state, ticket, event)
    ticket.window, ticket.only = event.window, None
    ticket.attempt = event.attempt
    ticket.calls += 1
    desk.ticket, desk.call, desk.since = event.ticket, event.call, event.at
    if event.rule == Rule.PRIORITY and event.overtook:
        desk.streak += 1
    elif event.rule in (Rule.FIRST_COME, Rule.PRIORITY_BOUND):
        desk.streak = 0
    state.calls[event.call] = CallRecord(
        event.call, event.ticket, event.window, ticket.service, event.attempt, event.at, ticket.pager
    )


def _left(state: State, event: TicketFinished | TicketMissed | TicketParked | TicketTransferred) -> None:
    """The visitor has left the window, and the window is free."""
    ticket, desk = state.tickets[event.ticket], state.desks[event.window]
    ticket.attempt = 0
    if isinstance(event, TicketTransferred):
        ticket.service, ticket.only = event.service, event.to_window
    if isinstance(event, TicketParked):
        ticket.parked = event.kind
        desk.parked.append(ticket.number)
    _move(state, ticket, event)
    desk.ticket, desk.since = "", event.at


def _give_back(state: State, ticket: Ticket) -> None:
    if ticket.pager is not None:
        state.lent.pop(ticket.pager, None)


def _status(desk: Desk, status: WindowStatus, clerk: str = "", why: str = "") -> None:
    desk.status, desk.clerk, desk.why = status, clerk, why
