"""Who may have an appointment, and what becomes of one that is given back."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from caller import slots
from caller.book import Appointment
from caller.guards import Refused
from caller.messages import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentsImported,
    AppointmentStep,
    BookAppointment,
    Booking,
    CancelAppointment,
    Event,
    ImportAppointments,
    Reason,
    RefusedRow,
    Take,
)
from caller.state import State
from caller.veil import Veil


def book(state: State, command: BookAppointment, at: datetime, veil: Veil) -> Sequence[Event]:
    """At the glass. A slot that has begun cannot be taken: its places count as having come before."""
    asked = Booking(
        code=command.code,
        service=command.service,
        slot=command.slot,
        person=command.person,
        agent=command.agent,
        phone=command.phone,
    )
    if command.slot <= at:
        raise Refused(Reason.NO_SUCH_SLOT)
    if _found(state, command.code, veil) is not None:
        raise Refused(Reason.CODE_TAKEN)
    return [_booked(state, asked, at, veil, "")]


def imported(state: State, command: ImportAppointments, at: datetime, veil: Veil) -> Sequence[Event]:
    """Row after row, each seeing those before it; `command.take` says what becomes of the good ones."""
    seen = dataclasses.replace(state, book=copy.deepcopy(state.book))
    events: list[Event] = []
    bad: list[RefusedRow] = []
    for row, asked in enumerate(command.bookings):
        try:
            if not _is_there(seen, asked, veil):
                event = _booked(seen, asked, at, veil, command.source)
                seen.book.apply(event)
                events.append(event)
        except Refused as refused:
            bad.append(RefusedRow(row=row, reason=refused.reason))
    refused_rows = tuple(bad)
    if refused_rows and command.take is not Take.GOOD:
        raise Refused(bad[0].reason, rows=refused_rows)
    if command.take is Take.NOTHING or not (events or refused_rows):
        return []
    return [
        *events,
        AppointmentsImported(at=at, source=command.source, taken=len(events), refused=refused_rows),
    ]


def cancel(state: State, command: CancelAppointment, at: datetime, veil: Veil) -> Sequence[Event]:
    """Its place comes back at a moment drawn from the appointment's own code, which is keyed: nobody can compute it,
    and every replay draws the same."""
    one = _found(state, command.code, veil)
    if one is None:
        raise Refused(Reason.UNKNOWN_APPOINTMENT)
    match one.step:
        case AppointmentStep.CANCELLED:
            return []
        case AppointmentStep.CHECKED_IN:
            raise Refused(Reason.APPOINTMENT_USED, one.id)
    rules = state.rules.booking
    first = at + timedelta(minutes=rules.back_after_minutes)
    last = min(at + timedelta(minutes=rules.back_within_minutes), one.slot)
    drawn = int.from_bytes(hashlib.sha256(f"{one.code} {at.timestamp()}".encode()).digest()[:4])
    back = first + (last - first) * (drawn / 2**32) if first < last else None
    return [AppointmentCancelled(at=at, appointment=one.id, back=back)]


def _is_there(state: State, asked: Booking, veil: Veil) -> bool:
    """Whether this very appointment is in the book; a code that means another one is refused."""
    one = _found(state, asked.code, veil)
    if one is not None and (one.service, one.slot) != (asked.service, asked.slot):
        raise Refused(Reason.CODE_TAKEN)
    return one is not None


def _found(state: State, code: str, veil: Veil) -> Appointment | None:
    return next((one for day in slots.days(state) if (one := state.book.by_code(veil.code(code, day)))), None)


def _over(state: State, slot: datetime, at: datetime) -> bool:
    """Whether nobody could check in for it any more; an import may come late, when the line was down."""
    return slot + timedelta(minutes=state.rules.booking.late_minutes) < at


def _absences(state: State, records: Sequence[str]) -> int:
    """How often a person was absent in the days that count."""
    rules = state.rules.booking
    first = (date.fromisoformat(state.day) - timedelta(days=rules.absence_days)).isoformat()
    return sum(day >= first for record in records for day in state.book.absences.get(record, ()))


def _booked(state: State, asked: Booking, at: datetime, veil: Veil, source: str) -> AppointmentBooked:
    """The event of an appointment that is not in the book; raises Refused."""
    rules, calendar = state.rules.booking, state.rules.calendar
    if asked.service not in state.rules.services:
        raise Refused(Reason.UNKNOWN_SERVICE)
    if asked.service not in rules.per_slot:
        raise Refused(Reason.NOT_BOOKABLE)
    if (
        calendar is None
        or not slots.is_slot(state, asked.service, asked.slot)
        or _over(state, asked.slot, at)
    ):
        raise Refused(Reason.NO_SUCH_SLOT)
    day = calendar.day(asked.slot)
    who = veil.person(asked.person, day)
    agent = veil.person(asked.agent, day).person
    if who.person and state.book.of(who.person, asked.service):
        raise Refused(Reason.ALREADY_BOOKED)
    if rules.absences and _absences(state, who.records) >= rules.absences:
        raise Refused(Reason.BARRED)
    if agent and rules.per_agent_per_day and state.book.agents.get(agent, 0) >= rules.per_agent_per_day:
        raise Refused(Reason.AGENT_LIMIT)
    if not slots.left(state, asked.service, asked.slot):
        raise Refused(Reason.NO_APPOINTMENT_LEFT)
    return AppointmentBooked(
        at=at,
        appointment=f"{state.day}/{state.book.booked + 1}",
        service=asked.service,
        day=day.isoformat(),
        slot=asked.slot.astimezone(calendar.zone),
        code=veil.code(asked.code, day),
        person=who.person,
        agent=agent,
        phone=veil.phone(asked.phone, day),
        sealed=who.sealed,
        source=source,
    )
