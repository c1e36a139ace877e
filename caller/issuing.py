"""Numbers: who may have one, which one it is, and how it ends if it is never called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from caller import lapsing, offline, rack
from caller.book import place
from caller.guards import Refused, desk_of, holds_no_other, in_time_to_return, must, named, ticket_of
from caller.messages import (
    CancelTicket,
    CheckIn,
    ConfirmTicket,
    Event,
    ExtendHours,
    FindTickets,
    HoursExtended,
    LendPager,
    PagerLent,
    Reason,
    ReserveTicket,
    ReturnTicket,
    Step,
    TicketCancelled,
    TicketIssued,
    TicketReserved,
    TicketReturned,
    TicketsFound,
    TicketVoided,
    VoidTicket,
)
from caller.slots import running
from caller.state import ServiceRule, State, Ticket
from caller.veil import Veil
from caller.waits import Work, shortest_wait, work_ahead
from config.numbers import After

ON_PAPER = (Step.WAITING, Step.CALLED, Step.SERVING, Step.PARKED, Step.NO_SHOW)


def reserve(state: State, command: ReserveTicket, at: datetime, veil: Veil) -> Sequence[Event]:
    rule = service_of(state, command.service)
    then = command.then or rule.then
    for service in then:
        service_of(state, service)
    person = veil.person(command.person, date.fromisoformat(state.day)).person if command.person else ""
    if person and (person, command.service) in state.persons:
        raise Refused(Reason.ALREADY_HOLDS)
    given_out(state, command.service, at)
    return [
        TicketReserved(
            at=at,
            ticket=next_number(state, rule),
            service=command.service,
            token=command.token,
            kiosk=command.kiosk,
            about=command.about,
            priority=command.priority,
            proved=command.proved and bool(command.priority),
            pager=pager_for(state, command.pager),
            then=then,
            people=command.people,
            person=person,
            address=addressed(state, command, veil),
            need=command.need,
            language=command.language,
        )
    ]


def addressed(state: State, command: ReserveTicket | CheckIn, veil: Veil) -> str:
    """Sealed with the day's key, where the hall calls by name; elsewhere nothing of it is kept."""
    if not state.rules.by_name:
        return ""
    return veil.veiled(command.address, date.fromisoformat(state.day), command.token)


def given_out(state: State, service: str, at: datetime, work: Work | None = None) -> None:
    """Numbers of this service are given at this moment to whoever just comes: it is open, and neither today's nor this
    slot's are used up. Places of those who booked are kept for them. `work` if it is known already."""
    rule, book = state.rules.services[service], state.book
    within_hours(state, service, at, work)
    if rule.quota and state.issued.get(service, 0) + book.expected(service, state.day) >= rule.quota:
        raise Refused(Reason.QUOTA_USED_UP)
    most, slot = state.rules.booking.walk_ins.get(service, 0), running(state, service, at)
    if most and slot is not None and book.walk_ins.get(place(service, slot), 0) >= most:
        raise Refused(Reason.SLOT_USED_UP)
    next_number(state, rule)


def pager_for(state: State, wanted: int | None) -> int | None:
    """A pager that cannot be had never stands between a visitor and a number: the voice will call."""
    return wanted if wanted is not None and rack.is_obtainable(state, wanted) else None


def within_hours(state: State, service: str, at: datetime, work: Work | None = None) -> None:
    """Numbers are given in the hours of the service, and not so late that nobody could be served any more.

    The last number is computed: whoever takes one now must be able to be called before the hall has been closed
    for `overtime_minutes`. Holders of a number are always served.
    """
    calendar, rule = state.rules.calendar, state.rules.services[service]
    if calendar is None:
        return
    if not calendar.is_open(at, rule.hours):
        closes = calendar.closes(at, rule.hours)
        if at < state.extended.get(service, at) and (closes is None or closes <= at):
            return  # the day is made longer at its end; lunch is lunch
        raise Refused(Reason.OUTSIDE_HOURS)
    last = last_number_at(state, service, at, work)
    if last is not None and at > last:
        raise Refused(Reason.CLOSING)


def last_number_at(state: State, service: str, at: datetime, work: Work | None = None) -> datetime | None:
    """Until when numbers of this service are given on the day of `at`, as the hall stands now; None if there is no end
    to it, or no hours."""
    calendar = state.rules.calendar
    closes = calendar.closes(at, state.rules.services[service].hours) if calendar is not None else None
    if closes is None:
        return None
    wait = shortest_wait(work_ahead(state, service) if work is None else work[service])
    last = min(closes, closes + timedelta(minutes=state.rules.overtime_minutes) - wait)
    return max(last, state.extended.get(service, last))


