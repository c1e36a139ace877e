"""Numbers of a day: where they end, until when they are given, and one number for several services."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from caller.messages import ExtendHours, FinishTicket, OpenWindow, Reason, TicketReserved
from caller.snapshot import hall_state, ticket_view
from caller.state import Numbering
from config.numbers import After
from tests.caller.oneday import RULES, OneDay
from tests.caller.test_discipline import OFFICE, SHANGHAI, at, reserve, service


def test_after_a999_it_is_full_or_goes_on_wider() -> None:
    narrow = dataclasses.replace(RULES, numbering=Numbering(first=998, last=999))
    day = OneDay(narrow)
    assert [day.takes("transfer"), day.takes("transfer")] == ["A998", "A999"]
    assert day.refuses(reserve(day)) is Reason.NUMBERS_USED_UP
    day = OneDay(dataclasses.replace(RULES, numbering=Numbering(first=998, last=999, after=After.WIDEN)))
    numbers = [day.takes("transfer") for _ in range(4)]
    assert numbers == ["A998", "A999", "A1000", "A1001"] and len(set(numbers)) == 4


def test_a_hall_that_wraps_goes_on_below_its_first_number_and_never_gives_one_twice() -> None:
    wrapping = Numbering(first=3, last=5, after=After.WRAP)
    day = OneDay(dataclasses.replace(RULES, numbering=wrapping))
    assert [day.takes("transfer") for _ in range(5)] == ["A003", "A004", "A005", "A001", "A002"]
    assert day.refuses(reserve(day)) is Reason.NUMBERS_USED_UP
    day = OneDay(dataclasses.replace(RULES, numbering=Numbering(first=1, last=2, after=After.WRAP)))
    day.takes("transfer"), day.takes("transfer")
    assert day.refuses(reserve(day)) is Reason.NUMBERS_USED_UP, "there is nothing below one"


def test_the_last_number_of_a_day_is_worked_out_and_told() -> None:
    rules = dataclasses.replace(OFFICE, overtime_minutes=0)
    day = OneDay(rules)
    at(day, 16)
    day.does(OpenWindow(id=day.id(), window=3))

    def last() -> datetime | None:
        services = hall_state(day.state, 1, day.now).services
        return next(s.last for s in services if s.id == "transfer")

    closes = datetime(2026, 11, 23, 17, tzinfo=SHANGHAI)
    assert last() == closes
    for _ in range(5):
        day.takes("transfer")  # twelve minutes each, at the best 0.7 of that
    assert last() == closes - timedelta(minutes=42)
    at(day, 16, 19)
    assert day.refuses(reserve(day)) is Reason.CLOSING and last() is None
    day.does(ExtendHours(id=day.id(), until=closes + timedelta(hours=1), service="transfer"))
    assert last() == closes + timedelta(hours=1) and day.takes("transfer")


def test_a_service_that_has_others_after_it_is_one_number_for_all() -> None:
    day = OneDay(service("transfer", then=("search", "mortgage")))
    number = day.takes("transfer")
    view = ticket_view(day.state, day.ticket(number))
    assert view.then == ("search", "mortgage")
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.calls(5) == number
    named = day.does(reserve(day, "transfer", then=("mortgage",)))[0]
    assert isinstance(named, TicketReserved) and named.then == ("mortgage",), "whoever names them is obeyed"


def test_longer_hours_are_no_lunch_hours_and_no_early_ones() -> None:
    day = OneDay(OFFICE)
    at(day, 7)
    day.does(ExtendHours(id=day.id(), until=day.now.replace(hour=18)))
    for hour, minute in ((7, 5), (12, 30)):
        at(day, hour, minute)
        assert day.refuses(reserve(day)) is Reason.OUTSIDE_HOURS
    for hour, minute in ((11, 0), (13, 30), (17, 30)):
        at(day, hour, minute)
        assert day.takes("transfer")
    saturday = OneDay(OFFICE)
    saturday.now += timedelta(days=5)
    at(saturday, 9)
    saturday.does(ExtendHours(id=saturday.id(), until=saturday.now.replace(hour=12)))
    assert saturday.takes("transfer") == "A001", "a day that is not worked has no other hours"
