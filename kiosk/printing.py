"""The printer has a thread of its own, so that a printer that is slow, dead or on fire never stops the glass.

Jobs are done in the order given. When there is none, the printer is asked how it is, so that empty paper
shows before anybody needs it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from caller.messages import Status, Step, TicketView
from config.schema import Hall, Kiosk
from drivers.clock import now
from drivers.errors import CoverOpen, CutterJam, DeviceError, PaperOut
from drivers.printer import PROFILES, PaperLevel, PrinterState, Profile
from kiosk import ticket
from kiosk.notice import notice
from kiosk.paper import paper
from kiosk.steps import CheckPrinter, Print, Printed, PrinterSaid, PrintNotice, PrintTrial, PrintVoid, Trouble
from kiosk.trial import trial

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between two looks at a printer that has nothing to do

Job = CheckPrinter | Print | PrintVoid | PrintNotice | PrintTrial


class Wire(Protocol):
    """What this thread needs of drivers.printer.Printer."""

    profile: Profile

    def status(self) -> PrinterState: ...

    def print(self, job: bytes) -> object: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Papers:
    """What is printed for one job, one after the other."""

    job: str
    papers: tuple[bytes, ...]


@dataclass(frozen=True)
class Stop:
    pass


class Press:
    """One printer at work: `do` a job, read `said`: events for the session, and Status for the supervisor."""

    def __init__(self, hall: Hall, kiosk: Kiosk, printer: Wire) -> None:
        self.hall, self.kiosk, self.printer = hall, kiosk, printer
        self.said: SimpleQueue[PrinterSaid | Printed | Status] = SimpleQueue()
        self._rehearsed = False
        self._jobs: SimpleQueue[CheckPrinter | Papers | Stop] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"printer-{kiosk.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._jobs.put(Stop())
        self._thread.join(timeout=15)
        self.printer.close()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def do(self, job: Job) -> None:
        """A paper is composed at once, by whoever asks: before the next frame of the glass takes the processor."""
        if isinstance(job, CheckPrinter):
            self._jobs.put(job)
        else:
            papers = tuple(paper(blocks, self.printer.profile) for blocks in self._composed(job))
            self._jobs.put(Papers(job.job, papers))

    def _composed(self, job: Print | PrintVoid | PrintNotice | PrintTrial) -> Iterator[ticket.Blocks]:
        match job:
            case Print():
                yield ticket.ticket(
                    self.hall, self.kiosk, job.ticket, language=job.language, reprint=job.reprint,
                    pager=job.pager,
                )  # fmt: skip
            case PrintVoid(tickets=numbers):
                for number in numbers:
                    yield ticket.void_slip(self.hall, self.kiosk, number, self._now())
            case PrintNotice(service=service, language=language):
                yield notice(self.hall, self.kiosk, service, self._now(), language)
            case PrintTrial():
                yield trial(self.hall, self.kiosk, self._now())

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=EVERY)
            except Empty:
                self._look("")
                self._rehearse()
                continue
            match job:
                case Stop():
                    return
                case CheckPrinter(job=id):
                    self._look(id)
                case Papers():
                    self._print(job)

    def _rehearse(self) -> None:
        """Draw a ticket that nobody prints, once, while nobody waits: the first one takes ten times as long."""
        if not self._rehearsed:
            self._rehearsed = True
            view = TicketView(
                number="A000", service=self.hall.service[0].id, step=Step.RESERVED, issued_at=self._now()
            )
            paper(ticket.ticket(self.hall, self.kiosk, view), self.printer.profile)

    def _look(self, job: str) -> None:
        try:
            state = self.printer.status()
        except DeviceError as error:
            self._tell(trouble_of(error), str(error), job)
            return
        trouble = trouble_in(state)
        detail = str(trouble) if trouble else "paper near end" if state.paper is PaperLevel.NEAR else ""
        self._tell(trouble, detail, job)

    def _print(self, job: Papers) -> None:
        try:
            for one in job.papers:
                self.printer.print(one)
        except DeviceError as error:
            log.warning("%s", error)
            self.said.put(Status(online=False, detail=str(error)))
            self.said.put(Printed(job.job, trouble_of(error), time.monotonic()))
        else:
            self.said.put(Printed(job.job, None, time.monotonic()))

    def _tell(self, trouble: Trouble | None, detail: str, job: str) -> None:
        self.said.put(Status(online=trouble is None, detail=detail))
        self.said.put(PrinterSaid(trouble, time.monotonic(), job))

    def _now(self) -> datetime:
        return now(self.hall.hall.timezone)


def profile_of(kiosk: Kiosk) -> Profile:
    """The profile that hall.toml names; config.references has checked that there is one."""
    return PROFILES[kiosk.printer.profile]


def trouble_in(state: PrinterState) -> Trouble | None:
    """Why it cannot print, most useful to know first."""
    if state.ready:
        return None
    if state.cover_open:
        return Trouble.COVER
    if state.paper is PaperLevel.OUT:
        return Trouble.PAPER
    return Trouble.CUTTER if state.cutter_error else Trouble.PRINTER


def trouble_of(error: DeviceError) -> Trouble:
    match error:
        case PaperOut():
            return Trouble.PAPER
        case CoverOpen():
            return Trouble.COVER
        case CutterJam():
            return Trouble.CUTTER
        case _:
            return Trouble.PRINTER