def next_number(state: State, rule: ServiceRule) -> str:
    """One that nobody has had today; raises Refused when there is none."""
    numbering, given = state.rules.numbering, state.counters.get(rule.letter)
    number = numbering.first if given is None else given + 1
    kept = offline.kept(state, rule)
    while span := next((s for s in kept if s[0] <= number <= s[1]), None) or offline.taken(
        state, rule, number
    ):
        number = span[1] + 1
    again = given is not None and given < numbering.first  # it has begun again, below the first
    if number > numbering.last and numbering.after is not After.WIDEN:
        number, again = 1, True
    if again and (numbering.after is not After.WRAP or number >= numbering.first):
        raise Refused(Reason.NUMBERS_USED_UP)
    return offline.written(rule, number, numbering.width)


def confirm(state: State, command: ConfirmTicket, at: datetime) -> Sequence[Event]:
    ticket = _of_paper(must(state, command.ticket, TicketIssued), command.token)
    if ticket.step not in (Step.RESERVED, Step.VOID) and not command.reprint:
        raise Refused(Reason.WRONG_STEP)
    late = ticket.step is Step.VOID
    if late:
        lapsing.may_come_back(state, ticket)
    return [TicketIssued(at=at, ticket=command.ticket, reprint=command.reprint, late=late)]


def void(state: State, command: VoidTicket, at: datetime) -> Sequence[Event]:
    _of_paper(must(state, command.ticket, TicketVoided), command.token)
    return [TicketVoided(at=at, ticket=command.ticket, why=command.why)]


def _of_paper(ticket: Ticket, token: str) -> Ticket:
    """A kiosk that was away overnight may still speak of yesterday's ticket; today somebody else has its number."""
    if token and token != ticket.token:
        raise Refused(Reason.NOT_YOURS)
    return ticket


def cancel(state: State, command: CancelTicket, at: datetime) -> Sequence[Event]:
    ticket = must(state, command.ticket, TicketCancelled)
    if ticket.token != command.token:
        raise Refused(Reason.NOT_YOURS)
    return [TicketCancelled(at=at, ticket=command.ticket)]


def find(state: State, command: FindTickets, at: datetime, veil: Veil) -> Sequence[Event]:
    """What this person may print again: the rule of one live number for each service makes it few. Who was called and
    did not come needs the paper most."""
    person = veil.person(command.person, date.fromisoformat(state.day)).person
    on_paper = [n for n, t in state.tickets.items() if t.person == person and t.step in ON_PAPER]
    if not on_paper:
        raise Refused(Reason.UNKNOWN_TICKET)
    return [TicketsFound(at=at, kiosk=command.kiosk, tickets=tuple(sorted(on_paper)))]


def give_back(state: State, command: ReturnTicket, at: datetime) -> Sequence[Event]:
    """The place that the ticket promises to late-comers: behind the next few of the same service."""
    if command.window is not None:
        desk_of(state, command.window)
        meant = named(state, command.ticket, command.window, (Step.NO_SHOW,)).number
    else:
        meant = command.ticket
    ticket = must(state, meant, TicketReturned)
    if not in_time_to_return(state, ticket, at):
        raise Refused(Reason.TOO_LATE)
    holds_no_other(state, ticket)
    behind = state.lines.behind(ticket.service, bool(ticket.priority), state.rules.return_behind)
    return [TicketReturned(at=at, ticket=ticket.number, behind=behind)]


def lend(state: State, command: LendPager, at: datetime) -> Sequence[Event]:
    rack.obtainable(state, command.pager)
    if ticket_of(state, command.ticket).step in (Step.FINISHED, Step.VOID, Step.CANCELLED):
        raise Refused(Reason.WRONG_STEP)
    return [PagerLent(at=at, ticket=command.ticket, pager=command.pager)]


def extend(state: State, command: ExtendHours, at: datetime) -> Sequence[Event]:
    if command.service:
        service_of(state, command.service)
    if abs(command.until - at) > timedelta(days=1):
        raise Refused(Reason.MALFORMED)
    return [HoursExtended(at=at, until=command.until, service=command.service)]


def service_of(state: State, service: str) -> ServiceRule:
    rule = state.rules.services.get(service)
    if rule is None:
        raise Refused(Reason.UNKNOWN_SERVICE)
    return rule
