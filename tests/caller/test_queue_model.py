"""The queue against a person with a notebook, over every day that hypothesis can think of: the whole discipline."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from caller.calendar import Calendar, Span
from caller.messages import (
    CallNext,
    CallOff,
    CallTicket,
    CancelTicket,
    CloseWindow,
    Command,
    ConfirmTicket,
    EvacuateHall,
    ExtendHours,
    FinishTicket,
    LendPager,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    PauseWindow,
    Reason,
    RecallTicket,
    ReserveTicket,
    ResumeTicket,
    ReturnTicket,
    ServeTicket,
    TicketAdvanced,
    TicketCalled,
    TicketReserved,
    TicketTransferred,
    TransferTicket,
    VoidTicket,
    Why,
)
from caller.order import Rule, Seat
from caller.queue import Refused
from caller.state import Numbering, Rules
from tests.caller.naive import No, Notebook
from tests.caller.oneday import LONG as NEVER
from tests.caller.oneday import RULES, OneDay, replayed

Acts = TypeVar("Acts", bound=Callable[..., Any])

SHORT, LONG = 300, 10_000
WINDOWS = st.sampled_from(sorted(RULES.windows))
BUSY = st.sampled_from([3, 3, 3, 3, 4, 1, 5])  # most of a day happens where lines meet
PAGERS = st.sampled_from([None] * 8 + [7, 8, 99])
PERSONS = st.sampled_from([""] * 6 + ["one", "two"])
THEN = st.sampled_from([(), (), (), ("mortgage",), ("search", "transfer")])
PICKS = st.integers(0, 40)  # which of those who are there; the last pick is nobody
SERVICES = ["transfer", "mortgage", *RULES.services]
SOMEBODY = st.tuples(st.sampled_from(SERVICES), st.booleans(), PAGERS, PERSONS, THEN)
CROWD = st.lists(SOMEBODY, min_size=2, max_size=8)
Person = tuple[str, bool, int | None, str, tuple[str, ...]]
OFFICE = Calendar(
    ZoneInfo("Asia/Shanghai"), hours=(Span(time(8, 30), time(12)), Span(time(13, 30), time(17)))
)


@st.composite
def halls(draw: st.DrawFn) -> Rules:
    """Any hall: longest waits, preferences, quotas, numbers, hours, clerks, and how late is too late."""
    longest, quota = draw(st.sampled_from([NEVER, 20])), draw(st.sampled_from([0, 0, 4]))
    letter, one_clerk = draw(st.sampled_from(["D", "B"])), draw(st.booleans())
    services = {name: dataclasses.replace(one, longest_wait=longest) for name, one in RULES.services.items()}
    services["search"] = dataclasses.replace(services["search"], letter=letter, quota=quota)
    services["transfer"] = dataclasses.replace(services["transfer"], one_clerk=one_clerk)
    tier = draw(st.sampled_from([1, 2]))
    windows = {
        n: Seat(n, {s: tier if s == "transfer" else 1 for s in seat.services}, seat.prefers_priority)
        for n, seat in RULES.windows.items()
    }
    return dataclasses.replace(
        RULES,
        services=services,
        windows=windows,
        clerks=draw(st.sampled_from([frozenset[str](), frozenset({"018", "021"})])),
        numbering=draw(
            st.sampled_from([Numbering(), Numbering(), Numbering(998), Numbering(998, widen=True)])
        ),
        calendar=draw(st.sampled_from([None, None, OFFICE])),
        overtime_minutes=10**6,  # the last number of a day has tests of its own
        priority_in_a_row=draw(st.integers(1, 3)),
        calls_before_no_show=draw(st.sampled_from([1, 3])),
        seconds_between_calls=draw(st.sampled_from([0, 0, 20])),
        return_within_numbers=draw(st.sampled_from([0, 2])),
        return_within_minutes=draw(st.sampled_from([0, 15])),
        return_behind=draw(st.integers(0, 2)),
    )


def somebody_is(*where: str) -> Callable[[Acts], Acts]:
    """A rule for a hall in which somebody is there; without it most of the presses find nobody."""
    return precondition(lambda self: any(paper.where in where for paper in self.book.papers))


class AnyDay(RuleBasedStateMachine):
    @initialize(rules=halls(), crowd=CROWD)
    def begins(self, rules: Rules, crowd: list[Person]) -> None:
        self.rules_ = rules
        self.day = OneDay(rules, watched=False)
        self.book = Notebook(rules)
        for window in (3, 4, 5) if rules.clerks else ():
            self.comes_to_work(window, "018")
        self.people_come(crowd)

    def both(self, command: Command, kept: Callable[[], object]) -> None:
        """Both obey, or both refuse for the same reason."""
        self.time_passes(1)
        said: Reason | None = None
        try:
            self.day.does(command)
        except Refused as refused:
            said = refused.reason
        expected: Reason | None = None
        try:
            kept()
        except No as no:
            expected = no.reason
        assert said == expected, f"{command}: {said}, the notebook has {expected}"

    def time_passes(self, seconds: float) -> None:
        self.day.passes(seconds)
        self.day.time_passes()
        self.book.look_at_the_clock(self.day.now.replace(tzinfo=None))

    def number(self, pick: int, *where: str) -> str:
        """A number that was given; of somebody who is there, if anybody is. The last pick is nobody's."""
        there = sorted(p.number for p in self.book.papers if p.where in where)
        known = there or sorted(p.number for p in self.book.papers)
        return known[pick % len(known)] if known and pick < 40 else "A404"

    def window(self, pick: int) -> int:
        """A window with somebody at it; the last pick is one that may be empty."""
        there = [w for w in self.rules_.windows if self.book.at(w)]
        return there[pick % len(there)] if there and pick < 40 else 3

    # --- what may happen -----------------------------------------------------------------------------------

    @rule(crowd=CROWD)
    def people_come(self, crowd: list[Person]) -> None:
        for person in crowd:
            if number := self.takes_a_number(person):
                self.both(
                    ConfirmTicket(id=self.day.id(), ticket=number),
                    partial(self.book.confirm, number, False),
                )

    @rule(who=SOMEBODY)
    def the_printer_is_slow(self, who: Person) -> None:
        self.takes_a_number(who)

    def takes_a_number(self, who: Person) -> str:
        service, priority, pager, person, then = who
        before = {p.number for p in self.book.papers}
        command = ReserveTicket(
            id=self.day.id(),
            service=service,
            priority="elderly" if priority else "",
            pager=pager,
            person=person,
            then=then,
            token="on the paper",
        )
        self.both(command, lambda: self.book.reserve(*who))
        return "".join({p.number for p in self.book.papers} - before)

    @rule(minutes=st.sampled_from([5, 12, 30, 30, -10]))
    def the_clock_goes_on_or_is_put_back(self, minutes: int) -> None:
        self.time_passes(minutes * 60)

    @somebody_is("reserved", "waiting")
    @rule(pick=PICKS, reprint=st.booleans())
    def paper_comes_out(self, pick: int, reprint: bool) -> None:
        number = self.number(pick, "reserved")
        command = ConfirmTicket(id=self.day.id(), ticket=number, reprint=reprint)
        self.both(command, lambda: self.book.confirm(number, reprint))

    @somebody_is("parked", "no-show", "reserved")
    @rule(pick=PICKS)
    def a_number_is_voided(self, pick: int) -> None:
        number = self.number(pick, "parked", "no-show", "reserved")
        self.both(VoidTicket(id=self.day.id(), ticket=number), lambda: self.book.void(number))

    @somebody_is("waiting", "parked", "no-show")
    @rule(pick=PICKS, right=st.sampled_from([True, True, False]))
    def a_visitor_cancels(self, pick: int, right: bool) -> None:
        number = self.number(pick, "waiting", "parked", "no-show", "reserved")
        command = CancelTicket(id=self.day.id(), ticket=number, token="on the paper" if right else "guessed")
        self.both(command, lambda: self.book.cancel(number, right))

    @somebody_is("no-show")
    @rule(pick=PICKS)
    def a_visitor_comes_back(self, pick: int) -> None:
        number = self.number(pick, "no-show")
        self.both(ReturnTicket(id=self.day.id(), ticket=number), lambda: self.book.come_back(number))

    @precondition(lambda self: self.rules_.calendar is not None)
    @rule(minutes=st.integers(10, 200), service=st.sampled_from(["", "transfer", "search"]))
    def hours_are_extended(self, minutes: int, service: str) -> None:
        until = self.day.now + timedelta(minutes=minutes)
        command = ExtendHours(id=self.day.id(), until=until, service=service)
        self.both(command, lambda: self.book.extend(until.replace(tzinfo=None), service))

    @somebody_is("waiting", "called")
    @rule(pick=PICKS, pager=st.sampled_from([7, 8, 99]))
    def a_pager_is_lent(self, pick: int, pager: int) -> None:
        number = self.number(pick)
        command = LendPager(id=self.day.id(), ticket=number, pager=pager)
        self.both(command, lambda: self.book.lend(number, pager))

    @somebody_is("waiting", "called", "serving")
    @rule(windows=st.lists(BUSY, min_size=1, max_size=6))
    def next(self, windows: list[int]) -> None:
        for window in windows:
            self.both(CallNext(id=self.day.id(), window=window), partial(self.book.next, window))

    @somebody_is("waiting", "called", "serving")
    @rule(window=BUSY, times=st.integers(2, 6))
    def next_and_next(self, window: int, times: int) -> None:
        self.next([window] * times)

    @rule(window=WINDOWS, pick=PICKS, why=st.sampled_from([Why.AT_WINDOW, Why.URGENT, None]))
    def called_by_hand(self, window: int, pick: int, why: Why | None) -> None:
        number = self.number(pick, "waiting", "no-show", "parked")
        command = CallTicket(id=self.day.id(), window=window, ticket=number, why=why)
        self.both(command, lambda: self.book.call(window, number, why is not None))

    @somebody_is("called", "serving")
    @rule(at=PICKS, times=st.integers(1, 3), seconds=st.sampled_from([20, 20, 0]))
    def recall(self, at: int, times: int, seconds: int) -> None:
        window = self.window(at)
        for _ in range(times):
            self.time_passes(seconds)
            self.both(RecallTicket(id=self.day.id(), window=window), lambda: self.book.recall(window))

    @somebody_is("called", "serving")
    @rule(
        at=PICKS,
        calls=st.sampled_from([2, 2, 2, 0]),
        seconds=st.sampled_from([20, 20, 0]),
        later=st.none() | st.integers(0, 4),
    )
    def missed(self, at: int, calls: int, seconds: int, later: int | None) -> None:
        """Nobody came; or they did, so many calls later."""
        window = self.window(at)
        self.recall(at, calls, seconds)
        self.time_passes(seconds)
        who = self.day.state.desks[window].ticket
        self.both(MarkNoShow(id=self.day.id(), window=window), lambda: self.book.missed(window))
        if who and later is not None:
            self.next([window] * later)
            self.both(ReturnTicket(id=self.day.id(), ticket=who), lambda: self.book.come_back(who))

    @somebody_is("called", "serving")
    @rule(at=PICKS)
    def serve(self, at: int) -> None:
        window = self.window(at)
        self.both(ServeTicket(id=self.day.id(), window=window), lambda: self.book.serve(window))

    @somebody_is("called", "serving")
    @rule(at=PICKS)
    def finish(self, at: int) -> None:
        window = self.window(at)
        self.both(FinishTicket(id=self.day.id(), window=window), lambda: self.book.finish(window))

    @somebody_is("called", "serving")
    @rule(at=PICKS, kind=st.sampled_from(Park), minutes=st.sampled_from([5, 15, 60]))
    def park(self, at: int, kind: Park, minutes: int) -> None:
        window = self.window(at)
        command = ParkTicket(id=self.day.id(), window=window, kind=kind, minutes=minutes)
        self.both(command, lambda: self.book.park(window, kind, minutes))

    @somebody_is("parked")
    @rule(window=BUSY, pick=st.none() | PICKS)
    def resume(self, window: int, pick: int | None) -> None:
        number = None if pick is None else self.number(pick, "parked")
        command = ResumeTicket(id=self.day.id(), window=window, ticket=number)
        self.both(command, lambda: self.book.resume(window, number))

    @somebody_is("called", "serving")
    @rule(
        at=PICKS,
        service=st.sampled_from(["", "", "mortgage", "search"]),
        to=st.none() | BUSY,
        clerk=st.sampled_from(["", "", "", "018", "021"]),
        tail=st.booleans(),
        back=st.booleans(),
    )
    def transfer(self, at: int, service: str, to: int | None, clerk: str, tail: bool, back: bool) -> None:
        window = self.window(at)
        command = TransferTicket(
            id=self.day.id(),
            window=window,
            service=service,
            to_window=to,
            to_clerk=clerk,
            at_tail=tail,
            come_back=back,
        )
        self.both(command, lambda: self.book.transfer(window, service, to, clerk, tail, back))

    def comes_to_work(self, window: int, clerk: str) -> None:
        command = OpenWindow(id=self.day.id(), window=window, clerk=clerk)
        self.both(command, lambda: self.book.sign(window, "open", clerk))

    @rule(window=WINDOWS, to=st.sampled_from(["018", "021", "", "999", "paused", "closed", "alarm", "calm"]))
    def a_window_opens_or_closes_or_all_must_leave(self, window: int, to: str) -> None:
        match to:
            case "paused":
                self.both(PauseWindow(id=self.day.id(), window=window), lambda: self.book.sign(window, to))
            case "closed":
                self.both(CloseWindow(id=self.day.id(), window=window), lambda: self.book.sign(window, to))
            case "alarm" | "calm":
                command = EvacuateHall(id=self.day.id()) if to == "alarm" else CallOff(id=self.day.id())
                self.both(command, lambda: setattr(self.book, "alarm", to == "alarm"))
            case _:
                self.comes_to_work(window, to)

    # --- what always holds ---------------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "day"))
    def the_same_people_are_in_the_same_places(self) -> None:
        state = self.day.state
        ours = {t.number: (t.step.value, t.service, t.only, t.pager) for t in state.tickets.values()}
        theirs = {p.number: (p.where, p.service, p.only, p.pager) for p in self.book.papers}
        assert ours == theirs
        assert len(theirs) == len(self.book.papers), "a number was given twice"
        assert set(state.lent) == self.book.pagers_out()
        assert (state.emergency is not None) == self.book.alarm
        held = {(p.person, p.service) for p in self.book.papers if self.book.holds(p.person, p.service)}
        assert set(state.persons) == held
        for window, desk in state.desks.items():
            there = self.book.at(window)
            assert desk.ticket == (there.number if there else "")
            assert desk.status.value == self.book.open.get(window, "closed")
            assert desk.clerk == self.book.clerk.get(window, "")
            assert desk.parked == [n for w, n in self.book.aside if w == window]
            line = self.book.waiting_for(window)
            assert state.lines.count_for(self.rules_.windows[window]) == len(line)

    def teardown(self) -> None:
        if not hasattr(self, "day"):
            return
        assert replayed(self.rules_, self.day.history) == self.day.state
        calls = [e.call for e in self.day.history if isinstance(e, TicketCalled)]
        assert len(calls) == len(set(calls)), "two calls with one name"
        self.a_window_called_only_what_it_serves_and_overtook_within_the_bound()

    def a_window_called_only_what_it_serves_and_overtook_within_the_bound(self) -> None:
        """From the events alone: no state of ours or of the notebook is asked."""
        service: dict[str, str] = {}
        row: Counter[int] = Counter()
        for event in self.day.history:
            if isinstance(event, TicketReserved | TicketTransferred | TicketAdvanced):
                service[event.ticket] = event.service
            if not isinstance(event, TicketCalled):
                continue
            rules = self.rules_.windows[event.window]
            assert service[event.ticket] in rules.services
            if event.rule in (Rule.FIRST_COME, Rule.PRIORITY_BOUND):
                row[event.window] = 0
            elif event.rule == Rule.PRIORITY and self.passed_ordinary(event):
                row[event.window] += 1
                if not rules.prefers_priority:
                    assert row[event.window] <= self.rules_.priority_in_a_row

    def passed_ordinary(self, event: TicketCalled) -> bool:
        given = {e.ticket: e for e in self.day.history if isinstance(e, TicketReserved)}
        return any(not given[number].priority for number in event.overtook)


def any_day(times: int, presses: int) -> None:
    how = settings(max_examples=times, stateful_step_count=presses, deadline=None)
    run_state_machine_as_test(AnyDay, settings=how)


def test_any_day_is_as_in_the_notebook() -> None:
    any_day(SHORT, 25)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_days_are_as_in_the_notebook() -> None:
    any_day(LONG, 40)
