"""Numbers for a kiosk that has lost the caller: leased beforehand, printed from, and handed over afterwards.

A lease is of one business day and of one book: the kiosk's own journal, which has a name that no other has. What
the caller has of a book is counted by the book's own sequence, so that saying it twice changes nothing.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from caller.messages.commands import Command
from caller.messages.events import Event
from caller.messages.words import Day, Language, Moment, Need, Proved, TicketNumber, Word

Book = Annotated[
    str, Meta(min_length=1, max_length=32, description="the kiosk's own journal; new on a new disk")
]
MOST_TICKETS = 10_000  # more than any day can lease


class LeaseNumbers(Command, frozen=True, kw_only=True):
    """What may this kiosk print while the caller is away? Asked at each return of the caller, and now and then."""

    kiosk: Word
    book: Book


class OfflineTicket(Struct, frozen=True, kw_only=True):
    """A number given without the caller. `at` is what the kiosk's clock showed; `after`: the caller was certainly there
    then, by its own clock. `void`: it did not come to paper."""

    seq: Annotated[int, Meta(ge=1, description="of the book, without gaps")]
    ticket: TicketNumber
    service: Word
    token: Word
    at: Moment
    after: Moment
    priority: Annotated[str, Meta(max_length=16)] = ""
    proved: Proved = False
    need: Need = Need.NONE
    language: Language = "zh"
    about: Word = ""
    people: Annotated[int, Meta(ge=1, le=9, description="who came together")] = 1
    person: Annotated[str, Meta(max_length=64, description="keyed hash of who it is, or empty")] = ""
    void: str = ""


class HandOver(Command, frozen=True, kw_only=True):
    """What this book gave on `day` and the caller has not: in its order. `sent` is the kiosk's clock now."""

    kiosk: Word
    book: Book
    day: Day
    sent: Moment
    tickets: Annotated[tuple[OfflineTicket, ...], Meta(min_length=1, max_length=MOST_TICKETS)]


class LeasedNumbers(Struct, frozen=True, kw_only=True):
    """Both ends belong to it. Numbers are given within `hours` only."""

    service: str
    first: str
    last: str
    hours: tuple[tuple[Moment, Moment], ...] = ()


class NumberLease(Struct, frozen=True, kw_only=True):
    """Everything that one book may print from, on one day. `known`: up to which of the book's own sequence the caller
    has its tickets; `at` is the caller's clock."""

    day: str
    at: Moment
    known: int = 0
    numbers: tuple[LeasedNumbers, ...] = ()


class NumbersLeased(Event, frozen=True, kw_only=True):
    """Nobody else is given these numbers today."""

    kiosk: str
    book: str
    service: str
    first: int
    last: int


class TicketsHandedOver(Event, frozen=True, kw_only=True):
    """The caller now has the tickets of this book up to `seq`; each was reserved and issued just before this."""

    kiosk: str
    book: str
    seq: int
    tickets: tuple[str, ...]


class TicketsOutdated(Event, frozen=True, kw_only=True):
    """Given offline on a day that is over (or under a number that somebody holds): told, never mixed into today."""

    kiosk: str
    book: str
    day: str
    tickets: tuple[str, ...]
