"""Appointments cost those who just come no more than is promised, on any day, and never their turn."""

from __future__ import annotations

import contextlib
import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caller.messages import CallNext, TicketCalled
from caller.order import Rule
from caller.queue import Refused
from tests.caller.bookday import BOOKING, BookDay, hall, slot

SHORT, LONG = 25, 3_000
SERVICES = ("transfer", "mortgage")
SLOTS = ("08:30", "08:45", "09:00", "09:15", "09:30")
QUARTERS = dataclasses.replace(BOOKING, slot_minutes=15, late_minutes=20, walk_ins={}, per_agent_per_day=0)
BOOKED = st.lists(st.tuples(st.sampled_from(SERVICES), st.sampled_from(SLOTS)), max_size=14)
LATE = st.sampled_from([0, 10, 15, 20, 40])
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["comes", "comes", "checks in", "checks in", "next"]),
        st.integers(0, 13),  # which booking, or which service
        st.integers(0, 6),  # minutes that pass then
    ),
    max_size=60,
)


def played(booked: list[tuple[str, str]], acts: list[tuple[str, int, int]], late: int) -> BookDay:
    day = BookDay(hall(dataclasses.replace(QUARTERS, late_minutes=late)), watched=False)
    for number, (service, clock) in enumerate(booked):
        with contextlib.suppress(Refused):  # no place is left
            day.books(f"BK{number:02}", clock, service)
    day.at("08:30")
    for act, which, minutes in acts:
        with contextlib.suppress(Refused):
            match act:
                case "comes":
                    day.takes(SERVICES[which % 2])
                case "checks in":
                    day.checks_in(f"BK{which:02}")
                case "next":
                    day.does(CallNext(id=day.id(), window=3))
        day.passes(minutes * 60)
    return day


def overtaken(day: BookDay) -> dict[str, list[str]]:
    """By each who just came, the appointments of the same service that checked in later and were called before."""
    tickets = day.state.tickets
    order = [event.ticket for event in day.history if isinstance(event, TicketCalled)]
    found: dict[str, list[str]] = {}
    for number, ticket in tickets.items():
        if ticket.appointment and ticket.place[0] != ticket.at:
            continue
        until = order.index(number) if number in order else len(order)
        found[number] = [
            other
            for other in order[:until]
            if tickets[other].appointment
            and tickets[other].service == ticket.service
            and tickets[other].at > ticket.at
        ]
    return found


def nobody_who_just_came_is_passed_by_more_than_is_promised(
    booked: list[tuple[str, str]], acts: list[tuple[str, int, int]], late: int
) -> None:
    day = played(booked, acts, late)
    slots = math.ceil(late / QUARTERS.slot_minutes)
    for number, others in overtaken(day).items():
        assert len(others) <= QUARTERS.per_slot[day.ticket(number).service] * slots


def everybody_has_their_turn_in_the_order_in_which_they_count_as_having_come(
    booked: list[tuple[str, str]], acts: list[tuple[str, int, int]], late: int
) -> None:
    """However many still check in, whoever waits is called before anybody who counts as later."""
    day = played(booked, acts, late)
    while True:
        waiting = [t for t in day.state.tickets.values() if t.step == "waiting"]
        if not waiting:
            break
        number = day.calls(3)
        assert day.ticket(number).place == min(t.place for t in waiting)
    early = [t for t in day.state.tickets.values() if t.appointment and t.place[0] > t.at]
    assert all(t.place[0] - t.at <= slot("09:00") - slot("08:30") for t in early)


PROMISES = {
    promise.__name__: promise
    for promise in (
        nobody_who_just_came_is_passed_by_more_than_is_promised,
        everybody_has_their_turn_in_the_order_in_which_they_count_as_having_come,
    )
}


@pytest.mark.parametrize("promise", PROMISES)
def test_the_promise_holds_on_any_day(promise: str) -> None:
    settings(max_examples=SHORT)(given(BOOKED, ACTS, LATE)(PROMISES[promise]))()


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("promise", PROMISES)
def test_the_promise_holds_on_thousands_of_days(promise: str) -> None:
    settings(max_examples=LONG)(given(BOOKED, ACTS, LATE)(PROMISES[promise]))()


def test_the_bound_is_reached_and_not_passed() -> None:
    """Twenty minutes of late-comers reach into two slots of fifteen, two places each: four pass, and no fifth."""
    day = BookDay(hall(QUARTERS))
    for number, clock in enumerate(("09:00", "09:00", "09:15", "09:15", "09:30")):
        day.books(f"BK{number:02}", clock)
    day.at("09:17")
    one = day.takes("transfer")
    day.at("09:18")
    for number in range(5):
        day.checks_in(f"BK{number:02}")
    called = [day.calls(3) for _ in range(6)]
    assert called.index(one) == 4
    rules = [event.rule for event in day.history if isinstance(event, TicketCalled)]
    assert rules == [Rule.FIRST_COME] * 6


def test_a_flood_of_appointments_does_not_starve_whoever_just_came() -> None:
    day = BookDay(hall(dataclasses.replace(BOOKING, per_slot={"transfer": 50})), watched=False)
    for clock in ("09:00", "09:30", "10:00"):
        for number in range(50):
            day.books(f"{clock.replace(':', '')}-{number}", clock)
    day.at("08:59")
    one = day.takes("transfer")
    day.at("09:00")
    for number in range(50):
        day.checks_in(f"0900-{number}")
    assert day.calls(3) == one, "who came before the slot is before all of it"
