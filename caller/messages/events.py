"""Events are past; the journal is made of these and nothing else."""

from __future__ import annotations

from datetime import datetime

from caller.messages.words import Channel, Message, Park, Result


class Event(Message, frozen=True, kw_only=True):
    at: datetime


class DayOpened(Event, frozen=True, kw_only=True):
    day: str


class TicketReserved(Event, frozen=True, kw_only=True):
    ticket: str
    service: str
    token: str
    kiosk: str = ""
    priority: str = ""
    pager: int | None = None


class TicketIssued(Event, frozen=True, kw_only=True):
    ticket: str
    reprint: bool = False


class TicketVoided(Event, frozen=True, kw_only=True):
    ticket: str
    why: str = ""


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
    """`call` names this call for every device; `rule` says why this ticket, `overtook` before whom."""

    call: str
    ticket: str
    window: int
    attempt: int
    rule: str
    overtook: tuple[str, ...] = ()
    why: str = ""


class TicketServed(Event, frozen=True, kw_only=True):
    """The visitor is at the window; serving began."""

    ticket: str
    window: int


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


class TicketResumed(Event, frozen=True, kw_only=True):
    ticket: str
    window: int


class TicketTransferred(Event, frozen=True, kw_only=True):
    ticket: str
    window: int
    service: str
    to_window: int | None = None
    note: str = ""


class CallDelivered(Event, frozen=True, kw_only=True):
    call: str
    channel: Channel
    device: str
    result: Result
    why: str = ""
