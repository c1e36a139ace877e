"""The journey is one table: nothing leads nowhere, and an event that it does not know is a damaged journal."""

from __future__ import annotations

import pytest

from caller.journey import ENDS, JOURNEY, allowed
from caller.messages import (
    EVENTS,
    Event,
    Step,
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketServed,
    TicketVoided,
)
from caller.queue import State, evolve
from tests.caller.oneday import MORNING, RULES, OneDay

MOVES = {event for _, event in JOURNEY}


def test_every_step_can_be_reached_and_only_three_are_an_end() -> None:
    reached: set[Step | None] = {None}
    while True:
        further = reached | {after for (before, _), after in JOURNEY.items() if before in reached}
        if further == reached:
            break
        reached = further
    assert reached == {None, *Step}
    left = {before: after for (before, _), after in JOURNEY.items() if before in ENDS}
    assert left == {Step.VOID: Step.WAITING}, "a number that lapsed, and was on paper after all"
    assert {step for step in Step if not any(before is step for before, _ in JOURNEY)} == {*ENDS} - {
        Step.VOID
    }


def test_from_every_step_a_visitor_can_still_leave() -> None:
    home: set[Step] = set(ENDS)
    for _ in Step:
        home |= {before for (before, _), after in JOURNEY.items() if after in home and before}
    assert home == set(Step)


def test_every_event_of_a_ticket_moves_it_or_says_why_not() -> None:
    """A pager changes hands without moving anybody; everything else that a ticket goes through is a step."""
    tickets = {kind for kind in EVENTS.values() if "ticket" in kind.__struct_fields__}
    assert {kind.__name__ for kind in tickets - MOVES} == {"PagerLent", "ServiceRated", "BadMarkGiven"}


def test_a_number_is_called_only_after_it_is_on_paper() -> None:
    assert not allowed(Step.RESERVED, TicketCalled) and allowed(Step.WAITING, TicketCalled)


def test_who_is_served_cannot_be_voided_or_called_elsewhere() -> None:
    assert not allowed(Step.SERVING, TicketVoided) and not allowed(Step.SERVING, TicketCalled)


@pytest.mark.parametrize("kind", [TicketIssued, TicketFinished, TicketVoided])
def test_a_damaged_journal_is_noticed(kind: type[Event]) -> None:
    """A second end of one visit cannot have happened."""
    day = OneDay()
    number = day.takes("transfer")
    day.state.tickets[number].step = Step.FINISHED
    extra = {"window": 3} if kind is TicketFinished else {}
    with pytest.raises(KeyError):
        evolve(day.state, kind(at=MORNING, ticket=number, **extra))  # type: ignore[call-arg]


def test_an_event_of_somebody_unknown_is_noticed() -> None:
    with pytest.raises(KeyError):
        evolve(State(RULES), TicketIssued(at=MORNING, ticket="A001"))
    with pytest.raises(KeyError):
        evolve(State(RULES), TicketServed(at=MORNING, ticket="A001", window=3))
