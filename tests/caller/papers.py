"""What a patient person has before them: the papers of everybody who came, in the order of their places.

Plain lists, looked through from the top; `naive.py` says what is done with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from caller.messages import Park, Reason
from caller.state import Rules

LIVE = ("reserved", "waiting", "called", "serving", "parked")
ENDED = ("void", "finished", "cancelled")


class No(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Paper:
    """`came` is when its place was taken, `behind` where: papers that went behind the same one share it."""

    number: str
    service: str
    priority: bool
    pager: int | None
    person: str
    then: list[tuple[str, int | None]]
    came: datetime
    given: datetime
    first_service: str
    given_as: int  # which of all papers
    first: tuple[str, int] | None = None
    kept: int | None = None
    keeper: str = ""
    behind: object = field(default_factory=object)
    where: str = "reserved"
    window: int | None = None
    only: int | None = None
    kind: Park | None = None
    until: datetime | None = None
    calls: int = 0
    last_call: datetime | None = None
    missed_at: datetime | None = None
    missed_after: int = 0
    never_printed: bool = False
    lapsed: bool = False


@dataclass
class Called:
    """One line of a window's notebook: who was called there, how, and who stood before and waits on (number, whether
    of the green channel)."""

    window: int
    number: str
    service: str
    how: str
    priority: bool
    passed: tuple[tuple[str, bool], ...] = ()


@dataclass
class Papers:
    """`papers` lie in the order of their places."""

    rules: Rules
    papers: list[Paper] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    open: dict[int, str] = field(default_factory=dict)
    clerk: dict[int, str] = field(default_factory=dict)
    aside: list[tuple[int, str]] = field(default_factory=list)
    extended: dict[str, datetime] = field(default_factory=dict)
    alarm: bool = False
    now: datetime = field(default_factory=lambda: datetime.min)
    latest: datetime | None = None

    # --- looking things up ---------------------------------------------------------------------------------

    def paper(self, number: str) -> Paper:
        for paper in self.papers:
            if paper.number == number:
                return paper
        raise No(Reason.UNKNOWN_TICKET)

    def at(self, window: int) -> Paper | None:
        there = [p for p in self.papers if p.window == window and p.where in ("called", "serving")]
        assert len(there) <= 1, f"two visitors at window {window}"
        return there[0] if there else None

    def here(self, window: int) -> Paper:
        paper = self.at(window)
        if paper is None:
            raise No(Reason.WINDOW_IDLE)
        return paper

    def pagers_out(self) -> set[int]:
        return {p.pager for p in self.papers if p.pager and p.where not in ENDED}

    def waiting_for(self, window: int) -> list[Paper]:
        serves = self.rules.windows[window].services
        may = [p for p in self.papers if p.where == "waiting" and p.service in serves]
        return [p for p in may if p.only in (None, window)]

    def holds(self, person: str, service: str) -> bool:
        mine = [p for p in self.papers if p.person == person and p.service == service]
        return bool(person) and any(p.where in LIVE for p in mine)

    def deadline(self, paper: Paper) -> datetime:
        return paper.came + timedelta(minutes=self.rules.services[paper.service].longest_wait)

    def overtaken(self, window: int) -> int:
        """How many of the green channel passed an ordinary visitor here since one had their turn."""
        count = 0
        for line in reversed([c for c in self.called if c.window == window]):
            if line.how == "turn" and not line.priority:
                break
            count += line.how == "turn" and not all(urgent for _, urgent in line.passed)
        return count

    def whose_turn(self, window: int) -> tuple[Paper, str] | None:
        """Late ones first, the earliest deadline of them; else the lane whose turn it is, what the window is there
        for, and then the order of the places."""
        line, seat = self.waiting_for(window), self.rules.windows[window]
        line = [p for p in self.papers if p in line or self._left_waiting(p, window)]
        if not line:
            return None
        late = [p for p in line if self.deadline(p) <= self.now]
        if late:
            return min(late, key=lambda p: (self.deadline(p), self.papers.index(p))), "overdue"
        ordinary, urgent = [p for p in line if not p.priority], [p for p in line if p.priority]
        lane = urgent or ordinary
        bound = self.overtaken(window) >= self.rules.priority_in_a_row
        if ordinary and urgent and bound and not seat.prefers_priority:
            lane = ordinary
        best = min(seat.services[p.service] for p in lane)
        return next(p for p in lane if seat.services[p.service] == best), "turn"

    def _left_waiting(self, paper: Paper, window: int) -> bool:
        """Too long, for a window that is closed."""
        may = paper.where == "waiting" and paper.service in self.rules.windows[window].services
        shut = paper.only is not None and self.open.get(paper.only, "closed") == "closed"
        return may and shut and self.deadline(paper) <= self.now

    # --- what follows from it ------------------------------------------------------------------------------

    def _given_now(self, service: str) -> bool:
        """Half past eight to noon, half past one to five, in a hall eight hours east of Greenwich."""
        if self.rules.calendar is None:
            return True
        local = self.now + timedelta(hours=8)
        minute = local.hour * 60 + local.minute
        if minute >= 17 * 60 or minute < 4 * 60:
            return self.now < self.extended.get(service, self.now)
        return 8 * 60 + 30 <= minute < 12 * 60 or 13 * 60 + 30 <= minute < 17 * 60

    def _latest(self) -> datetime:
        last = self.latest
        self.latest = self.now if last is None else max(self.now, last + timedelta(microseconds=1))
        return self.latest

    def _to_the_end(self, paper: Paper) -> None:
        paper.came, paper.behind = self._latest(), object()
        self.papers.append(paper)

    def _calls_of(self, service: str) -> int:
        return sum(c.service == service and c.how != "again" for c in self.called)

    def _in_time(self, paper: Paper) -> bool:
        if paper.missed_at is None:
            return False
        numbers = self._calls_of(paper.service) - paper.missed_after <= self.rules.return_within_numbers
        return numbers or self.now - paper.missed_at <= timedelta(minutes=self.rules.return_within_minutes)

    def _passed(self, paper: Paper, window: int) -> tuple[tuple[str, bool], ...]:
        """Who waits for this window and came before."""
        before = self.papers[: self.papers.index(paper)]
        return tuple((p.number, p.priority) for p in self.waiting_for(window) if p in before)

    def _call(self, paper: Paper, window: int, how: str, passed: tuple[tuple[str, bool], ...] = ()) -> None:
        self.called.append(Called(window, paper.number, paper.service, how, paper.priority, passed))
        paper.where, paper.window, paper.only = "called", window, None
        paper.calls += 1
        paper.last_call = self.now

    def _may_open(self, window: int) -> None:
        closed = self.open.get(window, "closed") != "open"
        if closed and self.rules.clerks and not self.clerk.get(window):
            raise No(Reason.WINDOW_CLOSED)

    def _open_and_finish(self, window: int) -> None:
        self.open[window] = "open"
        if self.at(window):
            self.finish(window)

    def finish(self, window: int) -> None:
        paper = self.here(window)
        self._begin(paper, window)
        paper.calls = 0
        if not paper.then:
            paper.where = "finished"
            return
        service, named = paper.then.pop(0)
        kept = paper.kept if paper.kept and service in self.rules.windows[paper.kept].services else None
        paper.service, paper.only = service, named or kept
        paper.where = "waiting"

    def _begin(self, paper: Paper, window: int) -> None:
        """Serving begins; who did it first is remembered, and keeps whom one clerk is to keep."""
        if paper.where != "called":
            return
        paper.where = "serving"
        who = self.clerk.get(window, "")
        paper.first = paper.first or (who, window)
        if paper.kept is None and self.rules.services[paper.service].one_clerk:
            paper.kept, paper.keeper = window, who

    def _leave_aside(self, paper: Paper) -> None:
        self.aside = [(w, n) for w, n in self.aside if n != paper.number]
        paper.until = None

    def _free(self, pager: int | None) -> None:
        if pager is not None and pager not in self.rules.pagers:
            raise No(Reason.UNKNOWN_PAGER)
        if pager in self.pagers_out():
            raise No(Reason.PAGER_TAKEN)

    def _not_at_once(self, paper: Paper) -> None:
        since = self.now - (paper.last_call or self.now)
        if timedelta(0) <= since < timedelta(seconds=self.rules.seconds_between_calls):
            raise No(Reason.TOO_EARLY)

    @staticmethod
    def _must(paper: Paper, where: str) -> None:
        if paper.where != where:
            raise No(Reason.WRONG_STEP)

    @staticmethod
    def _not_kept(paper: Paper, window: int) -> None:
        free = paper.kind is Park.WITHOUT_PAPERS and paper.kept != paper.window
        if paper.where == "parked" and not free and paper.window != window:
            raise No(Reason.NOT_SERVED_HERE)
