"""Slots are cut from the hours of a service, and from nothing else: which there are, and what is left in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from caller.book import place
from caller.messages import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentsState,
    AppointmentView,
    BookableService,
    DayOpened,
    FreeSlot,
    SlotReleased,
)
from caller.state import State

BOOKING = (
    AppointmentBooked,
    AppointmentCancelled,
    SlotReleased,
    DayOpened,
)  # what changes what can be booked


def slots(state: State, service: str, day: date) -> Iterator[datetime]:
    """The starts of a service's slots on a day; none that would end after the hours do."""
    calendar, long = state.rules.calendar, timedelta(minutes=state.rules.booking.slot_minutes)
    if calendar is not None:
        for begin, end in calendar.spans(day, state.rules.services[service].hours):
            while begin + long <= end:
                yield begin
                begin += long


def days(state: State) -> list[date]:
    """Today and the days that can be booked."""
    today = date.fromisoformat(state.day)
    return [today + timedelta(days=ahead) for ahead in range(state.rules.booking.days_ahead + 1)]


def is_slot(state: State, service: str, slot: datetime) -> bool:
    """Whether there is one that begins then, on a day that can be booked."""
    calendar = state.rules.calendar
    if calendar is None:
        return False
    first, last = (datetime.combine(day, time(), calendar.zone) for day in (days(state)[0], days(state)[-1]))
    if not first <= slot < last + timedelta(days=2):  # the year 1 has no business day
        return False
    day = calendar.day(slot)
    return day in days(state) and slot in slots(state, service, day)


def running(state: State, service: str, at: datetime) -> datetime | None:
    """The slot of this moment, where those who just come are counted by slot; else None."""
    calendar, long = state.rules.calendar, timedelta(minutes=state.rules.booking.slot_minutes)
    if calendar is None or not state.rules.booking.walk_ins.get(service):
        return None
    return next((slot for slot in slots(state, service, calendar.day(at)) if slot <= at < slot + long), None)


def left(state: State, service: str, slot: datetime) -> int:
    """How many places may still be booked; what was cancelled is not back before its time."""
    return max(0, state.rules.booking.per_slot[service] - state.book.taken.get(place(service, slot), 0))


def view(state: State, appointment: str, code: str = "") -> AppointmentView | None:
    """The appointment as its holder may see it."""
    one, rules = state.book.appointments.get(appointment), state.rules.booking
    if one is None:
        return None
    return AppointmentView(
        service=one.service,
        slot=one.slot,
        until=one.slot + timedelta(minutes=rules.slot_minutes),
        early=one.slot - timedelta(minutes=rules.early_minutes),
        late=one.slot + timedelta(minutes=rules.late_minutes),
        step=one.step,
        code=code,
    )


def bookable(state: State, at: datetime) -> AppointmentsState:
    """What the hall may see; nothing before its first day is open."""
    opened = days(state) if state.day else []
    return AppointmentsState(
        services=tuple(
            BookableService(
                service=service,
                slots=tuple(
                    FreeSlot(slot=slot, left=left(state, service, slot))
                    for day in opened
                    for slot in slots(state, service, day)
                    if slot > at
                ),
            )
            for service in state.rules.booking.per_slot
        )
    )
