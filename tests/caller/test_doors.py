"""What a kiosk is told of a closed door is what the queue would say to whoever knocked, and when it opens again."""

from __future__ import annotations

from datetime import datetime

import pytest

from caller.doors import door
from caller.messages import OpenWindow, Reason
from caller.showing import Showing
from caller.snapshot import hall_state
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.caller.oneday import OneDay
from tests.caller.test_discipline import OFFICE, SHANGHAI, at, reserve, service


@pytest.mark.parametrize(
    ("hour", "minute", "opens"),
    [(7, 0, (23, 8, 30)), (12, 0, (23, 13, 30)), (13, 29, (23, 13, 30)), (17, 0, (24, 8, 30))],
)
def test_outside_hours_it_is_said_when_numbers_are_given_again(
    hour: int, minute: int, opens: tuple[int, int, int]
) -> None:
    day = OneDay(OFFICE)
    at(day, hour, minute)
    date, o_clock, past = opens
    again = datetime(2026, 11, date, o_clock, past, tzinfo=SHANGHAI)
    assert door(day.state, "transfer", day.now) == (Reason.OUTSIDE_HOURS, again)
    assert day.refuses(reserve(day)) is Reason.OUTSIDE_HOURS
    (told,) = (s for s in hall_state(day.state, 1, day.now).services if s.id == "transfer")
    assert (told.refused, told.opens) == (Reason.OUTSIDE_HOURS, again)


def test_an_open_door_says_nothing() -> None:
    day = OneDay(OFFICE)
    at(day, 9)
    assert door(day.state, "transfer", day.now) == (None, None)


def test_too_late_for_today_is_tomorrow_morning() -> None:
    day = OneDay(OFFICE)
    at(day, 16, 50)
    day.does(OpenWindow(id=day.id(), window=3))
    for _ in range(5):
        day.takes("transfer")
    refused, opens = door(day.state, "transfer", day.now)
    assert refused is Reason.CLOSING and opens == datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)


def test_what_is_used_up_closes_one_service_and_no_other() -> None:
    day = OneDay(service("transfer", quota=1))
    day.takes("transfer")
    assert door(day.state, "transfer", day.now) == (Reason.QUOTA_USED_UP, None)
    assert door(day.state, "mortgage", day.now) == (None, None)


def test_a_clock_put_on_by_whole_hours_opens_the_doors_too(broker: Broker) -> None:
    day = OneDay(OFFICE)
    at(day, 7, 0)
    with Bus(broker.host, broker.port, "binjiang", "shown") as bus:
        showing = Showing(bus)
        showing.publish(day.state, [], 1, day.now)
        assert not showing.turned(day.state, day.now)
        at(day, 9, 0)
        assert showing.turned(day.state, day.now)
        assert not showing.turned(day.state, day.now), "looked at once a minute"
