"""What can happen at a kiosk. Every event carries `at`, seconds of the process's monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from caller.messages import Answer, HallState, Status, Step
from drivers.progress import Finding
from drivers.reader.person import Person
from kiosk.book import Book


class Trouble(StrEnum):
    """Why a kiosk cannot give numbers."""

    PAPER = "paper"
    COVER = "cover"
    CUTTER = "cutter"
    PRINTER = "printer"
    DISK = "disk"  # the queue is there and cannot write
    CALLER = "caller"


@dataclass(frozen=True)
class Touched:
    """A finger on a target. `scene` is the screen it was meant for: a tap on one that has gone is dropped."""

    target: str
    scene: int
    at: float


@dataclass(frozen=True)
class Pointed:
    """Where a finger was put on the glass: mm from its top left corner."""

    x: float
    y: float
    scene: int
    at: float


@dataclass(frozen=True)
class PinSaid:
    """Whether the service PIN of `job` was right."""

    job: str
    right: bool
    at: float


@dataclass(frozen=True)
class DeviceSaid:
    """How a device or process of the hall is, by its name under status/."""

    name: str
    status: Status
    at: float


@dataclass(frozen=True)
class Keyed:
    """A key of the arrow pad: somebody is there, though nothing was chosen; it may make the voice louder by a step."""

    at: float
    louder: int = 0


@dataclass(frozen=True)
class Answered:
    """What the caller answered to the command `id`; None: nothing came in time."""

    id: str
    answer: Answer | None
    at: float


@dataclass(frozen=True)
class PrinterSaid:
    """What the printer says of itself; `job` when it was asked for one ticket."""

    trouble: Trouble | None
    at: float
    job: str = ""


@dataclass(frozen=True)
class Printed:
    """A paper came out (`trouble` is None: the printer has confirmed it), or perhaps half of it."""

    job: str
    trouble: Trouble | None
    at: float


@dataclass(frozen=True)
class Found:
    """What the enquiry `job` came to."""

    job: str
    finding: Finding
    at: float


@dataclass(frozen=True)
class Scanned:
    """A code held under the scanner."""

    code: str = field(repr=False)
    at: float = 0.0


@dataclass(frozen=True)
class Carded:
    """An ID card was laid on the reader. What came of it is personal, so no repr shows it."""

    person: Person = field(repr=False)
    at: float = 0.0


@dataclass(frozen=True)
class Misread:
    """A card was there, and moved before it was read."""

    at: float


@dataclass(frozen=True)
class HallHeard:
    hall: HallState
    at: float


@dataclass(frozen=True)
class HolderSeen:
    """How far a ticket is that may be asked for once more: its visitor may have given it up on the phone."""

    ticket: str
    step: Step
    at: float


@dataclass(frozen=True)
class CallerSaid:
    """Whether the caller service can be reached."""

    online: bool
    at: float


@dataclass(frozen=True)
class BookRead:
    """What the kiosk's own book says, and the clock on the wall."""

    book: Book
    wall: datetime
    at: float


@dataclass(frozen=True)
class Ticked:
    at: float


Event = (
    Touched | Pointed | PinSaid | DeviceSaid | Keyed | Answered | PrinterSaid | Printed | Found
    | Scanned | Carded | Misread | HallHeard | HolderSeen | CallerSaid | BookRead | Ticked
)  # fmt: skip
