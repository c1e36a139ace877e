"""Appointments: who may book, who may check in and when, and what becomes of a place that nobody uses."""

from __future__ import annotations

import dataclasses

import pytest

from caller.messages import (
    AppointmentsImported,
    AppointmentStep,
    BookAppointment,
    Booking,
    CancelAppointment,
    CheckIn,
    ImportAppointments,
    Need,
    Reason,
    ReserveTicket,
    Step,
    Take,
    TicketReserved,
    VoidTicket,
)
from caller.queue import Refused
from caller.slots import bookable
from tests.caller.bookday import BOOKING, BookDay, check_in, hall, refuses_row, slot, who

TOMORROW = "2026-11-24"


# --- checking in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", ["08:45", "09:15", "09:30"])  # 30 minutes before to 15 after 09:15
def test_in_its_window_an_appointment_came_at_the_start_of_its_slot(clock: str) -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, slot_minutes=15)))
    day.books("AB12", "09:15")
    day.at(clock)
    ticket = day.ticket(day.checks_in("ab12"))
    assert (ticket.number, ticket.place[0], ticket.step) == ("A001", slot("09:15"), Step.WAITING)
    assert day.state.book.appointments[ticket.appointment].step is AppointmentStep.CHECKED_IN


def test_too_early_is_refused_with_the_appointment_so_that_the_glass_can_say_when() -> None:
    day = BookDay()
    day.books("AB12", "10:00")
    day.at("09:29")
    with pytest.raises(Refused) as refused:
        day.does(check_in(day, "AB12"))
    assert refused.value.reason is Reason.APPOINTMENT_EARLY
    assert day.state.book.appointments[refused.value.appointment].slot == slot("10:00")


def test_too_late_waits_like_anybody_who_comes_now() -> None:
    day = BookDay()
    day.books("AB12", "09:00")
    day.at("09:16")
    number = day.checks_in("AB12")
    assert day.ticket(number).place[0] == day.now
    day.next_day(TOMORROW)
    assert not day.state.book.absences, "late is not absent"


def test_where_the_hall_says_so_too_late_is_too_late() -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, late_may_wait=False)))
    day.books("AB12", "09:00")
    day.books("AB13", "09:00")
    day.at("09:15")
    assert day.ticket(day.checks_in("AB13")).place[0] == slot("09:00"), "the last moment is in time"
    day.passes(0.001)
    assert day.refuses(check_in(day, "AB12")) is Reason.APPOINTMENT_LATE


def test_a_code_is_good_for_one_number() -> None:
    day = BookDay()
    day.books("AB12", "09:00")
    day.at("09:00")
    day.checks_in("AB12")
    assert day.refuses(check_in(day, "AB12")) is Reason.APPOINTMENT_USED
    assert day.refuses(check_in(day, "AB13")) is Reason.UNKNOWN_APPOINTMENT
    assert day.refuses(CancelAppointment(id=day.id(), code="AB12")) is Reason.APPOINTMENT_USED


def test_a_number_that_never_came_to_paper_leaves_the_appointment_good() -> None:
    day = BookDay()
    day.books("AB12", "09:00")
    day.at("09:00")
    day.does(check_in(day, "AB12"))
    day.does(VoidTicket(id=day.id(), ticket="A001"))
    assert day.checks_in("AB12") == "A002"


def test_cancelled_and_another_day_are_told_apart() -> None:
    day = BookDay()
    day.books("AB12", "09:00")
    day.books("AB13", "09:00", on=TOMORROW)
    day.does(CancelAppointment(id=day.id(), code="AB12"))
    assert day.does(CancelAppointment(id=day.id(), code="AB12")) == [], "once is enough"
    assert day.refuses(check_in(day, "AB12")) is Reason.APPOINTMENT_CANCELLED
    assert day.refuses(check_in(day, "AB13")) is Reason.APPOINTMENT_OTHER_DAY
    assert day.refuses(CancelAppointment(id=day.id(), code="AB14")) is Reason.UNKNOWN_APPOINTMENT


