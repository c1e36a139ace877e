"""What can happen at a kiosk, and what the kiosk may ask for: a session is made of these and nothing else.

Every event carries `at`, seconds of the process's monotonic clock. Every effect is carried out by the app.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from caller.messages import Answer, Command, HallState, Need, Reason, TicketView
from drivers.progress import Finding
from kiosk.book import AnyEntry, Book
from kiosk.themes import Theme


class Page(StrEnum):
    """What the glass shows."""

    HOME = "home"
    GROUP = "group"  # the services that answer one question of a visitor
    ALL = "all"
    PRIORITY = "priority"  # whom the green channel is for
    SERVICE = "service"
    PRINTING = "printing"
    DONE = "done"
    PAGER = "pager"
    HELD = "held"  # printer trouble while a number is reserved
    SORRY = "sorry"  # the queue said no
    ACCESS = "access"  # 无障碍: large, contrast, low, read aloud
    MAP = "map"  # 大厅导览
    GUIDE = "guide"  # what to bring, on paper or on the phone
    CASES = "cases"  # 办不成事: what went wrong
    PROGRESS = "progress"  # 进度查询: the number of the case
    FOUND = "found"  # how far the case is, or why that cannot be said
    IDLE = "idle"  # nobody is here
    CLOSED = "closed"  # no number of any service is given now
    STILL = "still"  # "do you need more time?"
    OUT = "out"  # nobody can take a number here now


class Trouble(StrEnum):
    """Why a kiosk cannot give numbers."""

    PAPER = "paper"
    COVER = "cover"
    CUTTER = "cutter"
    PRINTER = "printer"
    DISK = "disk"  # the queue is there and cannot write
    CALLER = "caller"


class Phase(StrEnum):
    """How far a ticket has come on the page PRINTING."""

    NONE = ""
    CHECKING = "checking"
    RESERVING = "reserving"
    DRAWING = "drawing"  # the same, from the kiosk's own book
    ON_PAPER = "on-paper"


@dataclass(frozen=True)
class Touched:
    """A finger on a target. `scene` is the screen it was meant for: a tap on one that has gone is dropped."""

    target: str
    scene: int
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
class HallHeard:
    hall: HallState
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
    Touched | Keyed | Answered | PrinterSaid | Printed | Found | Scanned
    | HallHeard | CallerSaid | BookRead | Ticked
)  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """Send a command, to the caller or to the kiosk's own book, and tell the session what was answered; `wait`
    seconds first."""

    command: Command
    wait: float = 0.0
    book: bool = False


@dataclass(frozen=True)
class Write:
    """A line for the kiosk's own book."""

    entry: AnyEntry


@dataclass(frozen=True)
class CheckPrinter:
    job: str


@dataclass(frozen=True)
class Print:
    job: str
    ticket: TicketView
    language: str
    reprint: bool = False
    pager: int | None = None


@dataclass(frozen=True)
class PrintVoid:
    """A slip that says which numbers do not count, so that nobody keeps half a ticket."""

    job: str
    tickets: tuple[str, ...]


@dataclass(frozen=True)
class PrintNotice:
    """The one-time notice of a service (一次性告知)."""

    job: str
    service: str
    language: str


@dataclass(frozen=True)
class Enquire:
    """How far is this case?"""

    job: str
    number: str = field(repr=False)


Effect = Ask | Write | CheckPrinter | Print | PrintVoid | PrintNotice | Enquire


@dataclass(frozen=True)
class Lost:
    """The ticket that was taken last, for whoever did not get the paper; until then it may be printed once more."""

    ticket: TicketView
    language: str
    pager: int | None
    until: float


@dataclass(frozen=True)
class Session:
    """Everything a kiosk knows. What belongs to one visitor is reset by `Session.fresh`."""

    kiosk: int
    run: str  # one start of this process; makes command ids unique
    since: float  # when the kiosk started
    # the visitor
    page: Page = Page.HOME
    trail: tuple[Page, ...] = ()
    language: str = "zh"
    theme: Theme = Theme.PLAIN
    low: bool = False  # everything to touch in the lower part
    group: str = ""
    service: str = ""
    priority: str = ""
    need: Need = Need.NONE  # what they cannot do; who uses the arrow pad is taken for one who cannot see
    case: str = ""  # what went wrong, of hall.toml's case types
    volume: int = 0  # steps that the voice is louder than usual
    sheet: int = 0  # which part of a list that is longer than the glass
    phase: Phase = Phase.NONE
    job: str = ""  # the command or print job that the page waits for
    ticket: TicketView | None = None
    pager: int | None = None
    reason: Reason | None = None  # why the queue refused
    notice: str = ""  # the print job of the one-time notice, or what became of it
    typed: str = field(default="", repr=False)  # the number of the case
    finding: Finding | None = None
    again: bool = False  # the ticket on its way to paper has been there before
    held_until: float = 0.0
    prints: int = 0  # how often this ticket was sent to the printer
    cause: Trouble | None = None  # why the page is OUT
    voided: str = ""  # the number that this visitor lost, for the page OUT
    # the screen
    scene: int = 0  # counts the screens shown
    shown_at: float = 0.0
    tapped_at: float = -1e9
    # the kiosk
    serial: int = 0
    printer: Trouble | None = None
    online: bool = False
    away_since: float | None = None  # when the caller was last seen to go
    silent_until: float = 0.0  # after a command without an answer
    full: bool = False  # the last answer was that the journal cannot be written
    lost: Lost | None = None
    poster: int = 0  # which one stands on the page IDLE
    hall: HallState | None = None
    owed: tuple[Ask, ...] = ()  # confirms and voids that must be answered, however long it takes
    alone: bool = False  # the caller is away: the kiosk goes by its own book
    book: Book = field(default_factory=Book)
    wall: datetime | None = None
    errand: str = ""  # what the caller was told or asked for the book, and has not answered
    errand_after: float = 0.0
    renew_at: float = 0.0  # when the lease is asked for again
    settled: tuple[str, ...] = ()  # tickets this kiosk has confirmed or voided today
    slips: tuple[str, ...] = ()  # voided numbers that the paper does not show yet
    slipping: tuple[str, ...] = ()  # of those, the ones that `slip_job` prints now
    slip_job: str = ""
    orphans_may_be_on_paper: bool = True  # until the first look at the hall

    @property
    def name(self) -> str:
        """What this kiosk is called in ReserveTicket and in HallState.reserved."""
        return f"kiosk-{self.kiosk}"

    @property
    def personal(self) -> bool:
        """Whether anything on the glass belongs to a visitor."""
        seen = self.theme is not Theme.PLAIN or self.low or self.volume != 0
        chosen = self.language != "zh" or self.priority != "" or self.need is not Need.NONE or seen
        return self.page not in (Page.HOME, Page.OUT, Page.IDLE, Page.CLOSED) or chosen
