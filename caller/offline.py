"""What kiosks print while the caller is away cannot meet what the caller gives: their numbers are leased from the
top downwards, and each kiosk has blocks there that no other kiosk can have, whatever the caller remembers.

So a journal that was put back from a copy may lease a block again, but only to the kiosk that has it already, and
that kiosk's own book knows which of its numbers are gone. A kiosk with a new disk has a new book, and gets new blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from caller.guards import Refused
from caller.messages import (
    Event,
    HandOver,
    LeasedNumbers,
    LeaseNumbers,
    NumberLease,
    NumbersLeased,
    OfflineTicket,
    Reason,
    TicketIssued,
    TicketReserved,
    TicketsHandedOver,
    TicketsOutdated,
    TicketVoided,
)
from caller.state import KioskBook, ServiceRule, State
from caller.veil import Veil

Range = tuple[int, int]


def written(rule: ServiceRule, number: int, width: int) -> str:
    return f"{rule.letter}{number:0{width}d}"


def kept(state: State, rule: ServiceRule) -> list[Range]:
    """Numbers of this letter that the caller itself does not give, in order."""
    rules = state.rules
    first_blocks = rules.lease_numbers * len(rules.kiosks) if _room(state) else 0
    top = rules.numbering.last - first_blocks + 1, rules.numbering.last
    return sorted([top, *_leased(state, rule)])


def _room(state: State) -> bool:
    """Most numbers stay the caller's own; and a lease ends with the day, so there must be days."""
    rules, numbering = state.rules, state.rules.numbering
    first_blocks = rules.lease_numbers * len(rules.kiosks)
    return numbering.last - numbering.first + 1 >= 2 * first_blocks > 0 and rules.calendar is not None


def _leasable(state: State, service: str) -> bool:
    """A quota, of the day or of an hour, can only be kept by who counts everybody."""
    rules = state.rules
    return _room(state) and not (rules.services[service].quota or rules.booking.walk_ins.get(service))


def _leased(state: State, rule: ServiceRule) -> Iterator[Range]:
    for book in state.leased.values():
        yield from _ranges(state, book, rule)


def _ranges(state: State, book: KioskBook, rule: ServiceRule) -> Iterator[Range]:
    """What is leased to this book of the rule's letter: services may share one."""
    for service, first, last in book.numbers:
        if state.rules.services[service].letter == rule.letter:
            yield first, last


def taken(state: State, rule: ServiceRule, number: int) -> Range | None:
    """This number alone, if somebody has it: a kiosk's, of whose lease a journal that was put back knows nothing."""
    ticket = state.tickets.get(written(rule, number, state.rules.numbering.width))
    return (number, number) if ticket is not None and ticket.offline else None


def lease(state: State, command: LeaseNumbers, at: datetime) -> Sequence[Event]:
    """One more block of every service of which the book has less than half a block."""
    if command.kiosk not in state.rules.kiosks:
        raise Refused(Reason.NOT_YOURS)
    return list(_topped_up(state, command, at))


def _topped_up(state: State, command: LeaseNumbers, at: datetime) -> Iterator[Event]:
    width = state.rules.numbering.width
    held = state.leased.get(_key(command.kiosk, command.book), KioskBook(command.kiosk, command.book))
    now: list[tuple[str, Range]] = []  # by letter: services may share one
    for service, rule in state.rules.services.items():
        if not _leasable(state, service):
            continue
        mine = [n for s, first, last in held.numbers if s == service for n in range(first, last + 1)]
        free = sum(written(rule, n, width) not in state.tickets for n in mine)
        block = None if free * 2 >= state.rules.lease_numbers else _block(state, command.kiosk, rule, now)
        if block is not None:
            now.append((rule.letter, block))
            yield NumbersLeased(
                at=at, kiosk=command.kiosk, book=command.book, service=service, first=block[0], last=block[1]
            )


def _block(state: State, kiosk: str, rule: ServiceRule, now: Iterable[tuple[str, Range]]) -> Range | None:
    """The highest block of this kiosk's own that is whole. The lower half of all numbers is never leased."""
    numbering, size, kiosks = state.rules.numbering, state.rules.lease_numbers, state.rules.kiosks
    floor = max(state.counters.get(rule.letter, 0), _never_leased(state))
    taken = [*_leased(state, rule), *(block for letter, block in now if letter == rule.letter)]
    turn = kiosks.index(kiosk)
    while (first := numbering.last - (turn + 1) * size + 1) > floor:
        last = first + size - 1
        apart = all(last < low or high < first for low, high in taken)
        if apart and not any(
            written(rule, n, numbering.width) in state.tickets for n in range(first, last + 1)
        ):
            return first, last
        turn += len(kiosks)
    return None


def of_book(state: State, kiosk: str, book: str, at: datetime) -> NumberLease:
    """What this book may print from, and what the caller has of it."""
    held = state.leased.get(_key(kiosk, book), KioskBook(kiosk, book))
    calendar, width = state.rules.calendar, state.rules.numbering.width
    numbers = []
    for service, first, last in held.numbers:
        rule = state.rules.services[service]
        hours = list(calendar.spans(calendar.day(at), rule.hours)) if calendar else []
        if (until := state.extended.get(service)) and until > at:
            hours.append((max([at, *(end for _, end in hours)]), until))
        low, high = written(rule, first, width), written(rule, last, width)
        numbers.append(LeasedNumbers(service=service, first=low, last=high, hours=tuple(hours)))
    return NumberLease(day=state.day, at=at, known=held.known, numbers=tuple(numbers))


