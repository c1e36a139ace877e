"""One person has one live number of a service, one letter one run of numbers, and no clock lets anybody past."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.messages import (
    CallNext,
    CallTicket,
    ConfirmTicket,
    FindTickets,
    Reason,
    ReserveTicket,
    ReturnTicket,
    Step,
    TicketsFound,
    VoidTicket,
    Why,
)
from caller.order import Rule
from caller.queue import Refused
from caller.state import Numbering
from config.numbers import After
from tests.caller.oneday import RULES, OneDay, missed


@pytest.fixture
def day() -> OneDay:
    return OneDay()


def reserve(day: OneDay, person: str) -> ReserveTicket:
    return ReserveTicket(id=day.id(), service="transfer", person=person)


def test_a_clock_that_was_put_back_lets_nobody_past_who_came_before(day: OneDay) -> None:
    first = day.takes("transfer")
    day.passes(-600)
    second = day.takes("transfer")
    day.passes(1)
    third = day.takes("transfer")
    assert [day.calls(3), day.calls(3), day.calls(3)] == [first, second, third]


def test_a_person_who_took_another_number_does_not_come_back_with_the_missed_one(day: OneDay) -> None:
    day.does(reserve(day, "someone"))
    number = "A001"
    day.does(ConfirmTicket(id=day.id(), ticket=number))
    day.calls(3)
    missed(day, 3)
    day.does(reserve(day, "someone"))
    assert day.refuses(ReturnTicket(id=day.id(), ticket=number)) is Reason.ALREADY_HOLDS
    for why in (None, Why.URGENT):
        by_hand = CallTicket(id=day.id(), window=3, ticket=number, why=why)
        assert day.refuses(by_hand) is Reason.ALREADY_HOLDS
    day.does(VoidTicket(id=day.id(), ticket=number))
    assert day.refuses(reserve(day, "someone")) is Reason.ALREADY_HOLDS, "the other one is still held"


def test_a_card_finds_what_its_holder_may_print_again_and_nobody_elses(day: OneDay) -> None:
    ours, theirs = "a" * 64, "b" * 64
    day.does(reserve(day, ours))
    assert day.refuses(FindTickets(id=day.id(), person=ours)) is Reason.UNKNOWN_TICKET, "not on paper yet"
    day.does(ConfirmTicket(id=day.id(), ticket="A001"))
    day.does(ReserveTicket(id=day.id(), service="mortgage", person=ours))
    day.does(ConfirmTicket(id=day.id(), ticket="B001"))
    (found,) = day.does(FindTickets(id=day.id(), person=ours, kiosk="kiosk-1"))
    assert found == TicketsFound(at=day.now, kiosk="kiosk-1", tickets=("A001", "B001")), (
        "the journal keeps it"
    )
    assert day.refuses(FindTickets(id=day.id(), person=theirs)) is Reason.UNKNOWN_TICKET
    day.calls(3)
    (found,) = day.does(FindTickets(id=day.id(), person=ours))
    assert isinstance(found, TicketsFound) and "A001" in found.tickets, (
        "whoever is called may have lost it too"
    )
    missed(day, 3)
    (found,) = day.does(FindTickets(id=day.id(), person=ours))
    assert isinstance(found, TicketsFound) and "A001" in found.tickets, "and whoever did not hear the call"
    day.does(ConfirmTicket(id=day.id(), ticket="A001", reprint=True))
    assert day.step("A001") is Step.NO_SHOW


def test_two_services_that_share_a_letter_share_its_numbers() -> None:
    search = dataclasses.replace(RULES.services["search"], letter="B")
    day = OneDay(dataclasses.replace(RULES, services={**RULES.services, "search": search}))
    given = [day.takes(name) for name in ("mortgage", "search", "search", "mortgage")]
    assert given == ["B001", "B002", "B003", "B004"]


@given(
    first=st.sampled_from([0, 1, 101, 998]),
    width=st.integers(3, 5),
    after=st.sampled_from(After),
    letters=st.tuples(*[st.sampled_from("AB")] * 4),
    asked=st.lists(st.tuples(st.sampled_from(sorted(RULES.services)), st.booleans()), max_size=40),
)
def test_no_number_is_given_twice_on_a_day(
    first: int, width: int, after: After, letters: tuple[str, ...], asked: list[tuple[str, bool]]
) -> None:
    """However letters are shared, wherever numbers begin, whatever is void: after A999 none, A1000, or A001."""
    services = {
        name: dataclasses.replace(rule, letter=letter)
        for (name, rule), letter in zip(RULES.services.items(), letters, strict=True)
    }
    numbering = Numbering(first, 999, width, after)
    day = OneDay(dataclasses.replace(RULES, services=services, numbering=numbering), watched=False)
    given: list[str] = []
    for name, void in asked:
        try:
            number = day.reserves(name)
        except Refused as refused:
            assert refused.reason is Reason.NUMBERS_USED_UP and after is not After.WIDEN
            mine = [n for n in given if n[0] == services[name].letter]
            before = max(0, first - 1) if after is After.WRAP else 0
            assert len(mine) == 1000 - first + before, "refused, and there was one left"
            continue
        given.append(number)
        if void:
            day.does(VoidTicket(id=day.id(), ticket=number))
    assert len(given) == len(set(given))
    for letter in set(letters):
        run = [int(n[1:]) for n in given if n[0] == letter]
        most = 999 - first + 1 if after is After.WRAP else 10**5
        assert run == [*range(first, first + min(len(run), most)), *range(1, 1 + max(0, len(run) - most))]
    assert all(len(n) == 1 + max(width, len(str(int(n[1:])))) for n in given)


def test_a_number_by_hand_does_not_go_round_the_bound() -> None:
    """The bound says that an ordinary visitor's turn has come: calling the green channel on by number is by hand."""
    day = OneDay(dataclasses.replace(RULES, priority_in_a_row=1))
    ordinary = day.takes("transfer")
    first, second = day.takes("transfer", "elderly"), day.takes("transfer", "elderly")
    assert day.calls(3) == first
    assert day.refuses(CallTicket(id=day.id(), window=3, ticket=second)) is Reason.NEEDS_REASON
    by_hand = day.does(CallTicket(id=day.id(), window=3, ticket=second, why=Why.URGENT))[-1]
    assert getattr(by_hand, "rule", "") == Rule.BY_HAND
    day.does(CallNext(id=day.id(), window=3))
    assert day.state.desks[3].ticket == ordinary
