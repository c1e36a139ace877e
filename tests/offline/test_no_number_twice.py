"""Whatever is cut, crashes, comes back or is replaced: no two visitors hold one number, nobody is lost, and everybody
is in the place in which they came."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

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

from caller.messages import Step
from config.load import load
from tests.offline.outage import QUICK, Outage

HALL = load(Path(__file__).parents[2] / "config" / "hall.toml")
KIOSK = st.sampled_from([kiosk.id for kiosk in HALL.kiosk])
SERVICE = st.sampled_from(["transfer", "mortgage"])


class AnyOutage(RuleBasedStateMachine):
    """`clocks_are_right` until one is put; `forgetful` once a disk was replaced by a copy."""

    @initialize()
    def begins(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="offline-", dir=QUICK)
        self.outage = Outage(HALL, Path(self.folder.name))
        self.clocks_are_right, self.forgetful = True, False
        self.replaced: set[int] = set()

    @rule(kiosk=KIOSK, service=SERVICE, many=st.integers(1, 3))
    def visitors_come(self, kiosk: int, service: str, many: int) -> None:
        for _ in range(many):
            self.outage.passes(20)
            self.outage.takes(kiosk, service)

    @rule(kiosk=KIOSK, service=SERVICE, steps=st.integers(0, 5))
    def power_fails_while_a_number_is_taken(self, kiosk: int, service: str, steps: int) -> None:
        self.outage.passes(20)
        self.outage.machines[kiosk - 1].steps_left = steps
        self.outage.takes(kiosk, service)
        self.outage.machines[kiosk - 1].steps_left = None

    @rule(kiosk=KIOSK, cut=st.booleans())
    def wire(self, kiosk: int, cut: bool) -> None:
        self.outage.machines[kiosk - 1].cut = cut
        self.outage.settle(3)

    @rule()
    def caller_dies(self) -> None:
        self.outage.caller_stops()
        self.outage.settle(3)

    @rule()
    def caller_is_back(self) -> None:
        self.outage.caller_starts()
        self.outage.settle(3)

    @rule()
    def answers_are_lost(self) -> None:
        self.outage.loses_answers = True
        self.outage.settle(2)
        self.outage.loses_answers = False

    @rule(kiosk=KIOSK, steps=st.integers(0, 4))
    def power_fails_while_it_hands_over(self, kiosk: int, steps: int) -> None:
        self.outage.machines[kiosk - 1].steps_left = steps
        self.outage.settle(2)
        self.outage.machines[kiosk - 1].steps_left = None

    @rule(kiosk=KIOSK, minutes=st.sampled_from([-60, -5, 5, 60]))
    def clock_is_put(self, kiosk: int, minutes: int) -> None:
        self.outage.machines[kiosk - 1].wrong = timedelta(minutes=minutes)
        self.clocks_are_right = False

    @precondition(lambda self: not self.forgetful)
    @rule(kiosk=KIOSK)
    def kiosk_is_replaced(self, kiosk: int) -> None:
        """What it had not handed over is gone with its disk; its numbers are never given again."""
        self.outage.kiosk_is_replaced(kiosk)
        self.replaced.add(kiosk)
        self.outage.settle(2)

    @rule()
    def journal_is_copied(self) -> None:
        self.outage.journal_is_copied()

    @precondition(lambda self: self.outage.copy is not None and not self.replaced)
    @rule()
    def disk_is_replaced_by_the_copy(self) -> None:
        self.outage.disk_is_replaced()
        self.forgetful = True

    @rule()
    def next_day(self) -> None:
        tomorrow = (self.outage.now + timedelta(days=1)).replace(hour=9, minute=0, second=0)
        while tomorrow.weekday() > 4:
            tomorrow += timedelta(days=1)
        self.outage.passes((tomorrow - self.outage.now).total_seconds())
        self.outage.settle(3)

    @invariant()
    def no_two_visitors_hold_one_number(self) -> None:
        if not hasattr(self, "outage"):
            return
        outage = self.outage
        for day in {paper.day for paper in outage.papers}:
            held = outage.numbers_held(day, offline=True if self.forgetful else None)
            assert len(held) == len(set(held)), held
        if self.forgetful:  # whatever the caller has forgotten, it does not give what a kiosk gave without it
            alone = {(p.day, p.number) for p in outage.papers if p.offline}
            assert not alone & {(p.day, p.number) for p in outage.papers if not p.offline}

    def teardown(self) -> None:
        if not hasattr(self, "outage"):
            return
        try:
            self.outage.heals()
            self.nobody_is_lost()
            if self.clocks_are_right and not self.forgetful:
                self.everybody_is_in_place()
        finally:
            self.outage.close()
            self.folder.cleanup()

    def nobody_is_lost(self) -> None:
        """Whoever holds a paper waits, or holds a slip that says that it is void; of a day that is over the caller
        was told. A kiosk's disk that was thrown away is gone, and so is what the caller forgot of its own numbers."""
        outage = self.outage
        state = outage.state
        waiting = {number for number, ticket in state.tickets.items() if ticket.step is Step.WAITING}
        assert waiting <= {p.number for p in outage.papers if p.day == state.day}, "a ghost in the queue"
        assert not state.reserved
        for paper in outage.papers:
            if paper.kiosk in self.replaced or (paper.day, paper.number) in outage.void:
                continue
            if outage.machines[paper.kiosk - 1].runs > 1 and outage.is_void(paper):
                continue  # power failed again before the slip was out: the journal says it, and the desk
            if paper.day == state.day:
                assert paper.number in waiting or (self.forgetful and not paper.offline), paper
            elif paper.offline and not self.forgetful:
                assert outage.was_told(paper), paper

    def everybody_is_in_place(self) -> None:
        outage = self.outage
        state = outage.state
        here = {number for number, ticket in state.tickets.items() if ticket.step is Step.WAITING}
        papers = sorted((p for p in outage.papers if p.day == state.day), key=lambda p: p.came)
        for service in ("transfer", "mortgage"):
            came = [p.number for p in papers if p.service == service and p.number in here]
            assert came == sorted(came, key=lambda n: state.tickets[n].place)


def test_any_outage() -> None:
    run_state_machine_as_test(AnyOutage, settings=settings(max_examples=6, stateful_step_count=20))


@pytest.mark.long
def test_many_more_outages() -> None:
    run_state_machine_as_test(AnyOutage, settings=settings(max_examples=400, stateful_step_count=40))
