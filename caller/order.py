"""Who is next: inside a class strictly the first who came; a priority group ahead of others, within a bound.

A window is only ever given a service that it serves. After `priority_in_a_row` priority visitors a window
calls one ordinary visitor if one waits; the green channel's own window always prefers priority.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sortedcontainers import SortedKeyList


class Rule(StrEnum):
    """Why this ticket was called."""

    FIRST_COME = "first-come"
    PRIORITY = "priority"
    PRIORITY_BOUND = "priority-bound"  # enough priority visitors in a row: now the first ordinary one
    RECALL = "recall"
    RESUMED = "resumed"
    RETURNED = "returned"  # came after having been missed
    BY_HAND = "by-hand"  # out of order, by the clerk's choice


@dataclass(frozen=True)
class Waiter:
    """A waiting ticket as the order sees it. `arrival` only grows; `window` if only one will do."""

    arrival: int
    ticket: str
    service: str
    priority: bool = False
    window: int | None = None


@dataclass(frozen=True)
class Choice:
    waiter: Waiter
    rule: Rule
    overtook: tuple[str, ...] = ()


def _arrival(waiter: Waiter) -> int:
    return waiter.arrival


@dataclass
class Lines:
    """Everybody who waits, in lines by (service, window if only one will do, class)."""

    _lines: dict[tuple[str, int | None, bool], SortedKeyList] = field(default_factory=dict)

    def add(self, waiter: Waiter) -> None:
        key = (waiter.service, waiter.window, waiter.priority)
        self._lines.setdefault(key, SortedKeyList(key=_arrival)).add(waiter)

    def remove(self, waiter: Waiter) -> None:
        self._lines[waiter.service, waiter.window, waiter.priority].remove(waiter)

    def count(self, service: str) -> int:
        return sum(len(line) for (s, _, _), line in self._lines.items() if s == service)

    def count_for(self, window: int, services: Iterable[str]) -> int:
        """How many wait whom this window may call."""
        return sum(len(line) for line in self._open_to(window, services))

    def ahead(self, waiter: Waiter) -> int:
        """How many of the same service come before this one, as the lines stand."""
        before = 0
        for (service, _, priority), line in self._lines.items():
            if service == waiter.service:
                jumps = priority and not waiter.priority
                before += len(line) if jumps else 0
                before += line.bisect_key_left(waiter.arrival) if priority == waiter.priority else 0
        return before

    def _open_to(self, window: int, services: Iterable[str]) -> Iterator[SortedKeyList]:
        for service in services:
            for only in (None, window):
                for priority in (False, True):
                    line = self._lines.get((service, only, priority))
                    if line:
                        yield line

    def choose(
        self, window: int, services: Iterable[str], prefers_priority: bool, bound: bool
    ) -> Choice | None:
        """The next for this window. `bound` says that enough priority visitors were called in a row."""
        heads = [line[0] for line in self._open_to(window, services)]
        first = min((w for w in heads if not w.priority), key=_arrival, default=None)
        urgent = min((w for w in heads if w.priority), key=_arrival, default=None)
        if urgent is None:
            return Choice(first, Rule.FIRST_COME) if first else None
        if first is None:
            return Choice(urgent, Rule.PRIORITY)
        if bound and not prefers_priority:
            return Choice(
                first, Rule.PRIORITY_BOUND, (urgent.ticket,) if urgent.arrival < first.arrival else ()
            )
        return Choice(urgent, Rule.PRIORITY, (first.ticket,) if first.arrival < urgent.arrival else ())
