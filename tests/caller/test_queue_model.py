"""The queue against a person with a notebook, over every day that hypothesis can think of."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from caller.messages import (
    CallNext,
    CallTicket,
    CloseWindow,
    Command,
    ConfirmTicket,
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
    ServeTicket,
    TicketCalled,
    TicketReserved,
    TicketTransferred,
    TransferTicket,
    VoidTicket,
    Why,
)
from caller.order import Rule
from caller.queue import Refused
from tests.caller.naive import No, Notebook
from tests.caller.oneday import RULES, OneDay, replayed

Acts = TypeVar("Acts", bound=Callable[..., Any])

WINDOWS = st.sampled_from(sorted(RULES.windows))
BUSY = st.sampled_from([3, 3, 3, 3, 4, 1, 5])  # most of a day happens where lines meet
PAGERS = st.sampled_from([None] * 8 + [7, 8, 99])
PICKS = st.integers(0, 40)  # which of those who are there; the last pick is nobody
SOMEBODY = st.tuples(st.sampled_from(["transfer", "mortgage", *RULES.services]), st.booleans(), PAGERS)
CROWD = st.lists(SOMEBODY, min_size=2, max_size=8)


def somebody_is(*where: str) -> Callable[[Acts], Acts]:
    """A rule for a hall in which somebody is there; without it most of the presses find nobody."""
    return precondition(lambda self: any(paper.where in where for paper in self.book.papers))


class AnyDay(RuleBasedStateMachine):
    @initialize(bound=st.integers(1, 3), crowd=CROWD)
    def begins(self, bound: int, crowd: list[tuple[str, bool, int | None]]) -> None:
        self.hall_rules = dataclasses.replace(RULES, priority_in_a_row=bound, seconds_between_calls=0)
        self.day = OneDay(self.hall_rules)
        self.book = Notebook(self.hall_rules)
        self.people_come(crowd)

    def both(self, command: Command, kept: Callable[[], object]) -> None:
        """Both obey, or both refuse for the same reason."""
        self.day.passes(1)
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

    def number(self, pick: int, *where: str) -> str:
        """A number that was given; of somebody who is there, if anybody is. The last pick is nobody's."""
        there = [p.number for p in self.book.papers if p.where in where]
        known = there or [p.number for p in self.book.papers]
        return known[pick % len(known)] if known and pick < 40 else "A404"

    def window(self, pick: int) -> int:
        """A window with somebody at it; the last pick is one that may be empty."""
        there = [w for w in self.hall_rules.windows if self.book.at(w)]
        return there[pick % len(there)] if there and pick < 40 else 3

    # --- what may happen -----------------------------------------------------------------------------------

    @rule(crowd=CROWD)
    def people_come(self, crowd: list[tuple[str, bool, int | None]]) -> None:
        for service, priority, pager in crowd:
            if self.takes_a_number(service, priority, pager):
                number = self.book.papers[-1].number
                self.both(
                    ConfirmTicket(id=self.day.id(), ticket=number),
                    partial(self.book.confirm, number, False),
                )

    @rule(who=SOMEBODY)
    def the_printer_is_slow(self, who: tuple[str, bool, int | None]) -> None:
        self.takes_a_number(*who)

    def takes_a_number(self, service: str, priority: bool, pager: int | None) -> bool:
        before = len(self.book.papers)
        group = "elderly" if priority else ""
        command = ReserveTicket(id=self.day.id(), service=service, priority=group, pager=pager)
        self.both(command, lambda: self.book.reserve(service, priority, pager))
        return len(self.book.papers) > before

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

    @rule(window=WINDOWS, pick=PICKS)
    def called_by_hand(self, window: int, pick: int) -> None:
        number = self.number(pick, "waiting", "no-show", "parked")
        command = CallTicket(id=self.day.id(), window=window, ticket=number, why=Why.AT_WINDOW)
        self.both(command, lambda: self.book.call(window, number))

    @somebody_is("called", "serving")
    @rule(at=PICKS, times=st.integers(1, 3))
    def recall(self, at: int, times: int) -> None:
        window = self.window(at)
        for _ in range(times):
            self.both(RecallTicket(id=self.day.id(), window=window), lambda: self.book.recall(window))

    @somebody_is("called", "serving")
    @rule(at=PICKS)
    def missed(self, at: int) -> None:
        window = self.window(at)
        self.both(MarkNoShow(id=self.day.id(), window=window), lambda: self.book.missed(window))

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
    @rule(at=PICKS, kind=st.sampled_from(Park))
    def park(self, at: int, kind: Park) -> None:
        window = self.window(at)
        self.both(
            ParkTicket(id=self.day.id(), window=window, kind=kind), lambda: self.book.park(window, kind)
        )

    @somebody_is("parked")
    @rule(window=BUSY, pick=st.none() | PICKS)
    def resume(self, window: int, pick: int | None) -> None:
        number = None if pick is None else self.number(pick, "parked")
        command = ResumeTicket(id=self.day.id(), window=window, ticket=number)
        self.both(command, lambda: self.book.resume(window, number))

    @somebody_is("called", "serving")
    @rule(at=PICKS, service=st.sampled_from(["", "", "mortgage", "search"]), to_window=st.none() | BUSY)
    def transfer(self, at: int, service: str, to_window: int | None) -> None:
        window = self.window(at)
        command = TransferTicket(id=self.day.id(), window=window, service=service, to_window=to_window)
        self.both(command, lambda: self.book.transfer(window, service, to_window))

    @rule(window=WINDOWS, command=st.sampled_from([OpenWindow, PauseWindow, CloseWindow]))
    def shutter(self, window: int, command: type[OpenWindow] | type[PauseWindow] | type[CloseWindow]) -> None:
        status = {OpenWindow: "open", PauseWindow: "paused", CloseWindow: "closed"}[command]
        self.both(command(id=self.day.id(), window=window), lambda: self.book.sign(window, status))

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
        for window, desk in state.desks.items():
            there = self.book.at(window)
            assert desk.ticket == (there.number if there else "")
            assert desk.status.value == self.book.open.get(window, "closed")
            assert desk.parked == [n for w, n in self.book.aside if w == window]
            line = [p.number for p in self.book.waiting_for(window)]
            assert state.lines.count_for(self.hall_rules.windows[window]) == len(line)

    @invariant()
    @precondition(lambda self: hasattr(self, "day"))
    def nobody_is_called_by_two_windows(self) -> None:
        at = Counter(desk.ticket for desk in self.day.state.desks.values() if desk.ticket)
        assert all(times == 1 for times in at.values())

    @invariant()
    @precondition(lambda self: hasattr(self, "day"))
    def a_window_called_only_what_it_serves_and_overtook_within_the_bound(self) -> None:
        """From the events alone: no state of ours or of the notebook is asked."""
        service: dict[str, str] = {}
        row: Counter[int] = Counter()
        for event in self.day.history:
            if isinstance(event, TicketReserved | TicketTransferred):
                service[event.ticket] = event.service
            if not isinstance(event, TicketCalled):
                continue
            rules = self.hall_rules.windows[event.window]
            assert service[event.ticket] in rules.services
            if event.rule in (Rule.FIRST_COME, Rule.PRIORITY_BOUND):
                row[event.window] = 0
            elif event.rule == Rule.PRIORITY and event.overtook:
                row[event.window] += 1
                if not rules.prefers_priority:
                    assert row[event.window] <= self.hall_rules.priority_in_a_row

    def teardown(self) -> None:
        if hasattr(self, "day"):
            assert replayed(self.hall_rules, self.day.history) == self.day.state
            calls = [e.call for e in self.day.history if isinstance(e, TicketCalled)]
            assert len(calls) == len(set(calls)), "two calls with one name"


AnyDay.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestAnyDay = AnyDay.TestCase
