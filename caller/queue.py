"""The queue is pure: `decide(state, command, at)` gives events or raises Refused; `evolve` applies them.

Time arrives with the command. Nothing here reads a clock, makes a random number or touches the world, so a
day can be replayed, tested and explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caller import booking, calls, checkin, clerks, emergency, issuing, lapsing, leaving, marks, offline, rack
from caller import messages as m
from caller.evolve import evolve
from caller.guards import Refused, desk_of, expects_nobody, visitor_at, visitor_for
from caller.messages import Reason
from caller.state import Rules, State
from caller.veil import Veil

__all__ = ["Refused", "Rules", "State", "decide", "elapsed", "evolve"]


def decide(state: State, command: m.Command, at: datetime, veil: Veil) -> Sequence[m.Event]:
    """The events that follow from the command; raises Refused. The state is not changed. `veil` is how persons and
    codes are written down."""
    match command:
        case m.ReserveTicket():
            return issuing.reserve(state, command, at, veil)
        case m.FindTickets():
            return issuing.find(state, command, at, veil)
        case m.ConfirmTicket():
            return issuing.confirm(state, command, at)
        case m.VoidTicket():
            return issuing.void(state, command, at)
        case m.CancelTicket():
            return issuing.cancel(state, command, at)
        case m.ReturnTicket():
            return issuing.give_back(state, command, at)
        case m.LendPager():
            return issuing.lend(state, command, at)
        case m.RateService():
            return marks.rate(state, command, at)
        case m.ReturnPager():
            return rack.give_back(state, command, at)
        case m.ReportPager():
            return rack.report(state, command, at)
        case m.ExtendHours():
            return issuing.extend(state, command, at)
        case m.LeaseNumbers():
            return offline.lease(state, command, at)
        case m.HandOver():
            return offline.hand_over(state, command, at, veil)
        case m.ReportDelivery():
            return _delivered(state, command, at)
        case m.RaiseAlarm():
            return _alarmed(state, command, at)
        case m.OpenWindow():
            return clerks.sign_in(state, command, at)
        case m.PauseWindow(window=window, why=why):
            expects_nobody(state, window)
            return [m.WindowPaused(at=at, window=window, why=why)]
        case m.CloseWindow(window=window):
            expects_nobody(state, window)
            return [m.WindowClosed(at=at, window=window)]
        case m.CallNext(window=window):
            return calls.call_next(state, desk_of(state, window), at)
        case m.CallTicket():
            return calls.call_ticket(state, command, at)
        case m.RecallTicket(window=window):
            return calls.recall(state, desk_of(state, window), at)
        case m.ServeTicket(window=window):
            visitor = visitor_for(state, window, m.TicketServed)
            return [m.TicketServed(at=at, ticket=visitor.number, window=window)]
        case m.FinishTicket(window=window):
            visitor_at(state, window)
            return leaving.finish(state, desk_of(state, window), at)
        case m.MarkNoShow(window=window):
            return calls.no_show(state, window, at)
        case m.ParkTicket():
            return leaving.park(state, command, at)
        case m.ResumeTicket(window=window, ticket=number):
            return calls.resume(state, desk_of(state, window), number, at)
        case m.TransferTicket():
            return leaving.transfer(state, command, at)
        case m.CheckIn():
            return checkin.check_in(state, command, at, veil)
        case m.BookAppointment():
            return booking.book(state, command, at, veil)
        case m.ImportAppointments():
            return booking.imported(state, command, at, veil)
        case m.CancelAppointment():
            return booking.cancel(state, command, at, veil)
        case m.ForgiveAbsences(person=person, why=why):
            records = tuple(r for r in veil.records(person) if r in state.book.absences)
            return [m.AbsencesForgiven(at=at, records=records, why=why)] if records else []
        case m.TrySigns(kiosk=kiosk):
            return [m.SignsTried(at=at, kiosk=kiosk)]
        case m.EvacuateHall() | m.CallOff():
            return emergency.decided(state.emergency, command, at)
    raise Refused(Reason.MALFORMED)


def elapsed(state: State, at: datetime) -> Sequence[m.Event]:
    """What time alone brings about: a timed park is over; a number that never came to paper is void; a pager that
    nobody brought back is lost; a cancelled place is in the pool."""
    events: list[m.Event] = list(leaving.abandoned(state, at))
    for number, until in state.timed.items():
        ticket = state.tickets[number]
        if until <= at and ticket.window is not None and ticket.window in state.rules.windows:
            events.append(m.TicketResumed(at=at, ticket=number, window=ticket.window))
    events += lapsing.lapsed(state, at)
    for appointment, back in state.book.pool.items():
        if back <= at:
            one = state.book.appointments[appointment]
            events.append(m.SlotReleased(at=at, appointment=one.id, service=one.service, slot=one.slot))
    return [*events, *rack.missing(state, at)]


def _alarmed(state: State, command: m.RaiseAlarm, at: datetime) -> Sequence[m.Event]:
    """Nothing, if it was raised before or the visitor has come meanwhile."""
    call = state.calls.get(command.call)
    if call is None:
        raise Refused(Reason.UNKNOWN_TICKET)
    waited_for = state.tickets[call.ticket].step is m.Step.CALLED and state.desks[call.window].call == call.id
    return [m.AlarmRaised(at=at, call=call.id)] if waited_for and not call.alarm else []


def _delivered(state: State, command: m.ReportDelivery, at: datetime) -> Sequence[m.Event]:
    call = state.calls.get(command.call)
    if call is None:
        raise Refused(Reason.UNKNOWN_TICKET)
    said = {(r.channel, r.device, r.result) for r in call.reports}
    early = command.result is m.Result.RECEIVED and (command.channel, command.device) in {s[:2] for s in said}
    if early or (command.channel, command.device, command.result) in said:
        return []  # known, or overtaken on its way by what became of it: the last word counts
    event = m.CallDelivered(
        at=at,
        call=command.call,
        channel=command.channel,
        device=command.device,
        result=command.result,
        why=command.why,
        seconds=command.seconds,
    )
    return [event]
