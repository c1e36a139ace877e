"""A day with appointments on the pure queue: every slot from half past eight, two places each, and who is meant."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from caller import newday
from caller.calendar import Calendar
from caller.messages import (
    AppointmentBooked,
    Booking,
    CallNext,
    CheckIn,
    ConfirmTicket,
    DayOpened,
    Event,
    ImportAppointments,
    Reason,
    TicketReserved,
)
from caller.order import Seat
from caller.queue import Refused
from caller.state import BookingRules, Rules
from tests.caller.oneday import RULES, OneDay

ZONE = ZoneInfo("Asia/Shanghai")
BOOKING = BookingRules(per_slot={"transfer": 2, "mortgage": 2}, walk_ins={"mortgage": 3})


def hall(booking: BookingRules = BOOKING, **more: object) -> Rules:
    return dataclasses.replace(RULES, calendar=Calendar(ZONE), booking=booking, **more)  # type: ignore[arg-type]


def slot(clock: str, day: str = "2026-11-23") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


def who(name: str) -> str:
    """What a card reader would say."""
    return sha256(name.encode()).hexdigest()


class BookDay(OneDay):
    """It is 08:00, before the hall opens."""

    def __init__(self, rules: Rules | None = None, watched: bool = True) -> None:
        super().__init__(rules or hall(), watched)
        self.now = slot("08:00")

    def at(self, clock: str, day: str = "2026-11-23") -> None:
        self.now = slot(clock, day)

    def books(
        self, code: str, clock: str, service: str = "transfer", on: str = "2026-11-23", **who: str
    ) -> None:
        booking = Booking(code=code, service=service, slot=slot(clock, on), **who)
        self.does(ImportAppointments(id=self.id(), bookings=(booking,)))

    def booked(self) -> list[AppointmentBooked]:
        return [event for event in self.history if isinstance(event, AppointmentBooked)]

    def checks_in(self, code: str = "", person: str = "", service: str = "", phone: str = "") -> str:
        """With the code, the card or the phone, and the number is on paper."""
        check_in = CheckIn(id=self.id(), code=code, person=person, phone=phone, service=service, kiosk="1")
        (event,) = self.does(check_in)
        assert isinstance(event, TicketReserved)
        self.does(ConfirmTicket(id=self.id(), ticket=event.ticket))
        return event.ticket

    def served(self) -> None:
        """Somebody is called, so that it was a day on which the hall worked."""
        self.takes("search")
        self.does(CallNext(id=self.id(), window=5))

    def next_day(self, day: str) -> None:
        """As the service does it when the clock shows another business day."""
        for event in newday.ends(self.state, self.now, self.veil):
            self._happen(event)
        before = newday.carries(self.state, day, self.now)
        self.at("08:00", day)
        self._happen(DayOpened(at=self.now, day=day))
        for event in before:
            self._happen(event)


def one_window(rules: Rules) -> Rules:
    return dataclasses.replace(rules, windows={3: Seat(3, {"transfer": 1, "mortgage": 1})}, zones={3: "east"})


def check_in(day: BookDay, code: str = "", person: str = "", service: str = "", phone: str = "") -> CheckIn:
    return CheckIn(id=day.id(), code=code, person=person, phone=phone, service=service)


def refuses_row(day: BookDay, code: str, clock: str, **more: str) -> Reason:
    with pytest.raises(Refused) as refused:
        day.books(code, clock, **more)
    return refused.value.reason


def today(day: BookDay) -> list[Event]:
    """What a start of the service would read."""
    opened = [n for n, event in enumerate(day.history) if isinstance(event, DayOpened)]
    return day.history[opened[-1] :]