def test_a_phone_finds_its_own_appointment_and_the_journal_has_no_phone() -> None:
    day = BookDay()
    for code, clock, phone in (("AB11", "10:00", "mine"), ("AB12", "09:00", "mine"), ("AB13", "09:00", "")):
        day.books(code, clock, phone=who(phone) if phone else "")
    day.at("08:45")
    assert day.refuses(check_in(day, phone=who("yours"))) is Reason.UNKNOWN_APPOINTMENT
    assert day.checks_in(phone=who("mine")) == "A001"
    assert day.refuses(check_in(day, phone=who("mine"))) is Reason.APPOINTMENT_EARLY, "the next one"
    told = [event.phone for event in day.booked()]
    assert told[0] == told[1] != who("mine") and told[2] == ""


def test_who_checks_in_is_called_as_they_chose() -> None:
    day = BookDay()
    day.books("AB11", "09:00")
    day.at("09:00")
    chosen = {"need": Need.BLIND, "language": "en", "priority": "elderly", "proved": True}
    (event,) = day.does(CheckIn(id=day.id(), code="AB11", kiosk="1", **chosen))  # type: ignore[arg-type]
    assert isinstance(event, TicketReserved)
    assert (event.need, event.language, event.priority, event.proved) == (Need.BLIND, "en", "elderly", True)


def test_a_card_finds_the_appointment_whose_time_is_now() -> None:
    day = BookDay()
    for code, clock, service in (("AB11", "15:00", "transfer"), ("AB12", "09:00", "mortgage")):
        day.books(code, clock, service, person=who("somebody"))
    day.books("AB13", "09:00", on=TOMORROW, person=who("somebody"))
    day.at("09:05")
    assert day.refuses(check_in(day, person=who("somebody"), service="transfer")) is Reason.APPOINTMENT_EARLY
    assert day.checks_in(person=who("somebody")) == "B001"
    assert day.refuses(check_in(day, person=who("somebody"))) is Reason.APPOINTMENT_EARLY, "the next"
    assert day.refuses(check_in(day, person=who("nobody"))) is Reason.UNKNOWN_APPOINTMENT
    assert day.refuses(check_in(day)) is Reason.UNKNOWN_APPOINTMENT


def test_one_live_ticket_for_a_person_and_a_service() -> None:
    day = BookDay()
    day.books("AB12", "09:00", person=who("somebody"))
    day.at("08:50")
    walked = ReserveTicket(id=day.id(), service="transfer", person=who("somebody"))
    day.does(walked)
    assert day.refuses(check_in(day, "AB12")) is Reason.ALREADY_HOLDS
    day.does(VoidTicket(id=day.id(), ticket="A001"))
    day.checks_in("AB12")
    assert day.refuses(walked) is Reason.ALREADY_HOLDS


# --- booking -----------------------------------------------------------------------------------------------


def test_a_slot_has_so_many_places() -> None:
    day = BookDay()
    for code in ("AB11", "AB12"):
        day.books(code, "09:00")
    assert refuses_row(day, "AB13", "09:00") is Reason.NO_APPOINTMENT_LEFT
    day.books("AB13", "09:30")
    (transfer, _) = bookable(day.state, day.now).services
    assert [(free.slot, free.left) for free in transfer.slots[:3]] == [
        (slot("08:30"), 2),
        (slot("09:00"), 0),
        (slot("09:30"), 1),
    ]


@pytest.mark.parametrize(
    ("clock", "more", "reason"),
    [
        ("09:10", {}, Reason.NO_SUCH_SLOT),
        ("17:00", {}, Reason.NO_SUCH_SLOT),
        ("09:00", {"on": "2026-11-22"}, Reason.NO_SUCH_SLOT),
        ("09:00", {"on": "2026-11-28"}, Reason.NO_SUCH_SLOT),  # a Saturday
        ("09:00", {"on": "2026-12-01"}, Reason.NO_SUCH_SLOT),  # too far ahead
        ("09:00", {"on": "0001-01-01"}, Reason.NO_SUCH_SLOT),
        ("09:00", {"on": "9999-12-31"}, Reason.NO_SUCH_SLOT),
        ("09:00", {"service": "search"}, Reason.NOT_BOOKABLE),
        ("09:00", {"service": "divorce"}, Reason.UNKNOWN_SERVICE),
    ],
)
def test_what_there_is_not_cannot_be_booked(clock: str, more: dict[str, str], reason: Reason) -> None:
    assert refuses_row(BookDay(), "AB12", clock, **more) is reason


