"""Day boundaries belong to the hall, not to the machine that runs it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from caller.calendar import Calendar, Span, dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALL = Calendar(
    SHANGHAI,
    hours=(Span.read("08:30-12:00"), Span.read("13:30-17:00")),
    holidays=dates(["2026-10-01/2026-10-07"]),
    workdays=dates(["2026-10-10"]),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_day_changes_at_four_in_the_hall_not_at_midnight() -> None:
    assert HALL.day(at("2026-11-24 03:59")) == date(2026, 11, 23)
    assert HALL.day(at("2026-11-24 04:00")) == date(2026, 11, 24)


def test_a_machine_on_utc_has_the_halls_day() -> None:
    afternoon = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # 17:30 in Shanghai
    night = datetime(2026, 11, 23, 19, 59, tzinfo=UTC)  # 03:59 the next morning
    assert HALL.day(afternoon) == HALL.day(night) == date(2026, 11, 23)
    assert HALL.day(night + timedelta(minutes=1)) == date(2026, 11, 24)


def test_lunch_weekend_holiday_and_make_up_day() -> None:
    assert HALL.is_open(at("2026-11-23 08:30")) and not HALL.is_open(at("2026-11-23 08:29:59"))
    assert not HALL.is_open(at("2026-11-23 12:00")) and HALL.is_open(at("2026-11-23 13:30"))
    assert not HALL.is_open(at("2026-11-22 10:00")), "a Sunday"
    assert not HALL.is_open(at("2026-10-05 10:00")), "a Monday of the National Day week"
    assert HALL.is_open(at("2026-10-10 10:00")), "a Saturday that is worked"


def test_when_it_opens_next() -> None:
    assert HALL.opens_next(at("2026-11-23 12:10")) == at("2026-11-23 13:30")
    assert HALL.opens_next(at("2026-11-20 18:00")) == at("2026-11-23 08:30"), "over the weekend"
    assert HALL.opens_next(at("2026-09-30 18:00")) == at("2026-10-08 08:30"), "over the holidays"
    assert HALL.opens_next(at("2026-11-23 09:00")) == at("2026-11-23 09:00"), "now"
    assert HALL.closes(at("2026-11-23 09:00")) == at("2026-11-23 17:00")
    never = Calendar(SHANGHAI, weekend=frozenset(range(7)))
    assert never.opens_next(at("2026-11-23 09:00")) is None and never.closes(at("2026-11-23 09:00")) is None


def test_a_service_may_have_hours_of_its_own() -> None:
    morning = (Span.read("09:00-11:00"),)
    assert HALL.is_open(at("2026-11-23 09:00"), morning) and not HALL.is_open(at("2026-11-23 11:30"), morning)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(0, 10**6))
def test_days_never_go_back_as_time_goes_on(moment: datetime, seconds: int) -> None:
    earlier = moment.replace(tzinfo=UTC)
    assert HALL.day(earlier) <= HALL.day(earlier + timedelta(seconds=seconds))
