"""States are whole, retained snapshots; `version` only grows, and a reader drops an older one."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from caller.messages.appointments import AppointmentView, RefusedRow
from caller.messages.offline import NumberLease
from caller.messages.words import Channel, Language, Message, Moment, Need, Reason, Result, Step, TicketNumber


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket as its visitor may see it."""

    number: str
    service: str
    step: Step
    issued_at: Moment
    token: str = ""
    ahead: int = 0
    pager: int | None = None
    priority: bool = False
    proved: bool = False  # by an ID card: nobody needs to look at it again
    appointment: Moment | None = None  # it counts as having come then
    about: str = ""  # the case type, of one who came because nothing else worked
    offline: bool = False  # given by a kiosk that had lost the caller: `ahead` is not known
    people: int = 1
    then: tuple[str, ...] = ()  # services that follow on the same ticket, in order


class Answer(Message, frozen=True, kw_only=True):
    """What became of a command: done, or refused with a reason."""

    id: str
    done: bool
    reason: Reason | None = None
    detail: str = ""
    ticket: TicketView | None = None
    found: tuple[TicketView, ...] = ()
    window: int | None = None
    appointment: AppointmentView | None = None
    refused: tuple[RefusedRow, ...] = ()
    lease: NumberLease | None = None


class ServiceState(Struct, frozen=True, kw_only=True):
    """One service's line. `oldest` is since when its first waits; `next` are the first tickets of it."""

    id: str
    waiting: int
    wait_minutes: tuple[int, int] | None = None
    oldest: Moment | None = None
    next: tuple[TicketNumber, ...] = ()
    refused: Reason | None = None  # why nobody is given a number now
    opens: Moment | None = None  # when numbers are given again, if they are refused
    last: Moment | None = None  # until when they are given today, as the hall stands now


class WindowStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class WindowState(Struct, frozen=True, kw_only=True):
    """What everybody may know of a window. `call` is the latest call, for acknowledgement."""

    number: int
    status: WindowStatus
    clerk: str = ""
    title: str = ""  # 党员先锋岗, or of whoever has signed in there
    why: str = ""
    ticket: str = ""
    service: str = ""
    priority: bool = False  # its visitor came by the green channel: the clerk looks at the proof
    proved: bool = False  # an ID card has proved it
    about: str = ""  # its case type
    note: str = ""  # what the window before wanted this one to know of the visit
    people: int = 1  # who came together on this ticket
    then: tuple[str, ...] = ()  # services that follow on it
    first_clerk: str = ""  # who was asked first, and where
    first_window: int | None = None
    step: Step | None = None
    call: str = ""
    attempt: int = 0
    since: Moment | None = None
    waiting: int = 0
    parked: tuple[str, ...] = ()
    pager: int | None = None  # of the visitor who is here: to be taken back
    may_rate: str = ""  # the ticket whose visitor has not yet said how they were served here
    trouble: tuple[str, ...] = ()  # devices that did not deliver the latest call, "sign:sign-3"
    alarm: bool = False  # the latest call has to be made by mouth


class Report(Struct, frozen=True, kw_only=True):
    channel: Channel
    device: str
    result: Result
    at: Moment
    why: str = ""


class Call(Struct, frozen=True, kw_only=True):
    """One call on its way into the hall. `pager` is the visitor's, and makes the call a silent one. `address` (张*女士)
    is there only while the call is live, in a hall that calls by name."""

    id: str
    ticket: str
    window: int
    service: str
    zone: str
    attempt: int
    at: Moment
    expires: Moment
    pager: int | None = None
    need: Need = Need.NONE
    language: str = "zh"  # what the visitor chose at the kiosk, a code of config.languages
    address: str = ""
    live: bool = True  # still waiting for the visitor: neither served, missed nor taken elsewhere
    reports: tuple[Report, ...] = ()


class HallState(Message, frozen=True, kw_only=True):
    """What the boards, signs and kiosks show."""

    version: int
    day: str
    at: Moment
    services: tuple[ServiceState, ...]
    windows: tuple[WindowState, ...]
    recent: tuple[Call, ...]  # the latest call of each ticket, newest first, at most eight
    lent: tuple[int, ...] = ()  # pagers that nobody can take: out, lost, or without charge
    reserved: tuple[
        tuple[TicketNumber, str], ...
    ] = ()  # (ticket, kiosk) of numbers that are not on paper yet
    languages: tuple[tuple[TicketNumber, Language], ...] = ()  # of who is here and chose another than Chinese


class CallsState(Message, frozen=True, kw_only=True):
    """Every call that some channel may still have to deliver, oldest first. One that is not listed any more has ended:
    its visitor has come, was missed, or was called anew."""

    version: int
    calls: tuple[Call, ...]


class VoiceState(Message, frozen=True, kw_only=True):
    """A loudspeaker, under `state/voice/<id>`: until when it speaks, None when it does not. What plays other sound
    in these zones is soft until then; a moment that has passed means nothing, so a voice that died hushes nobody."""

    zones: tuple[str, ...]
    until: Moment | None = None


class Status(Message, frozen=True, kw_only=True):
    """Health of one process or device, under `status/<name>`; retained, and the process's last will."""

    online: bool
    detail: str = ""


class Target(Struct, frozen=True, kw_only=True):
    """Something on a screen that can be touched. Pixels from the top left."""

    role: str
    label: str
    x: int
    y: int
    width: int
    height: int
    enabled: bool = True


class ScreenState(Message, frozen=True, kw_only=True):
    """What one kiosk shows now, under `state/kiosk/<id>`: for the supervisor, for tests, never personal."""

    kiosk: int
    page: str
    targets: tuple[Target, ...]
    ticket: str = ""
