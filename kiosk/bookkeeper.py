"""While the caller is away the kiosk's own book answers instead: the same commands, the same answers.

It has a thread of its own, because a disk may be slow. A disk that is full or gone says so before paper is printed;
without a book the kiosk works as long as the caller is there.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from caller.messages import (
    Answer,
    Command,
    ConfirmTicket,
    Reason,
    ReserveTicket,
    Step,
    TicketView,
    VoidTicket,
)
from kiosk.book import AnyEntry, Book, NotGiven, Settled, draw
from kiosk.diary import Diary
from kiosk.steps import Answered

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between two looks at a disk that was not there


@dataclass(frozen=True)
class Stop:
    pass


@dataclass(frozen=True)
class Look:
    """Whether the disk is (again) there."""


class Bookkeeper:
    """`do` a command or write an entry; the answers to commands come in `said`. `book` is what is on the disk."""

    def __init__(self, file: Path, clock: Callable[[], datetime]) -> None:
        self.said: SimpleQueue[Answered] = SimpleQueue()
        self._diary = Diary(file)
        self._clock = clock
        self._jobs: SimpleQueue[Command | AnyEntry | Look | Stop] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="book", daemon=True)

    def __enter__(self) -> Self:
        try:
            self._diary.open()
        except OSError as error:
            log.error("no numbers without the caller: %s", error)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._jobs.put(Stop())
        self._thread.join(timeout=15)
        self._diary.close()

    @property
    def book(self) -> Book:
        return self._diary.book

    def do(self, job: Command | AnyEntry) -> None:
        self._jobs.put(job)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=EVERY)
            except Empty:
                job = Look()
            match job:
                case Stop():
                    return
                case Command():
                    self.said.put(Answered(job.id, self.answer(job), time.monotonic()))
                case _:
                    self._write(job)

    def _write(self, job: AnyEntry | Look) -> None:
        try:
            if isinstance(job, Look):
                self._diary.ready()
            else:
                self._diary.write(job)
        except OSError as error:
            log.error("%s", error)  # the caller will be asked again

    def answer(self, command: Command) -> Answer:
        """As the caller would answer."""
        try:
            match command:
                case ReserveTicket():
                    return self._reserve(command)
                case ConfirmTicket(ticket=number):
                    return self._settle(command.id, Settled(number))
                case VoidTicket(ticket=number, why=why):
                    return self._settle(command.id, Settled(number, why or "void"))
        except NotGiven as refused:
            return Answer(id=command.id, done=False, reason=refused.reason)
        except OSError as error:
            log.error("%s", error)
            return Answer(id=command.id, done=False, reason=Reason.JOURNAL_UNAVAILABLE)
        return Answer(id=command.id, done=False, reason=Reason.MALFORMED)

    def _reserve(self, command: ReserveTicket) -> Answer:
        self._diary.ready()
        drawn = draw(self.book, command, secrets.token_urlsafe(9), self._clock())
        self._diary.write(drawn)
        ticket = drawn.ticket
        view = TicketView(
            number=ticket.ticket, service=ticket.service, step=Step.RESERVED, issued_at=ticket.at,
            token=ticket.token, priority=bool(ticket.priority), proved=ticket.proved,
            about=ticket.about, people=ticket.people, offline=True,
        )  # fmt: skip
        return Answer(id=command.id, done=True, ticket=view)

    def _settle(self, id: str, settled: Settled) -> Answer:
        if settled.ticket == self.book.open:
            self._diary.write(settled)
        return Answer(id=id, done=True)