def test_at_the_glass_only_a_slot_that_has_not_begun() -> None:
    """Its places would count as having come before whoever waits already."""
    day = BookDay()
    day.at("09:00")
    late = BookAppointment(id=day.id(), service="transfer", slot=slot("09:00"), code="AB12")
    assert day.refuses(late) is Reason.NO_SUCH_SLOT
    day.does(BookAppointment(id=day.id(), service="transfer", slot=slot("09:30"), code="AB12"))
    again = BookAppointment(id=day.id(), service="transfer", slot=slot("10:00"), code="AB12")
    assert day.refuses(again) is Reason.CODE_TAKEN


def test_one_live_appointment_for_a_person_a_service_and_a_day() -> None:
    day = BookDay()
    day.books("AB11", "09:00", person=who("somebody"))
    assert refuses_row(day, "AB12", "10:00", person=who("somebody")) is Reason.ALREADY_BOOKED
    day.books("AB12", "10:00", service="mortgage", person=who("somebody"))
    day.books("AB13", "10:00", on=TOMORROW, person=who("somebody"))
    day.does(CancelAppointment(id=day.id(), code="AB11"))
    day.books("AB14", "10:00", person=who("somebody"))


def test_an_agent_has_so_many_a_day() -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, per_agent_per_day=2)))
    day.books("AB11", "09:00", agent=who("agent"))
    day.books("AB12", "09:30", agent=who("agent"))
    assert refuses_row(day, "AB13", "10:00", agent=who("agent")) is Reason.AGENT_LIMIT
    day.books("AB14", "10:00", agent=who("agent"), on=TOMORROW)
    day.does(CancelAppointment(id=day.id(), code="AB11"))
    day.books("AB13", "10:00", agent=who("agent"))


def test_an_import_is_taken_whole_or_not_at_all_and_every_bad_row_is_told() -> None:
    day = BookDay()
    rows = [
        Booking(code=f"AB1{n}", service="transfer", slot=slot(clock))
        for n, clock in enumerate(("09:00", "09:10", "09:00", "09:00", "10:00"))
    ]
    sent = ImportAppointments(id=day.id(), bookings=tuple(rows))
    with pytest.raises(Refused) as refused:
        day.does(sent)
    told = [(row.row, row.reason) for row in refused.value.rows]
    assert told == [(1, Reason.NO_SUCH_SLOT), (3, Reason.NO_APPOINTMENT_LEFT)]
    assert not day.booked()

    good = ImportAppointments(id=day.id(), bookings=tuple(rows), source="city", take=Take.GOOD)
    *_, report = day.does(good)
    assert isinstance(report, AppointmentsImported)
    assert (report.taken, [row.row for row in report.refused]) == (3, [1, 3])
    again = ImportAppointments(id=day.id(), bookings=(rows[0], rows[4]))
    assert day.does(again) == [], "they are there already"
    moved = Booking(code="AB10", service="transfer", slot=slot("11:00"))
    assert day.refuses(ImportAppointments(id=day.id(), bookings=(moved,))) is Reason.CODE_TAKEN


def test_looking_at_an_import_takes_nothing() -> None:
    day = BookDay()
    rows = (Booking(code="AB12", service="transfer", slot=slot("09:00")),)
    assert day.does(ImportAppointments(id=day.id(), bookings=rows, take=Take.NOTHING)) == []
    assert not day.booked()


def test_before_the_first_day_is_open_nothing_can_be_booked() -> None:
    day = BookDay()
    (transfer, _) = bookable(dataclasses.replace(day.state, day=""), day.now).services
    assert transfer.slots == ()
