"""Who is next. One rule, in this order, for every window and every visitor:

1. Whoever has waited past the longest wait comes first, the earliest deadline before the others.
2. The priority lane comes before the ordinary one, but after `priority_in_a_row` visitors of it were called past
   an ordinary visitor, one ordinary visitor is called. (The green channel's own window always prefers priority.)
3. In a lane, what the window prefers to serve comes before what it also serves.
4. Then strictly whoever came first.

To have come means: the moment of the number; for an appointment, the start of its slot; for a visitor who missed
the call, the place that was given on returning. A window is only ever given a service that it serves, and nobody who
waits for another window alone, unless that one is closed and the longest wait over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import merge

from sortedcontainers import SortedKeyList

Place = tuple[datetime, int, int]  # came at, running number of the day, and of those who returned behind it


class Rule(StrEnum):
    """Why this ticket was called."""

    FIRST_COME = "first-come"
    PRIORITY = "priority"
    PRIORITY_BOUND = "priority-bound"  # enough priority visitors in a row: now the first ordinary one
    OVERDUE = "overdue"  # waited past the longest wait
    RECALL = "recall"
    RESUMED = "resumed"
    RETURNED = "returned"  # came after having been missed
    BY_HAND = "by-hand"  # out of order, by the clerk's choice


@dataclass(frozen=True)
class Waiter:
    """A waiting ticket as the order sees it. `window` if only that one will do."""

    place: Place
    ticket: str
    service: str
    deadline: datetime
    priority: bool = False
    window: int | None = None


@dataclass(frozen=True)
class Seat:
    """A window as the order sees it: what it serves, 1 what it prefers, 2 what it also serves."""

    number: int
    services: Mapping[str, int]
    prefers_priority: bool = False


@dataclass(frozen=True)
class Choice:
    waiter: Waiter
    rule: Rule


@dataclass(frozen=True)
class Passed:
    """Who came earlier and waits on: how many, and the first few of each lane in the order they came."""

    count: int = 0
    first: tuple[str, ...] = ()


FEW = 5  # of each lane are named: a supervisor reads them out


def _place(waiter: Waiter) -> Place:
    return waiter.place


@dataclass
class Lines:
    """Everybody who waits: by service, in lines by (window if only one will do, lane). In a line the earliest place
    has the earliest deadline, so that only heads need to be looked at."""

    _lines: dict[str, dict[tuple[int | None, bool], SortedKeyList]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Waiter]:
        for service in self._lines:
            for line in self._of(service):
                yield from line

    def add(self, waiter: Waiter) -> None:
        lines = self._lines.setdefault(waiter.service, {})
        lines.setdefault((waiter.window, waiter.priority), SortedKeyList(key=_place)).add(waiter)

    def remove(self, waiter: Waiter) -> None:
        self._lines[waiter.service][waiter.window, waiter.priority].remove(waiter)

    def count(self, service: str) -> int:
        return sum(map(len, self._of(service)))

    def count_for(self, seat: Seat) -> int:
        """How many wait whom this window may call."""
        return sum(map(len, self._open_to(seat)))

    def ahead(self, waiter: Waiter) -> int:
        """How many of the same service come before this one, as the lines stand."""
        before = 0
        for (_, priority), line in self._lines.get(waiter.service, {}).items():
            jumps = priority and not waiter.priority
            before += len(line) if jumps else 0
            before += line.bisect_key_left(waiter.place) if priority == waiter.priority else 0
        return before

    def standing(self, service: str) -> Iterator[tuple[str, int]]:
        """Every ticket in this service's lines, with what `ahead` says of it."""
        before = 0
        for lane in (True, False):
            lines = (line for (_, priority), line in self._lines.get(service, {}).items() if priority == lane)
            for waiter in merge(*lines, key=_place):
                yield waiter.ticket, before
                before += 1

    def oldest(self, service: str) -> datetime | None:
        """Since when the one waits who came first; None if nobody waits."""
        return min((line[0].place[0] for line in self._of(service) if line), default=None)

    def first(self, service: str, count: int) -> tuple[str, ...]:
        """The first of this service's line, priority first; which of them is called next is a window's choice."""
        heads = [waiter for line in self._of(service) for waiter in line[:count]]
        return tuple(w.ticket for w in sorted(heads, key=lambda w: (not w.priority, w.place))[:count])

    def behind(self, service: str, priority: bool, others: int) -> str:
        """The last of the first `others` in this service's line, whom a returning visitor goes behind; "" if none."""
        line = self._lines.get(service, {}).get((None, priority))
        if not line or others < 1:
            return ""
        last: Waiter = line[min(others, len(line)) - 1]
        return last.ticket

    def choose(self, seat: Seat, bound: bool, at: datetime, closed: Set[int] = frozenset()) -> Choice | None:
        """The next for this window. `bound` says that enough priority visitors were called in a row; `closed` are
        windows that call nobody."""
        heads: list[Waiter] = [line[0] for line in self._open_to(seat)]
        heads += self._left_waiting(seat, closed, at)
        if not heads:
            return None
        late = [head for head in heads if head.deadline <= at]
        if late:
            chosen, rule = min(late, key=lambda w: (w.deadline, w.place)), Rule.OVERDUE
        else:
            lanes = {w.priority for w in heads}
            yields = bound and not seat.prefers_priority
            priority = lanes == {True} or (True in lanes and not yields)
            lane = [w for w in heads if w.priority is priority]
            chosen = min(lane, key=lambda w: (seat.services[w.service], w.place))
            bounded = Rule.PRIORITY_BOUND if True in lanes else Rule.FIRST_COME
            rule = Rule.PRIORITY if priority else bounded
        return Choice(chosen, rule)

    def passed(self, seat: Seat, place: Place) -> Passed:
        """Whom this window passes when it calls somebody with this place. However many wait, only so many of each line
        are looked at."""
        count, lanes = 0, dict[bool, list[Waiter]]()
        for line in self._open_to(seat):
            before = line.bisect_key_left(place)
            count += before
            if before:
                lanes.setdefault(line[0].priority, []).extend(line[: min(before, FEW)])
        few = [w for lane in lanes.values() for w in sorted(lane, key=_place)[:FEW]]
        return Passed(count, tuple(w.ticket for w in sorted(few, key=_place)))

    def _of(self, service: str) -> Iterable[SortedKeyList]:
        return self._lines.get(service, {}).values()

    def _left_waiting(self, seat: Seat, closed: Set[int], at: datetime) -> Iterator[Waiter]:
        """The first in each line that leads to a closed window, where they have waited too long for it."""
        for service in seat.services if closed else ():
            for (only, _), line in self._lines.get(service, {}).items():
                if only in closed and only != seat.number and line:
                    head: Waiter = line[0]
                    if head.deadline <= at:
                        yield head

    def _open_to(self, seat: Seat) -> Iterator[SortedKeyList]:
        for service in seat.services:
            for (only, _), line in self._lines.get(service, {}).items():
                if line and only in (None, seat.number):
                    yield line
