"""What each event makes of the state. Replaying a day's events gives the same state on every machine.

`evolve` changes the state that it is given and returns it: one thread owns it, and copying a hall for every
key press would buy nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from caller import clerks, lapsing, marks, offline, rack
from caller import messages as m
from caller.journey import ENDS, JOURNEY
from caller.messages import Channel, Condition, Report, Step
from caller.order import Rule
from caller.slots import running
from caller.state import CallRecord, State, Stop, Ticket
from config.languages import CHINESE

INSTANT = timedelta(microseconds=1)
LIVE = (Step.RESERVED, Step.WAITING, Step.CALLED, Step.SERVING, Step.PARKED)


def evolve(state: State, event: m.Event) -> State:
    """The state after the event. An event that the journey does not allow, or a number given twice, is a damaged
    journal: KeyError."""
    if isinstance(event, m.DayOpened):
        return State(state.rules, event.day)
    _APPLY[type(event)](state, event)
    return state


def _reserved(state: State, event: m.TicketReserved) -> None:
    if event.ticket in state.tickets:
        raise KeyError(event.ticket)
    ticket = Ticket(
        number=event.ticket,
        service=event.service,
        token=event.token,
        place=(event.came or _latest(state, event.at), len(state.tickets) + 1, 0),
        at=(event.came or event.at) if event.offline else event.at,
        kiosk=event.kiosk,
        about=event.about,
        priority=event.priority,
        proved=event.proved,
        people=event.people,
        person=event.person,
        address=event.address,
        appointment=event.appointment,
        ordinary=not event.appointment or event.came is None,
        need=event.need,
        language=event.language,
        offline=event.offline,
        plan=[Stop(service) for service in event.then],
    )
    if not event.offline:  # those are from the top downwards
        state.counters[event.ticket[0]] = int(event.ticket[1:])
    state.issued[event.service] = state.issued.get(event.service, 0) + 1
    state.tickets[event.ticket] = ticket
    if event.appointment:
        state.book.checked_in(event.appointment, ticket.ordinary)
    if ticket.ordinary:
        state.book.came(event.service, running(state, event.service, event.at), 1)
    state.reserved[event.ticket] = event.kiosk
    if event.pager is not None:
        rack.lend(state, event.pager, ticket, event.at)
    _hold(state, ticket)


def _latest(state: State, at: datetime) -> datetime:
    """The moment as a place in the lines, no two alike: a clock that was put back lets nobody past who came before."""
    state.latest = at if state.latest is None else max(at, state.latest + INSTANT)
    return state.latest


def _hold(state: State, ticket: Ticket) -> None:
    """Whether this person has a live ticket for its service is what the next one asks; there may be two of them,
    where a ticket went on to a service for which the person has another. Who speaks another language is told early."""
    if ticket.step not in LIVE:
        _let_go(state, ticket)
        state.languages.pop(ticket.number, None)
        return
    if ticket.person:
        state.persons.setdefault((ticket.person, ticket.service), set()).add(ticket.number)
    if ticket.language != CHINESE:
        state.languages[ticket.number] = ticket.language


def _let_go(state: State, ticket: Ticket) -> None:
    held = state.persons.get((ticket.person, ticket.service), set())
    held.discard(ticket.number)
    if not held:
        state.persons.pop((ticket.person, ticket.service), None)


def _moved(state: State, event: m.TicketIssued | m.TicketVoided | m.TicketCancelled) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.parked is not None and not isinstance(event, m.TicketIssued):
        _unpark(state, ticket)
    if isinstance(event, m.TicketIssued) and ticket.step is Step.VOID:
        lapsing.came_back(state, ticket, event.at)
    _move(state, ticket, event)
    ticket.lapsed = isinstance(event, m.TicketVoided) and event.lapsed


def _move(state: State, ticket: Ticket, event: m.Event) -> None:
    """Along the journey, in or out of the lines as the step says."""
    after = JOURNEY[ticket.step, type(event)]
    if ticket.step is Step.WAITING and after is not Step.WAITING:
        state.lines.remove(ticket.waiter(state.rules))
    if ticket.step is Step.RESERVED:
        del state.reserved[ticket.number]
    if after is Step.VOID and ticket.step is Step.RESERVED:
        lapsing.never_given(state, ticket)
    before, ticket.step = ticket.step, after
    if after is Step.WAITING and before is not Step.WAITING:
        state.lines.add(ticket.waiter(state.rules))
    if after in ENDS:
        rack.let_go(state, ticket)
    _hold(state, ticket)


def _returned(state: State, event: m.TicketReturned) -> None:
    ticket = state.tickets[event.ticket]
    state.returns += 1
    if event.behind:
        came, number, _ = state.tickets[event.behind].place
        ticket.place = (came, number, state.returns)
    else:
        ticket.place = (_latest(state, event.at), ticket.place[1], state.returns)
    _move(state, ticket, event)


def _lent(state: State, event: m.PagerLent) -> None:
    rack.lend(state, event.pager, state.tickets[event.ticket], event.at)


def _extended(state: State, event: m.HoursExtended) -> None:
    for service in [event.service] if event.service else state.rules.services:
        state.extended[service] = event.until


def _called(state: State, event: m.TicketCalled) -> None:
    ticket, desk = state.tickets[event.ticket], state.desks[event.window]
    _move(state, ticket, event)
    ticket.window, ticket.only, ticket.attempt = event.window, None, event.attempt
    ticket.calls += 1
    desk.ticket, desk.call, desk.since = event.ticket, event.call, event.at
    if event.attempt == 1:
        state.called[ticket.service] = state.called.get(ticket.service, 0) + 1
    if event.rule == Rule.PRIORITY and any(not state.tickets[t].priority for t in event.overtook):
        desk.streak += 1
    elif event.rule in (Rule.FIRST_COME, Rule.PRIORITY_BOUND):
        desk.streak = 0
    state.calls[event.call] = CallRecord(
        id=event.call,
        ticket=event.ticket,
        window=event.window,
        service=ticket.service,
        attempt=event.attempt,
        at=event.at,
        pager=ticket.pager,
        rule=event.rule,
    )


def _served(state: State, event: m.TicketServed) -> None:
    ticket, desk = state.tickets[event.ticket], state.desks[event.window]
    _move(state, ticket, event)
    desk.since = event.at
    marks.begun(desk, event)
    clerks.served(state, ticket, desk)


def _left(
    state: State,
    event: m.TicketFinished | m.TicketMissed | m.TicketParked | m.TicketTransferred | m.TicketAdvanced,
) -> None:
    """The visitor has left the window, and the window is free."""
    ticket, desk = state.tickets[event.ticket], state.desks[event.window]
    ticket.attempt = 0
    match event:
        case m.TicketTransferred():
            clerks.asked(ticket, desk)
            if event.come_back:
                ticket.plan.insert(0, Stop(ticket.service, event.window))
            if event.at_tail:
                ticket.place = (_latest(state, event.at), ticket.place[1], ticket.place[2])
            _rename(state, ticket, event.service)
            ticket.only, ticket.note = event.to_window, event.note or ticket.note
        case m.TicketAdvanced():
            del ticket.plan[0]
            _rename(state, ticket, event.service)
            ticket.only = event.to_window
        case m.TicketParked():
            ticket.parked, ticket.until = event.kind, event.until
            desk.parked.append(ticket.number)
            if event.until is not None:
                state.timed[ticket.number] = event.until
        case m.TicketMissed():
            ticket.missed_at, ticket.missed_after = event.at, state.called[ticket.service]
    _move(state, ticket, event)
    desk.ticket, desk.since = "", event.at
    marks.left(desk, ticket.number, event.at)


def _rename(state: State, ticket: Ticket, service: str) -> None:
    _let_go(state, ticket)
    ticket.service = service
    _hold(state, ticket)


def _resumed(state: State, event: m.TicketResumed) -> None:
    ticket = state.tickets[event.ticket]
    _unpark(state, ticket)
    ticket.only = event.window
    _move(state, ticket, event)


def _unpark(state: State, ticket: Ticket) -> None:
    if ticket.window is not None:
        state.desks[ticket.window].parked.remove(ticket.number)
    state.timed.pop(ticket.number, None)
    ticket.parked, ticket.until = None, None


def _booked(state: State, event: m.Event) -> None:
    state.book.apply(event)


def _emergency(state: State, event: m.HallEvacuated | m.EmergencyCalledOff) -> None:
    state.emergency = event if isinstance(event, m.HallEvacuated) else None


def _delivered(state: State, event: m.CallDelivered) -> None:
    report = Report(
        channel=event.channel, device=event.device, result=event.result, at=event.at, why=event.why
    )
    call = state.calls[event.call]
    call.reports.append(report)
    pager = state.pagers.get(call.pager) if call.pager is not None else None
    heard = event.channel is Channel.PAGER and event.result.reached
    if heard and pager is not None and pager.condition is Condition.OUT_OF_RANGE:
        pager.condition = Condition.FINE


def _alarm(state: State, event: m.AlarmRaised) -> None:
    state.calls[event.call].alarm = True


_APPLY: dict[type[m.Event], Callable[[State, Any], None]] = {
    m.TicketReserved: _reserved,
    m.TicketIssued: _moved,
    m.TicketVoided: _moved,
    m.TicketCancelled: _moved,
    m.TicketReturned: _returned,
    m.PagerLent: _lent,
    m.PagerReturned: rack.returned,
    m.PagerReported: rack.reported,
    m.ServiceRated: marks.rated,
    m.BadMarkGiven: marks.complained,
    m.WindowOpened: clerks.opened,
    m.WindowPaused: clerks.left,
    m.WindowClosed: clerks.left,
    m.HoursExtended: _extended,
    m.TicketCalled: _called,
    m.TicketServed: _served,
    m.TicketFinished: _left,
    m.TicketAdvanced: _left,
    m.TicketMissed: _left,
    m.TicketParked: _left,
    m.TicketTransferred: _left,
    m.TicketResumed: _resumed,
    m.CallDelivered: _delivered,
    m.AlarmRaised: _alarm,
    m.AppointmentBooked: _booked,
    m.AppointmentsImported: _booked,
    m.AppointmentCancelled: _booked,
    m.SlotReleased: _booked,
    m.AppointmentMissed: _booked,
    m.AbsencesForgiven: _booked,
    m.NumbersLeased: offline.leased,
    m.TicketsHandedOver: offline.handed_over,
    m.TicketsOutdated: offline.told,
    m.HallEvacuated: _emergency,
    m.EmergencyCalledOff: _emergency,
    m.TicketsFound: offline.told,
    m.SignsTried: offline.told,
}
