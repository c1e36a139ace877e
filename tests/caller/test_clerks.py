"""A clerk is at one window; whom one clerk keeps goes where that clerk goes; who was asked first stays on record."""

from __future__ import annotations

import dataclasses

import pytest

from caller.messages import (
    CallNext,
    CallTicket,
    ConfirmTicket,
    FinishTicket,
    OpenWindow,
    Park,
    ParkTicket,
    Reason,
    ReserveTicket,
    ResumeTicket,
    ServeTicket,
    TicketReserved,
    TransferTicket,
    WindowStatus,
)
from caller.order import Seat
from caller.snapshot import hall_state
from caller.state import Rules
from tests.caller.oneday import RULES, OneDay, missed, replayed

WIDE = {"enterprise": 1, "mortgage": 1}
HALL = dataclasses.replace(
    RULES, clerks=frozenset({"018", "021"}), windows={**RULES.windows, 2: Seat(2, WIDE), 4: Seat(4, WIDE)}
)


@pytest.fixture
def day() -> OneDay:
    return OneDay(HALL)


def signs_in(day: OneDay, window: int, clerk: str) -> None:
    day.does(OpenWindow(id=day.id(), window=window, clerk=clerk))


def of_a_company(day: OneDay, *then: str) -> str:
    (event,) = day.does(ReserveTicket(id=day.id(), service="enterprise", then=then))
    assert isinstance(event, TicketReserved)
    day.does(ConfirmTicket(id=day.id(), ticket=event.ticket))
    return event.ticket


def test_who_signs_in_elsewhere_has_left_the_first_window(day: OneDay) -> None:
    signs_in(day, 2, "018")
    signs_in(day, 4, "018")
    assert day.status(2) is WindowStatus.CLOSED and day.state.desks[2].clerk == ""
    assert day.status(4) is WindowStatus.OPEN and day.state.desks[4].clerk == "018"
    signs_in(day, 4, "018")
    assert day.status(4) is WindowStatus.OPEN, "signing in twice at one window changes nothing"


def test_nobody_leaves_a_visitor_behind(day: OneDay) -> None:
    signs_in(day, 2, "018")
    number = of_a_company(day)
    assert day.calls(2) == number
    assert day.refuses(OpenWindow(id=day.id(), window=4, clerk="018")) is Reason.CLERK_BUSY
    day.does(FinishTicket(id=day.id(), window=2))
    signs_in(day, 4, "018")


def test_a_transfer_to_a_clerk_goes_to_where_that_clerk_is_now(day: OneDay) -> None:
    signs_in(day, 2, "018")
    signs_in(day, 3, "021")
    signs_in(day, 4, "018")
    day.takes("mortgage")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_clerk="018"))
    assert day.ticket("B001").only == 4


def test_a_company_goes_through_all_steps_with_one_clerk_wherever_that_clerk_sits(day: OneDay) -> None:
    signs_in(day, 2, "018")
    signs_in(day, 3, "021")
    number = of_a_company(day, "transfer", "mortgage")
    assert day.calls(2) == number
    day.does(FinishTicket(id=day.id(), window=2))
    assert day.calls(3) == number, "the clerk of window 2 does no transfers: one step elsewhere"
    day.does(FinishTicket(id=day.id(), window=3))
    assert day.ticket(number).only == 2, "and the next one is the clerk's own again"
    signs_in(day, 4, "018")
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING
    assert day.calls(4) == number
    assert replayed(HALL, day.history) == day.state


def test_who_is_kept_and_parked_is_brought_back_by_nobody_else(day: OneDay) -> None:
    signs_in(day, 2, "018")
    signs_in(day, 4, "021")
    number = of_a_company(day)
    day.calls(2)
    day.does(ParkTicket(id=day.id(), window=2, kind=Park.WITHOUT_PAPERS))
    other = ResumeTicket(id=day.id(), window=4, ticket=number)
    assert day.refuses(other) is Reason.NOT_SERVED_HERE
    assert day.refuses(CallTicket(id=day.id(), window=4, ticket=number)) is Reason.NOT_SERVED_HERE
    signs_in(day, 4, "018")
    assert day.state.desks[2].parked == [] and day.state.desks[4].parked == [number]
    day.does(ResumeTicket(id=day.id(), window=4))
    assert day.state.desks[4].ticket == number


def test_the_first_who_served_stays_on_record(day: OneDay) -> None:
    signs_in(day, 3, "018")
    signs_in(day, 4, "021")
    number = day.takes("mortgage")
    day.calls(3)
    assert day.ticket(number).first_window is None, "called is not asked"
    day.does(TransferTicket(id=day.id(), window=3, to_window=4, note="只差盖章"))
    asked = day.ticket(number)
    assert (asked.first_clerk, asked.first_window) == ("018", 3), "whoever sends somebody on was asked"
    day.calls(4)
    day.does(ServeTicket(id=day.id(), window=4))
    day.does(TransferTicket(id=day.id(), window=4, to_window=3))
    day.calls(3)
    day.does(ServeTicket(id=day.id(), window=3))
    shown = next(w for w in hall_state(day.state, 1, day.now).windows if w.number == 3)
    assert (shown.first_clerk, shown.first_window) == ("018", 3), "not who came after"
    assert shown.note == "只差盖章", "what the window before wanted to be known is at this one"


def test_who_missed_the_call_was_kept_by_nobody() -> None:
    """Only who has served a visitor keeps them."""
    day = OneDay(_without_badges())
    number = of_a_company(day)
    day.calls(2)
    missed(day, 2)
    day.does(CallTicket(id=day.id(), window=4, ticket=number))
    day.does(ServeTicket(id=day.id(), window=4))
    assert day.ticket(number).kept == 4


def _without_badges() -> Rules:
    return dataclasses.replace(HALL, clerks=frozenset())
