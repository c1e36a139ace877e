"""A paper that the visitor holds is worth its number, however late the word about it comes on the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from caller.daybook import measured
from caller.messages import (
    ConfirmTicket,
    DayOpened,
    Reason,
    ReserveTicket,
    Step,
    TicketIssued,
    TicketReserved,
    TicketVoided,
    VoidTicket,
)
from caller.queue import evolve
from tests.caller.oneday import RULES, OneDay, replayed

LAPSES = RULES.reservation_minutes * 60


def reserves(day: OneDay, person: str = "", pager: int | None = None, token: str = "") -> str:
    command = ReserveTicket(
        id=day.id(), service="transfer", kiosk="1", person=person, pager=pager, token=token
    )
    (event,) = day.does(command)
    assert isinstance(event, TicketReserved)
    return event.ticket


def lapses(day: OneDay, number: str) -> None:
    day.passes(LAPSES)
    (event,) = day.time_passes()
    assert event == TicketVoided(at=day.now, ticket=number, why=VoidTicket.NEVER_CONFIRMED, lapsed=True)
    assert day.step(number) is Step.VOID


def confirm(day: OneDay, number: str, token: str = "") -> ConfirmTicket:
    return ConfirmTicket(id=day.id(), ticket=number, token=token)


def test_it_is_alive_again_where_it_stood() -> None:
    day = OneDay()
    first = reserves(day)
    second = day.takes("transfer")
    lapses(day, first)
    assert day.does(confirm(day, first)) == [TicketIssued(at=day.now, ticket=first, late=True)]
    assert (day.calls(3), day.calls(4)) == (first, second)
    assert replayed(day.rules, day.history) == day.state
    told = measured(day.history, day.now)
    assert (told.given, told.void) == (2, 0)


def test_only_what_lapsed_comes_back() -> None:
    day = OneDay()
    number = reserves(day)
    day.does(VoidTicket(id=day.id(), ticket=number, why=VoidTicket.NEVER_CONFIRMED))
    assert day.refuses(confirm(day, number)) is Reason.WRONG_STEP
    lost = reserves(day)
    lapses(day, lost)
    day.does(confirm(day, lost))
    day.does(VoidTicket(id=day.id(), ticket=lost, why="went home"))
    assert day.refuses(confirm(day, lost)) is Reason.WRONG_STEP, "it was void for another reason since"


def test_who_took_another_number_since_keeps_that_one() -> None:
    day = OneDay()
    first = reserves(day, person="a hash")
    lapses(day, first)
    second = reserves(day, person="a hash")
    assert day.refuses(confirm(day, first)) is Reason.ALREADY_HOLDS
    day.does(VoidTicket(id=day.id(), ticket=second, why="printer"))
    day.does(confirm(day, first))
    assert day.step(first) is Step.WAITING


def test_it_counts_in_the_quota_again() -> None:
    services = {**RULES.services, "transfer": replace(RULES.services["transfer"], quota=1)}
    day = OneDay(replace(RULES, services=services))
    first = reserves(day)
    lapses(day, first)
    assert day.state.issued == {"transfer": 0}
    day.does(confirm(day, first))
    again = ReserveTicket(id=day.id(), service="transfer")
    assert day.refuses(again) is Reason.QUOTA_USED_UP


@pytest.mark.parametrize("taken", [False, True])
def test_its_pager_is_still_the_visitors_unless_somebody_else_was_given_it(taken: bool) -> None:
    day = OneDay()
    first = reserves(day, pager=7)
    lapses(day, first)
    if taken:
        reserves(day, pager=7)
    day.does(confirm(day, first))
    assert day.ticket(first).pager == (None if taken else 7)
    assert (day.state.lent[7] == first) is not taken


def test_yesterdays_word_is_not_about_todays_number() -> None:
    """A kiosk that was away overnight still speaks of its A001; today's A001 is another visitor's."""
    day = OneDay()
    number = reserves(day, token="yesterday")
    day.now += timedelta(days=1)
    day.state = evolve(day.state, DayOpened(at=day.now, day="2026-11-24"))
    assert day.refuses(confirm(day, number, "yesterday")) is Reason.UNKNOWN_TICKET
    assert reserves(day, token="today") == number
    assert day.refuses(confirm(day, number, "yesterday")) is Reason.NOT_YOURS
    late = VoidTicket(id=day.id(), ticket=number, token="yesterday")
    assert day.refuses(late) is Reason.NOT_YOURS
    day.does(confirm(day, number, "today"))
