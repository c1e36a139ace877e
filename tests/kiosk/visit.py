"""A kiosk's session on a table: who touches, what was asked for, and a clock that waits for the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from caller.messages import Answer, HallState, Reason, ServiceState, Step, TicketView
from config.schema import Hall
from drivers.reader.person import Person
from kiosk import session as machine
from kiosk.steps import (
    Answered,
    Ask,
    CallerSaid,
    Carded,
    Effect,
    Event,
    HallHeard,
    Page,
    Printed,
    PrinterSaid,
    Scanned,
    Session,
    Ticked,
    Touched,
    Trouble,
)
from kiosk.view import Place, View, view

OLD = Person("a" * 64, "张*", "女士", "60+")
YOUNG = Person("b" * 64, "欧阳*", "先生", "18-59")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def ticket(number: str = "A005", **more: object) -> TicketView:
    view = TicketView(number=number, service="transfer", step=Step.RESERVED, issued_at=NOON, ahead=4)
    return msgspec.structs.replace(view, **more)


def snapshot(version: int = 1, reserved: tuple[tuple[str, str], ...] = (), **more: object) -> HallState:
    hall = HallState(version=version, day="2026-11-23", at=NOON, services=(), windows=(), recent=())
    return msgspec.structs.replace(hall, reserved=reserved, **more)


@dataclass
class Visit:
    """A kiosk on a table: `at` is its clock, `done` everything that it asked for."""

    hall: Hall
    at: float = 100.0
    session: Session = field(init=False)
    done: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = machine.start(1, "run", self.at)
        self.feed(CallerSaid(True, self.at))
        self.feed(HallHeard(snapshot(), self.at))

    def feed(self, event: Event) -> list[Effect]:
        self.session, effects = machine.step(self.session, event, self.hall)
        self.done += effects
        return list(effects)

    def lays(self, person: Person) -> list[Effect]:
        """A card on the reader."""
        self.at += 1
        return self.feed(Carded(person, self.at))

    def scans(self, code: str) -> list[Effect]:
        """A code under the scanner."""
        self.at += 1
        return self.feed(Scanned(code, self.at))

    def touch(self, target: str, after: float = 1.0) -> list[Effect]:
        self.at += after
        return self.feed(Touched(target, self.session.scene, self.at))

    def wait(self, seconds: float) -> list[Effect]:
        self.at += seconds
        return self.feed(Ticked(self.at))

    def ready(self) -> list[Effect]:
        return self.feed(PrinterSaid(None, self.at, self.session.job))

    def printer(self, trouble: Trouble | None) -> list[Effect]:
        return self.feed(PrinterSaid(trouble, self.at))

    def answer(self, view: TicketView | None, reason: Reason | None = None) -> list[Effect]:
        told = Answer(id=self.session.job, done=reason is None, reason=reason, ticket=view)
        return self.feed(Answered(self.session.job, told, self.at))

    def silence(self) -> list[Effect]:
        return self.feed(Answered(self.session.job, None, self.at))

    def printed(self, trouble: Trouble | None = None) -> list[Effect]:
        return self.feed(Printed(self.session.job, trouble, self.at))

    def choose_transfer(self) -> None:
        self.touch("group:trade")
        self.touch("service:transfer")

    def take(self) -> None:
        """As far as the ticket on its way out of the printer."""
        self.choose_transfer()
        self.touch("take")
        self.ready()
        self.answer(ticket())

    def hears(self, refused: Reason | None, *services: str) -> None:
        """The hall says that these services (all, if none is named) give no numbers until the morning."""
        states = tuple(
            ServiceState(id=s.id, waiting=0, refused=refused, opens=MORNING if refused else None)
            if not services or s.id in services
            else ServiceState(id=s.id, waiting=0)
            for s in self.hall.service
        )
        version = self.session.hall.version + 1 if self.session.hall else 1
        self.feed(HallHeard(snapshot(version, services=states), self.at))

    def says(self) -> View:
        """What stands on the glass."""
        return view(self.session, Place(self.hall, self.hall.kiosk[0], NOON))

    def commands(self, kind: type) -> list[object]:
        return [e.command for e in self.done if isinstance(e, Ask) and isinstance(e.command, kind)]

    def on(self, page: Page) -> bool:
        return self.session.page is page
