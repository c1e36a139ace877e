"""The queue against a person with a notebook, over every day that hypothesis can think of: the whole discipline."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from caller.messages import (
    CallNext,
    CallOff,
    CallTicket,
    CloseWindow,
    EvacuateHall,
    FinishTicket,
    MarkNoShow,
    Park,
    ParkTicket,
    PauseWindow,
    RecallTicket,
    ResumeTicket,
    ReturnTicket,
    ServeTicket,
    Step,
    TicketAdvanced,
    TicketCalled,
    TicketReserved,
    TicketTransferred,
    TransferTicket,
    Why,
)
from caller.order import Rule
from tests.caller.anyhall import (
    BUSY,
    CROWD,
    PICKS,
    WINDOWS,
    Person,
)
from tests.caller.oneday import replayed
from tests.caller.visitors import Visitors, somebody_is

SHORT, LONG = 300, 10_000


class AnyDay(Visitors):
    """And what the clerks do at their windows."""

    @somebody_is("waiting", "called", "serving")
    @rule(windows=st.lists(BUSY, min_size=1, max_size=6))
    def next(self, windows: list[int]) -> None:
        for window in windows:
            self.both(CallNext(id=self.day.id(), window=window), partial(self.book.next, window))

    @somebody_is("waiting", "called", "serving")
    @rule(window=BUSY, times=st.integers(2, 6))
    def next_and_next(self, window: int, times: int) -> None:
        self.next([window] * times)

    @rule(first=CROWD, then=CROWD, window=BUSY, minutes=st.sampled_from([12, 25, 40]))
    def some_have_waited_too_long(
        self, first: list[Person], then: list[Person], window: int, minutes: int
    ) -> None:
        """And not always those who came first."""
        for crowd in (first, then):
            self.people_come(crowd)
            self.time_passes(minutes * 60)
        self.next([window] * 4)

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

    @rule(
        crowd=CROWD,
        window=BUSY,
        calls=st.sampled_from([2, 2, 2, 0]),
        seconds=st.sampled_from([20, 20, 0]),
        later=st.none() | st.integers(0, 4),
    )
    def missed(self, crowd: list[Person], window: int, calls: int, seconds: int, later: int | None) -> None:
        """Nobody came; or they did, so many calls later, while others came too."""
        self.people_come(crowd)
        self.next([window])
        for _ in range(calls):
            self.time_passes(seconds)
            self.both(RecallTicket(id=self.day.id(), window=window), lambda: self.book.recall(window))
        self.time_passes(seconds)
        who = self.day.state.desks[window].ticket
        self.both(MarkNoShow(id=self.day.id(), window=window), lambda: self.book.missed(window))
        if who and later is not None:
            self.next([window] * later)
            back = ReturnTicket(id=self.day.id(), ticket=who, window=window)
            self.both(back, lambda: self.book.come_back(who, window))

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
        kept = {t.number: (t.kept, t.keeper, t.first_window, t.first_clerk) for t in state.tickets.values()}
        noted = {p.number: (p.kept, p.keeper, *reversed(p.first or ("", None))) for p in self.book.papers}
        assert kept == noted
        assert len(theirs) == len(self.book.papers), "a number was given twice"
        waiting = sorted((t for t in state.tickets.values() if t.step is Step.WAITING), key=lambda t: t.place)
        assert [t.number for t in waiting] == [p.number for p in self.book.papers if p.where == "waiting"]
        assert set(state.lent) == self.book.pagers_out()
        assert (state.emergency is not None) == self.book.alarm
        held = {(p.person, p.service) for p in self.book.papers if self.book.holds(p.person, p.service)}
        assert {(person.partition("@")[0], service) for person, service in state.persons} == held
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
        self.every_call_says_whom_it_passed()
        self.a_window_called_only_what_it_serves_and_overtook_within_the_bound()

    def every_call_says_whom_it_passed(self) -> None:
        """Of each lane the first five by name, and how many they are."""
        calls = [e for e in self.day.history if isinstance(e, TicketCalled)]
        for call, line in zip(calls, self.book.called, strict=True):
            urgent = [n for n, priority in line.passed if priority][:5]
            ordinary = [n for n, priority in line.passed if not priority][:5]
            named = tuple(n for n, _ in line.passed if n in urgent or n in ordinary)
            assert (call.ticket, call.overtook, call.overtaken) == (line.number, named, len(line.passed))

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
    # no explain phase: it traces every line, and a failure would take minutes to tell
    phases = (Phase.reuse, Phase.generate, Phase.shrink)
    how = settings(max_examples=times, stateful_step_count=presses, phases=phases)
    run_state_machine_as_test(AnyDay, settings=how)


def test_any_day_is_as_in_the_notebook() -> None:
    any_day(SHORT, 25)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_days_are_as_in_the_notebook() -> None:
    any_day(LONG, 40)
