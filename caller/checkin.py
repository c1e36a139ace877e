"""Checking in: an appointment whose holder is here in its window becomes a ticket that came at the slot's start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from caller import slots
from caller.book import Appointment
from caller.guards import Refused
from caller.issuing import addressed, given_out, next_number, pager_for
from caller.messages import AppointmentStep, CheckIn, Event, Reason, TicketReserved
from caller.state import State
from caller.veil import Veil


def check_in(state: State, command: CheckIn, at: datetime, veil: Veil) -> Sequence[Event]:
    one = _meant(state, command, at, veil)
    match one.step:
        case AppointmentStep.CANCELLED:
            raise Refused(Reason.APPOINTMENT_CANCELLED, one.id)
        case AppointmentStep.CHECKED_IN:
            raise Refused(Reason.APPOINTMENT_USED, one.id)
    if one.day != state.day:
        raise Refused(Reason.APPOINTMENT_OTHER_DAY, one.id)
    if one.service not in state.rules.services:  # booked before hall.toml was changed
        raise Refused(Reason.UNKNOWN_SERVICE, one.id)
    early, late = _window(state, one)
    if at < early:
        raise Refused(Reason.APPOINTMENT_EARLY, one.id)
    if at > late:
        if not state.rules.booking.late_may_wait:
            raise Refused(Reason.APPOINTMENT_LATE, one.id)
        given_out(state, one.service, at)
    if one.person and (one.person, one.service) in state.persons:
        raise Refused(Reason.ALREADY_HOLDS, one.id)
    return [
        TicketReserved(
            at=at,
            ticket=next_number(state, state.rules.services[one.service]),
            service=one.service,
            token=command.token,
            kiosk=command.kiosk,
            priority=command.priority,
            proved=command.proved and bool(command.priority),
            pager=pager_for(state, command.pager),
            person=one.person,
            address=addressed(state, command, veil),
            then=state.rules.services[one.service].then,
            appointment=one.id,
            came=one.slot if at <= late else None,
            need=command.need,
            language=command.language,
        )
    ]


def _meant(state: State, command: CheckIn, at: datetime, veil: Veil) -> Appointment:
    """By code the one that it names, by card or phone the one that its holder most likely came for; today before other
    days."""
    book = state.book
    for day in slots.days(state):
        if command.code:
            one = book.by_code(veil.code(command.code, day))
        elif command.phone:
            one = _likeliest(state, book.phones.get(veil.phone(command.phone, day), ()), command.service, at)
        else:
            holder = veil.person(command.person, day).person
            one = _likeliest(state, book.holders.get(holder, ()), command.service, at)
        if one is not None:
            return one
    raise Refused(Reason.UNKNOWN_APPOINTMENT)


def _likeliest(state: State, held: Sequence[str], service: str, at: datetime) -> Appointment | None:
    """One that is booked before one that is used or cancelled; whose time is now, else the next, else the latest."""

    def rank(one: Appointment) -> tuple[bool, int, float]:
        early, late = _window(state, one)
        when = 0 if early <= at <= late else 1 if at < early else 2
        away = (one.slot - at).total_seconds()
        return one.step is not AppointmentStep.BOOKED, when, away if when < 2 else -away

    asked = (one for id in held if service in ("", (one := state.book.appointments[id]).service))
    return min(asked, key=rank, default=None)


def _window(state: State, one: Appointment) -> tuple[datetime, datetime]:
    rules = state.rules.booking
    return one.slot - timedelta(minutes=rules.early_minutes), one.slot + timedelta(minutes=rules.late_minutes)
