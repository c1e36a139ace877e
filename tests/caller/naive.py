"""The queue as a patient person with a notebook would keep it: plain lists, looked through from the top.

It shares nothing with `caller` but its messages, so that agreeing means something. Slow on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from caller.messages import Park, Reason
from caller.state import Rules


class No(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Paper:
    number: str
    service: str
    priority: bool
    pager: int | None
    place: int
    where: str = "reserved"
    window: int | None = None
    only: int | None = None
    kind: Park | None = None
    calls: int = 0


@dataclass
class Called:
    """One line of a window's notebook: who was called there, how, and which ordinary visitor stood before."""

    window: int
    number: str
    how: str
    priority: bool
    passed: str = ""


@dataclass
class Notebook:
    rules: Rules
    papers: list[Paper] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    open: dict[int, str] = field(default_factory=dict)
    aside: list[tuple[int, str]] = field(default_factory=list)

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
        return {p.pager for p in self.papers if p.pager and p.where not in ("void", "finished")}

    def waiting_for(self, window: int) -> list[Paper]:
        serves = self.rules.windows[window].services
        may = [p for p in self.papers if p.where == "waiting" and p.service in serves]
        return sorted((p for p in may if p.only in (None, window)), key=lambda p: p.place)

    def overtaken(self, window: int) -> int:
        """How many of the green channel passed an ordinary visitor here since one had their turn."""
        count = 0
        for line in reversed([c for c in self.called if c.window == window]):
            if line.how == "turn" and not line.priority:
                break
            count += line.how == "turn" and bool(line.passed)
        return count

    # --- what people do ------------------------------------------------------------------------------------

    def reserve(self, service: str, priority: bool, pager: int | None) -> Paper:
        if pager not in self.rules.pagers or pager in self.pagers_out():
            pager = None  # a pager that cannot be had costs nobody a number
        letter = self.rules.services[service].letter
        number = f"{letter}{1 + sum(p.number[0] == letter for p in self.papers):03d}"
        paper = Paper(number, service, priority, pager, len(self.papers))
        self.papers.append(paper)
        return paper

    def confirm(self, number: str, reprint: bool) -> None:
        paper = self.paper(number)
        if not (paper.where == "reserved" or (paper.where == "waiting" and reprint)):
            raise No(Reason.WRONG_STEP)
        paper.where = "waiting"

    def void(self, number: str) -> None:
        paper = self.paper(number)
        if paper.where not in ("reserved", "waiting", "parked", "no-show"):
            raise No(Reason.WRONG_STEP)
        self._leave_aside(paper)
        paper.where = "void"

    def lend(self, number: str, pager: int) -> None:
        self._free(pager)
        paper = self.paper(number)
        if paper.where in ("void", "finished"):
            raise No(Reason.WRONG_STEP)
        paper.pager = pager

    def next(self, window: int) -> None:
        there, line = self.at(window), self.waiting_for(window)
        if not there and not line:
            raise No(Reason.NOBODY_WAITING)
        self._open_and_finish(window)
        if not line:
            return
        ordinary = [p for p in line if not p.priority]
        urgent = [p for p in line if p.priority]
        bound = self.overtaken(window) >= self.rules.priority_in_a_row
        take = line[0]
        if ordinary and urgent:
            green = self.rules.windows[window].prefers_priority
            take = ordinary[0] if bound and not green else urgent[0]
        passed = [p for p in ordinary if take.priority and p.place < take.place]
        self._call(take, window, "turn", passed[0].number if passed else "")

    def call(self, window: int, number: str) -> None:
        paper = self.paper(number)
        if paper.service not in self.rules.windows[window].services:
            raise No(Reason.NOT_SERVED_HERE)
        if paper.where not in ("waiting", "no-show", "parked"):
            raise No(Reason.WRONG_STEP)
        self._not_kept(paper, window)
        line = self.waiting_for(window)
        heads = [p for p in line if p.priority] or line
        first = paper in heads[:1]
        passed = [p for p in line if not p.priority and first and paper.priority and p.place < paper.place]
        self._open_and_finish(window)
        self._leave_aside(paper)
        self._call(paper, window, "turn" if first else "hand", passed[0].number if passed else "")

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
        self.call(window, number)

    def recall(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        self._call(paper, window, "again")

    def serve(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        paper.where = "serving"

    def finish(self, window: int) -> None:
        self.here(window).where = "finished"

    def missed(self, window: int) -> None:
        paper = self.here(window)
        self._must(paper, "called")
        if paper.calls < self.rules.calls_before_no_show:
            raise No(Reason.TOO_FEW_CALLS)
        paper.where, paper.calls = "no-show", 0

    def park(self, window: int, kind: Park) -> None:
        paper = self.here(window)
        paper.where, paper.kind, paper.calls = "parked", kind, 0
        self.aside.append((window, paper.number))

    def transfer(self, window: int, service: str, to_window: int | None) -> None:
        paper = self.here(window)
        wanted = service or paper.service
        if to_window is not None and wanted not in self.rules.windows[to_window].services:
            if service:
                raise No(Reason.NOT_SERVED_THERE)
            wanted = next(iter(self.rules.windows[to_window].services))
        paper.service, paper.only = wanted, to_window
        paper.where, paper.calls = "waiting", 0

    def sign(self, window: int, status: str) -> None:
        if status != "open" and self.at(window):
            raise No(Reason.WINDOW_BUSY)
        self.open[window] = status

    # --- what follows from it ------------------------------------------------------------------------------

    def _call(self, paper: Paper, window: int, how: str, passed: str = "") -> None:
        self.called.append(Called(window, paper.number, how, paper.priority, passed))
        paper.where, paper.window, paper.only = "called", window, None
        paper.calls += 1

    def _open_and_finish(self, window: int) -> None:
        self.open[window] = "open"
        there = self.at(window)
        if there:
            there.where = "finished"

    def _leave_aside(self, paper: Paper) -> None:
        self.aside = [(w, n) for w, n in self.aside if n != paper.number]

    def _free(self, pager: int | None) -> None:
        if pager is not None and pager not in self.rules.pagers:
            raise No(Reason.UNKNOWN_PAGER)
        if pager in self.pagers_out():
            raise No(Reason.PAGER_TAKEN)

    @staticmethod
    def _must(paper: Paper, where: str) -> None:
        if paper.where != where:
            raise No(Reason.WRONG_STEP)

    @staticmethod
    def _not_kept(paper: Paper, window: int) -> None:
        if paper.where == "parked" and paper.kind is not Park.WITHOUT_PAPERS and paper.window != window:
            raise No(Reason.NOT_SERVED_HERE)
