"""A supervisor reads the day in a few lines, and they are what happened."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caller import daybook
from caller.messages import (
    CallNext,
    CallTicket,
    CancelTicket,
    ConfirmTicket,
    FinishTicket,
    Park,
    ParkTicket,
    ResumeTicket,
    ServeTicket,
    TransferTicket,
    VoidTicket,
    Why,
)
from config.schema import Hall
from tests.caller.oneday import OneDay


def parked(day: OneDay, kind: Park) -> str:
    day.takes("transfer")
    number = day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3, kind=kind, minutes=5))
    return number


def test_each_kind_of_parking_is_counted_apart() -> None:
    day = OneDay()
    home = parked(day, Park.WITHOUT_PAPERS)
    day.passes(600)
    day.does(ResumeTicket(id=day.id(), window=4, ticket=home))
    parked(day, Park.WAITING)
    day.passes(300)
    day.time_passes()  # that wait is over by itself
    gone = parked(day, Park.WITH_PAPERS)
    day.passes(120)
    day.does(VoidTicket(id=day.id(), ticket=gone))
    parked(day, Park.WITH_PAPERS)
    day.passes(60)
    told = daybook.measured(day.history, day.now).parked
    seen = {k: (p.times, p.total.seconds, p.longest.seconds, p.still) for k, p in told.items()}
    assert seen[Park.WITHOUT_PAPERS] == (1, 600, 600, 0)
    assert seen[Park.WITH_PAPERS] == (2, 180, 120, 1)
    assert seen[Park.WAITING] == (1, 300, 300, 0)


def test_a_clock_that_was_put_back_makes_no_time_less_than_nothing() -> None:
    day = OneDay()
    parked(day, Park.WITH_PAPERS)
    day.passes(-600)
    assert daybook.measured(day.history, day.now).parked[Park.WITH_PAPERS].total.total_seconds() == 0


def test_what_was_given_called_and_called_out_of_order() -> None:
    day = OneDay()
    _first, second, third = (day.takes("transfer") for _ in range(3))
    day.does(CallTicket(id=day.id(), window=3, ticket=third, why=Why.URGENT))
    day.does(FinishTicket(id=day.id(), window=3))
    day.does(CallNext(id=day.id(), window=3))
    day.does(CancelTicket(id=day.id(), ticket=second, token=day.ticket(second).token))
    day.does(ConfirmTicket(id=day.id(), ticket=day.reserves("search")))
    found = daybook.measured(day.history, day.now)
    assert (found.given, found.called, found.finished, found.cancelled) == (4, 2, 1, 1)
    lines = daybook.table(found, "Asia/Shanghai").splitlines()
    assert lines[0] == "取号 4，叫到 2，办结 1，过号 0，取消 1，作废 0"
    assert lines[1] == "挂起 不持件：0 次，共 0 分钟，最长 0 分钟，还有 0 位"
    assert lines[-1] == "不按顺序：09:00 3 号窗口叫 A003（急事急办），越过 A001、A002"
    assert daybook.table(found, "Asia/Shanghai", "en").isascii()


def test_who_was_asked_first_stays_on_the_list_until_the_visit_has_ended() -> None:
    day = OneDay()
    day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_window=4))
    day.calls(4)
    day.does(ServeTicket(id=day.id(), window=4))
    day.does(TransferTicket(id=day.id(), window=4, to_window=3))
    lines = daybook.table(daybook.measured(day.history, day.now), "Asia/Shanghai").splitlines()
    assert lines[-1] == "还没有办结：A001，09:00 在 3 号窗口首问"
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert "首问" not in daybook.table(daybook.measured(day.history, day.now), "Asia/Shanghai")


def test_a_journal_that_is_not_there_is_said(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    caller = msgspec.structs.replace(hall.caller, journal=f"sqlite:///{tmp_path}/none.db")
    elsewhere = msgspec.structs.replace(hall, caller=caller)
    monkeypatch.setattr("config.entry.hall", lambda _: elsewhere)
    assert daybook.main([]) == 69
    assert capsys.readouterr().err
