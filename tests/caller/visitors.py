"""One half of any day: people come, cancel, miss their call and come back, and the clock goes on or is put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from caller.messages import (
    CancelTicket,
    Command,
    ConfirmTicket,
    ExtendHours,
    LendPager,
    OpenWindow,
    Reason,
    ReserveTicket,
    ReturnTicket,
    VoidTicket,
)
from caller.queue import Refused
from caller.state import Rules
from tests.caller.anyhall import (
    CROWD,
    PICKS,
    SOMEBODY,
    Person,
    halls,
)
from tests.caller.naive import No, Notebook
from tests.caller.oneday import OneDay

Acts = TypeVar("Acts", bound=Callable[..., Any])


def somebody_is(*where: str) -> Callable[[Acts], Acts]:
    """A rule for a hall in which somebody is there; without it most of the presses find nobody."""
    return precondition(lambda self: any(paper.where in where for paper in self.book.papers))


class Visitors(RuleBasedStateMachine):
    """What the people do who come; each command goes to the queue and to the notebook."""

    @initialize(rules=halls(), crowd=CROWD)
    def begins(self, rules: Rules, crowd: list[Person]) -> None:
        self.rules_ = rules
        self.day = OneDay(rules, watched=False)
        self.book = Notebook(rules)
        for window, clerk in zip((3, 4, 5), sorted(rules.clerks), strict=False):
            self.comes_to_work(window, clerk)
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

    def comes_to_work(self, window: int, clerk: str) -> None:
        command = OpenWindow(id=self.day.id(), window=window, clerk=clerk)
        self.both(command, lambda: self.book.sign(window, "open", clerk))

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

    @somebody_is("void")
    @rule(pick=PICKS, minutes=st.sampled_from([0, 0, 30]))
    def the_word_that_it_is_on_paper_comes_late(self, pick: int, minutes: int) -> None:
        self.time_passes(minutes * 60)
        number = self.number(pick, "void")
        command = ConfirmTicket(id=self.day.id(), ticket=number)
        self.both(command, lambda: self.book.confirm(number, False))

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
