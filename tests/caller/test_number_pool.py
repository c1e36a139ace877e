"""Places that come back, days that end, and those who stayed away."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from caller.doors import door
from caller.messages import (
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentStep,
    CancelAppointment,
    ForgiveAbsences,
    Reason,
    ReserveTicket,
    SlotReleased,
    VoidTicket,
)
from caller.queue import Refused
from caller.slots import left
from tests.caller.bookday import BOOKING, BookDay, check_in, hall, refuses_row, slot, today, who
from tests.caller.oneday import replayed

TOMORROW = "2026-11-24"


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
