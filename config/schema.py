"""What a hall is: every table of hall.toml as a closed, frozen record. Units are in the names.

Nothing here reads a file; `config.load` does. A key that is not here is an error, so a misspelt option can
never be silently ignored.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta, field

from config.appointments import Appointments as Appointments
from config.appointments import BookingServer as BookingServer
from config.appointments import Late as Late
from config.appointments import Quota as Quota
from config.boards import Arrangement as Arrangement
from config.boards import Board as Board
from config.boards import BoardLayout as BoardLayout
from config.calling import Act as Act
from config.calling import Calling as Calling
from config.calling import Emergency as Emergency
from config.calling import Wish as Wish
from config.field import (
    Clock,
    Dates,
    Evdev,
    Hours,
    Id,
    JackUrl,
    JournalUrl,
    Letter,
    Name,
    Percent,
    Positive,
    Sound,
    Touch,
    Url,
    like,
)
from config.field import Table as Table
from config.numbers import After as After
from config.numbers import Numbers as Numbers
from config.pages import Case as Case
from config.pages import Idle as Idle
from config.pages import Poster as Poster
from config.pages import Progress as Progress
from config.pages import Setup as Setup
from config.signs import Sign as Sign
from config.signs import SignKind as SignKind
from config.signs import SignModel as SignModel
from config.voices import Voice as Voice
from config.voices import VoiceEngine as VoiceEngine
from config.wired import Keypad as Keypad
from config.wired import KeypadKind as KeypadKind
from config.wired import KeypadModel as KeypadModel
from config.wired import Pager as Pager
from config.wired import PagerTerminal as PagerTerminal
from config.wired import Rack as Rack
from config.wired import Reader as Reader
from config.wired import ReaderKind as ReaderKind


class Place(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: Id
    name: Name
    name_en: str = ""
    place: str = ""
    timezone: Name = "Asia/Shanghai"
    day_starts: Clock = "04:00"
    hours: tuple[Hours, ...] = ("08:30-12:00", "13:30-17:00")
    supervision: Name = "12345"
    logo: str = ""
    ticket_url: str = ""


class Broker(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    host: Name = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    user: str = ""
    password_file: str = ""

    @property
    def password(self) -> str:
        """The secret, read when it is needed; it is never in hall.toml."""
        return Path(self.password_file).read_text("utf-8").strip() if self.password_file else ""


class Caller(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`lease_numbers`: so many numbers of each service every kiosk may give while the caller is away, from the highest
    downwards; 0 for none, and none where all kiosks' together were more than half of the numbers. `notes`: what a clerk
    may write on a transfer at a touch, in the hall's own words."""

    journal: JournalUrl = "sqlite:////var/lib/hall/journal.db"
    priority_in_a_row: Positive = 2
    calls_before_no_show: Positive = 3
    seconds_between_calls: Annotated[int, Meta(ge=0)] = 20
    call_lives_seconds: Positive = 60
    rate_within_minutes: Positive = 10
    return_within_numbers: Annotated[int, Meta(ge=0)] = 5
    return_within_minutes: Annotated[int, Meta(ge=0)] = 30
    return_behind: Annotated[int, Meta(ge=0)] = 2
    overtime_minutes: Annotated[int, Meta(ge=0)] = 30
    keep_days: Positive = 400
    lease_numbers: Annotated[int, Meta(ge=0, le=200)] = 20
    notes: tuple[Annotated[str, Meta(min_length=1, max_length=16)], ...] = ()


