"""The queue as a patient person with a notebook would keep it.

It shares nothing with `caller` but its messages and the hall's rules, so that agreeing means something. Slow on
purpose: every question looks through all of the papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from caller.messages import Park, Reason
from config.numbers import After
from tests.caller.papers import ENDED, No, Paper, Papers

__all__ = ["No", "Notebook", "Paper"]


@dataclass
class Notebook(Papers):
    # --- numbers -------------------------------------------------------------------------------------------

    def reserve(
        self, service: str, priority: bool, pager: int | None, person: str, then: tuple[str, ...]
    ) -> Paper:
        rule, numbering = self.rules.services[service], self.rules.numbering
        if pager not in self.rules.pagers or pager in self.pagers_out():
            pager = None  # a pager that cannot be had costs nobody a number
        if self.holds(person, service):
            raise No(Reason.ALREADY_HOLDS)
        if not self._given_now(service):
            raise No(Reason.OUTSIDE_HOURS)
        given = [p for p in self.papers if p.first_service == service and not p.never_printed]
        if rule.quota and len(given) >= rule.quota:
            raise No(Reason.QUOTA_USED_UP)
        number = self._number(sum(p.number[0] == rule.letter for p in self.papers))
        name = f"{rule.letter}{str(number).rjust(numbering.width, '0')}"
        plan: list[tuple[str, int | None]] = [(s, None) for s in then or rule.then]
        came = self._latest()
        paper = Paper(name, service, priority, pager, person, plan, came, self.now, service, len(self.papers))
        self.papers.append(paper)
        return paper

    def _number(self, before: int) -> int:
        """After so many of its letter."""
        numbering = self.rules.numbering
        whole = [*range(numbering.first, numbering.last + 1)]
        if numbering.after is After.WRAP:
            whole += range(1, numbering.first)
        if numbering.after is After.WIDEN:
            whole += range(numbering.last + 1, numbering.last + 1000)
        if before >= len(whole):
            raise No(Reason.NUMBERS_USED_UP)
        return whole[before]

    def confirm(self, number: str, reprint: bool) -> None:
        paper = self.paper(number)
        if paper.lapsed:  # on paper after all, and its place was nobody else's
            if self.holds(paper.person, paper.service):
                raise No(Reason.ALREADY_HOLDS)
            if paper.pager in self.pagers_out():
                paper.pager = None
            paper.lapsed = paper.never_printed = False
        elif paper.where in ("waiting", "called", "serving", "parked", "no-show") and reprint:
            return  # another paper, and the visitor where they were
        elif paper.where != "reserved":
            raise No(Reason.WRONG_STEP)
        paper.where = "waiting"

    def void(self, number: str) -> None:
        paper = self.paper(number)
        if paper.where not in ("reserved", "waiting", "parked", "no-show"):
            raise No(Reason.WRONG_STEP)
        paper.never_printed = paper.where == "reserved"
        self._leave_aside(paper)
        paper.where = "void"

    def cancel(self, number: str, right: bool) -> None:
        paper = self.paper(number)
        if paper.where not in ("reserved", "waiting", "parked", "no-show"):
            raise No(Reason.WRONG_STEP)
        if not right:
            raise No(Reason.NOT_YOURS)
        self._leave_aside(paper)
        paper.where = "cancelled"

    def come_back(self, number: str, window: int | None = None) -> None:
        """To the place that was promised: behind the next few of the same service and lane."""
        paper = self.paper(number)
        if window is not None and paper.service not in self.rules.windows[window].services:
            raise No(Reason.NOT_SERVED_HERE)
        self._must(paper, "no-show")
        if not self._in_time(paper):
            raise No(Reason.TOO_LATE)
        if self.holds(paper.person, paper.service):
            raise No(Reason.ALREADY_HOLDS)
        same = [p for p in self.papers if (p.service, p.priority) == (paper.service, paper.priority)]
        line = [p for p in same if p.where == "waiting" and p.only is None]
        few = line[: self.rules.return_behind]
        self.papers.remove(paper)
        if few:
            paper.came, paper.behind = few[-1].came, few[-1].behind
            last = max(i for i, p in enumerate(self.papers) if p.behind is paper.behind)
            self.papers.insert(last + 1, paper)
        else:
            self._to_the_end(paper)
        paper.where = "waiting"

    def lend(self, number: str, pager: int) -> None:
        self._free(pager)
        paper = self.paper(number)
        if paper.where in ENDED:
            raise No(Reason.WRONG_STEP)
        paper.pager = pager

    def extend(self, until: datetime, service: str) -> None:
        for each in [service] if service else list(self.rules.services):
            self.extended[each] = until

    # --- windows -------------------------------------------------------------------------------------------

    def next(self, window: int) -> None:
        there = self.at(window)
        self._may_open(window)
        turn = self.whose_turn(window)
        if turn is None and not there:
            raise No(Reason.NOBODY_WAITING)
        passed = self._passed(turn[0], window) if turn else ()
        self._open_and_finish(window)
        if turn:
            self._call(*turn[:1], window, turn[1], passed)

    def call(self, window: int, number: str, why: bool) -> None:
        paper = self.paper(number)
        if paper.service not in self.rules.windows[window].services:
            raise No(Reason.NOT_SERVED_HERE)
        if paper.where not in ("waiting", "no-show", "parked"):
            raise No(Reason.WRONG_STEP)
        if paper.where == "no-show" and self.holds(paper.person, paper.service):
            raise No(Reason.ALREADY_HOLDS)
        self._may_open(window)
        self._not_kept(paper, window)
        turn = self.whose_turn(window)
        how = turn[1] if turn and turn[0] is paper else "hand"
        if paper.where == "parked" or (paper.where == "no-show" and self._in_time(paper)):
            how = "hand"
        elif how == "hand" and not why:
            raise No(Reason.NEEDS_REASON)
        passed = self._passed(paper, window)
        self._open_and_finish(window)
        self._leave_aside(paper)
        self._call(paper, window, how, passed)

    def resume(self, window: int, number: str | None) -> None:
        if number is None:
            kept = [n for w, n in self.aside if w == window]
            if not kept:
                raise No(Reason.UNKNOWN_TICKET)
            number = kept[0]
        paper = self.paper(number)
        if paper.service not in self.rules.windows[window].services:
            raise No(Reason.NOT_SERVED_HERE)
        if paper.where != "parked":
            raise No(Reason.WRONG_STEP)
        self.call(window, number, why=True)

    def recall(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        self._not_at_once(paper)
        self._call(paper, window, "again")

    def serve(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        self._begin(paper, window)

    def missed(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        if paper.calls < self.rules.calls_before_no_show:
            raise No(Reason.TOO_FEW_CALLS)
        self._not_at_once(paper)
        paper.where, paper.calls = "no-show", 0
        paper.missed_at, paper.missed_after = self.now, self._calls_of(paper.service)

    def park(self, window: int, kind: Park, minutes: int) -> None:
        paper = self.here(window)
        self._begin(paper, window)
        paper.where, paper.kind, paper.calls = "parked", kind, 0
        paper.until = self.now + timedelta(minutes=minutes) if kind is Park.WAITING else None
        self.aside.append((window, paper.number))

    def transfer(
        self, window: int, service: str, to_window: int | None, clerk: str, tail: bool, back: bool
    ) -> None:
        paper = self.here(window)
        wanted = service or paper.service
        if clerk:
            to_window = next((w for w in self.rules.windows if self.clerk.get(w) == clerk), None)
            if to_window is None:
                raise No(Reason.UNKNOWN_CLERK)
        if to_window is not None and wanted not in self.rules.windows[to_window].services:
            if service:
                raise No(Reason.NOT_SERVED_THERE)
            wanted = next(iter(self.rules.windows[to_window].services))
        paper.first = paper.first or (self.clerk.get(window, ""), window)
        if back:
            paper.then.insert(0, (paper.service, window))
        if tail:
            self.papers.remove(paper)
            self._to_the_end(paper)
        paper.service, paper.only = wanted, to_window
        paper.where, paper.calls = "waiting", 0

    def sign(self, window: int, status: str, clerk: str = "") -> None:
        if status == "open":
            if self.rules.clerks and clerk not in self.rules.clerks:
                raise No(Reason.UNKNOWN_CLERK)
            if clerk:
                self._moves(clerk, window)
            self.clerk[window] = clerk or self.clerk.get(window, "")
        elif self.at(window):
            raise No(Reason.WINDOW_BUSY)
        if status == "closed":
            self.clerk[window] = ""
        self.open[window] = status

    def _moves(self, clerk: str, window: int) -> None:
        """A clerk is at one window, and whoever waits for this clerk follows."""
        others = [w for w, who in self.clerk.items() if who == clerk and w != window]
        if any(self.at(w) for w in others):
            raise No(Reason.CLERK_BUSY)
        for other in others:
            self.clerk[other], self.open[other] = "", "closed"
        for paper in sorted(self.papers, key=lambda p: p.given_as):
            before = paper.kept
            if paper.keeper != clerk or before == window:
                continue
            paper.kept = window
            paper.then = [(s, window if w == before else w) for s, w in paper.then]
            if paper.service not in self.rules.windows[window].services:
                continue
            if paper.where == "waiting" and paper.only == before:
                paper.only = window
            if paper.where == "parked" and paper.window == before:
                self.aside = [(w, n) for w, n in self.aside if n != paper.number]
                self.aside.append((window, paper.number))
                paper.window = window

    # --- what time brings ----------------------------------------------------------------------------------

    def look_at_the_clock(self, now: datetime) -> None:
        """A wait that was agreed is over; a number that never came to paper is worth nothing."""
        self.now = now
        for paper in self.papers:
            if paper.where == "parked" and paper.until is not None and paper.until <= now:
                self._leave_aside(paper)
                paper.where, paper.only = "waiting", paper.window
            if paper.where == "reserved" and paper.given + timedelta(minutes=10) <= now:
                paper.where, paper.never_printed, paper.lapsed = "void", True, True
