"""Who is called to a window, and what becomes of them there."""

from __future__ import annotations

import pytest

from caller.messages import (
    COMMANDS,
    CallNext,
    CallTicket,
    Command,
    FinishTicket,
    MarkNoShow,
    Park,
    ParkTicket,
    RateService,
    Reason,
    RecallTicket,
    ResumeTicket,
    ReturnTicket,
    ServeTicket,
    Step,
    TicketCalled,
    TicketFinished,
    TicketMissed,
    TicketResumed,
    TicketServed,
    TicketTransferred,
    TransferTicket,
    VoidTicket,
    Why,
    WindowOpened,
    WindowStatus,
)
from tests.caller.oneday import RULES, OneDay, missed


@pytest.fixture
def day() -> OneDay:
    return OneDay()


# --- a call ------------------------------------------------------------------------------------------------


def test_next_calls_and_opens_the_window(day: OneDay) -> None:
    number = day.takes("transfer")
    opened, called = day.does(CallNext(id=day.id(), window=3))
    assert isinstance(opened, WindowOpened) and isinstance(called, TicketCalled)
    assert (called.ticket, called.window, called.attempt, called.rule) == (number, 3, 1, "first-come")
    assert day.status(3) is WindowStatus.OPEN and day.step(number) is Step.CALLED


def test_next_finishes_whoever_is_there(day: OneDay) -> None:
    first, second = day.takes("transfer"), day.takes("transfer")
    day.calls(3)
    events = day.does(CallNext(id=day.id(), window=3))
    assert [type(e) for e in events] == [TicketServed, TicketFinished, TicketCalled]
    assert (day.step(first), day.step(second)) == (Step.FINISHED, Step.CALLED)


