"""What the hall may see of the state: whole snapshots, made from the state alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import takewhile

from caller import marks, rack
from caller.doors import Door, doors
from caller.issuing import last_number_at
from caller.messages import (
    Call,
    CallsState,
    Channel,
    HallState,
    Need,
    ServiceState,
    Step,
    TicketView,
    WindowState,
)
from caller.state import CallRecord, Desk, State, Ticket
from caller.veil import Veil
from caller.waits import Work, all_work, wait_range

RECENT = 8  # calls that a board may look back on
NEXT = 3  # tickets of each service that may get ready
NO_KEYS = Veil()
LINGER = timedelta(seconds=30)  # a call stays listed this long after it expired, for whoever tells of it


def hall_state(state: State, version: int, at: datetime) -> HallState:
    work = all_work(state)
    told = doors(state, at, work).items()
    return HallState(
        version=version,
        day=state.day,
        at=at,
        services=tuple(_service(state, service, door, at, work) for service, door in told),
        windows=tuple(_window(state, state.desks[window]) for window in state.rules.windows),
        recent=tuple(_recent(state)),
        lent=rack.not_on_the_rack(state),
        reserved=tuple(state.reserved.items()),
        languages=tuple(state.languages.items()),
    )


def calls_state(state: State, version: int, at: datetime, veil: Veil = NO_KEYS) -> CallsState:
    """Calls that somebody still waits for. One that is missing here has ended: nobody is told of it any more."""
    since = at - LINGER - timedelta(seconds=state.rules.call_lives_seconds)
    young = takewhile(lambda record: record.at >= since, reversed(state.calls.values()))
    listed = [
        _call(state, record, veil) for record in young if _live(state, record) and _is_known(state, record)
    ]
    return CallsState(version=version, calls=tuple(reversed(listed)))


def ticket_view(state: State, ticket: Ticket) -> TicketView:
    booked = state.book.appointments.get(ticket.appointment)
    return TicketView(
        number=ticket.number,
        service=ticket.service,
        step=ticket.step,
        issued_at=ticket.at,
        token=ticket.token,
        ahead=state.lines.ahead(ticket.waiter(state.rules)),
        pager=ticket.pager,
        priority=bool(ticket.priority),
        proved=ticket.proved,
        appointment=booked.slot if booked and not booked.ordinary else None,
        about=ticket.about,
        offline=ticket.offline,
        people=ticket.people,
        then=tuple(stop.service for stop in ticket.plan),
    )


def _service(state: State, service: str, door: Door, at: datetime, work: Work) -> ServiceState:
    refused, opens = door
    return ServiceState(
        id=service,
        waiting=state.lines.count(service),
        wait_minutes=wait_range(work[service]),
        oldest=state.lines.oldest(service),
        next=state.lines.first(service, NEXT),
        refused=refused,
        opens=opens,
        last=last_number_at(state, service, at, work) if refused is None else None,
    )


def _window(state: State, desk: Desk) -> WindowState:
    ticket = state.tickets.get(desk.ticket)
    record = state.calls.get(desk.call)
    return WindowState(
        number=desk.number,
        status=desk.status,
        clerk=desk.clerk,
        title=_title(state, desk),
        why=desk.why,
        ticket=desk.ticket,
        service=ticket.service if ticket else "",
        priority=bool(ticket and ticket.priority),
        proved=bool(ticket and ticket.proved),
        about=ticket.about if ticket else "",
        note=ticket.note if ticket else "",
        people=ticket.people if ticket else 1,
        then=tuple(stop.service for stop in ticket.plan) if ticket else (),
        first_clerk=ticket.first_clerk if ticket else "",
        first_window=ticket.first_window if ticket else None,
        step=ticket.step if ticket else None,
        call=desk.call if ticket else "",
        attempt=ticket.attempt if ticket else 0,
        since=desk.since,
        waiting=state.lines.count_for(state.rules.windows[desk.number]),
        parked=tuple(desk.parked),
        pager=ticket.pager if ticket else None,
        may_rate=marks.may_rate(desk),
        trouble=_trouble(state, record) if record and ticket else (),
        alarm=_alarm(record, ticket) if record and ticket else False,
    )


def _title(state: State, desk: Desk) -> str:
    """What the window is honoured with: its clerk's own title before the window's."""
    rules = state.rules
    return rules.clerk_titles.get(desk.clerk) or rules.titles.get(desk.number, "")


def _alarm(record: CallRecord, ticket: Ticket) -> bool:
    """Until the visitor comes, or two channels have told of the call after all. What a visitor who cannot hear or
    see perceives is not counted here: their alarm stays."""
    if not record.alarm or ticket.step is not Step.CALLED:
        return False
    last = {(r.channel, r.device): r.result for r in record.reports}
    reached = {channel for (channel, _), result in last.items() if result.reached}
    return len(reached) < 2 or ticket.need is not Need.NONE


def _trouble(state: State, record: CallRecord) -> tuple[str, ...]:
    """Devices whose last word on this call is that it did not arrive, and a pager that was not even tried."""
    last = {(r.channel, r.device): r.result for r in record.reports}
    failed = [f"{channel}:{device}" for (channel, device), result in last.items() if result.failed]
    pager = f"{Channel.PAGER}:pager-{record.pager}"
    untried = record.pager is not None and rack.callable_pager(state, record.pager) is None
    return tuple(failed if not untried or pager in failed else [pager, *failed])


def _recent(state: State) -> Iterable[Call]:
    seen: set[str] = set()
    for record in reversed(state.calls.values()):
        if record.ticket not in seen and _is_known(state, record):
            seen.add(record.ticket)
            yield _call(state, record)
        if len(seen) == RECENT:
            return


def _is_known(state: State, record: CallRecord) -> bool:
    """Boards and signs look up the window and the service in hall.toml."""
    return record.window in state.rules.windows and record.service in state.rules.services


def _call(state: State, record: CallRecord, veil: Veil = NO_KEYS) -> Call:
    ticket = state.tickets[record.ticket]
    address = ticket.address and veil.unveiled(ticket.address, date.fromisoformat(state.day), ticket.token)
    return Call(
        id=record.id,
        ticket=record.ticket,
        window=record.window,
        service=record.service,
        zone=state.rules.zones[record.window],
        attempt=record.attempt,
        at=record.at,
        expires=record.at + timedelta(seconds=state.rules.call_lives_seconds),
        pager=rack.callable_pager(state, record.pager),
        need=ticket.need,
        language=ticket.language,
        address=address,
        live=_live(state, record),
        reports=tuple(record.reports),
    )


def _live(state: State, record: CallRecord) -> bool:
    """Whether its visitor is still waited for."""
    desk = state.desks[record.window]
    here = (desk.ticket, desk.call) == (record.ticket, record.id)
    return here and state.tickets[record.ticket].step is Step.CALLED
