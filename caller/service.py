"""The caller service: the one writer. What waits together is committed together, and only then answered.

A commit that fails loses nothing and promises nothing: the state is read again from the journal, and whoever is not
answered there is refused with `journal-unavailable`. While it cannot even be read, everybody is refused, nothing is
shown, and it is tried again at each turn of the loop.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import NamedTuple

import msgspec

from caller import checkpoint, newday
from caller.answers import completed, done, refusal
from caller.calendar import Calendar
from caller.chain import Head
from caller.daykeys import DayKeys
from caller.journal import Entry, Journal, JournalError, LeaseLost
from caller.messages import (
    COMMANDS,
    Answer,
    Command,
    DayOpened,
    Event,
    Reason,
    ReportDelivery,
    decode,
    encode,
    topic,
)
from caller.queue import Refused, State, decide, elapsed, evolve
from caller.showing import Showing
from caller.state import Rules
from caller.veil import Veil
from drivers.mqtt import CONNECTED, Bus, Delivery

log = logging.getLogger(__name__)

BATCH = 256
TICK = 0.25  # seconds: how long the loop may sleep between two feedings of the watchdog
LULL = 0.001  # seconds in which nobody asks for anything: now the hall is shown what has changed
IDLE_EVENTS = 5_000  # written since the last checkpoint: the next is made when nobody waits
BUSY_EVENTS = 50_000  # and now it is made at once


class Taken(NamedTuple):
    """A delivery and the command in it, or why there is none."""

    delivery: Delivery
    command: Command | None
    why: str = ""

    @property
    def id(self) -> str:
        return self.command.id if self.command else ""


@dataclass
class Batch:
    """What is decided together: its events, and the answers that wait for their commit."""

    entries: list[Entry] = field(default_factory=list)
    answers: list[tuple[Delivery, Answer]] = field(default_factory=list)
    fresh: dict[str, tuple[str, Answer]] = field(default_factory=dict)  # by command: (day, answer)
    after: Head | None = None  # where the chain ended when its commit began


class Caller:
    """Drains commands, decides, commits, answers, tells, shows. Everything happens on the thread of `run`."""

    def __init__(
        self,
        rules: Rules,
        journal: Journal,
        bus: Bus,
        clock: Callable[[], datetime],
        calendar: Calendar,
        keys: DayKeys,
    ) -> None:
        self._rules = rules
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._calendar = calendar
        self._keys = keys
        self._veil = Veil()
        self._state = State(rules)
        self._said: dict[str, Answer] = {}  # what commands of this batch were answered before
        self._certain = False  # whether the state is what the journal says
        self._checkpoint = 0
        self._showing = Showing(bus)
        self.malformed = 0
        self.late = 0  # commands whose senders had given up before their turn came

    def run(
        self, alive: Callable[[], bool], tick: Callable[[], None], ready: Callable[[], None] = lambda: None
    ) -> None:
        """Until `alive` says no, after `recall`. `tick` is called at least once a second, by this loop itself; `ready`
        once, when the hall has been told how things stand. Raises LeaseLost when another service has taken over."""
        self.handle([])  # so that nobody is shown yesterday
        log.info("chain head %s", self._journal.head)
        self._bus.subscribe("command/+")
        if self._certain:
            self._publish([])
        ready()
        while alive():
            tick()
            patience = LULL if self._showing.unseen else TICK
            waiting = _take(self._bus.inbox, patience)
            self.handle(waiting)
            self.show(busy=bool(waiting))
            self._keep(BUSY_EVENTS if waiting or patience < TICK else IDLE_EVENTS)

    def show(self, busy: bool = False) -> None:
        """What is true, if the journal surely has it; `busy` when there may be more in a moment."""
        if self._certain:
            self._showing.show(self._state, self._journal.version, self._clock(), busy)
            self._showing.queues(self._state)

    def recall(self) -> None:
        """The state as the journal tells it; raises JournalError."""
        self._certain = False
        self._state = checkpoint.recall(self._journal, self._rules)
        if self._state.day:
            self._veil = self._showing.veil = self._keys.veil(self._state.day)
            self._keys.forget(self._state.day)  # had the last end come between a new day and that
        self._certain = True
        if stranded := self._state.stranded():
            numbers = ", ".join(ticket.number for ticket in stranded)
            log.warning("hall.toml has their service or window no more, call them by number: %s", numbers)

    def handle(self, deliveries: Iterable[Delivery]) -> None:
        """Decide, commit, answer, tell. Without deliveries it only sees what time brings. Raises LeaseLost."""
        taken = [self._read(delivery) for delivery in deliveries if self._in_time(delivery)]
        batch = Batch()
        try:
            if not self._certain:
                self.recall()
                self._publish([])
            self._journal.beat()
            self._decide_all(taken, batch)
            batch.after = self._journal.head
            self._journal.commit(batch.entries, batch.fresh.values())
        except LeaseLost:
            raise  # and answer nobody: whoever has taken over does
        except JournalError as error:
            log.error("journal: %s", error)
            self._refuse_all(taken, batch)
            return
        for delivery, answer in batch.answers:
            self._bus.answer(delivery, encode(answer))
        if batch.entries or self._showing.turned(self._state, self._clock()):
            self._publish([entry.event for entry in batch.entries])
        if any(isinstance(entry.event, DayOpened) for entry in batch.entries):
            self._forget()

    def _in_time(self, delivery: Delivery) -> bool:
        if delivery.until < time.monotonic():
            self.late += 1
            log.warning("too late, nobody waits for it: %s (%d so far)", delivery.topic, self.late)
            return False
        return delivery.topic != CONNECTED

    def _read(self, delivery: Delivery) -> Taken:
        try:
            kind = COMMANDS[delivery.topic.split("/")[-1]]
            return Taken(delivery, decode(delivery.payload, kind))
        except (msgspec.MsgspecError, KeyError) as error:
            self.malformed += 1
            log.warning("malformed %s: %s (%d so far)", delivery.topic, error, self.malformed)
            return Taken(delivery, None, str(error))

    def _decide_all(self, taken: Iterable[Taken], batch: Batch) -> None:
        at = self._clock()  # one moment for all: what waits together comes in the order in which it came
        self._see_time(at, batch)
        self._said = self._journal.answers(self._state.day, {one.id for one in taken if one.command})
        for one in taken:
            batch.answers.append((one.delivery, self._answer(one, at, batch)))

    def _answer(self, one: Taken, at: datetime, batch: Batch) -> Answer:
        command = one.command
        if command is None:
            return Answer(id="", done=False, reason=Reason.MALFORMED, detail=one.why)
        if first := self._said.get(command.id):
            return first
        answer = self._decide(command, at, batch)
        if not isinstance(command, ReportDelivery):
            self._said[command.id] = answer
            batch.fresh[command.id] = self._state.day, answer
        return answer

    def _see_time(self, at: datetime, batch: Batch) -> None:
        """What time alone brings: a new business day (a clock that is put back does not bring yesterday back), the end
        of a timed park, a number that never came to paper."""
        day = self._calendar.day(at).isoformat()
        if day > self._state.day:
            for event in newday.ends(self._state, at, self._veil):
                self._apply(event, "", batch)
            before = newday.carries(self._state, day, at)
            self._veil = self._showing.veil = self._keys.veil(day)
            for event in (DayOpened(at=at, day=day), *before):
                self._apply(event, "", batch)
        for event in elapsed(self._state, at):
            self._apply(event, "", batch)

    def _decide(self, command: Command, at: datetime, batch: Batch) -> Answer:
        command = completed(command)
        try:
            events = decide(self._state, command, at, self._veil)
        except Refused as refused:
            return refusal(self._state, command, refused)
        except Exception as error:  # nothing has changed yet; a stranger's words end nobody
            self.malformed += 1
            log.exception("cannot be decided: %s (%d so far)", topic(command), self.malformed)
            return Answer(id=command.id, done=False, reason=Reason.MALFORMED, detail=type(error).__name__)
        for event in events:
            self._apply(event, command.id, batch)
        return done(self._state, command, events, at)

    def _apply(self, event: Event, command: str, batch: Batch) -> None:
        try:
            self._state = evolve(self._state, event)
        except Exception as error:  # half of it may have come about: only the journal is right now
            log.exception("%s does not follow from what was", topic(event))
            raise JournalError(f"{type(event).__name__}: {error!r}") from error
        batch.entries.append(Entry(self._state.day, command, event))

    def _refuse_all(self, taken: Iterable[Taken], batch: Batch) -> None:
        """Nobody is promised anything that is not in the journal; but what is there after all (the commit was cut
        off after it was written) was done, and is answered so. Where that cannot be seen, everybody is refused, and
        nothing of it may turn up later: a clerk who was refused has pressed again by then."""
        self._certain = False
        said: dict[str, Answer] = {}
        try:
            self.recall()
            said = self._journal.answers(self._state.day, {one.id for one in taken if one.command})
            self._publish([])
        except LeaseLost:
            raise
        except JournalError as error:
            log.error("journal cannot be read either: %s", error)
            if batch.after is not None:
                self._journal.disown(batch.after, [(day, id) for id, (day, _) in batch.fresh.items()])
        for one in taken:
            refusal = Answer(id=one.id, done=False, reason=Reason.JOURNAL_UNAVAILABLE)
            self._bus.answer(one.delivery, encode(said.get(one.id, refusal)))

    def _forget(self) -> None:
        log.info("chain head %s", self._journal.head)
        try:
            self._keys.forget(self._state.day)
            self._journal.forget(self._state.day)
        except LeaseLost:
            raise
        except JournalError as error:
            log.warning("what is old stays in the journal: %s", error)  # it takes room and does no harm

    def _keep(self, after: int) -> None:
        """A checkpoint, when this many events were written since the last."""
        if not self._certain or self._journal.version - self._checkpoint < after:
            return
        self._checkpoint = self._journal.version
        try:
            checkpoint.keep(self._journal, self._state)
        except LeaseLost:
            raise
        except JournalError as error:
            log.warning("no checkpoint, the next start takes longer: %s", error)

    def _publish(self, events: Iterable[Event]) -> None:
        self._showing.publish(self._state, events, self._journal.version, self._clock())


def _take(inbox: SimpleQueue[Delivery], patience: float) -> list[Delivery]:
    """Everything that waits now, at most BATCH; waits so many seconds for the first."""
    try:
        batch = [inbox.get(timeout=patience)]
    except Empty:
        return []
    while len(batch) < BATCH:
        try:
            batch.append(inbox.get_nowait())
        except Empty:
            break
    return batch
