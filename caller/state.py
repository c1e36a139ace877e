"""The queue's state is what its events say, and nothing else: no clock, no random number, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from caller.book import Book
from caller.calendar import Calendar, Span
from caller.messages import BadMark, Condition, HallEvacuated, Need, Park, Report, Step, WindowStatus
from caller.order import Lines, Place, Seat, Waiter
from config.numbers import After


@dataclass(frozen=True)
class ServiceRule:
    """How one service is queued. Minutes; `quota` is tickets a day, 0 for no limit."""

    letter: str
    minutes: int = 10
    longest_wait: int = 60
    quota: int = 0
    hours: tuple[Span, ...] = ()
    one_clerk: bool = False
    then: tuple[str, ...] = ()  # services that follow on the same ticket, in order


# The day's events may name a service or a window that hall.toml had this morning and has no more. Asked for by name it
# is made up, so that the day is replayed whole; `get`, `in` and loops know only what is there.


class Services(dict[str, ServiceRule]):
    def __missing__(self, service: str) -> ServiceRule:
        return ServiceRule(letter="")


class Seats(dict[int, Seat]):
    def __missing__(self, window: int) -> Seat:
        return Seat(window, {})


@dataclass(frozen=True)
class Numbering:
    """Numbers of one letter on one day: from `first`; after `last` none, or wider ones (A1000), or those before
    `first`."""

    first: int = 1
    last: int = 999
    width: int = 3
    after: After = After.REFUSE


@dataclass(frozen=True)
class BookingRules:
    """`per_slot` places of each service that can be booked, `walk_ins` numbers a slot for those who just come."""

    per_slot: Mapping[str, int] = field(default_factory=dict)
    walk_ins: Mapping[str, int] = field(default_factory=dict)
    early_minutes: int = 30
    late_minutes: int = 15
    late_may_wait: bool = True
    slot_minutes: int = 30
    days_ahead: int = 7
    per_agent_per_day: int = 4
    absences: int = 3
    absence_days: int = 90
    back_after_minutes: int = 5
    back_within_minutes: int = 60


@dataclass(frozen=True)
class Rules:
    """What the queue must know of the hall. No calendar means: always open."""

    services: Mapping[str, ServiceRule]
    windows: Mapping[int, Seat]
    zones: Mapping[int, str] = field(default_factory=dict)
    pagers: frozenset[int] = frozenset()
    pagers_checked_in: bool = False  # one whose visitor has left is missed until it was scanned at the rack
    clerks: frozenset[str] = frozenset()
    titles: Mapping[int, str] = field(default_factory=dict)  # of windows
    clerk_titles: Mapping[str, str] = field(default_factory=dict)
    numbering: Numbering = Numbering()
    calendar: Calendar | None = None
    booking: BookingRules = BookingRules()
    priority_in_a_row: int = 2
    calls_before_no_show: int = 3
    seconds_between_calls: int = 10
    call_lives_seconds: int = 60
    rate_within_minutes: int = 10
    return_within_numbers: int = 5
    return_within_minutes: int = 30
    return_behind: int = 2
    overtime_minutes: int = 30
    reservation_minutes: int = 10
    kiosks: tuple[str, ...] = ()  # who may lease numbers for when the caller is away
    lease_numbers: int = 0  # of each service; 0 for none
    by_name: bool = False  # whether any rule of calling addresses visitors

    def __post_init__(self) -> None:
        object.__setattr__(self, "services", Services(self.services))
        object.__setattr__(self, "windows", Seats(self.windows))


@dataclass(frozen=True)
class Stop:
    """A service still to be done on a ticket, at any window that serves it or at one."""

    service: str
    window: int | None = None


@dataclass
class Ticket:
    number: str
    service: str
    token: str
    place: Place
    at: datetime
    kiosk: str = ""
    about: str = ""
    priority: str = ""
    proved: bool = False
    pager: int | None = None
    people: int = 1
    person: str = ""
    address: str = ""  # sealed with the day's key
    appointment: str = ""
    ordinary: bool = True  # without an appointment, or too late for it
    lapsed: bool = False  # void only because nobody has said that it is on paper
    need: Need = Need.NONE
    language: str = "zh"
    offline: bool = False
    step: Step = Step.RESERVED
    window: int | None = None  # where it is called, served or was parked
    only: int | None = None  # the one window that it waits for
    plan: list[Stop] = field(default_factory=list)
    note: str = ""
    first_clerk: str = ""  # first asked: who served this visitor first, and at which window
    first_window: int | None = None
    kept: int | None = None  # the window that serves this visitor through all steps, and whose clerk does
    keeper: str = ""
    parked: Park | None = None
    until: datetime | None = None
    attempt: int = 0  # calls since it last waited
    calls: int = 0  # calls today
    missed_at: datetime | None = None
    missed_after: int = 0  # calls of its service that had been made when it was missed

    def waiter(self, rules: Rules) -> Waiter:
        longest = timedelta(minutes=rules.services[self.service].longest_wait)
        deadline = self.place[0] + longest
        return Waiter(self.place, self.number, self.service, deadline, bool(self.priority), self.only)


@dataclass
class CallRecord:
    id: str
    ticket: str
    window: int
    service: str
    attempt: int
    at: datetime
    pager: int | None
    rule: str = ""
    alarm: bool = False
    reports: list[Report] = field(default_factory=list)


@dataclass
class Visit:
    """Who was served last at a window, by whom, and when that began or ended; `mark` is 0 until it is given."""

    ticket: str
    clerk: str
    at: datetime
    mark: int = 0


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
    visit: Visit | None = None


class Desks(dict[int, Desk]):
    """By window; one that hall.toml has no more is there again when an event names it."""

    def __missing__(self, number: int) -> Desk:
        desk = self[number] = Desk(number)
        return desk


@dataclass
class Pager:
    """A pager of which there is something to say; one that is fine and on the rack is not listed."""

    holder: str = ""  # the ticket that has or had it, of an earlier day if it is lost since then
    since: datetime | None = None  # when it was lent
    condition: Condition = Condition.FINE
    due: bool = False


@dataclass
class KioskBook:
    """What a kiosk's own journal may print from today (service, first, last), and up to where the caller has it."""

    kiosk: str
    book: str
    known: int = 0
    numbers: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass
class State:
    """One business day of one hall."""

    rules: Rules
    day: str = ""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    counters: dict[str, int] = field(default_factory=dict)  # last number of each letter
    issued: dict[str, int] = field(default_factory=dict)  # numbers of each service that were not voided
    called: dict[str, int] = field(default_factory=dict)  # first calls of each service
    returns: int = 0
    extended: dict[str, datetime] = field(default_factory=dict)  # service to the end of its extended hours
    calls: dict[str, CallRecord] = field(default_factory=dict)
    lent: dict[int, str] = field(default_factory=dict)  # pager to ticket
    pagers: dict[int, Pager] = field(default_factory=dict)
    marks: dict[int, list[int]] = field(default_factory=dict)  # window to how often each of 1 to 5 was given
    bad_marks: list[BadMark] = field(default_factory=list)
    reserved: dict[str, str] = field(default_factory=dict)  # ticket to kiosk, while it is not on paper
    languages: dict[str, str] = field(default_factory=dict)  # live ticket to what was chosen besides Chinese
    persons: dict[tuple[str, str], set[str]] = field(
        default_factory=dict
    )  # (person, service) to live tickets
    latest: datetime | None = (
        None  # the latest moment at which somebody came, whatever the clock showed since
    )
    timed: dict[str, datetime] = field(default_factory=dict)  # parked ticket to when it waits again
    book: Book = field(default_factory=Book)
    leased: dict[str, KioskBook] = field(default_factory=dict)  # by kiosk and book
    emergency: HallEvacuated | None = None

    def __post_init__(self) -> None:
        self.desks = Desks(self.desks or {number: Desk(number) for number in self.rules.windows})

    def stranded(self) -> list[Ticket]:
        """Visitors whose service, or whose window, hall.toml has no more."""
        rules, open_steps = self.rules, (Step.WAITING, Step.CALLED, Step.SERVING, Step.PARKED)
        return [
            ticket
            for ticket in self.tickets.values()
            if ticket.step in open_steps
            and (
                ticket.service not in rules.services
                or (ticket.only if ticket.step is Step.WAITING else ticket.window)
                not in {None, *rules.windows}
            )
        ]
