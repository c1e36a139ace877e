"""Whatever is cut, crashes, comes back or is replaced: no two visitors hold one number, nobody is lost, and everybody
is in the place in which they came."""

from __future__ import annotations

import tempfile
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from caller.messages import Step
from config.load import parse
from tests.arranged import arranged
from tests.offline.outage import QUICK, Outage

ROOT = Path(__file__).parents[2]
FEW = (
    ("numbers.last", "20"),
    ("numbers.after_last", "widen"),
    ("lease_numbers", "2"),
    ("idle.after_seconds", "0"),  # every visitor finds the page from which numbers are taken
)
HALL = parse(arranged(tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8")), FEW))
KIOSK = st.sampled_from([kiosk.id for kiosk in HALL.kiosk])
SERVICE = st.sampled_from(["transfer", "transfer", "mortgage"])
WHAT = (
    *("visitors come",) * 3,
    *("is cut off for a while",) * 3,
    *("is cut off and then replaced",) * 2,
    "is replaced",  # what it had not handed over is gone with its disk; its numbers are never given again
    "is cut off",
    "is mended",
    "caller dies",
    "caller is back",
    "answers are lost",
    "power fails while a number is taken",
    "power fails while it hands over",
    "everything heals",
    "next day",
    "clock is put",
    "journal is copied",
    "disk is replaced by the copy",
)


class AnyOutage(RuleBasedStateMachine):
    """So few numbers that the caller soon comes to those which the kiosks have, and goes past them. A day has one kind
    of trouble beside outages: kiosks' clocks are put, or the caller's disk is replaced by a copy, or neither; what can
    be asked of the end depends on it. `forgetful` once it was replaced.

    One rule for all that may happen: of many rules Hypothesis leaves most out of each of a few short days."""

    @initialize(trouble=st.sampled_from(["", "", "", "clocks", "copies"]), before=st.sampled_from([0, 0, 15]))
    def begins(self, trouble: str, before: int) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="offline-", dir=QUICK)
        self.outage = Outage(HALL, Path(self.folder.name))
        self.trouble, self.forgetful, self.nights = trouble, False, 0
        self.replaced: set[int] = set()
        self.visitors_come(1, "transfer", before)

    @rule(
        what=st.sampled_from(WHAT),
        kiosk=KIOSK,
        service=SERVICE,
        many=st.integers(1, 6),
        steps=st.integers(0, 5),
        minutes=st.sampled_from([-60, -5, 5, 60]),
    )
    def goes_on(self, what: str, kiosk: int, service: str, many: int, steps: int, minutes: int) -> None:
        outage, machine = self.outage, self.outage.machines[kiosk - 1]
        match what:
            case "visitors come":
                self.visitors_come(kiosk, service, many)
            case "is cut off for a while" | "is cut off and then replaced":
                machine.cut = True
                outage.settle(3)
                self.visitors_come(kiosk, service, many)
                self.visitors_come(3 - kiosk, service, steps)
                if "replaced" in what:
                    self.is_replaced(kiosk)
                    self.is_there_for_a_moment(kiosk)
                    self.visitors_come(kiosk, service, many)
                outage.machines[kiosk - 1].cut = False
            case "is replaced":
                self.is_replaced(kiosk)
            case "is cut off" | "is mended":
                machine.cut = what == "is cut off"
            case "caller dies":
                outage.caller_stops()
            case "caller is back":
                outage.caller_starts()
            case "answers are lost":
                outage.loses_answers = True
            case "power fails while a number is taken":
                outage.passes(20)
                machine.steps_left = steps
                outage.takes(kiosk, service)
            case "power fails while it hands over":
                machine.steps_left = steps
            case "everything heals":
                outage.heals()
                self.all_is_well()
            case "clock is put" if self.trouble == "clocks":
                machine.wrong = timedelta(minutes=minutes)
            case "journal is copied" if self.trouble == "copies":
                outage.journal_is_copied()
            case "disk is replaced by the copy" if outage.copy is not None and not self.replaced:
                outage.disk_is_replaced()
                self.forgetful = True
            case "next day" if self.nights < 2:
                self.nights += 1
                tomorrow = (outage.now + timedelta(days=1)).replace(hour=9, minute=0, second=0)
                while tomorrow.weekday() > 4:
                    tomorrow += timedelta(days=1)
                outage.passes((tomorrow - outage.now).total_seconds())
        outage.settle(3)
        outage.loses_answers = False
        outage.machines[kiosk - 1].steps_left = None

    def visitors_come(self, kiosk: int, service: str, many: int) -> None:
        for _ in range(many):
            self.outage.passes(20)
            self.outage.takes(kiosk, service)

    def is_there_for_a_moment(self, kiosk: int) -> None:
        """Long enough for a lease."""
        for cut in (False, True):
            self.outage.machines[kiosk - 1].cut = cut
            self.outage.settle(3)

    def is_replaced(self, kiosk: int) -> None:
        if not self.forgetful:
            self.outage.kiosk_is_replaced(kiosk)
            self.replaced.add(kiosk)

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
            self.all_is_well()
        finally:
            self.outage.close()
            self.folder.cleanup()

    def all_is_well(self) -> None:
        self.nobody_is_lost()
        if self.trouble != "clocks" and not self.forgetful:
            self.everybody_is_in_place()

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


def any_outage(times: int, steps: int) -> None:
    # no explain phase: it traces every line, and a failure would take minutes to tell
    phases = (Phase.reuse, Phase.generate, Phase.shrink)
    how = settings(max_examples=times, stateful_step_count=steps, phases=phases)
    run_state_machine_as_test(AnyOutage, settings=how)


def test_any_outage() -> None:
    any_outage(10, 10)


@pytest.mark.long
def test_many_more_outages() -> None:
    any_outage(400, 40)
