"""One day on the pure queue. Every command is checked for the laws that hold always, whoever plays the day."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from caller.journey import JOURNEY
from caller.messages import (
    CallNext,
    Command,
    ConfirmTicket,
    DayOpened,
    Event,
    MarkNoShow,
    Reason,
    RecallTicket,
    ReserveTicket,
    Step,
    TicketReserved,
    WindowStatus,
)
from caller.order import Seat
from caller.queue import Refused, State, decide, elapsed, evolve
from caller.state import Rules, ServiceRule, Ticket
from caller.veil import Open

LONG = 24 * 60  # minutes: nobody is overdue unless a test says so
RULES = Rules(
    services={
        "transfer": ServiceRule("A", minutes=12, longest_wait=LONG),
        "mortgage": ServiceRule("B", minutes=10, longest_wait=LONG),
        "search": ServiceRule("D", minutes=5, longest_wait=LONG),
        "enterprise": ServiceRule("E", minutes=20, longest_wait=LONG, one_clerk=True),
    },
    zones=dict.fromkeys((1, 2, 3, 4, 5), "east"),
    windows={
        1: Seat(1, {"transfer": 1, "mortgage": 1, "search": 1}, prefers_priority=True),  # the green channel's
        2: Seat(2, {"enterprise": 1}),
        3: Seat(3, {"transfer": 1, "mortgage": 1}),
        4: Seat(4, {"transfer": 1, "mortgage": 1}),
        5: Seat(5, {"search": 1}),
    },
    pagers=frozenset({7, 8}),
)
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine o'clock in the hall


class OneDay:
    """`history` is everything that happened; `now` goes on only when the test says so."""

    veil = Open()

    def __init__(self, rules: Rules = RULES, watched: bool = True) -> None:
        self._watched = watched  # deciding is seen to change nothing, which takes a copy of everything
        self.rules = rules
        self.now = MORNING
        self.history: list[Event] = []
        self.state = State(rules)
        self._commands = 0
        self._happen(DayOpened(at=self.now, day="2026-11-23"))

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def id(self) -> str:
        self._commands += 1
        return f"command-{self._commands}"

    def does(self, command: Command) -> list[Event]:
        """The events of a command that is obeyed; raises Refused."""
        before = copy.deepcopy(self.state) if self._watched else self.state
        try:
            events = list(decide(self.state, command, self.now, self.veil))
        finally:
            assert self.state == before, f"deciding {command} changed the state"
        for event in events:
            self._happen(event)
        return events

    def time_passes(self) -> list[Event]:
        """What time alone brings about."""
        events = list(elapsed(self.state, self.now))
        for event in events:
            self._happen(event)
        return events

    def refuses(self, command: Command) -> Reason:
        try:
            events = self.does(command)
        except Refused as refused:
            return refused.reason
        raise AssertionError(f"{command} was obeyed: {events}")

    def takes(self, service: str, priority: str = "", pager: int | None = None) -> str:
        """A visitor takes a number, and it is on paper."""
        number = self.reserves(service, priority, pager)
        self.does(ConfirmTicket(id=self.id(), ticket=number))
        return number

    def reserves(self, service: str, priority: str = "", pager: int | None = None) -> str:
        command = ReserveTicket(id=self.id(), service=service, kiosk="1", priority=priority, pager=pager)
        (event,) = self.does(command)
        assert isinstance(event, TicketReserved)
        return event.ticket

    def calls(self, window: int) -> str:
        """The window presses next; the number that it gets."""
        self.does(CallNext(id=self.id(), window=window))
        return self.state.desks[window].ticket

    def ticket(self, number: str) -> Ticket:
        return self.state.tickets[number]

    def step(self, number: str) -> Step:
        return self.state.tickets[number].step

    def status(self, window: int) -> WindowStatus:
        return self.state.desks[window].status

    def _happen(self, event: Event) -> None:
        number = getattr(event, "ticket", None)
        ticket = self.state.tickets.get(number) if number else None
        moves = any(kind is type(event) for _, kind in JOURNEY)
        expected = JOURNEY[ticket.step if ticket else None, type(event)] if moves else None
        self.state = evolve(self.state, event)
        self.history.append(event)
        if moves and number:
            assert self.step(number) is expected


def replayed(rules: Rules, history: list[Event]) -> State:
    state = State(rules)
    for event in history:
        state = evolve(state, event)
    return state


def missed(day: OneDay, window: int) -> None:
    """Three calls, nobody came."""
    for _ in range(day.rules.calls_before_no_show - 1):
        day.passes(60)
        day.does(RecallTicket(id=day.id(), window=window))
    day.passes(60)
    day.does(MarkNoShow(id=day.id(), window=window))
