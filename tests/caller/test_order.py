"""Who is next, case by case; that it holds for every day is proved in test_queue_model.py."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from caller.messages import (
    CallNext,
    CallTicket,
    CloseWindow,
    FinishTicket,
    OpenWindow,
    ParkTicket,
    Reason,
    ResumeTicket,
    TicketCalled,
    TransferTicket,
    Why,
)
from caller.order import Lines, Rule, Seat, Waiter
from caller.snapshot import ticket_view
from tests.caller.oneday import MORNING, RULES, OneDay

LATE = MORNING + timedelta(days=1)
LINES = st.lists(
    st.tuples(st.sampled_from(["transfer", "search"]), st.booleans(), st.sampled_from([None, 3])), max_size=12
)


def test_strictly_who_came_first_whatever_the_service() -> None:
    day = OneDay()
    came = [day.takes(service) for service in ("mortgage", "transfer", "transfer", "mortgage")]
    assert [day.calls(3) for _ in came] == came == ["B001", "A001", "A002", "B002"]


def test_two_windows_share_one_line() -> None:
    day = OneDay()
    came = [day.takes("transfer") for _ in range(4)]
    assert [day.calls(3), day.calls(4), day.calls(4), day.calls(3)] == came


def test_after_two_of_the_green_channel_an_ordinary_visitor() -> None:
    day = OneDay()
    for _ in range(3):
        day.takes("transfer")
    for _ in range(4):
        day.takes("transfer", priority="elderly")
    called = [day.calls(3) for _ in range(7)]
    assert called == ["A004", "A005", "A001", "A006", "A007", "A002", "A003"]


def test_the_green_window_prefers_priority_without_a_bound() -> None:
    day = OneDay()
    day.takes("transfer")
    urgent = [day.takes("transfer", priority="military") for _ in range(5)]
    assert [day.calls(1) for _ in range(6)] == [*urgent, "A001"]


def test_priority_that_nobody_stands_behind_does_not_count() -> None:
    """Two of the green channel alone in the hall have overtaken nobody."""
    day = OneDay()
    for _ in range(2):
        day.takes("transfer", priority="elderly")
    assert [day.calls(3), day.calls(3)] == ["A001", "A002"]
    day.takes("transfer")
    day.takes("transfer", priority="elderly")
    assert day.calls(3) == "A004"


def test_whom_a_call_passed_is_counted_and_the_first_few_of_each_lane_are_named() -> None:
    """However many of the green channel stood before, the ordinary visitor who was passed is seen, and counts."""
    seat = Seat(3, {"transfer": 1, "search": 2})
    day = OneDay(dataclasses.replace(RULES, windows={**RULES.windows, 3: seat}))
    urgent = [day.takes("search", priority="elderly") for _ in range(7)]
    ordinary = day.takes("transfer")
    day.takes("transfer", priority="elderly")
    assert day.calls(3) == "A002"
    call = next(e for e in reversed(day.history) if isinstance(e, TicketCalled))
    assert (call.overtaken, call.overtook) == (8, (*urgent[:5], ordinary))
    assert day.state.desks[3].streak == 1


def test_what_a_clerk_brings_back_is_not_the_turn_of_an_ordinary_visitor() -> None:
    """Else a window could call the green channel for ever by bringing somebody back now and then."""
    day = OneDay(dataclasses.replace(RULES, priority_in_a_row=1))
    aside = day.takes("transfer")
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3))
    waiting = day.takes("transfer")
    for _ in range(2):
        day.takes("transfer", priority="elderly")
    assert day.calls(3) == "A003"
    day.does(ResumeTicket(id=day.id(), window=3, ticket=aside))
    assert day.calls(3) == waiting


def test_what_a_clerk_calls_by_hand_is_not_a_turn_either() -> None:
    day = OneDay(dataclasses.replace(RULES, priority_in_a_row=1))
    first, by_hand = day.takes("transfer"), day.takes("transfer")
    for _ in range(2):
        day.takes("transfer", priority="elderly")
    assert day.calls(3) == "A003"
    day.does(CallTicket(id=day.id(), window=3, ticket=by_hand, why=Why.URGENT))
    assert day.calls(3) == first


def test_each_window_counts_for_itself() -> None:
    day = OneDay()
    day.takes("transfer")
    for _ in range(4):
        day.takes("transfer", priority="elderly")
    assert [day.calls(w) for w in (3, 4, 3, 4, 3)] == ["A002", "A003", "A004", "A005", "A001"]


def test_people_ahead_are_told_as_the_line_stands() -> None:
    day = OneDay()
    day.takes("transfer")
    urgent = day.takes("transfer", priority="elderly")
    last = day.takes("transfer")
    other = day.takes("search")
    ahead = {n: ticket_view(day.state, day.ticket(n)).ahead for n in ("A001", urgent, last, other)}
    assert ahead == {"A001": 1, urgent: 0, last: 2, other: 0}


def test_who_waits_for_one_window_is_counted_there_alone() -> None:
    day = OneDay()
    day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_window=4))
    count = {w: day.state.lines.count_for(RULES.windows[w]) for w in (3, 4)}
    assert count == {3: 0, 4: 1} and day.state.lines.count("transfer") == 1


def test_who_waits_for_a_window_that_has_closed_is_called_elsewhere_when_the_wait_is_over() -> None:
    services = {name: dataclasses.replace(one, longest_wait=60) for name, one in RULES.services.items()}
    day = OneDay(dataclasses.replace(RULES, services=services))
    sent, later = day.takes("transfer"), day.takes("transfer")
    day.calls(3)
    day.does(OpenWindow(id=day.id(), window=4))
    day.does(TransferTicket(id=day.id(), window=3, to_window=4))
    assert day.calls(3) == later, "window 4 is there for the first one"
    day.does(FinishTicket(id=day.id(), window=3))
    day.passes(61 * 60)
    assert day.refuses(CallNext(id=day.id(), window=3)) is Reason.NOBODY_WAITING, "it may yet call"
    day.does(CloseWindow(id=day.id(), window=4))
    assert day.calls(3) == sent
    called = day.history[-1]
    assert isinstance(called, TicketCalled) and called.rule == Rule.OVERDUE


@given(LINES)
def test_the_lines_agree_with_a_plain_list(people: list[tuple[str, bool, int | None]]) -> None:
    waiters = [
        Waiter((MORNING, n, 0), f"A{n:03d}", service, LATE, priority, window)
        for n, (service, priority, window) in enumerate(people, 1)
    ]
    lines = Lines()
    for waiter in reversed(waiters):
        lines.add(waiter)
    for service in ("transfer", "search"):
        assert lines.count(service) == sum(w.service == service for w in waiters)
        here = [w for w in waiters if w.service == service]
        assert lines.oldest(service) == min((w.place[0] for w in here), default=None)
        ranked = sorted(here, key=lambda w: (not w.priority, w.place))
        assert lines.first(service, 3) == tuple(w.ticket for w in ranked[:3])
    for window in (3, 4):
        may = [w for w in waiters if w.service == "transfer" and w.window in (None, window)]
        seat = Seat(window, {"transfer": 1})
        assert lines.count_for(seat) == len(may)
        choice = lines.choose(seat, bound=False, at=MORNING)
        best = min(may, key=lambda w: (not w.priority, w.place), default=None)
        assert (choice.waiter if choice else None) == best
        bounded = lines.choose(seat, bound=True, at=MORNING)
        first = min((w for w in may if not w.priority), key=lambda w: w.place, default=best)
        assert (bounded.waiter if bounded else None) == first
        if bounded and first and not first.priority and best and best.priority:
            assert bounded.rule is Rule.PRIORITY_BOUND
    for waiter in waiters:
        same = [w for w in waiters if w.service == waiter.service]
        before = [w for w in same if (not w.priority, w.place) < (not waiter.priority, waiter.place)]
        assert lines.ahead(waiter) == len(before)
        lines.remove(waiter)
        lines.add(waiter)
    for service in {w.service for w in waiters}:
        told = {w.ticket: lines.ahead(w) for w in waiters if w.service == service}
        assert dict(lines.standing(service)) == told
    for waiter in waiters:
        lines.remove(waiter)
    assert lines.choose(Seat(3, {"transfer": 1, "search": 1}), False, MORNING) is None
