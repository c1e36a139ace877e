"""A kiosk's own journal: what it may print while the caller is away, what it printed, and what the caller has of it.

Pure: an entry and the book give the next book; the same entries give the same book. A number is in the book before it
is on paper, and never comes from it twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import Struct, structs

from caller.messages import (
    HandOver,
    LeaseNumbers,
    NumberLease,
    OfflineTicket,
    Reason,
    ReserveTicket,
)

LOST = "kiosk-restarted"  # nobody knows whether it came to paper


class Entry(Struct, frozen=True, tag=True):
    """One line of the journal."""


class Begun(Entry, frozen=True):
    """A new book, by a name that no other has."""

    book: str


class Leased(Entry, frozen=True):
    """The caller's latest word on what this book may print from."""

    lease: NumberLease


class Drawn(Entry, frozen=True):
    """A number is somebody's."""

    day: str
    ticket: OfflineTicket


class Settled(Entry, frozen=True):
    """It came to paper, or `void` says why not."""

    ticket: str
    void: str = ""


class Told(Entry, frozen=True):
    """The caller was told of what was given on a day that is over."""

    day: str


class Doubted(Entry, frozen=True):
    """Numbers that may be somebody's: they are given to nobody."""

    tickets: tuple[str, ...]


AnyEntry = Begun | Leased | Drawn | Settled | Told | Doubted


