"""The caller service: the one writer. What waits together is committed together, and only then answered.

A commit that fails loses nothing and promises nothing: everybody in the batch is refused with
`journal-unavailable`, and the state is read again from the journal.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue

import msgspec

from caller import emergency
from caller.calendar import Calendar
from caller.journal import Entry, Journal, JournalError
from caller.messages import (
    COMMANDS,
    Answer,
    Command,
    DayOpened,
    Event,
    Reason,
    ReportDelivery,
    ReserveTicket,
    encode,
    topic,
)
from caller.queue import Refused, State, decide, elapsed, evolve
from caller.snapshot import calls_state, hall_state, ticket_view
from caller.state import Rules
from drivers.mqtt import CONNECTED, Bus, Delivery

log = logging.getLogger(__name__)

BATCH = 256
TICK = 0.25  # seconds: how long the loop may sleep between two feedings of the watchdog
EVENT_LIVES = 300  # seconds


@dataclass
class Batch:
    """What is decided together: its events, and the answers that wait for their commit."""

    entries: list[Entry] = field(default_factory=list)
    answers: list[tuple[Delivery, Answer]] = field(default_factory=list)
    fresh: dict[str, tuple[str, Answer]] = field(default_factory=dict)  # by command: (day, answer)


class Caller:
    """Drains commands, decides, commits, answers, publishes. Everything happens on the thread of `run`."""

    def __init__(
        self, rules: Rules, journal: Journal, bus: Bus, clock: Callable[[], datetime], calendar: Calendar
    ) -> None:
        self._rules = rules
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._calendar = calendar
        self._state = State(rules)
        self._said: dict[str, Answer] = {}
        self.malformed = 0
        self.late = 0  # commands whose senders had given up before their turn came

    def run(self, alive: Callable[[], bool], tick: Callable[[], None]) -> None:
        """Until `alive` says no. `tick` is called at least once a second, by this loop itself."""
        self.recall()
        self.handle([])  # so that nobody is shown yesterday
        self._bus.subscribe("command/+")
        self._publish([])
        while alive():
            tick()
            self.handle(_take(self._bus.inbox))

    def recall(self) -> None:
        """The state as the journal tells it; raises JournalError."""
        self._state = State(self._rules)
        for event in self._journal.today():
            self._state = evolve(self._state, event)
        self._said = self._journal.answers(self._state.day)

    def handle(self, deliveries: Iterable[Delivery]) -> None:
        """Decide, commit, answer, publish. Without deliveries it only sees whether a new day has begun."""
        batch = Batch()
        self._see_time(self._clock(), batch)
        for delivery in deliveries:
            if delivery.until < time.monotonic():
                self.late += 1
                log.warning("too late, nobody waits for it: %s (%d so far)", delivery.topic, self.late)
            elif delivery.topic != CONNECTED:
                self._take_in(delivery, batch)
        try:
            self._journal.commit(batch.entries, batch.fresh.values())
        except JournalError as error:
            log.error("journal: %s", error)
            self._refuse_all(batch)
            return
        self._said.update((answer.id, answer) for _, answer in batch.fresh.values())
        for delivery, answer in batch.answers:
            self._bus.answer(delivery, encode(answer))
        if batch.entries:
            self._publish([entry.event for entry in batch.entries])
        if any(isinstance(entry.event, DayOpened) for entry in batch.entries):
            self._forget()

    def _take_in(self, delivery: Delivery, batch: Batch) -> None:
        try:
            command = msgspec.json.decode(delivery.payload, type=COMMANDS[delivery.topic.split("/")[-1]])
        except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
            self.malformed += 1
            log.warning("malformed %s: %s (%d so far)", delivery.topic, error, self.malformed)
            refusal = Answer(id="", done=False, reason=Reason.MALFORMED, detail=str(error))
            batch.answers.append((delivery, refusal))
            return
        if command.id in self._said or command.id in batch.fresh:
            first = self._said.get(command.id) or batch.fresh[command.id][1]
            batch.answers.append((delivery, first))
            return
        at = self._clock()
        self._see_time(at, batch)
        answer = self._decide(command, at, batch)
        batch.answers.append((delivery, answer))
        if not isinstance(command, ReportDelivery):
            batch.fresh[command.id] = self._state.day, answer

    def _see_time(self, at: datetime, batch: Batch) -> None:
        """What time alone brings: a new business day (a clock that is put back does not bring yesterday back), the end
        of a timed park, a number that never came to paper."""
        day = self._calendar.day(at).isoformat()
        if day > self._state.day:
            on = self._state.emergency
            self._apply(DayOpened(at=at, day=day), "", batch)
            self._said.clear()
            if on is not None:  # a day's journal is read alone, and midnight puts out no fire
                self._apply(on, "", batch)
        for event in elapsed(self._state, at):
            self._apply(event, "", batch)

    def _decide(self, command: Command, at: datetime, batch: Batch) -> Answer:
        if isinstance(command, ReserveTicket) and not command.token:
            command = msgspec.structs.replace(command, token=secrets.token_urlsafe(9))
        try:
            events = decide(self._state, command, at)
        except Refused as refused:
            return Answer(id=command.id, done=False, reason=refused.reason, window=_window(command))
        for event in events:
            self._apply(event, command.id, batch)
        number = next((n for e in reversed(events) if (n := getattr(e, "ticket", ""))), "")
        ticket = self._state.tickets.get(number)
        view = ticket_view(self._state, ticket) if ticket else None
        return Answer(id=command.id, done=True, ticket=view, window=_window(command))

    def _apply(self, event: Event, command: str, batch: Batch) -> None:
        self._state = evolve(self._state, event)
        batch.entries.append(Entry(self._state.day, command, event))

    def _refuse_all(self, batch: Batch) -> None:
        for delivery, answer in batch.answers:
            refusal = Answer(id=answer.id, done=False, reason=Reason.JOURNAL_UNAVAILABLE)
            self._bus.answer(delivery, encode(refusal))
        self.recall()

    def _forget(self) -> None:
        try:
            self._journal.forget_answers(self._state.day)
        except JournalError as error:
            log.warning("old answers stay in the journal: %s", error)  # they take room and do no harm

    def _publish(self, events: Iterable[Event]) -> None:
        at, version = self._clock(), self._journal.version
        for event in events:
            self._bus.tell(topic(event), encode(event), EVENT_LIVES)
        self._bus.keep("state/emergency", encode(emergency.state(self._state.emergency)))
        self._bus.keep("state/hall", encode(hall_state(self._state, version, at)))
        self._bus.keep("state/calls", encode(calls_state(self._state, version, at)))


def _window(command: Command) -> int | None:
    return getattr(command, "window", None)


def _take(inbox: SimpleQueue[Delivery]) -> list[Delivery]:
    """Everything that waits now, at most BATCH; waits at most TICK for the first."""
    try:
        batch = [inbox.get(timeout=TICK)]
    except Empty:
        return []
    while len(batch) < BATCH:
        try:
            batch.append(inbox.get_nowait())
        except Empty:
            break
    return batch
