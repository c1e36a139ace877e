"""Events are past; the journal is made of these and nothing else."""

from __future__ import annotations

from caller.messages.words import Channel, Message, Moment, Need, Park, Result, Why


class Event(Message, frozen=True, kw_only=True):
    at: Moment


class DayOpened(Event, frozen=True, kw_only=True):
    day: str


class HoursExtended(Event, frozen=True, kw_only=True):
    """Numbers of this service (every service, if empty) are given until then."""

    until: Moment
    service: str = ""


class TicketReserved(Event, frozen=True, kw_only=True):
    """`came` is when the visitor counts as having come, where that is not `at` (an appointment, an offline kiosk).
    `address` is sealed with the day's key: after the day nobody can read it."""

    ticket: str
    service: str
    token: str
    kiosk: str = ""
    about: str = ""
    priority: str = ""
    proved: bool = False
    pager: int | None = None
    then: tuple[str, ...] = ()
    people: int = 1
    person: str = ""
    address: str = ""
    appointment: str = ""
    came: Moment | None = None
    need: Need = Need.NONE
    language: str = "zh"
    offline: bool = False  # given by a kiosk that had lost the caller


class TicketIssued(Event, frozen=True, kw_only=True):
    """On paper. `late`: its number had lapsed meanwhile, and is alive again in the place that it had."""

    ticket: str
    reprint: bool = False
    late: bool = False


class SignsTried(Event, frozen=True, kw_only=True):
    """Every sign shows its window's number for a moment; asked for at this kiosk, behind the service PIN."""

    kiosk: str = ""


class TicketsFound(Event, frozen=True, kw_only=True):
    """Somebody's ID card was read at this kiosk to print a lost ticket again; these are the card's live numbers."""

    kiosk: str
    tickets: tuple[str, ...]


class TicketVoided(Event, frozen=True, kw_only=True):
    """`lapsed`: time alone did it, as nobody had said that it is on paper; who says so later brings it back."""

    ticket: str
    why: str = ""
    lapsed: bool = False


class TicketCancelled(Event, frozen=True, kw_only=True):
    ticket: str


class TicketReturned(Event, frozen=True, kw_only=True):
    """Waiting again; `behind` is whose place it goes behind, empty for the tail."""

    ticket: str
    behind: str = ""


class PagerLent(Event, frozen=True, kw_only=True):
    ticket: str
    pager: int


class WindowOpened(Event, frozen=True, kw_only=True):
    window: int
    clerk: str = ""


class WindowPaused(Event, frozen=True, kw_only=True):
    window: int
    why: str = ""


class WindowClosed(Event, frozen=True, kw_only=True):
    window: int


class TicketCalled(Event, frozen=True, kw_only=True):
    """`call` names this call for every device; `rule` says why this ticket. `overtaken` came earlier and wait on;
    `overtook` are the first of them. Out of order, it was the turn of `turn`."""

    call: str
    ticket: str
    window: int
    attempt: int
    rule: str
    overtook: tuple[str, ...] = ()
    overtaken: int = 0
    why: Why | None = None
    turn: str = ""


class TicketServed(Event, frozen=True, kw_only=True):
    """The visitor is at the window; serving began."""

    ticket: str
    window: int


class TicketAdvanced(Event, frozen=True, kw_only=True):
    """One service of the ticket is done; the visitor waits for the next one, with the same number."""

    ticket: str
    window: int
    service: str
    to_window: int | None = None


class TicketFinished(Event, frozen=True, kw_only=True):
    ticket: str
    window: int


class TicketMissed(Event, frozen=True, kw_only=True):
    ticket: str
    window: int


class TicketParked(Event, frozen=True, kw_only=True):
    ticket: str
    window: int
    kind: Park
    until: Moment | None = None


class TicketResumed(Event, frozen=True, kw_only=True):
    ticket: str
    window: int


class TicketTransferred(Event, frozen=True, kw_only=True):
    ticket: str
    window: int
    service: str
    to_window: int | None = None
    at_tail: bool = False
    come_back: bool = False
    note: str = ""


class AlarmRaised(Event, frozen=True, kw_only=True):
    """This call has to be made by mouth."""

    call: str


class CallDelivered(Event, frozen=True, kw_only=True):
    """`seconds` that a voice sounded; 0 of what makes no sound, and in days that were recorded before it was told."""

    call: str
    channel: Channel
    device: str
    result: Result
    why: str = ""
    seconds: float = 0.0