class NotGiven(Exception):
    """The book says no."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Book:
    """`given` are (day, ticket) in order; `open` is the one of which it is not known how it ended."""

    name: str = ""
    lease: NumberLease | None = None
    given: tuple[tuple[str, OfflineTicket], ...] = ()
    open: str = ""
    known: int = 0  # the caller has today's up to here
    doubted: tuple[str, ...] = ()

    def of_day(self, day: str) -> tuple[OfflineTicket, ...]:
        return tuple(ticket for d, ticket in self.given if d == day)

    @property
    def day(self) -> str:
        return self.lease.day if self.lease else ""


def enter(book: Book, entry: AnyEntry) -> Book:
    """The book with one more line."""
    match entry:
        case Begun(book=name):
            return Book(name)
        case Leased(lease=lease):
            doubted = book.doubted if lease.day == book.day else ()
            return replace(book, lease=lease, known=lease.known, doubted=doubted)
        case Drawn(day=day, ticket=ticket):
            return replace(book, given=(*book.given, (day, ticket)), open=ticket.ticket)
        case Settled(ticket=number, void=void):
            if number != book.open:
                return book
            day, ticket = book.given[-1]
            ended = structs.replace(ticket, void=void)
            return replace(book, given=(*book.given[:-1], (day, ended)), open="")
        case Doubted(tickets=numbers):
            return replace(book, doubted=numbers)
        case Told(day=day):
            return replace(book, given=tuple(pair for pair in book.given if pair[0] != day))


def services(book: Book, at: datetime) -> frozenset[str]:
    """What numbers can be given of now, without the caller."""
    may = {part.service for part in book.lease.numbers} if book.lease else set()
    return frozenset(service for service in may if not isinstance(_free(book, service, at), Reason))


def draw(book: Book, wanted: ReserveTicket, token: str, at: datetime) -> Drawn:
    """The next number of the service; raises NotGiven."""
    if book.lease is None or book.open:
        raise NotGiven(Reason.NOT_OFFLINE)
    number = _free(book, wanted.service, at)
    if isinstance(number, Reason):
        raise NotGiven(number)
    if wanted.person and any(_same(ticket, wanted) for ticket in book.of_day(book.day)[book.known :]):
        raise NotGiven(Reason.ALREADY_HOLDS)
    ticket = OfflineTicket(
        seq=len(book.of_day(book.day)) + 1, ticket=number, service=wanted.service, token=token, at=at,
        after=book.lease.at, priority=wanted.priority, proved=wanted.proved, need=wanted.need,
        language=wanted.language, about=wanted.about, people=wanted.people, person=wanted.person,
    )  # fmt: skip
    return Drawn(book.day, ticket)


def _same(ticket: OfflineTicket, wanted: ReserveTicket) -> bool:
    """One live number for a person and service, as far as this book knows: of what the caller has, only the caller."""
    return not ticket.void and (ticket.person, ticket.service) == (wanted.person, wanted.service)


def _free(book: Book, service: str, at: datetime) -> str | Reason:
    parts = [part for part in book.lease.numbers if part.service == service] if book.lease else []
    if not parts:
        return Reason.NOT_OFFLINE
    if not any(begin <= at < end for part in parts for begin, end in part.hours):
        return Reason.OUTSIDE_HOURS
    return _next(book, service) or Reason.NOT_OFFLINE


def _next(book: Book, service: str) -> str:
    """The next number of this service that nobody can have; "" if there is none."""
    used = {*book.doubted, *(ticket.ticket for ticket in book.of_day(book.day))}
    parts = book.lease.numbers if book.lease else ()
    leased = (n for part in parts if part.service == service for n in _between(part.first, part.last))
    return next((number for number in leased if number not in used), "")


def _between(first: str, last: str) -> Iterator[str]:
    for number in range(int(first[1:]), int(last[1:]) + 1):
        yield f"{first[0]}{number:0{len(first) - 1}d}"


def errand(
    book: Book, kiosk: str, id: str, at: datetime, today: str, renew: bool = False
) -> HandOver | LeaseNumbers | None:
    """What the caller is to be told or asked: what was given on a day that is over, a lease of today if there is none
    or it is to be renewed, what of today it does not have. What is still in the printer waits."""
    if not book.name:
        return None

    def hand_over(id: str, day: str, tickets: tuple[OfflineTicket, ...]) -> HandOver:
        return HandOver(id=id, kiosk=kiosk, book=book.name, day=day, sent=at, tickets=tickets)

    over = [day for day, _ in book.given if day != today]
    if over and not book.open:
        return hand_over(told_id(book, over[0]), over[0], book.of_day(over[0]))
    if renew or book.day != today:
        return LeaseNumbers(id=id, kiosk=kiosk, book=book.name)
    fresh = tuple(t for t in book.of_day(today) if t.seq > book.known and t.ticket != book.open)
    return hand_over(id, today, fresh) if fresh else None


def told_id(book: Book, day: str) -> str:
    """Always the same: what was given on a day that is over may be told twice, and is journalled once."""
    return f"{book.name}-{day}"


def entries(book: Book) -> Iterator[AnyEntry]:
    """The shortest journal that gives this book."""
    yield Begun(book.name)
    for day, ticket in book.given:
        yield Drawn(day, ticket)
        if ticket.ticket != book.open:
            yield Settled(ticket.ticket, ticket.void)
    if book.lease is not None:
        yield Leased(book.lease)
    if book.doubted:
        yield Doubted(book.doubted)  # of this lease


def doubts(book: Book) -> Doubted:
    """The end of the journal could not be read: the number that may have stood there is nobody's."""
    parts = book.lease.numbers if book.lease else ()
    following = (_next(book, service) for service in dict.fromkeys(part.service for part in parts))
    return Doubted((*book.doubted, *(number for number in following if number)))


def salvaged(name: str, lines: list[AnyEntry]) -> Book:
    """A journal that is damaged in the middle: what can be read is told to the caller in a new book, and nothing is
    printed from the old lease."""
    book = Book(name)
    ends = {line.ticket: line.void for line in lines if isinstance(line, Settled)}
    for line in lines:
        if isinstance(line, Drawn):
            seq = len(book.of_day(line.day)) + 1
            ticket = structs.replace(line.ticket, seq=seq, void=ends.get(line.ticket.ticket, LOST))
            book = replace(book, given=(*book.given, (line.day, ticket)))
    return book
