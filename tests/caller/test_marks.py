"""好差评: a mark for each time somebody was served, once and soon; a bad one goes to the supervisor."""

from __future__ import annotations

import pytest

from caller.markreport import main as marks_command
from caller.markreport import report
from caller.marks import marks_state
from caller.messages import (
    BadMarkGiven,
    CallNext,
    FinishTicket,
    OpenWindow,
    RateService,
    Reason,
    ServeTicket,
    ServiceRated,
    TransferTicket,
)
from caller.snapshot import hall_state
from tests.caller.oneday import OneDay


@pytest.fixture
def day() -> OneDay:
    """A001 was served at window 3 by clerk 018."""
    day = OneDay()
    day.does(OpenWindow(id=day.id(), window=3, clerk="018"))
    day.takes("transfer")
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    return day


def rate(day: OneDay, mark: int, window: int = 3, ticket: str | None = None) -> RateService:
    return RateService(id=day.id(), window=window, mark=mark, ticket=ticket)


def may_rate(day: OneDay) -> str:
    return next(w.may_rate for w in hall_state(day.state, 1, day.now).windows if w.number == 3)


def test_a_good_mark_is_kept_and_troubles_nobody(day: OneDay) -> None:
    assert may_rate(day) == "A001"
    rated = ServiceRated(at=day.now, ticket="A001", window=3, mark=5, clerk="018")
    assert day.does(rate(day, 5)) == [rated]
    assert may_rate(day) == ""
    assert marks_state(day.state).windows[0].counts == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("mark", [1, 2])
def test_a_bad_mark_goes_to_the_supervisor_with_its_ticket_window_and_clerk(day: OneDay, mark: int) -> None:
    _, alert = day.does(rate(day, mark, ticket="A001"))
    assert alert == BadMarkGiven(at=day.now, ticket="A001", window=3, mark=mark, clerk="018")
    (bad,) = marks_state(day.state).bad
    assert (bad.ticket, bad.window, bad.mark, bad.clerk) == ("A001", 3, mark, "018")


def test_one_visit_is_rated_once(day: OneDay) -> None:
    day.does(rate(day, 4))
    assert day.refuses(rate(day, 1)) is Reason.ALREADY_RATED


def test_a_press_that_is_nobodys_counts_for_nobody(day: OneDay) -> None:
    assert day.refuses(rate(day, 5, window=4)) is Reason.NOTHING_TO_RATE, "nobody was served there"
    assert day.refuses(rate(day, 5, ticket="A002")) is Reason.NOTHING_TO_RATE
    assert day.refuses(rate(day, 5, window=77)) is Reason.UNKNOWN_WINDOW
    day.passes(10 * 60 + 1)
    assert day.refuses(rate(day, 5)) is Reason.NOTHING_TO_RATE, "too long ago"


def test_the_mark_is_for_who_was_served_not_for_who_is_called(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.does(rate(day, 3))
    assert day.state.bad_marks == [] and marks_state(day.state).windows[0].counts == (0, 0, 1, 0, 0)
    day.does(ServeTicket(id=day.id(), window=3))
    assert isinstance(day.does(rate(day, 5))[0], ServiceRated), "and again for the next, even before leaving"


def test_who_was_sent_on_before_being_served_has_nothing_to_rate() -> None:
    day = OneDay()
    day.takes("transfer")
    day.does(CallNext(id=day.id(), window=3))
    day.does(TransferTicket(id=day.id(), window=3, service="mortgage"))
    assert day.refuses(rate(day, 5)) is Reason.NOTHING_TO_RATE


def test_the_supervisor_reads_the_day(day: OneDay, capsys: pytest.CaptureFixture[str]) -> None:
    day.does(rate(day, 1))
    day.takes("transfer")
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    day.does(rate(day, 4))
    assert list(report(day.history, "Asia/Shanghai")) == [
        "办理 2 件，评价 2 件，差评 1 件",
        "3 号窗口 018：2 件，平均 2.5 分",
        f"差评 {day.now.hour + 8:02d}:{day.now.minute:02d} A001，3 号窗口 018，1 分",
    ]
    assert marks_command(["--config", "config/hall.toml"]) == 69, "this hall has no journal here"
    assert "journal" in capsys.readouterr().err
