"""A clock that leaps ahead opens no day; one that is right after all is believed in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caller.messages import BookAppointment, CheckIn, ConfirmTicket, ReserveTicket
from caller.steady import HELD, LEAP, Steady
from config.schema import Hall
from tests.quiet import QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Clock:
    """What the machine's clock shows, and the seconds that have truly passed."""

    def __init__(self) -> None:
        self.shown, self.passed = NINE, 0.0
        self.steady = Steady(lambda: self.shown, lambda: self.passed)

    def runs(self, seconds: float, ahead: timedelta = timedelta(0)) -> datetime:
        self.passed += seconds
        self.shown += timedelta(seconds=seconds) + ahead
        return self.steady()


def test_a_leap_is_not_believed_and_forgotten_when_the_clock_is_right_again() -> None:
    clock = Clock()
    assert clock.runs(60) == NINE + timedelta(minutes=1)
    assert clock.runs(60, timedelta(days=3)) == NINE + timedelta(minutes=2)
    assert clock.runs(60) == NINE + timedelta(minutes=3)
    assert clock.runs(60, -timedelta(days=3)) == NINE + timedelta(minutes=4)
    assert clock.runs(HELD, timedelta(days=3)) == NINE + timedelta(minutes=4, seconds=HELD), "a new leap"


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3650)])
def test_what_holds_is_believed(ahead: timedelta) -> None:
    clock = Clock()
    clock.runs(1, ahead)
    assert clock.runs(HELD - 1) == NINE + timedelta(seconds=HELD)
    assert clock.runs(1) == NINE + timedelta(seconds=HELD + 1) + ahead
    assert clock.runs(5) == clock.shown


@pytest.mark.parametrize("ahead", [LEAP - timedelta(seconds=1), -timedelta(minutes=10), -timedelta(days=9)])
def test_small_corrections_and_a_clock_put_back_are_believed_at_once(ahead: timedelta) -> None:
    clock = Clock()
    assert clock.runs(1, ahead) == clock.shown


def test_the_hall_keeps_its_day_its_numbers_and_its_appointments(hall: Hall, tmp_path: Path) -> None:
    with QuietHall(hall, tmp_path / "journal.db", NINE) as quiet:
        passed = [0.0]
        steady: Callable[[], datetime] = Steady(lambda: quiet.now, lambda: passed[0])
        quiet.caller._clock = steady
        slot = NINE.replace(hour=14)
        assert quiet.does(BookAppointment(id="b", code="BJ01XX", service="transfer", slot=slot)).done
        given = _take(quiet, 1)
        quiet.now += timedelta(days=3)
        quiet.time_passes()
        assert (quiet.shown.day, given, _take(quiet, 2)) == ("2026-11-23", "A001", "A002")
        quiet.now -= timedelta(days=3)
        quiet.now += timedelta(hours=5)
        passed[0] += 5 * 3600
        assert quiet.does(CheckIn(id="c", code="BJ01XX", kiosk="1", token="t" * 12)).done


def _take(quiet: QuietHall, n: int) -> str:
    answer = quiet.does(ReserveTicket(id=f"r{n}", service="transfer", kiosk="1", token=f"{n:012}"))
    assert answer.ticket is not None, answer
    quiet.does(ConfirmTicket(id=f"p{n}", ticket=answer.ticket.number))
    return answer.ticket.number
