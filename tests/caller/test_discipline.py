"""The rules around the line: who may have a number, when, how often, and where those who left it come back."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from caller.calendar import Calendar, Span
from caller.guards import in_time_to_return
from caller.messages import (
    CallNext,
    CancelTicket,
    ConfirmTicket,
    ExtendHours,
    FinishTicket,
    OpenWindow,
    Park,
    ParkTicket,
    PauseWindow,
    Reason,
    ReserveTicket,
    ReturnTicket,
    Step,
    TicketAdvanced,
    TicketReserved,
    TransferTicket,
)
from caller.queue import elapsed
from caller.state import Rules
from tests.caller.oneday import RULES, OneDay, missed

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = dataclasses.replace(
    RULES, calendar=Calendar(SHANGHAI, hours=(Span(time(8, 30), time(12)), Span(time(13, 30), time(17))))
)


def service(name: str, **changes: object) -> Rules:
    changed = dataclasses.replace(RULES.services[name], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(RULES, services={**RULES.services, name: changed})


def at(day: OneDay, hour: int, minute: int = 0) -> None:
    day.now = datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def day() -> OneDay:
    return OneDay()


def reserve(
    day: OneDay, name: str = "transfer", person: str = "", then: tuple[str, ...] = ()
) -> ReserveTicket:
    return ReserveTicket(id=day.id(), service=name, person=person, then=then, token=f"t{len(day.history)}")


# --- hours, quotas, numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "minute", "open"),
    [
        (8, 29, False),
        (8, 30, True),
        (11, 59, True),
        (12, 0, False),
        (13, 29, False),
        (13, 30, True),
        (17, 0, False),
    ],
)
def test_numbers_are_given_in_opening_hours(hour: int, minute: int, open: bool) -> None:
    day = OneDay(OFFICE)
    at(day, hour, minute)
    if open:
        assert day.takes("transfer") == "A001"
    else:
        assert day.refuses(reserve(day)) is Reason.OUTSIDE_HOURS


def test_who_holds_a_number_is_served_after_closing() -> None:
    day = OneDay(OFFICE)
    at(day, 16, 59)
    number = day.takes("transfer")
    at(day, 18)
    assert day.calls(3) == number


def test_the_last_number_is_computed_from_who_waits() -> None:
    """Two windows, twelve minutes a visitor: at 16:50 twelve waiting end at five past six."""
    day = OneDay(OFFICE)
    at(day, 16, 50)
    day.does(OpenWindow(id=day.id(), window=3))
    given = 0
    while given < 40:
        try:
            day.does(reserve(day))
        except Exception as refused:
            assert getattr(refused, "reason", None) is Reason.CLOSING
            break
        day.does(ConfirmTicket(id=day.id(), ticket=f"A{given + 1:03d}"))
        given += 1
    assert given == 5, "five of 12 minutes at 0.7 are 42 minutes: 17:32 is over half past five"
    day.does(ExtendHours(id=day.id(), until=day.now.replace(hour=19)))
    assert day.takes("transfer") == "A006"


def test_extended_hours_end_and_may_be_of_one_service() -> None:
    day = OneDay(OFFICE)
    at(day, 17, 30)
    day.does(ExtendHours(id=day.id(), until=day.now.replace(hour=18, minute=0), service="transfer"))
    assert day.takes("transfer") == "A001"
    assert day.refuses(reserve(day, "mortgage")) is Reason.OUTSIDE_HOURS
    at(day, 18)
    assert day.refuses(reserve(day)) is Reason.OUTSIDE_HOURS
    unknown = ExtendHours(id=day.id(), until=day.now, service="haircut")
    assert day.refuses(unknown) is Reason.UNKNOWN_SERVICE


def test_a_quota_counts_numbers_on_paper_or_on_their_way() -> None:
    day = OneDay(service("transfer", quota=2))
    day.takes("transfer")
    day.reserves("transfer")
    assert day.refuses(reserve(day)) is Reason.QUOTA_USED_UP
    assert day.takes("mortgage") == "B001"


# --- persons and paper -------------------------------------------------------------------------------------


def test_one_live_ticket_for_a_person_and_a_service(day: OneDay) -> None:
    (event,) = day.does(reserve(day, person="hash"))
    assert isinstance(event, TicketReserved)
    assert day.refuses(reserve(day, person="hash")) is Reason.ALREADY_HOLDS
    day.does(reserve(day, "mortgage", person="hash"))
    day.does(ConfirmTicket(id=day.id(), ticket=event.ticket))
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.does(reserve(day, person="hash")), "the first visit is over"


def test_only_who_holds_the_paper_cancels(day: OneDay) -> None:
    (event,) = day.does(reserve(day))
    assert isinstance(event, TicketReserved)
    wrong = CancelTicket(id=day.id(), ticket=event.ticket, token="guess")
    assert day.refuses(wrong) is Reason.NOT_YOURS
    day.does(CancelTicket(id=day.id(), ticket=event.ticket, token=event.token))
    assert day.step(event.ticket) is Step.CANCELLED
    again = CancelTicket(id=day.id(), ticket=event.ticket, token=event.token)
    assert day.refuses(again) is Reason.WRONG_STEP


# --- who missed the call -----------------------------------------------------------------------------------


def test_a_late_comer_gets_the_place_on_the_ticket(day: OneDay) -> None:
    late = day.takes("transfer")
    others = [day.takes("transfer") for _ in range(4)]
    assert day.calls(3) == late
    missed(day, 3)
    day.does(ReturnTicket(id=day.id(), ticket=late))
    assert [day.calls(3) for _ in range(5)] == [others[0], others[1], late, others[2], others[3]]


def test_a_window_says_that_somebody_is_back_by_digits(day: OneDay) -> None:
    late = day.takes("transfer")
    other, third = day.takes("transfer"), day.takes("mortgage")
    assert day.calls(3) == late
    missed(day, 3)
    unknown = ReturnTicket(id=day.id(), ticket="7", window=3)
    assert day.refuses(unknown) is Reason.UNKNOWN_TICKET
    assert day.refuses(ReturnTicket(id=day.id(), ticket="1", window=5)) is Reason.UNKNOWN_TICKET
    day.does(ReturnTicket(id=day.id(), ticket="1", window=3))
    assert [day.calls(3), day.calls(3), day.calls(3)] == [other, late, third]


def test_too_late_is_both_too_many_numbers_and_too_many_minutes(day: OneDay) -> None:
    late = day.takes("transfer")
    day.calls(3)
    missed(day, 3)
    for _ in range(day.rules.return_within_numbers + 1):
        day.takes("transfer")
        day.calls(3)
    back = ReturnTicket(id=day.id(), ticket=late)
    assert day.does(back), "many were called, but it is only minutes ago"
    day.calls(4)
    missed(day, 4)
    for _ in range(day.rules.return_within_numbers + 1):
        day.takes("transfer")
        day.calls(3)
    day.passes(day.rules.return_within_minutes * 60)
    assert in_time_to_return(day.state, day.ticket(late), day.now), "the last moment is in time"
    day.passes(0.001)
    assert day.refuses(ReturnTicket(id=day.id(), ticket=late)) is Reason.TOO_LATE


# --- clerks ------------------------------------------------------------------------------------------------


def test_where_clerks_sign_in_nobody_calls_without() -> None:
    day = OneDay(dataclasses.replace(RULES, clerks=frozenset({"018", "019"})))
    day.takes("transfer")
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.WINDOW_CLOSED
    assert day.refuses(OpenWindow(id=day.id(), window=3, clerk="404")) is Reason.UNKNOWN_CLERK
    day.does(OpenWindow(id=day.id(), window=3, clerk="018"))
    day.does(PauseWindow(id=day.id(), window=3, why="开会"))
    assert day.calls(3) == "A001" and day.state.desks[3].clerk == "018"


def test_a_transfer_to_a_clerk_finds_the_window() -> None:
    day = OneDay(dataclasses.replace(RULES, clerks=frozenset({"018", "019"})))
    day.does(OpenWindow(id=day.id(), window=3, clerk="018"))
    day.takes("transfer")
    day.calls(3)
    to = TransferTicket(id=day.id(), window=3, to_clerk="019")
    assert day.refuses(to) is Reason.UNKNOWN_CLERK
    day.does(OpenWindow(id=day.id(), window=4, clerk="019"))
    day.does(to)
    assert day.ticket("A001").only == 4
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING
    assert day.calls(4) == "A001"


def test_there_and_back_again_with_a_note(day: OneDay) -> None:
    number = day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, service="search", come_back=True, note="查档"))
    assert day.calls(5) == number and day.ticket(number).note == "查档"
    (_, advanced) = day.does(FinishTicket(id=day.id(), window=5))
    assert isinstance(advanced, TicketAdvanced) and (advanced.service, advanced.to_window) == ("transfer", 3)
    assert day.refuses(CallNext(id=day.id(), window=4)) is Reason.NOBODY_WAITING
    assert day.calls(3) == number


def test_at_the_tail_if_the_clerk_says_so(day: OneDay) -> None:
    first = day.takes("transfer")
    day.calls(3)
    day.passes(60)
    second = day.takes("transfer")
    day.passes(60)
    day.does(TransferTicket(id=day.id(), window=3, at_tail=True))
    assert [day.calls(3), day.calls(3)] == [second, first]


def test_several_services_on_one_ticket_in_order(day: OneDay) -> None:
    (event,) = day.does(reserve(day, "transfer", then=("mortgage", "search")))
    assert isinstance(event, TicketReserved)
    day.does(ConfirmTicket(id=day.id(), ticket=event.ticket))
    assert day.calls(3) == event.ticket
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.ticket(event.ticket).service == "mortgage" and day.calls(4) == event.ticket
    day.does(FinishTicket(id=day.id(), window=4))
    assert day.calls(5) == event.ticket
    day.does(FinishTicket(id=day.id(), window=5))
    assert day.step(event.ticket) is Step.FINISHED
    assert day.refuses(reserve(day, then=("haircut",))) is Reason.UNKNOWN_SERVICE


def test_one_clerk_keeps_the_visitor_through_all_steps() -> None:
    day = OneDay(service("transfer", one_clerk=True))
    (event,) = day.does(reserve(day, "transfer", then=("mortgage",)))
    assert isinstance(event, TicketReserved)
    day.does(ConfirmTicket(id=day.id(), ticket=event.ticket))
    day.calls(3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.refuses(CallNext(id=day.id(), window=4)) is Reason.NOBODY_WAITING
    assert day.calls(3) == event.ticket


# --- what time alone brings --------------------------------------------------------------------------------


def test_a_timed_park_is_over_by_itself(day: OneDay) -> None:
    number, next_one = day.takes("transfer"), day.takes("transfer")
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3, kind=Park.WAITING, minutes=10))
    day.passes(599)
    assert not elapsed(day.state, day.now)
    day.passes(1)
    day.time_passes()
    assert day.step(number) is Step.WAITING and day.ticket(number).only == 3
    assert [day.calls(3), day.calls(3)] == [number, next_one], "it keeps the place of its number"


def test_a_number_that_never_came_to_paper_is_void(day: OneDay) -> None:
    number = day.reserves("transfer")
    day.passes(day.rules.reservation_minutes * 60 - 1)
    day.time_passes()
    assert day.step(number) is Step.RESERVED
    day.passes(timedelta(seconds=1).total_seconds())
    day.time_passes()
    assert day.step(number) is Step.VOID and day.takes("transfer") == "A002"