def hand_over(state: State, command: HandOver, at: datetime, veil: Veil) -> Sequence[Event]:
    """Each ticket counts from when it was truly given. What belongs to another day is told and nothing else; after a
    gap nothing is taken, and the answer says from where to say it again."""
    if command.kiosk not in state.rules.kiosks:
        raise Refused(Reason.NOT_YOURS)
    numbers = tuple(ticket.ticket for ticket in command.tickets)
    outdated = partial(TicketsOutdated, at=at, kiosk=command.kiosk, book=command.book, day=command.day)
    if command.day != state.day:
        return [outdated(tickets=numbers)]
    held = state.leased.get(_key(command.kiosk, command.book), KioskBook(command.kiosk, command.book))
    fresh = [(t, when) for t, when in given(command, at) if t.seq > held.known]
    if [t.seq for t, _ in fresh] != list(range(held.known + 1, held.known + 1 + len(fresh))):
        return []
    today = date.fromisoformat(state.day)
    events: list[Event] = []
    clashed: list[str] = []
    for ticket, when in fresh:
        if _clashes(state, held, ticket, {e.ticket for e in events if isinstance(e, TicketReserved)}):
            clashed.append(ticket.ticket)
            continue
        events.append(
            TicketReserved(
                at=at, ticket=ticket.ticket, service=ticket.service, token=ticket.token, kiosk=command.kiosk,
                priority=ticket.priority, proved=ticket.proved, need=ticket.need, about=ticket.about,
                language=ticket.language, came=when, offline=True, people=ticket.people,
                person=veil.person(ticket.person, today).person,
                then=state.rules.services[ticket.service].then,
            )
        )  # fmt: skip
        if ticket.void:
            events.append(TicketVoided(at=at, ticket=ticket.ticket, why=ticket.void))
        else:
            events.append(TicketIssued(at=at, ticket=ticket.ticket))
    if clashed:
        events.append(outdated(tickets=tuple(clashed)))
    if fresh:
        seen = tuple(ticket.ticket for ticket, _ in fresh)
        events.append(
            TicketsHandedOver(
                at=at, kiosk=command.kiosk, book=command.book, seq=fresh[-1][0].seq, tickets=seen
            )
        )
    return events


def _clashes(state: State, held: KioskBook, ticket: OfflineTicket, now: Iterable[str]) -> bool:
    """It is none of this kiosk's numbers; somebody has it, or will have; the journal's hall has no such service. That
    the caller's own numbers are past it says nothing: where numbers go on wider, they went past what is leased."""
    rule = state.rules.services.get(ticket.service)
    if (
        rule is None
        or ticket.ticket[0] != rule.letter
        or ticket.ticket in state.tickets
        or ticket.ticket in now
    ):
        return True
    number = int(ticket.ticket[1:])
    if not _is_own(state, held, rule, number):
        return True
    others = (book for book in state.leased.values() if book is not held)
    return any(first <= number <= last for book in others for first, last in _ranges(state, book, rule))


def _is_own(state: State, held: KioskBook, rule: ServiceRule, number: int) -> bool:
    """Whether it is leased to this book, or lies in a block that no other kiosk can have: that lease the journal may
    have forgotten."""
    rules = state.rules
    if any(first <= number <= last for first, last in _ranges(state, held, rule)):
        return True
    if not _room(state):
        return False
    turn = (rules.numbering.last - number) // rules.lease_numbers % len(rules.kiosks)
    return number > _never_leased(state) and turn == rules.kiosks.index(held.kiosk)


def _never_leased(state: State) -> int:
    """The last number of the lower half."""
    return (state.rules.numbering.first + state.rules.numbering.last) // 2


def given(command: HandOver, at: datetime) -> list[tuple[OfflineTicket, datetime]]:
    """When each visitor truly came, by the caller's clock.

    The book's sequence is certain, the kiosk's clock is not: how wrong it is now shows in `sent`. Where it was put
    back between two tickets, the one before was not later than the one after, and what it showed is all there is.
    Nobody came before the caller was last there, or after now.
    """
    wrong, latest, shown = at - command.sent, at, command.sent
    times: list[tuple[OfflineTicket, datetime]] = []
    for ticket in reversed(command.tickets):
        if ticket.at > shown:
            wrong = at - at
        latest, shown = min(latest, ticket.at + wrong), ticket.at
        times.append((ticket, latest))
    floor = datetime.min.replace(tzinfo=at.tzinfo)
    ordered = []
    for ticket, when in reversed(times):
        floor = max(floor, min(ticket.after, at))
        ordered.append((ticket, max(floor, when)))
    return ordered


def _key(kiosk: str, book: str) -> str:
    return f"{kiosk}/{book}"


def _book(state: State, kiosk: str, book: str) -> KioskBook:
    return state.leased.setdefault(_key(kiosk, book), KioskBook(kiosk, book))


def leased(state: State, event: NumbersLeased) -> None:
    _book(state, event.kiosk, event.book).numbers.append((event.service, event.first, event.last))


def handed_over(state: State, event: TicketsHandedOver) -> None:
    _book(state, event.kiosk, event.book).known = event.seq


def told(state: State, event: Event) -> None:
    """Nobody's place changes; the journal and whoever hears the event know."""
