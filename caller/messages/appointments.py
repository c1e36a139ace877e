"""Appointments: booked beforehand, checked in at a kiosk, and then a ticket like any other.

Who a person is travels as the keyed hash that the card reader or the importer made (`drivers.reader.person.hash_of`);
the caller keys it once more, with a key that lives as long as the appointment's own day, before it writes anything.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from caller.messages.commands import Command
from caller.messages.events import Event
from caller.messages.words import Address, Language, Message, Moment, Need, PagerNumber, Proved, Reason, Word

Code = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9-]{4,32}$", description="what the booking is called, on paper or as QR code"),
]
PersonHash = Annotated[
    str, Meta(pattern=r"^([0-9a-f]{64})?$", description="keyed hash of the ID number, or empty")
]
PhoneHash = Annotated[
    str, Meta(pattern=r"^([0-9a-f]{64})?$", description="keyed hash of the phone number's digits, or empty")
]
MOST_ROWS = 2000


class AppointmentStep(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    CANCELLED = "cancelled"


class Take(StrEnum):
    """What is taken of an import: all of it or nothing, whatever is good, or nothing because it is only looked at."""

    WHOLE = "whole"
    GOOD = "good"
    NOTHING = "nothing"


class Booking(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One appointment as a booking system tells it. `slot` is the start of the slot, `agent` who books for others."""

    code: Code
    service: Word
    slot: Moment
    person: PersonHash = ""
    agent: PersonHash = ""
    phone: PhoneHash = ""


class RefusedRow(Struct, frozen=True, kw_only=True):
    """`row` counts from 0, in the order that they were sent."""

    row: int
    reason: Reason


class BookAppointment(Command, frozen=True, kw_only=True):
    """A visitor at the glass takes a free slot; without a code the caller makes one, and answers with it."""

    service: Word
    slot: Moment
    code: Annotated[str, Meta(pattern=r"^([A-Za-z0-9-]{4,32})?$")] = ""
    person: PersonHash = ""
    agent: PersonHash = ""
    phone: PhoneHash = ""


class ImportAppointments(Command, frozen=True, kw_only=True):
    """Appointments from elsewhere; one that is there already is passed over. The answer names every bad row."""

    bookings: Annotated[tuple[Booking, ...], Meta(max_length=MOST_ROWS)]
    source: Word = ""
    take: Take = Take.WHOLE


class CancelAppointment(Command, frozen=True, kw_only=True):
    """It goes into the number pool, and is given again at a time that nobody can guess."""

    code: Code


class CheckIn(Command, frozen=True, kw_only=True):
    """The holder of an appointment is here, with code, ID card or phone number; answered with a reserved ticket.

    Like ReserveTicket: the number counts when ConfirmTicket says that it is on paper. A card or phone with several
    appointments today: the one whose time is now, else the next; `service` chooses. A refusal tells the
    appointment, if there is one, so that the glass can say when to come.
    """

    code: Annotated[str, Meta(pattern=r"^([A-Za-z0-9-]{4,32})?$")] = ""
    person: PersonHash = ""
    phone: PhoneHash = ""
    service: Word = ""
    kiosk: Word = ""
    priority: Annotated[str, Meta(max_length=16, description="priority group, or empty")] = ""
    proved: Proved = False
    address: Address = ""
    need: Need = Need.NONE
    language: Language = "zh"
    pager: PagerNumber | None = None
    token: Annotated[str, Meta(max_length=32, description="made by the caller if empty")] = ""


class ForgiveAbsences(Command, frozen=True, kw_only=True):
    """An appeal was heard: whoever this is may book again."""

    person: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    why: Word = ""


class AppointmentBooked(Event, frozen=True, kw_only=True):
    """`code`, `person`, `agent` and `phone` are keyed for the slot's day, and `sealed` says with that key whose absence
    it would be. `carried`: told again, because a new day began."""

    appointment: str
    service: str
    day: str
    slot: datetime
    code: str
    person: str = ""
    agent: str = ""
    phone: str = ""
    sealed: str = ""
    source: str = ""
    carried: bool = False


class AppointmentsImported(Event, frozen=True, kw_only=True):
    """What came of an import besides the appointments themselves."""

    source: str
    taken: int
    refused: tuple[RefusedRow, ...] = ()


class AppointmentCancelled(Event, frozen=True, kw_only=True):
    """`back` is when its place can be taken again; never, if there is none."""

    appointment: str
    back: datetime | None = None
    carried: bool = False


class SlotReleased(Event, frozen=True, kw_only=True):
    """The place of a cancelled appointment is in the number pool."""

    appointment: str
    service: str
    slot: datetime


class AppointmentMissed(Event, frozen=True, kw_only=True):
    """Nobody came, that day. `record` is who, for as long as absences are counted; empty if nobody knows."""

    day: str
    record: str
    appointment: str = ""
    carried: bool = False


class AbsencesForgiven(Event, frozen=True, kw_only=True):
    records: tuple[str, ...]
    why: str = ""


class AppointmentView(Struct, frozen=True, kw_only=True):
    """An appointment as its holder may see it: come from `early` to `late`. `code` only where it was just made."""

    service: str
    slot: datetime
    until: datetime
    early: datetime
    late: datetime
    step: AppointmentStep
    code: str = ""


class FreeSlot(Struct, frozen=True, kw_only=True):
    """`left` is how many may still be booked."""

    slot: datetime
    left: int


class BookableService(Struct, frozen=True, kw_only=True):
    service: str
    slots: tuple[FreeSlot, ...]


class AppointmentsState(Message, frozen=True, kw_only=True):
    """What may still be booked, as this was told; a slot that has begun since cannot. Services that are not here are
    not booked at all."""

    services: tuple[BookableService, ...]
