"""What the order rule promises, each promise by its name, over random days and from the events alone."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caller.messages import CallNext, TicketCalled, TicketIssued, TicketReserved
from caller.order import Rule, Seat
from caller.queue import Refused
from caller.state import Rules
from tests.caller.oneday import RULES, OneDay, replayed

ROOT = Path(__file__).parents[2]
SERVICES = sorted(RULES.services)
SHORT, LONG = 300, 10_000


class Moment(NamedTuple):
    """Somebody comes for a service, or a window presses next; then minutes pass."""

    service: str = ""
    priority: bool = False
    window: int = 0
    minutes: int = 0


COMES = st.builds(Moment, st.sampled_from(SERVICES), st.booleans(), st.just(0), st.integers(0, 9))
PRESSES = st.builds(
    Moment, st.just(""), st.just(False), st.sampled_from(sorted(RULES.windows)), st.integers(0, 9)
)
MOMENTS = st.lists(COMES | PRESSES, max_size=50)
PAIRS = st.sets(st.tuples(st.sampled_from(sorted(RULES.windows)), st.sampled_from(SERVICES)), min_size=1)


def played(rules: Rules, moments: list[Moment]) -> OneDay:
    day = OneDay(rules, watched=False)
    for moment in moments:
        if moment.service:
            day.takes(moment.service, "elderly" if moment.priority else "")
        else:
            with contextlib.suppress(Refused):  # nobody waits there
                day.does(CallNext(id=day.id(), window=moment.window))
        day.passes(moment.minutes * 60)
    return day


def hall(
    longest: int = 24 * 60,
    bound: int = 2,
    pairs: set[tuple[int, str]] | None = None,
    tier: int = 1,
    apart: int = 0,
) -> Rules:
    """`tier` 2: every window rather serves the first of its services than the others. Each service may wait so many
    minutes longer than the one before: who came first is not whose wait ends first."""
    waits = {name: longest + apart * n for n, name in enumerate(SERVICES)}
    rules = {n: dataclasses.replace(r, longest_wait=waits[n]) for n, r in RULES.services.items()}
    seats = {}
    for number, seat in RULES.windows.items():
        serves = sorted(seat.services) if pairs is None else sorted(s for w, s in pairs if w == number)
        tiers = {service: 1 if service == serves[0] else tier for service in serves}
        seats[number] = Seat(number, tiers, seat.prefers_priority)
    return dataclasses.replace(RULES, services=rules, windows=seats, priority_in_a_row=bound)


class Waiting(NamedTuple):
    service: str
    priority: bool
    came: int  # running number
    deadline: datetime


def calls_and_who_waited(day: OneDay) -> list[tuple[TicketCalled, Waiting, dict[str, Waiting]]]:
    """Every call with whom it chose, and who else waited at that moment for what that window serves.

    Of two who came in one instant the second came a microsecond later: no two places are alike, and so no deadlines.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    told: dict[str, Waiting] = {}
    line: dict[str, Waiting] = {}
    found = []
    for event in day.history:
        match event:
            case TicketReserved():
                longest = timedelta(minutes=day.rules.services[event.service].longest_wait)
                latest = max(event.at, latest + timedelta(microseconds=1))
                told[event.ticket] = Waiting(event.service, bool(event.priority), len(told), latest + longest)
            case TicketIssued():
                line[event.ticket] = told[event.ticket]
            case TicketCalled():
                chosen = line.pop(event.ticket)
                serves = day.rules.windows[event.window].services
                found.append((event, chosen, {n: w for n, w in line.items() if w.service in serves}))
    return found


# --- the promises ------------------------------------------------------------------------------------------


def first_come_first_served_inside_a_class(moments: list[Moment]) -> None:
    day, last = played(hall(tier=2), moments), defaultdict[tuple[str, bool], int](lambda: -1)
    for _, chosen, _ in calls_and_who_waited(day):
        assert chosen.came > last[chosen.service, chosen.priority]
        last[chosen.service, chosen.priority] = chosen.came


def nobody_is_overtaken_more_often_than_the_bound(moments: list[Moment], bound: int) -> None:
    """With n ordinary visitors before me and w windows that serve me, at most (n + w) × bound of the green channel
    are called past me. The green channel's own window is not counted: it prefers them always."""
    day = played(hall(bound=bound), moments)
    overtaken: dict[str, int] = defaultdict(int)
    before: dict[str, int] = {}
    for call, chosen, others in calls_and_who_waited(day):
        seat = day.rules.windows[call.window]
        for number, other in others.items():
            if number not in before:
                before[number] = sum(o.came < other.came and not o.priority for o in _everybody(day))
            if (
                chosen.priority
                and not other.priority
                and other.came < chosen.came
                and not seat.prefers_priority
            ):
                overtaken[number] += 1
                windows = sum(other.service in s.services for s in day.rules.windows.values())
                assert overtaken[number] <= (before[number] + windows) * bound


def past_the_longest_wait_the_earliest_deadline_is_next(moments: list[Moment]) -> None:
    day = played(hall(longest=8, tier=2, apart=6), moments)
    for call, chosen, others in calls_and_who_waited(day):
        late = [w for w in (*others.values(), chosen) if w.deadline <= call.at]
        if late:
            assert call.rule == Rule.OVERDUE and chosen == min(late, key=lambda w: (w.deadline, w.came))
        else:
            assert call.rule != Rule.OVERDUE