class Days(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`weekend` are weekdays from 0 (Monday); days are "2026-10-01" or "2026-10-01/2026-10-07"."""

    weekend: tuple[Annotated[int, Meta(ge=0, le=6)], ...] = (5, 6)
    holidays: tuple[Dates, ...] = ()
    workdays: tuple[Dates, ...] = ()


class Clerk(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who may sign in at a window. With no clerk in hall.toml, windows open without a badge."""

    badge: Annotated[str, like([r"\d{1,8}"], "1024")]
    name: Name
    title: str = ""
    photo: str = ""


class Zone(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the hall. `area` is where it lies on the hall's plan: left, top, width and height in percent of it.
    With an area for every zone and a `spot` for the kiosk, 大厅导览 draws the plan; otherwise it is a list."""

    id: Id
    name: Name
    name_en: str = ""
    area: tuple[Percent, ...] = ()


class Group(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that a visitor would ask, in a visitor's words; it leads to services."""

    id: Id
    name: Name
    name_en: str = ""
    hint: str = ""
    hint_en: str = ""
    services: tuple[Id, ...]


class Service(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a visitor comes for. `then`: services that follow on the same number, in order, each where it is done.
    `one_clerk`: whoever serves first keeps this visitor through every step that their window does, wherever they move.
    `quota`: numbers a day. `longest_wait_minutes`: past it the earliest deadline is called first."""

    id: Id
    letter: Letter
    name: Name
    name_en: str = ""
    plain: str = ""
    plain_en: str = ""
    zone: Id
    hours: tuple[Hours, ...] = ()
    materials: tuple[Name, ...] = ()
    materials_en: tuple[Name, ...] = ()
    fee: str = ""
    fee_en: str = ""
    promised_wait_minutes: Positive = 30
    service_minutes: Positive = 10
    promised_days: Annotated[int, Meta(ge=0)] = 0
    longest_wait_minutes: Positive = 60
    quota: Annotated[int, Meta(ge=0)] = 0
    one_clerk: bool = False
    then: tuple[Id, ...] = ()
    guide_url: str = ""
    everywhere: bool = True


class WindowKind(StrEnum):
    INTEGRATED = "integrated"
    SINGLE = "single"
    GREEN = "green"
    ENTERPRISE = "enterprise"
    COMPLAINT = "complaint"
    CONSULTATION = "consultation"


class Window(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A numbered place where a clerk serves. An empty `serves` means every service marked `everywhere`."""

    number: Annotated[int, Meta(ge=1, le=99)]
    name: Name
    name_en: str = ""
    kind: WindowKind = WindowKind.SINGLE
    zone: Id
    serves: tuple[Id, ...] = ()
    also: tuple[Id, ...] = ()
    title: str = ""


class Printer(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: Url
    profile: Annotated[str, like([r"[a-z0-9][a-z0-9-]*"], "80mm", "58mm-raster")] = "80mm"


class Kiosk(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kiosk. `touch` is "screen" (whatever the display server delivers) or an evdev: panel of its own.

    `keypad` is a pad of four arrows and OK for those who cannot see or touch the glass (0 says it again, . is silence,
    + and - are the volume); what has the focus is read aloud into `headphones`, or `speaker` where it is not personal
    (alsa:DEVICE or file:DIRECTORY). `jack` is the evdev: switch of the headphone socket: while that is empty, what is
    not personal comes out of the loudspeaker; "" where `headphones` is a handset that is always there. `book` is the
    file in which it keeps what it gives while the caller is away; empty: /var/lib/hall/kiosk-<id>.book
    """

    id: Positive
    place: str = ""
    spot: tuple[Percent, ...] = ()
    width: Positive = 1080
    height: Positive = 1920
    px_per_mm: Annotated[float, Meta(gt=0.5, lt=20)] = 4.03
    touch: Touch = "screen"
    keypad: Evdev = ""
    speaker: Sound = ""
    headphones: Sound = ""
    jack: JackUrl = ""
    book: str = ""
    printer: Printer

    @property
    def journal(self) -> str:
        """The file of the kiosk's own journal."""
        return self.book or f"/var/lib/hall/kiosk-{self.id}.book"


class Phone(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the page behind a ticket's code is served: the address of this machine in the hall's network, or this
    machine alone where a proxy with a certificate stands before it."""

    host: Name = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8088


class Hall(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole hall.toml, checked: every reference in it leads somewhere."""

    hall: Place
    broker: Broker = Broker()
    caller: Caller = Caller()
    numbers: Numbers = Numbers()
    calendar: Days = Days()
    appointments: Appointments = Appointments()
    clerk: tuple[Clerk, ...] = ()
    zone: tuple[Zone, ...]
    group: tuple[Group, ...] = ()
    service: tuple[Service, ...]
    window: tuple[Window, ...]
    kiosk: tuple[Kiosk, ...] = ()
    board_layout: dict[Id, BoardLayout] = field(default_factory=dict)
    case: tuple[Case, ...] = ()
    progress: Progress = Progress()
    idle: Idle = Idle()
    setup: Setup = Setup()
    board: tuple[Board, ...] = ()
    sign_model: dict[Id, SignModel] = field(default_factory=dict)
    sign: tuple[Sign, ...] = ()
    keypad_model: dict[Id, KeypadModel] = field(default_factory=dict)
    keypad: tuple[Keypad, ...] = ()
    pager_terminal: PagerTerminal | None = None
    pager: tuple[Pager, ...] = ()
    rack: Rack = Rack()
    phone: Phone = Phone()
    voice: tuple[Voice, ...] = ()
    reader: tuple[Reader, ...] = ()
    calling: tuple[Calling, ...] = ()
    emergency: Emergency = Emergency()
    keymap: dict[KeypadKind, dict[Name, Name]] = field(default_factory=dict)

    @property
    def by_name(self) -> bool:
        """Whether any rule of calling addresses visitors; else nothing of a name leaves the kiosk."""
        return any(rule.by_name for rule in self.calling)

    def serves(self, window: Window) -> tuple[str, ...]:
        """Ids of the services that this window may be given."""
        return window.serves or tuple(s.id for s in self.service if s.everywhere)

    def window_numbers(self, service: str) -> tuple[int, ...]:
        """Numbers of the windows that serve this service, in order."""
        may = (w.number for w in self.window if service in (*self.serves(w), *w.also))
        return tuple(sorted(may))

    def find_service(self, service: str) -> Service:
        return next(s for s in self.service if s.id == service)

    def find_window(self, number: int) -> Window:
        return next(w for w in self.window if w.number == number)

    def find_zone(self, zone: str) -> Zone:
        return next(z for z in self.zone if z.id == zone)
