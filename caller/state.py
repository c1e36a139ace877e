"""The queue's state is what its events say, and nothing else: no clock, no random number, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caller.messages import HallEvacuated, Park, Report, Step, WindowStatus
from caller.order import Lines, Waiter


@dataclass(frozen=True)
class WindowRule:
    services: tuple[str, ...]
    prefers_priority: bool = False


@dataclass(frozen=True)
class Rules:
    """What the queue must know of the hall. `letters` maps a service to its letter."""

    letters: Mapping[str, str]
    zones: Mapping[int, str]
    windows: Mapping[int, WindowRule]
    pagers: frozenset[int] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=dict)
    priority_in_a_row: int = 2
    calls_before_no_show: int = 3
    seconds_between_calls: int = 10
    call_lives_seconds: int = 60


@dataclass
class Ticket:
    number: str
    service: str
    token: str
    arrival: int
    at: datetime
    kiosk: str = ""
    priority: str = ""
    pager: int | None = None
    step: Step = Step.RESERVED
    window: int | None = None  # where it is called, served or was parked
    only: int | None = None  # the one window that it waits for
    parked: Park | None = None
    attempt: int = 0  # calls since it last waited
    calls: int = 0  # calls today

    @property
    def waiter(self) -> Waiter:
        return Waiter(self.arrival, self.number, self.service, bool(self.priority), self.only)


@dataclass
class CallRecord:
    id: str
    ticket: str
    window: int
    service: str
    attempt: int
    at: datetime
    pager: int | None
    reports: list[Report] = field(default_factory=list)


@dataclass
class Desk:
    """A window during the day.

    `streak` counts priority visitors called past an ordinary one since an ordinary one had their turn. What a
    clerk calls by hand, brings back or calls again is nobody's turn.
    """

    number: int
    status: WindowStatus = WindowStatus.CLOSED
    clerk: str = ""
    why: str = ""
    ticket: str = ""
    call: str = ""
    since: datetime | None = None
    streak: int = 0
    parked: list[str] = field(default_factory=list)


@dataclass
class State:
    """One business day of one hall."""

    rules: Rules
    day: str = ""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    counters: dict[str, int] = field(default_factory=dict)
    calls: dict[str, CallRecord] = field(default_factory=dict)
    lent: dict[int, str] = field(default_factory=dict)  # pager to ticket
    reserved: dict[str, str] = field(default_factory=dict)  # ticket to kiosk, while it is not on paper
    emergency: HallEvacuated | None = None

    def __post_init__(self) -> None:
        if not self.desks:
            self.desks = {number: Desk(number) for number in self.rules.windows}
