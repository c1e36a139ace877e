"""Pagers get lost, run flat and come back; whatever becomes of one, its visitor is called and nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller import rack
from caller.calendar import Calendar, Span
from caller.messages import (
    CallDelivered,
    CallNext,
    Channel,
    Condition,
    ConfirmTicket,
    FinishTicket,
    LendPager,
    PagerReported,
    PagerReturned,
    PagersState,
    PagerState,
    Reason,
    ReportDelivery,
    ReportPager,
    ReserveTicket,
    Result,
    ReturnPager,
    Whereabouts,
)
from caller.pagers import main as pagers_command
from caller.pagers import of_hall, table
from caller.queue import evolve
from caller.snapshot import calls_state, hall_state
from config.schema import Hall
from tests.caller.oneday import RULES, OneDay
from tests.quiet import QuietHall


@pytest.fixture
def day() -> OneDay:
    return OneDay()


def seen(day: OneDay, number: int) -> PagerState:
    return next(p for p in rack.pagers_state(day.state).pagers if p.number == number)


def report(day: OneDay, number: int, condition: Condition) -> None:
    day.does(ReportPager(id=day.id(), pager=number, condition=condition))


def test_a_pager_goes_to_a_visitor_and_back_to_the_rack(day: OneDay) -> None:
    number = day.takes("transfer", pager=7)
    assert (seen(day, 7).where, seen(day, 7).holder, seen(day, 7).since) == (
        Whereabouts.LENT,
        number,
        day.now,
    )
    assert day.does(ReturnPager(id=day.id(), pager=7)) == [PagerReturned(at=day.now, pager=7)]
    assert seen(day, 7) == PagerState(number=7, where=Whereabouts.RACK, condition=Condition.FINE)
    assert day.state.tickets[number].pager is None, "given back early: the voice will call"
    assert day.does(ReturnPager(id=day.id(), pager=7)) == [], "a second scan frightens nobody"
    day.does(LendPager(id=day.id(), ticket=number, pager=7))


def test_a_pager_that_the_hall_does_not_have(day: OneDay) -> None:
    assert day.refuses(ReturnPager(id=day.id(), pager=99)) is Reason.UNKNOWN_PAGER
    lost = ReportPager(id=day.id(), pager=99, condition=Condition.LOST)
    assert day.refuses(lost) is Reason.UNKNOWN_PAGER


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (Condition.LOST, Reason.PAGER_LOST),
        (Condition.FLAT, Reason.PAGER_FLAT),
        (Condition.LOW, Reason.PAGER_FLAT),
    ],
)
def test_one_that_cannot_call_is_not_lent_and_costs_nobody_a_number(
    day: OneDay, condition: Condition, why: Reason
) -> None:
    report(day, 7, condition)
    number = day.takes("transfer", pager=7)
    assert day.state.tickets[number].pager is None
    assert day.refuses(LendPager(id=day.id(), ticket=number, pager=7)) is why
    assert hall_state(day.state, 1, day.now).lent == (7,), "no glass offers it"
    back = Condition.FINE if condition is not Condition.LOST else None
    report(day, 7, back) if back else day.does(ReturnPager(id=day.id(), pager=7))
    day.does(LendPager(id=day.id(), ticket=number, pager=7))


def test_a_flat_pager_on_the_rack_is_flat_until_it_is_charged(day: OneDay) -> None:
    number = day.takes("transfer", pager=7)
    report(day, 7, Condition.FLAT)
    day.does(ReturnPager(id=day.id(), pager=7))
    assert (seen(day, 7).where, seen(day, 7).condition) == (Whereabouts.RACK, Condition.FLAT)
    assert day.refuses(LendPager(id=day.id(), ticket=number, pager=7)) is Reason.PAGER_FLAT


@pytest.mark.parametrize("condition", [Condition.LOST, Condition.FLAT])
def test_a_visitor_whose_pager_is_gone_is_called_by_the_next_channel_at_once(
    day: OneDay, condition: Condition
) -> None:
    day.takes("transfer", pager=7)
    day.calls(3)
    (call,) = calls_state(day.state, 1, day.now).calls
    assert call.pager == 7
    report(day, 7, condition)
    (call,) = calls_state(day.state, 1, day.now).calls
    assert call.pager is None, "also of a call that is on its way"
    window = next(w for w in hall_state(day.state, 1, day.now).windows if w.number == 3)
    assert window.trouble == ("pager:pager-7",), "and the clerk knows"
    assert window.pager == 7


def test_a_low_battery_still_vibrates(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    report(day, 7, Condition.LOW)
    day.calls(3)
    (call,) = calls_state(day.state, 1, day.now).calls
    assert call.pager == 7


def test_one_that_was_out_of_range_is_fine_when_it_is_heard_again(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    report(day, 7, Condition.OUT_OF_RANGE)
    day.calls(3)
    (call,) = calls_state(day.state, 1, day.now).calls
    assert call.pager == 7, "it may be back in range by now"
    told = ReportDelivery(
        id=day.id(), call=call.id, channel=Channel.PAGER, device="pager-7", result=Result.VIBRATED
    )
    assert isinstance(day.does(told)[0], CallDelivered)
    assert seen(day, 7).condition is Condition.FINE


def checked_in(closes: time | None = None) -> OneDay:
    zone = ZoneInfo("Asia/Shanghai")
    calendar = Calendar(zone, hours=(Span(time(8, 30), closes),)) if closes else None
    return OneDay(replace(RULES, pagers_checked_in=True, calendar=calendar))


def test_where_pagers_are_checked_in_one_is_missed_until_it_is_scanned_or_lent_again() -> None:
    day = checked_in()
    number = day.takes("transfer", pager=7)
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert (seen(day, 7).where, seen(day, 7).holder) == (Whereabouts.DUE, number)
    assert hall_state(day.state, 1, day.now).lent == (7,), "nobody sees it on the rack"
    again = day.takes("transfer", pager=7)
    assert (seen(day, 7).where, seen(day, 7).holder) == (Whereabouts.LENT, again), "who lends it has it"


def test_at_closing_what_was_not_brought_back_is_lost() -> None:
    day = checked_in(closes=time(9, 30))
    day.takes("transfer", pager=7)
    day.takes("transfer", pager=8)
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    day.calls(3)  # who waits is still served after closing, and keeps the pager
    day.passes(59 * 60)
    assert day.time_passes() == []
    day.passes(2 * 60)
    (lost,) = day.time_passes()
    assert isinstance(lost, PagerReported)
    assert (lost.pager, lost.condition, lost.holder, lost.why) == (7, Condition.LOST, "A001", "closing")
    assert day.time_passes() == [], "told once"


def test_the_next_day_knows_what_is_lost_and_what_is_flat() -> None:
    day = checked_in()
    day.takes("transfer", pager=7)
    report(day, 8, Condition.FLAT)
    told = list(rack.carried(day.state, day.now))
    tomorrow = OneDay(day.rules)
    for event in told:
        evolve(tomorrow.state, event)
    assert (seen(tomorrow, 7).condition, seen(tomorrow, 7).holder) == (Condition.LOST, "A001")
    assert seen(tomorrow, 7).where is Whereabouts.RACK
    assert seen(tomorrow, 8).condition is Condition.FLAT
    after = [
        (e.pager, e.condition) for e in rack.carried(tomorrow.state, day.now) if isinstance(e, PagerReported)
    ]
    assert after == [(7, Condition.LOST), (8, Condition.FLAT)], "and the day after"


def test_the_supervisor_reads_a_table_also_of_the_day_before(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = ZoneInfo(hall.hall.timezone)
    journal = tmp_path / "journal.db"
    with QuietHall(hall, journal, datetime(2026, 11, 23, 9, 0, tzinfo=zone)) as quiet:
        quiet.does(ReserveTicket(id="1", service="transfer", kiosk="1", pager=7))
        quiet.does(ReserveTicket(id="2", service="transfer", kiosk="1", pager=8))
        for number in ("A001", "A002"):
            quiet.does(ConfirmTicket(id=number, ticket=number))
        quiet.does(ReportPager(id="3", pager=9, condition=Condition.LOW))
        quiet.does(CallNext(id="4", window=3))
        quiet.does(FinishTicket(id="5", window=3))
        assert list(table(quiet_rack(hall, journal), hall.hall.timezone)) == [
            "  8  借出  A002，11-23 09:00 借出",
            "  9  在架  电量低",
            "在架可借 18 个，共 20 个",
        ]
        quiet.now = datetime(2026, 11, 24, 9, 0, tzinfo=zone)
        quiet.time_passes()
        assert b'"condition":"lost"' in quiet.ears.kept["state/pagers"], "screens know, too"
        lost = list(table(quiet_rack(hall, journal), hall.hall.timezone, "en", only_lost=True))
        assert lost == ["  8  lost  A002, lent 11-23 09:00"]
        again = QuietHall(hall, journal, quiet.now)
    again.__enter__()
    assert again.caller._state.pagers[8].condition is Condition.LOST, "a restart reads the same"
    again.__exit__(None, None, None)


def quiet_rack(hall: Hall, journal: Path) -> PagersState:
    kept = msgspec.structs.replace(hall.caller, journal=f"sqlite:///{journal}")
    return of_hall(msgspec.structs.replace(hall, caller=kept))


def test_without_a_journal_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert pagers_command(["--config", "config/hall.toml"]) == 69
    assert "journal" in capsys.readouterr().err
