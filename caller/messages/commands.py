"""Commands are imperative and answered once; a field that is not here is refused, never ignored."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from caller.messages.words import (
    Address,
    Channel,
    CommandId,
    Language,
    Message,
    Moment,
    Need,
    PagerNumber,
    Park,
    Proved,
    Result,
    TicketNumber,
    Why,
    WindowNumber,
    Word,
)

OfPaper = Annotated[
    Word, Meta(description="of the ticket that is meant; without it, today's of this number, whoever has it")
]


class Command(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: CommandId


class ReserveTicket(Command, frozen=True, kw_only=True):
    """A number for a visitor; it does not count before ConfirmTicket says that it is on paper."""

    service: Word
    kiosk: Word = ""
    about: Annotated[Word, Meta(description="which of hall.toml's case types, or empty")] = ""
    priority: Annotated[str, Meta(max_length=16, description="priority group, or empty")] = ""
    proved: Proved = False
    pager: PagerNumber | None = None
    then: Annotated[
        tuple[Word, ...], Meta(max_length=4, description="services that follow on this ticket")
    ] = ()
    people: Annotated[int, Meta(ge=1, le=9, description="who came together")] = 1
    person: Annotated[str, Meta(max_length=64, description="keyed hash of who it is, or empty")] = ""
    address: Address = ""
    need: Need = Need.NONE
    language: Language = "zh"
    token: Annotated[str, Meta(max_length=32, description="unguessable; made by the caller if empty")] = ""


class FindTickets(Command, frozen=True, kw_only=True):
    """Which numbers does this person still hold? Answered for the kiosk that read the card, which may print them again;
    the journal keeps that it was asked."""

    person: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="keyed hash of the ID number")]
    kiosk: Word = ""


class ConfirmTicket(Command, frozen=True, kw_only=True):
    """It is on paper. Said late, when the number has lapsed: it is alive again, in the place that it had."""

    ticket: TicketNumber
    reprint: bool = False
    token: OfPaper = ""


class VoidTicket(Command, frozen=True, kw_only=True):
    NEVER_CONFIRMED: ClassVar = "never-confirmed"  # why, when nobody has said that it is on paper

    ticket: TicketNumber
    why: Word = ""
    token: OfPaper = ""


class CancelTicket(Command, frozen=True, kw_only=True):
    """The visitor does not want to wait any more; `token` is on the paper."""

    ticket: TicketNumber
    token: Word


class ReturnTicket(Command, frozen=True, kw_only=True):
    """A visitor who missed the call is back, in time, and takes the place that the ticket promised. A window that says
    so may name the ticket by its digits, as pads do."""

    ticket: TicketNumber
    window: WindowNumber | None = None


class LendPager(Command, frozen=True, kw_only=True):
    """The visitor takes a pager: from now on this ticket is called silently."""

    ticket: TicketNumber
    pager: PagerNumber


class ExtendHours(Command, frozen=True, kw_only=True):
    """Give numbers until then, today: of one service, or of every service if none is named."""

    until: Moment
    service: Word = ""


class OpenWindow(Command, frozen=True, kw_only=True):
    window: WindowNumber
    clerk: Word = ""


class PauseWindow(Command, frozen=True, kw_only=True):
    window: WindowNumber
    why: Word = ""


class CloseWindow(Command, frozen=True, kw_only=True):
    window: WindowNumber


class CallNext(Command, frozen=True, kw_only=True):
    """Finish whoever is being served here and call the next visitor."""

    window: WindowNumber


class CallTicket(Command, frozen=True, kw_only=True):
    """Call this ticket out of order, for a reason; or one that missed its call and came in time."""

    window: WindowNumber
    ticket: TicketNumber
    why: Why | None = None


class RecallTicket(Command, frozen=True, kw_only=True):
    window: WindowNumber


class ServeTicket(Command, frozen=True, kw_only=True):
    window: WindowNumber


class FinishTicket(Command, frozen=True, kw_only=True):
    window: WindowNumber


class MarkNoShow(Command, frozen=True, kw_only=True):
    window: WindowNumber


class ParkTicket(Command, frozen=True, kw_only=True):
    window: WindowNumber
    kind: Park = Park.WITHOUT_PAPERS
    minutes: Annotated[int, Meta(ge=1, le=480, description="how long, for `waiting`")] = 15


class ResumeTicket(Command, frozen=True, kw_only=True):
    """Bring a parked visitor back to this window; without a ticket, the one parked first."""

    window: WindowNumber
    ticket: TicketNumber | None = None


class TransferTicket(Command, frozen=True, kw_only=True):
    """Send the visitor at this window to another service, or to one window; the issue time is kept."""

    window: WindowNumber
    service: Word = ""
    to_window: WindowNumber | None = None
    to_clerk: Word = ""
    at_tail: bool = False
    come_back: Annotated[bool, Meta(description="afterwards to this window again")] = False
    note: Word = ""


class TrySigns(Command, frozen=True, kw_only=True):
    """Whoever sets the hall up wants to see every sign say its window's number; from this kiosk."""

    kiosk: Word = ""


class RaiseAlarm(Command, frozen=True, kw_only=True):
    """A call has not reached its visitor by two channels and will not: somebody has to call them by mouth."""

    call: Word


class ReportDelivery(Command, frozen=True, kw_only=True):
    """A sign, board, voice or pager says what it did with a call; a voice, how many seconds it sounded."""

    call: Word
    channel: Channel
    device: Word
    result: Result
    why: Annotated[str, Meta(max_length=200)] = ""
    seconds: Annotated[float, Meta(ge=0, le=600)] = 0.0
