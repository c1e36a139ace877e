"""The words that messages are made of: one meaning each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

CommandId = Annotated[
    str, Meta(min_length=1, max_length=64, description="unique; a repeat gets the first answer")
]
TicketNumber = Annotated[str, Meta(pattern=r"^[A-Z]?[0-9]{1,5}$", examples=["A012"])]
WindowNumber = Annotated[int, Meta(ge=1, le=99)]
PagerNumber = Annotated[int, Meta(ge=1, le=999)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a business day")]
Word = Annotated[str, Meta(max_length=64)]
Moment = Annotated[
    datetime, Meta(tz=True)
]  # one without an offset could not be compared with the hall's clock
Proved = Annotated[bool, Meta(description="an ID card has proved the priority group; else a clerk looks")]
Address = Annotated[
    str,
    Meta(
        pattern=r"^([\u4e00-\u9fff]{1,2}\*(先生|女士))?$",
        description="how an ID card says that the visitor is addressed, masked (张*女士), or empty",
    ),
]
Language = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}$", description="what the visitor chose, a code of config.languages")
]


class Step(StrEnum):
    """Where a ticket is on its journey."""

    RESERVED = "reserved"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    VOID = "void"


class Reason(StrEnum):
    """Why the queue refused a command. `say` says it to a person."""

    NOBODY_WAITING = "nobody-waiting"
    WINDOW_BUSY = "window-busy"
    WINDOW_CLOSED = "window-closed"
    WINDOW_IDLE = "window-idle"
    UNKNOWN_WINDOW = "unknown-window"
    UNKNOWN_SERVICE = "unknown-service"
    UNKNOWN_TICKET = "unknown-ticket"
    UNKNOWN_PAGER = "unknown-pager"
    NOT_SERVED_HERE = "not-served-here"
    NOT_SERVED_THERE = "not-served-there"
    WRONG_STEP = "wrong-step"
    TOO_EARLY = "too-early"
    TOO_FEW_CALLS = "too-few-calls"
    PAGER_TAKEN = "pager-taken"
    PAGER_LOST = "pager-lost"
    PAGER_FLAT = "pager-flat"
    NOTHING_TO_RATE = "nothing-to-rate"
    ALREADY_RATED = "already-rated"
    TOO_LATE = "too-late"
    NEEDS_REASON = "needs-reason"
    NOT_YOURS = "not-yours"
    ALREADY_HOLDS = "already-holds"
    OUTSIDE_HOURS = "outside-hours"
    CLOSING = "closing"
    QUOTA_USED_UP = "quota-used-up"
    UNKNOWN_CLERK = "unknown-clerk"
    CLERK_BUSY = "clerk-busy"
    UNKNOWN_APPOINTMENT = "unknown-appointment"
    APPOINTMENT_EARLY = "appointment-early"
    APPOINTMENT_LATE = "appointment-late"
    APPOINTMENT_USED = "appointment-used"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    APPOINTMENT_OTHER_DAY = "appointment-other-day"
    ALREADY_BOOKED = "already-booked"
    CODE_TAKEN = "code-taken"
    NOT_BOOKABLE = "not-bookable"
    NO_SUCH_SLOT = "no-such-slot"
    NO_APPOINTMENT_LEFT = "no-appointment-left"
    AGENT_LIMIT = "agent-limit"
    SLOT_USED_UP = "slot-used-up"
    BARRED = "barred"
    NUMBERS_USED_UP = "numbers-used-up"
    NOT_OFFLINE = "not-offline"
    MALFORMED = "malformed"
    JOURNAL_UNAVAILABLE = "journal-unavailable"


class Park(StrEnum):
    """The three kinds of setting a visitor aside."""

    WITHOUT_PAPERS = "without-papers"  # 不持件: any window resumes
    WITH_PAPERS = "with-papers"  # 持件: the same window resumes
    WAITING = "waiting"  # 等待: waiting for something else, the same window


class Why(StrEnum):
    """Why a clerk calls out of order; kept with the call and shown to the supervisor."""

    AT_WINDOW = "at-window"  # 群众已在窗口
    RETURNED = "returned"  # 过号后回来
    URGENT = "urgent"  # 急事急办
    MISTAKE = "mistake"  # 取错号
    SUPERVISOR = "supervisor"  # 主管安排


class Need(StrEnum):
    """What a visitor cannot do: one who cannot hear is always vibrated, one who cannot see always spoken to."""

    NONE = ""
    DEAF = "deaf"
    BLIND = "blind"


class Channel(StrEnum):
    BOARD = "board"
    SIGN = "sign"
    VOICE = "voice"
    PAGER = "pager"
    PHONE = "phone"


class Result(StrEnum):
    """What a channel did with a call. `received`: it has the call, and tells of it when those before it are told."""

    RECEIVED = "received"
    SHOWN = "shown"
    SPOKEN = "spoken"
    VIBRATED = "vibrated"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def reached(self) -> bool:
        return self in (Result.SHOWN, Result.SPOKEN, Result.VIBRATED)

    @property
    def failed(self) -> bool:
        return self in (Result.FAILED, Result.EXPIRED)


class Message(Struct, frozen=True):
    """Anything on the bus that has a topic of its own kind."""
