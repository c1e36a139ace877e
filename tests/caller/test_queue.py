"""What each command does and why it is refused, in the hall's own cases."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import pytest

from caller.messages import (
    AlarmRaised,
    CallDelivered,
    CallNext,
    Channel,
    CloseWindow,
    Command,
    ConfirmTicket,
    FinishTicket,
    LendPager,
    OpenWindow,
    PagerLent,
    ParkTicket,
    PauseWindow,
    RaiseAlarm,
    Reason,
    ReportDelivery,
    ReserveTicket,
    Result,
    ServeTicket,
    Step,
    TicketIssued,
    TransferTicket,
    VoidTicket,
    WindowStatus,
)
from caller.snapshot import hall_state
from tests.caller.oneday import RULES, OneDay, missed, replayed


@pytest.fixture
def day() -> OneDay:
    return OneDay()


# --- a number ----------------------------------------------------------------------------------------------


def test_numbers_run_per_letter(day: OneDay) -> None:
    assert [day.takes(s) for s in ("transfer", "mortgage", "transfer")] == ["A001", "B001", "A002"]


def test_a_number_that_is_not_on_paper_is_not_called(day: OneDay) -> None:
    number = day.reserves("transfer")
    assert day.step(number) is Step.RESERVED
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING
    day.does(ConfirmTicket(id=day.id(), ticket=number))
    assert day.calls(3) == number


def test_whose_paper_came_late_keeps_the_place(day: OneDay) -> None:
    first, second = day.reserves("transfer"), day.takes("transfer")
    day.does(ConfirmTicket(id=day.id(), ticket=first))
    assert [day.calls(3), day.calls(3)] == [first, second]


def test_a_void_number_is_never_given_again(day: OneDay) -> None:
    day.does(VoidTicket(id=day.id(), ticket=day.reserves("transfer"), why="printer"))
    assert day.takes("transfer") == "A002"
    assert day.refuses(ConfirmTicket(id=day.id(), ticket="A001")) is Reason.WRONG_STEP


def test_a_reprint_says_that_it_is_one(day: OneDay) -> None:
    number = day.takes("transfer")
    assert day.refuses(ConfirmTicket(id=day.id(), ticket=number)) is Reason.WRONG_STEP
    (event,) = day.does(ConfirmTicket(id=day.id(), ticket=number, reprint=True))
    assert isinstance(event, TicketIssued) and event.reprint
    assert day.calls(3) == number
    assert day.refuses(CallNext(id=day.id(), window=4)) is Reason.NOBODY_WAITING, "one number, one visitor"


def test_who_is_called_before_the_paper_came_gets_it_again_and_stays_called(day: OneDay) -> None:
    number = day.takes("transfer")
    assert day.calls(3) == number
    again = ConfirmTicket(id=day.id(), ticket=number, reprint=True)
    (event,) = day.does(again)
    assert isinstance(event, TicketIssued) and event.reprint
    assert day.refuses(ConfirmTicket(id=day.id(), ticket=number)) is Reason.WRONG_STEP, "that is no reprint"
    day.does(ServeTicket(id=day.id(), window=3))
    day.does(ConfirmTicket(id=day.id(), ticket=number, reprint=True))
    assert day.state.desks[3].ticket == number and day.state.tickets[number].step is Step.SERVING
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.refuses(ConfirmTicket(id=day.id(), ticket=number, reprint=True)) is Reason.WRONG_STEP


def test_the_numbers_of_a_day_end(day: OneDay) -> None:
    day.state.counters["A"] = RULES.numbering.last - 1
    assert day.takes("transfer") == "A999"
    assert day.refuses(ReserveTicket(id=day.id(), service="transfer")) is Reason.NUMBERS_USED_UP
    assert day.takes("mortgage") == "B001"


def test_no_such_service(day: OneDay) -> None:
    assert day.refuses(ReserveTicket(id=day.id(), service="haircut")) is Reason.UNKNOWN_SERVICE


# --- pagers ------------------------------------------------------------------------------------------------


def test_a_pager_has_one_visitor(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    second = day.takes("transfer", pager=7)
    assert day.state.tickets[second].pager is None, "a number is given, whatever is with the pager"
    assert day.state.lent == {7: "A001"}
    assert day.refuses(LendPager(id=day.id(), ticket=second, pager=7)) is Reason.PAGER_TAKEN
    assert day.refuses(LendPager(id=day.id(), ticket=second, pager=99)) is Reason.UNKNOWN_PAGER


def test_a_pager_comes_back_when_its_visitor_leaves(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    day.does(VoidTicket(id=day.id(), ticket=day.reserves("transfer", pager=8)))
    assert day.takes("transfer", pager=8) == "A003", "a void ticket holds no pager"
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.takes("transfer", pager=7) == "A004"


def test_another_pager_for_the_same_visitor(day: OneDay) -> None:
    number = day.takes("transfer", pager=7)
    assert day.does(LendPager(id=day.id(), ticket=number, pager=8)) == [
        PagerLent(at=day.now, ticket=number, pager=8)
    ]
    assert day.state.lent == {8: number}
    day.calls(3)
    (call,) = day.state.calls.values()
    assert call.pager == 8, "called silently from now on"


def test_a_pager_is_not_lent_to_whom_has_left(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.refuses(LendPager(id=day.id(), ticket=number, pager=7)) is Reason.WRONG_STEP
    assert day.refuses(LendPager(id=day.id(), ticket="A404", pager=7)) is Reason.UNKNOWN_TICKET


# --- windows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PauseWindow, CloseWindow])
def test_a_window_with_somebody_at_it_neither_pauses_nor_closes(
    day: OneDay, kind: type[PauseWindow] | type[CloseWindow]
) -> None:
    day.takes("transfer")
    day.calls(3)
    assert day.refuses(kind(id=day.id(), window=3)) is Reason.WINDOW_BUSY


def test_open_pause_open_close(day: OneDay) -> None:
    day.does(OpenWindow(id=day.id(), window=3, clerk="018"))
    day.does(PauseWindow(id=day.id(), window=3, why="lunch"))
    desk = day.state.desks[3]
    assert (desk.status, desk.clerk, desk.why) == (WindowStatus.PAUSED, "018", "lunch")
    day.does(OpenWindow(id=day.id(), window=3))
    assert (desk.status, desk.clerk, desk.why) == (WindowStatus.OPEN, "018", "")
    day.does(CloseWindow(id=day.id(), window=3))
    assert (desk.status, desk.clerk) == (WindowStatus.CLOSED, "")


def test_only_who_is_there_or_waits_can_be_voided(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    assert day.refuses(VoidTicket(id=day.id(), ticket=number)) is Reason.WRONG_STEP
    assert day.refuses(VoidTicket(id=day.id(), ticket="A404")) is Reason.UNKNOWN_TICKET
    missed(day, 3)
    day.does(VoidTicket(id=day.id(), ticket=number))
    assert day.step(number) is Step.VOID


# --- what became of a call ---------------------------------------------------------------------------------


def test_a_delivery_is_told_once(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = day.state.desks[3].call

    def report(result: Result) -> ReportDelivery:
        return ReportDelivery(id=day.id(), call=call, channel=Channel.SIGN, device="sign-3", result=result)

    (event,) = day.does(report(Result.FAILED))
    assert isinstance(event, CallDelivered) and event.result is Result.FAILED
    assert day.does(report(Result.FAILED)) == []
    assert day.does(report(Result.SHOWN)) != []
    stranger = ReportDelivery(
        id=day.id(), call="yesterday", channel=Channel.SIGN, device="x", result=Result.SHOWN
    )
    assert day.refuses(stranger) is Reason.UNKNOWN_TICKET


def test_an_alarm_stands_until_the_visitor_comes(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = day.state.desks[3].call

    def alarmed() -> bool:
        return next(w.alarm for w in hall_state(day.state, 1, day.now).windows if w.number == 3)

    def report(channel: Channel, result: Result) -> None:
        day.does(ReportDelivery(id=day.id(), call=call, channel=channel, device=channel, result=result))

    assert not alarmed()
    (event,) = day.does(RaiseAlarm(id=day.id(), call=call))
    assert isinstance(event, AlarmRaised) and alarmed()
    assert day.does(RaiseAlarm(id=day.id(), call=call)) == [], "one alarm a call"
    report(Channel.VOICE, Result.SPOKEN)
    report(Channel.SIGN, Result.FAILED)
    assert alarmed()
    day.does(ServeTicket(id=day.id(), window=3))
    assert not alarmed()
    assert day.does(RaiseAlarm(id=day.id(), call=call)) == []
    assert day.refuses(RaiseAlarm(id=day.id(), call="yesterday")) is Reason.UNKNOWN_TICKET


def test_an_alarm_ends_when_the_call_gets_through_after_all(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = day.state.desks[3].call
    day.does(RaiseAlarm(id=day.id(), call=call))
    for channel, result in ((Channel.VOICE, Result.SPOKEN), (Channel.SIGN, Result.SHOWN)):
        day.does(ReportDelivery(id=day.id(), call=call, channel=channel, device="x", result=result))
    assert not next(w.alarm for w in hall_state(day.state, 1, day.now).windows if w.number == 3)


def test_no_alarm_for_a_visitor_who_came_first(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = day.state.desks[3].call
    day.does(ServeTicket(id=day.id(), window=3))
    assert day.does(RaiseAlarm(id=day.id(), call=call)) == []


def test_a_message_that_is_no_command_of_ours(day: OneDay) -> None:
    assert day.refuses(Command(id="x")) is Reason.MALFORMED


def test_every_reason_is_met_here_or_belongs_to_the_service() -> None:
    """A new reason must come with its case: these files name every one."""
    tests = Path(__file__).parents[1]
    text = "".join(
        path.read_text("utf-8") for room in ("caller", "offline") for path in (tests / room).glob("test_*.py")
    )
    assert {reason.name for reason in Reason if f"Reason.{reason.name}" not in text} == set()


def test_a_day_replayed_is_the_same_day(day: OneDay) -> None:
    for service in ("transfer", "mortgage", "search"):
        day.takes(service, pager=7 if service == "search" else None)
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3))
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, service="search"))
    again = replayed(RULES, day.history)
    assert dataclasses.asdict(again) == dataclasses.asdict(day.state) and again == day.state
    times = [event.at for event in day.history]
    assert all(before <= after for before, after in pairwise(times))