def test_next_with_nobody_left_only_finishes(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    assert day.calls(3) == "" and day.step(number) is Step.FINISHED
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING


def test_two_windows_never_get_one_visitor(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    assert day.refuses(CallNext(id=day.id(), window=4)) is Reason.NOBODY_WAITING
    assert day.refuses(CallTicket(id=day.id(), window=4, ticket="A001")) is Reason.WRONG_STEP


@pytest.mark.parametrize("window", sorted(RULES.windows))
@pytest.mark.parametrize("service", RULES.services)
def test_a_window_never_gets_a_service_that_it_does_not_serve(service: str, window: int) -> None:
    day = OneDay()
    number = day.takes(service)
    if service in RULES.windows[window].services:
        assert day.calls(window) == number
    else:
        assert day.refuses(CallNext(id=day.id(), window=window)) is Reason.NOBODY_WAITING
        by_hand = CallTicket(id=day.id(), window=window, ticket=number)
        assert day.refuses(by_hand) is Reason.NOT_SERVED_HERE
        digits = CallTicket(id=day.id(), window=window, ticket="1")
        assert day.refuses(digits) is Reason.UNKNOWN_TICKET


@pytest.mark.parametrize("kind", [k for k in COMMANDS.values() if "window" in k.__struct_fields__])
def test_no_such_window(day: OneDay, kind: type[Command]) -> None:
    extra: dict[type[Command], dict[str, object]] = {
        CallTicket: {"ticket": "A001"},
        ReturnTicket: {"ticket": "1"},
        RateService: {"mark": 5},
    }
    command = kind(id=day.id(), window=98, **extra.get(kind, {}))  # type: ignore[call-arg]
    assert day.refuses(command) is Reason.UNKNOWN_WINDOW


@pytest.mark.parametrize(
    "kind", [RecallTicket, ServeTicket, FinishTicket, MarkNoShow, ParkTicket, TransferTicket]
)
def test_nobody_is_at_the_window(day: OneDay, kind: type[Command]) -> None:
    assert day.refuses(kind(id=day.id(), window=3)) is Reason.WINDOW_IDLE  # type: ignore[call-arg]


def test_called_by_hand_is_marked_with_whom_it_passed(day: OneDay) -> None:
    first, second = day.takes("transfer"), day.takes("transfer")
    no_reason = CallTicket(id=day.id(), window=3, ticket=second)
    assert day.refuses(no_reason) is Reason.NEEDS_REASON
    *_, called = day.does(CallTicket(id=day.id(), window=3, ticket=second, why=Why.URGENT))
    assert isinstance(called, TicketCalled)
    assert (called.rule, called.overtook, called.why) == ("by-hand", (first,), Why.URGENT)
    assert called.turn == first
    *_, called = day.does(CallTicket(id=day.id(), window=4, ticket=first))
    assert isinstance(called, TicketCalled) and called.overtook == ()


def test_called_by_its_digits(day: OneDay) -> None:
    for service in ("search", "transfer", "transfer", "mortgage", "mortgage"):
        day.takes(service)
    day.does(CallTicket(id=day.id(), window=3, ticket="2", why=Why.AT_WINDOW))
    assert day.state.desks[3].ticket == "A002", "of A002 and B002 the one who came first"
    day.does(CallTicket(id=day.id(), window=4, ticket="002", why=Why.AT_WINDOW))
    assert day.state.desks[4].ticket == "B002", "A002 is at a window already"


# --- nobody came -------------------------------------------------------------------------------------------


def test_a_recall_is_not_shouted_at_once(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.passes(RULES.seconds_between_calls - 1)
    assert day.refuses(RecallTicket(id=day.id(), window=3)) is Reason.TOO_EARLY
    day.passes(1)
    (called,) = day.does(RecallTicket(id=day.id(), window=3))
    assert isinstance(called, TicketCalled) and (called.rule, called.attempt) == ("recall", 2)
    assert called.call == "2026-11-23-A001-2"


def test_a_clock_that_is_put_back_does_not_silence_a_window(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.passes(-600)
    assert day.does(RecallTicket(id=day.id(), window=3))


def test_a_no_show_takes_three_calls(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    for attempt in (1, 2):
        day.passes(60)
        assert day.refuses(MarkNoShow(id=day.id(), window=3)) is Reason.TOO_FEW_CALLS, attempt
        day.does(RecallTicket(id=day.id(), window=3))
    assert day.refuses(MarkNoShow(id=day.id(), window=3)) is Reason.TOO_EARLY, "the third was just now"
    day.passes(60)
    assert day.does(MarkNoShow(id=day.id(), window=3)) == [TicketMissed(at=day.now, ticket=number, window=3)]
    assert day.state.desks[3].ticket == "" and day.step(number) is Step.NO_SHOW


def test_who_comes_back_is_called_by_number_and_not_by_next(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    missed(day, 3)
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING
    *_, called = day.does(CallTicket(id=day.id(), window=4, ticket=number))
    assert isinstance(called, TicketCalled) and (called.rule, called.attempt) == ("returned", 1)


def test_who_is_being_served_is_not_recalled_nor_missed(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.does(ServeTicket(id=day.id(), window=3))
    day.passes(60)
    for kind in (ServeTicket, RecallTicket, MarkNoShow):
        assert day.refuses(kind(id=day.id(), window=3)) is Reason.WRONG_STEP


# --- set aside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "elsewhere"), [(Park.WITHOUT_PAPERS, True), (Park.WITH_PAPERS, False), (Park.WAITING, False)]
)
def test_three_kinds_of_parking(day: OneDay, kind: Park, elsewhere: bool) -> None:
    number = day.takes("transfer")
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3, kind=kind))
    assert day.state.desks[3].parked == [number] and day.state.desks[3].ticket == ""
    for command in (
        ResumeTicket(id=day.id(), window=4, ticket=number),
        CallTicket(id=day.id(), window=4, ticket=number),
    ):
        if not elsewhere:
            assert day.refuses(command) is Reason.NOT_SERVED_HERE
    window = 4 if elsewhere else 3
    resumed, called = day.does(ResumeTicket(id=day.id(), window=window, ticket=number))[-2:]
    assert isinstance(resumed, TicketResumed) and isinstance(called, TicketCalled)
    assert (called.rule, called.window) == ("resumed", window)
    assert day.state.desks[3].parked == [], "the window that parked has nobody aside any more"


def test_resume_without_a_number_is_the_one_parked_first(day: OneDay) -> None:
    first, second = day.takes("transfer"), day.takes("transfer")
    assert day.refuses(ResumeTicket(id=day.id(), window=3)) is Reason.UNKNOWN_TICKET
    for _ in (first, second):
        day.calls(3)
        day.does(ParkTicket(id=day.id(), window=3))
    day.does(ResumeTicket(id=day.id(), window=3))
    assert day.state.desks[3].ticket == first and day.state.desks[3].parked == [second]


def test_a_parked_ticket_that_was_voided_is_not_in_the_way(day: OneDay) -> None:
    first, second = day.takes("transfer"), day.takes("transfer")
    for _ in (first, second):
        day.calls(3)
        day.does(ParkTicket(id=day.id(), window=3))
    day.does(VoidTicket(id=day.id(), ticket=first, why="went home"))
    assert day.state.desks[3].parked == [second]
    day.does(ResumeTicket(id=day.id(), window=3))
    assert day.state.desks[3].ticket == second


def test_resume_by_digits_means_somebody_parked(day: OneDay) -> None:
    missing, parked = day.takes("transfer"), day.takes("mortgage")
    day.calls(3)
    missed(day, 3)
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3))
    assert (missing, parked) == ("A001", "B001")
    day.does(ResumeTicket(id=day.id(), window=3, ticket="1"))
    assert day.state.desks[3].ticket == parked


def test_call_by_digits_does_not_mean_somebody_whom_another_window_keeps(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3, kind=Park.WITH_PAPERS))
    waiting = day.takes("mortgage")
    day.does(CallTicket(id=day.id(), window=4, ticket="1"))
    assert day.state.desks[4].ticket == waiting


def test_only_who_is_parked_is_resumed(day: OneDay) -> None:
    number = day.takes("transfer")
    assert day.refuses(ResumeTicket(id=day.id(), window=3, ticket=number)) is Reason.WRONG_STEP
    assert day.refuses(ResumeTicket(id=day.id(), window=5, ticket=number)) is Reason.NOT_SERVED_HERE
    assert day.refuses(ResumeTicket(id=day.id(), window=3, ticket="A404")) is Reason.UNKNOWN_TICKET


# --- sent on -----------------------------------------------------------------------------------------------


def test_a_transfer_keeps_the_time_of_issue(day: OneDay) -> None:
    first = day.takes("transfer")
    day.passes(60)
    later = day.takes("search")
    day.calls(3)
    (moved,) = day.does(TransferTicket(id=day.id(), window=3, service="search", note="needs a proof"))
    assert isinstance(moved, TicketTransferred) and moved.service == "search"
    assert [day.calls(5), day.calls(5)] == [first, later]


def test_a_transfer_to_one_window(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_window=4))
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING
    assert day.calls(4) == number


def test_a_transfer_to_a_window_alone_is_to_what_it_does(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_window=5))
    assert day.ticket(number).service == "search" and day.calls(5) == number


def test_a_transfer_that_leads_nowhere(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)

    def send(service: str = "", to_window: int | None = None) -> Reason:
        return day.refuses(TransferTicket(id=day.id(), window=3, service=service, to_window=to_window))

    assert send(service="haircut") is Reason.UNKNOWN_SERVICE
    assert send(to_window=98) is Reason.UNKNOWN_WINDOW
    assert send(service="search", to_window=4) is Reason.NOT_SERVED_THERE
