"""Two real kiosks' sessions and books, and a real caller service with its journal, with nothing but paper and wires
made up: the wires can be cut, anybody may crash between any two steps, and clocks show what they are told to show."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from caller.messages import (
    Answer,
    Command,
    Event,
    ReserveTicket,
    Step,
    TicketsHandedOver,
    TicketsOutdated,
)
from caller.state import State
from config.schema import Hall
from kiosk import session as machine
from kiosk.bookkeeper import Bookkeeper
from kiosk.steps import (
    Answered,
    Ask,
    BookRead,
    CallerSaid,
    CheckPrinter,
    Effect,
    HallHeard,
    Page,
    Print,
    Printed,
    PrinterSaid,
    PrintVoid,
    Session,
    Ticked,
    Touched,
    Write,
)
from kiosk.steps import Event as Happening
from tests.quiet import QuietHall

MORNING = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PATIENCE = 6.0
QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # hundreds of disks, and nobody pulls a plug


class Crash(Exception):
    """The power is gone."""


@dataclass(frozen=True)
class Paper:
    day: str
    kiosk: int
    number: str
    service: str
    came: datetime
    offline: bool


@dataclass
class Machine:
    """One kiosk. `wrong` is how far its clock is off; `steps_left` how many effects it carries out before it dies."""

    number: int
    file: Path
    session: Session
    books: Bookkeeper
    cut: bool = False
    wrong: timedelta = timedelta()
    steps_left: int | None = None
    runs: int = 0
    waiting: list[Effect] = field(default_factory=list)  # what cannot reach the caller now


class Outage:
    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall, self.folder = hall, folder
        self.now, self.at = MORNING, 0.0
        self.papers: list[Paper] = []
        self.void: set[tuple[str, str]] = set()  # (day, number) that a slip says is void
        self.copy: Path | None = None
        self.caller: QuietHall | None = None
        self.told: list[Event] = []
        self.loses_answers = False
        self.machines = [self._machine(kiosk.id) for kiosk in hall.kiosk]
        self.caller_starts()
        self.settle()

    def close(self) -> None:
        self.caller_stops()
        for one in self.machines:
            one.books._diary.close()

    def _machine(self, number: int, runs: int = 0) -> Machine:
        file = self.folder / f"kiosk-{number}.book"
        books = Bookkeeper(file, lambda: self.now + self.machines[number - 1].wrong)
        books._diary.open()
        return Machine(number, file, machine.start(number, f"r{runs}", self.at), books, runs=runs)

    # --- what may happen -----------------------------------------------------------------------------------

    @property
    def day(self) -> str:
        return day_of(self.now)

    def caller_starts(self) -> None:
        if self.caller is None:
            self.caller = QuietHall(self.hall, self.folder / "journal.db", self.now).__enter__()
            self.caller.caller._publish([])

    def caller_stops(self) -> None:
        if self.caller is not None:
            self.told += self.caller.ears.events
            self.caller.__exit__(None, None, None)
            self.caller = None

    def journal_is_copied(self) -> None:
        up = self.caller is not None
        self.caller_stops()
        self.copy = self.folder / "copy.db"
        shutil.copy(self.folder / "journal.db", self.copy)
        if up:
            self.caller_starts()

    def disk_is_replaced(self) -> None:
        """By the copy that was made before."""
        assert self.copy is not None
        self.caller_stops()
        for old in self.folder.glob("journal.db*"):
            old.unlink()
        shutil.copy(self.copy, self.folder / "journal.db")

    def kiosk_is_replaced(self, number: int) -> None:
        one = self.machines[number - 1]
        one.books._diary.close()
        one.file.unlink()
        self.crashes(number)

    def crashes(self, number: int) -> None:
        one = self.machines[number - 1]
        one.books._diary.close()
        fresh = self._machine(number, one.runs + 1)
        fresh.cut, fresh.wrong = one.cut, one.wrong
        self.machines[number - 1] = fresh

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.at += seconds
        if self.caller is not None:
            self.caller.now = self.now
            self.caller.time_passes()

    def takes(self, number: int, service: str) -> None:
        """A visitor at the glass; whatever befalls the kiosk meanwhile, it is on its feet again afterwards."""
        try:
            self._look(number)
            if self.machines[number - 1].session.page is not Page.HOME:
                return
            for target in (f"service:{service}", "take"):
                self.at += 1
                self._feed(number, Touched(target, self.machines[number - 1].session.scene, self.at))
            self.at += 1
            self._feed(number, Touched("ok", self.machines[number - 1].session.scene, self.at))
            self.at += 1
            self._feed(number, Touched("home", self.machines[number - 1].session.scene, self.at))
        except Crash:
            self.crashes(number)

    def settle(self, turns: int = 6) -> None:
        """Time for every kiosk to notice, to say what it must, and to be answered."""
        for _ in range(turns):
            self.passes(4)
            for one in list(self.machines):
                try:
                    self._look(one.number)
                except Crash:
                    self.crashes(one.number)

    # --- a kiosk's own loop --------------------------------------------------------------------------------

    def reaches(self, one: Machine) -> bool:
        return self.caller is not None and not one.cut

    def _look(self, number: int) -> None:
        one = self.machines[number - 1]
        online = self.reaches(one)
        events: list[Happening] = [PrinterSaid(None, self.at)]
        if online != one.session.online:
            events.append(CallerSaid(online, self.at))
        if online:
            assert self.caller is not None
            events.append(HallHeard(self.caller.shown, self.at))
        events += [BookRead(one.books.book, self.now + one.wrong, self.at), Ticked(self.at)]
        self._feed(number, *events)
        if online:
            waiting, one.waiting = one.waiting, []
            for effect in waiting:
                self._carry_out(one, effect)

    def _feed(self, number: int, *events: Happening) -> None:
        one = self.machines[number - 1]
        for event in events:
            one.session, effects = machine.step(one.session, event, self.hall)
            for effect in effects:
                self._carry_out(one, effect)

    def _carry_out(self, one: Machine, effect: Effect) -> None:
        if one.steps_left is not None:
            one.steps_left -= 1
            if one.steps_left < 0:
                raise Crash
        match effect:
            case CheckPrinter(job=job):
                self._feed(one.number, PrinterSaid(None, self.at, job))
            case Print(job=job, ticket=ticket, reprint=reprint):
                assert not reprint
                self.papers.append(
                    Paper(self.day, one.number, ticket.number, ticket.service, self.now, ticket.offline)
                )
                if one.steps_left == 0:
                    raise Crash  # the paper is out, and nobody wrote it down
                self._feed(one.number, Printed(job, None, self.at))
            case PrintVoid(job=job, tickets=numbers):
                self.void |= {(self.day, number) for number in numbers}
                self._feed(one.number, Printed(job, None, self.at))
            case Write(entry=entry):
                one.books._diary.write(entry)
                self._feed(one.number, BookRead(one.books.book, self.now + one.wrong, self.at))
            case Ask(command=command, book=True):
                answer = one.books.answer(command)
                if one.steps_left == 0:
                    raise Crash  # it is written down, and not printed
                self._feed(one.number, BookRead(one.books.book, self.now + one.wrong, self.at))
                self._feed(one.number, Answered(command.id, answer, self.at))
            case Ask(command=command):
                self._ask_caller(one, effect, command)

    def _ask_caller(self, one: Machine, ask: Ask, command: Command) -> None:
        answer: Answer | None = None
        if self.reaches(one):
            assert self.caller is not None
            answer = self.caller.does(command)
            if self.loses_answers:
                answer = None
        if answer is None and not isinstance(command, ReserveTicket) and command.id != one.session.errand:
            one.waiting.append(ask)
            return
        if answer is None:
            self.at += PATIENCE
        self._feed(one.number, Answered(command.id, answer, self.at))

    # --- what must hold ------------------------------------------------------------------------------------

    def numbers_held(self, day: str, offline: bool | None = None) -> list[str]:
        return [p.number for p in self.papers if p.day == day and offline in (None, p.offline)]

    def heals(self) -> None:
        self.loses_answers = False
        for one in self.machines:
            one.cut, one.steps_left = False, None
        self.caller_starts()
        self.settle(12)

    @property
    def state(self) -> State:
        assert self.caller is not None
        return self.caller.caller._state

    def events(self) -> list[Event]:
        """Everything that the caller said today and before."""
        return self.told + (self.caller.ears.events if self.caller else [])

    def is_void(self, paper: Paper) -> bool:
        """For the caller, or in the kiosk's book."""
        ticket = self.state.tickets.get(paper.number) if paper.day == self.state.day else None
        return ticket is not None and ticket.step is Step.VOID

    def was_told(self, paper: Paper) -> bool:
        """That it was given: while its day lasted, or too late."""
        for event in self.events():
            match event:
                case TicketsOutdated(day=paper.day, tickets=tickets) if paper.number in tickets:
                    return True
                case TicketsHandedOver(at=at, tickets=tickets) if paper.number in tickets:
                    if day_of(at) == paper.day:
                        return True
        return False


def day_of(at: datetime) -> str:
    return (at - timedelta(hours=4)).date().isoformat()
