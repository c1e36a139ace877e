"""What a kiosk knows and what it may ask for: with what happens to it (`kiosk.happenings`) a session is made of
these and nothing else. Every effect is carried out by the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from caller.messages import AppointmentView, Command, HallState, Need, Reason, Status, TicketView
from drivers.progress import Finding
from drivers.reader.person import Person
from kiosk.book import AnyEntry, Book
from kiosk.happenings import Answered as Answered
from kiosk.happenings import BookRead as BookRead
from kiosk.happenings import CallerSaid as CallerSaid
from kiosk.happenings import Carded as Carded
from kiosk.happenings import DeviceSaid as DeviceSaid
from kiosk.happenings import Event as Event
from kiosk.happenings import Found as Found
from kiosk.happenings import HallHeard as HallHeard
from kiosk.happenings import HolderSeen as HolderSeen
from kiosk.happenings import Keyed as Keyed
from kiosk.happenings import Misread as Misread
from kiosk.happenings import PinSaid as PinSaid
from kiosk.happenings import Pointed as Pointed
from kiosk.happenings import Printed as Printed
from kiosk.happenings import PrinterSaid as PrinterSaid
from kiosk.happenings import Scanned as Scanned
from kiosk.happenings import Ticked as Ticked
from kiosk.happenings import Touched as Touched
from kiosk.happenings import Trouble as Trouble
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
    PEOPLE = "people"  # how many came together
    CASES = "cases"  # 办不成事: what went wrong
    CHECKIN = "checkin"  # an appointment: with a card, a code, or a phone number
    PHONE = "phone"  # the phone number of an appointment
    CARD = "card"  # somebody's ID card was read, or is asked for
    LOST = "lost"  # which of several lost tickets
    PIN = "pin"  # the way in for whoever sets the kiosk up
    SETUP = "setup"
    CROSS = "cross"  # a cross to be touched, to see how far off the panel is
    CROSSED = "crossed"
    ABOUT = "about"  # versions and addresses
    PROGRESS = "progress"  # 进度查询: the number of the case
    FOUND = "found"  # how far the case is, or why that cannot be said
    IDLE = "idle"  # nobody is here
    CLOSED = "closed"  # no number of any service is given now
    STILL = "still"  # "do you need more time?"
    OUT = "out"  # nobody can take a number here now


class Phase(StrEnum):
    """How far a ticket has come on the page PRINTING."""

    NONE = ""
    CHECKING = "checking"
    RESERVING = "reserving"
    DRAWING = "drawing"  # the same, from the kiosk's own book
    ON_PAPER = "on-paper"


@dataclass(frozen=True)
class Ask:
    """Send a command, to the caller or to the kiosk's own book, and tell the session what was answered; `wait`
    seconds first."""

    command: Command
    wait: float = 0.0
    book: bool = False
    phone: str = field(default="", repr=False)  # a number that the wires hash into the command


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


@dataclass(frozen=True)
class PrintTrial:
    """A paper that shows whether the printer does what a ticket needs."""

    job: str


@dataclass(frozen=True)
class CheckPin:
    """Is this the service PIN?"""

    job: str
    pin: str = field(repr=False)


Effect = CheckPin | PrintTrial | Ask | Write | CheckPrinter | Print | PrintVoid | PrintNotice | Enquire


@dataclass(frozen=True)
class Lost:
    """The ticket that was taken last, for whoever did not get the paper; until then it may be printed once more."""

    ticket: TicketView
    language: str
    pager: int | None
    until: float


@dataclass(frozen=True)
class Bench:
    """What whoever sets the kiosk up has done. `taps` into the corner, `misses` in mm (right, down); `trial` and
    `signs` are a job or what became of it; `read` is a card, or how long a code was."""

    taps: tuple[float, ...] = ()
    wrong: int = 0  # PINs in a row
    locked_until: float = 0.0
    cross: int = 0
    misses: tuple[tuple[float, float], ...] = ()
    trial: str = ""
    signs: str = ""
    read: Person | int | None = field(default=None, repr=False)

    def left(self) -> Bench:
        """What is known once nobody is there."""
        return Bench(taps=self.taps, wrong=self.wrong, locked_until=self.locked_until)


class By(StrEnum):
    """What somebody came with."""

    NOTHING = ""
    CARD = "card"
    CODE = "code"
    PHONE = "phone"


@dataclass(frozen=True)
class Arrival:
    """What is known of who has come, for as long as they stand here. `by`: they check in, with this."""

    person: Person | None = field(default=None, repr=False)
    proved: bool = False  # the card has proved the priority group
    young: bool = False  # the card did not
    misread: bool = False
    by: By = By.NOTHING
    said: str = field(default="", repr=False)  # the code or the phone number, until it was asked with
    appointment: AppointmentView | None = None  # the one that a refusal tells of
    seeks: bool = False  # a ticket that was lost
    found: tuple[TicketView, ...] = ()


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
    arrival: Arrival = Arrival()
    theme: Theme = Theme.PLAIN
    low: bool = False  # everything to touch in the lower part
    group: str = ""
    service: str = ""
    priority: str = ""
    need: Need = Need.NONE  # what they cannot do; who uses the arrow pad is taken for one who cannot see
    case: str = ""  # what went wrong, of hall.toml's case types
    people: int = 1  # who came together, on one ticket
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
    ended: TicketView | None = None  # what cannot be printed once more: it was given up, or is done
    unresolved: bool = False  # 办不成事 was touched where the page stays: it says where somebody listens
    slow: bool = False  # the page PRINTING stands longer than it should
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
    bench: Bench = Bench()
    devices: Mapping[str, Status] = field(
        default_factory=dict, repr=False
    )  # of the hall, by name under status/
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
        known = self.arrival != Arrival() or self.need is not Need.NONE
        chosen = self.language != "zh" or self.priority != "" or known or seen or self.people > 1
        return self.page not in (Page.HOME, Page.OUT, Page.IDLE, Page.CLOSED) or chosen