def a_window_gets_only_what_it_serves_each_pair(moments: list[Moment], pairs: set[tuple[int, str]]) -> None:
    day = played(hall(pairs=pairs), moments)
    for call, chosen, _ in calls_and_who_waited(day):
        assert (call.window, chosen.service) in pairs


def every_call_says_exactly_whom_it_overtook(moments: list[Moment]) -> None:
    """How many really waited for this window and really came earlier, and the first five of each lane by name."""
    day = played(hall(tier=2), moments)
    for call, chosen, others in calls_and_who_waited(day):
        earlier = sorted((w.came, n) for n, w in others.items() if w.came < chosen.came)
        assert call.overtaken == len(earlier)
        lanes = [[(came, n) for came, n in earlier if others[n].priority is lane] for lane in (False, True)]
        assert call.overtook == tuple(n for _, n in sorted(lanes[0][:5] + lanes[1][:5]))


def the_same_journal_is_the_same_hall(moments: list[Moment]) -> None:
    day = played(hall(longest=8, tier=2, apart=6), moments)
    assert replayed(day.rules, day.history) == day.state


def _everybody(day: OneDay) -> list[Waiting]:
    reserved = [event for event in day.history if isinstance(event, TicketReserved)]
    return [Waiting(e.service, bool(e.priority), n, e.at) for n, e in enumerate(reserved)]


PROMISES: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
    promise.__name__: (promise, about)
    for promise, about in (
        (first_come_first_served_inside_a_class, {"moments": MOMENTS}),
        (nobody_is_overtaken_more_often_than_the_bound, {"moments": MOMENTS, "bound": st.integers(1, 4)}),
        (past_the_longest_wait_the_earliest_deadline_is_next, {"moments": MOMENTS}),
        (a_window_gets_only_what_it_serves_each_pair, {"moments": MOMENTS, "pairs": PAIRS}),
        (every_call_says_exactly_whom_it_overtook, {"moments": MOMENTS}),
        (the_same_journal_is_the_same_hall, {"moments": MOMENTS}),
    )
}


def holds(name: str, times: int) -> None:
    """On so many days. Made anew each time: a test that was given its settings takes no others."""
    promise, about = PROMISES[name]
    settings(max_examples=times)(given(**about)(promise))()


@pytest.mark.parametrize("promise", PROMISES)
def test_the_promise_holds_on_any_day(promise: str) -> None:
    holds(promise, SHORT)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("promise", PROMISES)
def test_the_promise_holds_on_ten_thousand_days(promise: str) -> None:
    holds(promise, LONG)


# --- in plain cases ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", [1, 2, 5])
def test_a_flood_of_200_priority_visitors_holds_one_ordinary_visitor_back_by_the_bound(bound: int) -> None:
    day = OneDay(hall(bound=bound))
    for _ in range(100):
        day.takes("transfer", "elderly")
    one = day.takes("transfer")
    for _ in range(100):
        day.takes("transfer", "elderly")
    called = [day.calls(3) for _ in range(201)]
    before = 100  # who had come before the ordinary visitor overtook nobody
    assert called.index(one) <= before + bound
    assert len(set(called)) == 201


def test_a_flood_that_came_later_passes_one_ordinary_visitor_no_more_often_than_the_bound() -> None:
    day = OneDay(hall(bound=2))
    one = day.takes("transfer")
    for _ in range(200):
        day.takes("transfer", "elderly")
    assert [day.calls(3) for _ in range(3)].index(one) == 2


def test_even_where_priority_is_always_preferred_the_longest_wait_ends_it() -> None:
    """Window 1 is the green channel's own and has no bound in numbers; it has the one in minutes."""
    day = OneDay(hall(longest=30))
    one = day.takes("transfer")
    for _ in range(200):
        day.passes(60)
        day.takes("transfer", "elderly")
        if day.calls(1) == one:
            break
    waited = day.now - day.ticket(one).at
    assert waited == timedelta(minutes=30)


def test_of_two_who_waited_too_long_the_one_whose_time_was_up_first() -> None:
    """Though the other came before."""
    day = OneDay(hall(longest=20, apart=10))
    patient = day.takes("transfer")
    day.passes(60)
    hurried = day.takes("mortgage")
    day.passes(3600)
    assert [day.calls(3), day.calls(3)] == [hurried, patient]


def test_window_one_with_a_and_window_two_with_b_never_gets_one_with_b() -> None:
    """The cross product that another system made of its table."""
    day = OneDay(hall(pairs={(1, "transfer"), (2, "mortgage")}))
    day.takes("mortgage")
    with pytest.raises(Refused):
        day.calls(1)
    assert day.calls(2) == "B001"


ANY_DAY = """
import random
from tests.caller.test_fairness import Moment, SERVICES, hall, played
dice = random.Random(7)
moments = [
    Moment(dice.choice(SERVICES), dice.random() < 0.4, 0, dice.randrange(6)) if dice.random() < 0.6
    else Moment(window=dice.randrange(1, 6), minutes=dice.randrange(6)) for _ in range(400)
]
for event in played(hall(longest=8, tier=2, apart=6), moments).history: print(event)
"""


def test_the_same_day_on_machines_that_hash_differently() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", ANY_DAY],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(said) == 1 and "overdue" in said.pop()
