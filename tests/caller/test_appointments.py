"""Appointments: who may book, who may check in and when, and what becomes of a place that nobody uses."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.doors import door
from caller.messages import (
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentsImported,
    AppointmentStep,
    BookAppointment,
    Booking,
    CancelAppointment,
    CheckIn,
    DayOpened,
    Event,
    ForgiveAbsences,
    ImportAppointments,
    Reason,
    ReserveTicket,
    SlotReleased,
    Step,
    Take,
    VoidTicket,
)
from caller.queue import Refused
from caller.slots import bookable, left
from tests.caller.bookday import BOOKING, BookDay, hall, slot, who
from tests.caller.oneday import replayed

TOMORROW = "2026-11-24"


def check_in(day: BookDay, code: str = "", person: str = "", service: str = "") -> CheckIn:
    return CheckIn(id=day.id(), code=code, person=person, service=service)


def today(day: BookDay) -> list[Event]:
    """What a start of the service would read."""
    opened = [n for n, event in enumerate(day.history) if isinstance(event, DayOpened)]
    return day.history[opened[-1] :]


def refuses_row(day: BookDay, code: str, clock: str, **more: str) -> Reason:
    with pytest.raises(Refused) as refused:
        day.books(code, clock, **more)
    return refused.value.reason


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
    day.at("09:16")
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


# --- places and numbers ------------------------------------------------------------------------------------


def test_a_cancelled_place_comes_back_at_its_own_time_and_not_before() -> None:
    day = BookDay()
    for code in ("AB11", "AB12"):
        day.books(code, "15:00")
    (cancelled,) = day.does(CancelAppointment(id=day.id(), code="AB11"))
    assert isinstance(cancelled, AppointmentCancelled) and cancelled.back is not None
    assert timedelta(minutes=5) <= cancelled.back - day.now <= timedelta(minutes=60)
    assert left(day.state, "transfer", slot("15:00")) == 0
    day.now = cancelled.back - timedelta(seconds=1)
    assert day.time_passes() == []
    day.now = cancelled.back
    (back,) = day.time_passes()
    assert isinstance(back, SlotReleased) and left(day.state, "transfer", slot("15:00")) == 1
    assert day.time_passes() == []


def test_no_two_places_come_back_together_and_a_replay_draws_the_same() -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, per_slot={"transfer": 20})))
    for n in range(20):
        day.books(f"AB{n:02}", "15:00")
    for n in range(20):
        day.does(CancelAppointment(id=day.id(), code=f"AB{n:02}"))
    drawn = [event.back for event in day.history if isinstance(event, AppointmentCancelled)]
    assert len(set(drawn)) == 20
    assert replayed(day.rules, day.history) == day.state


def test_a_place_that_would_come_back_after_its_slot_is_gone() -> None:
    day = BookDay()
    day.books("AB12", "09:00")
    day.at("08:57")
    (cancelled,) = day.does(CancelAppointment(id=day.id(), code="AB12"))
    assert isinstance(cancelled, AppointmentCancelled) and cancelled.back is None


def test_whoever_just_comes_has_numbers_of_their_own_in_each_slot() -> None:
    day = BookDay()
    day.books("AB12", "09:00", service="mortgage")
    day.at("09:00")
    for _ in range(3):
        day.takes("mortgage")
    fourth = ReserveTicket(id=day.id(), service="mortgage")
    assert day.refuses(fourth) is Reason.SLOT_USED_UP
    assert door(day.state, "mortgage", day.now) == (Reason.SLOT_USED_UP, slot("09:30"))
    assert day.checks_in("AB12") == "B004"
    day.at("09:30")
    day.does(fourth)
    day.does(VoidTicket(id=day.id(), ticket="B005"))
    for _ in range(3):
        day.takes("mortgage")
    assert day.refuses(ReserveTicket(id=day.id(), service="mortgage")) is Reason.SLOT_USED_UP


def test_the_day_s_quota_keeps_the_places_of_those_who_booked() -> None:
    rules = hall()
    services = {**rules.services, "transfer": dataclasses.replace(rules.services["transfer"], quota=3)}
    day = BookDay(dataclasses.replace(rules, services=services))
    day.books("AB12", "10:00")
    day.at("09:00")
    day.takes("transfer")
    day.takes("transfer")
    assert day.refuses(ReserveTicket(id=day.id(), service="transfer")) is Reason.QUOTA_USED_UP
    day.at("10:00")
    assert day.checks_in("AB12") == "A003"


# --- those who stay away -----------------------------------------------------------------------------------


def absent(day: BookDay, *days: str) -> None:
    """Booked on each of these days, and did not come."""
    for n, next_day in enumerate(days):
        day.books(f"GONE{n}", "09:00", on=day.state.day, person=who("somebody"))
        day.at("09:00", day.state.day)
        day.served()
        day.next_day(next_day)


def test_three_absences_and_nobody_books_until_they_are_forgiven() -> None:
    day = BookDay()
    absent(day, TOMORROW, "2026-11-25", "2026-11-26")
    assert refuses_row(day, "AB12", "09:00", on="2026-11-26", person=who("somebody")) is Reason.BARRED
    day.books("AB13", "09:00", on="2026-11-26", person=who("somebody else"))
    assert day.does(ForgiveAbsences(id=day.id(), person=who("somebody"), why="医院证明"))
    day.books("AB12", "09:00", on="2026-11-26", person=who("somebody"))
    assert day.does(ForgiveAbsences(id=day.id(), person=who("nobody"))) == []


def test_absences_expire() -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, absences=2, absence_days=30)))
    absent(day, TOMORROW, "2026-11-25")
    assert refuses_row(day, "AB12", "09:00", on="2026-11-25", person=who("somebody")) is Reason.BARRED
    day.next_day("2026-12-24")  # thirty days after the second, thirty-one after the first
    day.books("AB12", "09:00", on="2026-12-24", person=who("somebody"))
    assert day.state.book.absences == {who("somebody"): ["2026-11-24"]}


def test_on_a_day_on_which_nobody_was_called_nobody_was_absent() -> None:
    day = BookDay()
    day.books("AB12", "09:00", person=who("somebody"))
    day.next_day(TOMORROW)
    assert not any(isinstance(event, AppointmentMissed) for event in day.history)


# --- the night ---------------------------------------------------------------------------------------------


def test_a_new_day_knows_who_is_expected_from_its_own_events_alone() -> None:
    day = BookDay()
    day.books("AB11", "09:00")
    day.books("AB12", "09:00", on=TOMORROW)
    day.books("AB13", "09:00", on=TOMORROW)
    day.books("AB14", "09:30", on=TOMORROW)
    day.does(CancelAppointment(id=day.id(), code="AB13"))
    day.does(CancelAppointment(id=day.id(), code="AB14"))
    day.at("12:00")
    day.time_passes()
    day.at("17:00")
    day.books("AB15", "09:00", on="2026-11-25", person=who("somebody"))
    day.does(CancelAppointment(id=day.id(), code="AB15"))  # in the pool over night
    day.next_day(TOMORROW)
    assert [left(day.state, "transfer", slot(clock, TOMORROW)) for clock in ("09:00", "09:30")] == [1, 2]
    assert left(day.state, "transfer", slot("09:00", "2026-11-25")) == 1
    day.time_passes()
    assert left(day.state, "transfer", slot("09:00", "2026-11-25")) == 2
    day.at("09:00", TOMORROW)
    assert day.refuses(check_in(day, "AB13")) is Reason.APPOINTMENT_CANCELLED
    assert day.refuses(check_in(day, "AB11")) is Reason.UNKNOWN_APPOINTMENT
    day.checks_in("AB12")
    assert replayed(day.rules, today(day)) == day.state


CODES = [f"AB1{n}" for n in range(6)]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["book", "cancel", "check in", "void", "wait", "night"]),
        st.sampled_from(CODES),
        st.sampled_from(["08:30", "09:00", "09:30"]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@given(ACTS)
def test_whatever_happens_no_slot_has_more_holders_than_places(acts: list[tuple[str, str, str, int]]) -> None:
    days = ["2026-11-23", TOMORROW, "2026-11-25"]
    day = BookDay(watched=False)
    for act, code, clock, ahead in acts:
        try:
            match act:
                case "book":
                    day.books(code, clock, on=days[ahead], person=who(code))
                case "cancel":
                    day.does(CancelAppointment(id=day.id(), code=code))
                case "check in":
                    day.does(check_in(day, code))
                case "void":
                    day.does(VoidTicket(id=day.id(), ticket="A001"))
                case "wait":
                    day.passes(1200)
                    day.time_passes()
                case "night" if day.state.day < days[-1]:
                    day.next_day(days[days.index(day.state.day) + 1])
        except Refused:
            pass
        held: dict[str, int] = {}
        for one in day.state.book.appointments.values():
            live = one.step is not AppointmentStep.CANCELLED
            held[str(one.slot)] = held.get(str(one.slot), 0) + live
        assert all(count <= 2 for count in held.values())
        assert all(count >= 0 for count in day.state.book.taken.values())
    assert replayed(day.rules, today(day)) == day.state
