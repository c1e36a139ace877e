"""Leased numbers are nobody else's, and a ticket that was given offline counts from when it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.calendar import Calendar, Span
from caller.evolve import evolve
from caller.messages import (
    ExtendHours,
    FindTickets,
    HandOver,
    LeaseNumbers,
    NumberLease,
    OfflineTicket,
    Reason,
    ReserveTicket,
    Step,
    TicketReserved,
    TicketsFound,
    TicketsHandedOver,
    TicketsOutdated,
)
from caller.offline import given as truly_given
from caller.offline import of_book
from caller.state import Numbering, ServiceRule
from config.numbers import After
from tests.caller.oneday import MORNING, RULES, OneDay

CALENDAR = Calendar(zone=ZoneInfo("Asia/Shanghai"), hours=(Span.read("08:30-17:00"),))
LEASING = replace(RULES, kiosks=("kiosk-1", "kiosk-2"), lease_numbers=5, calendar=CALENDAR)


def asks(day: OneDay, kiosk: str = "kiosk-1", book: str = "one") -> NumberLease:
    day.does(LeaseNumbers(id=day.id(), kiosk=kiosk, book=book))
    return of_book(day.state, kiosk, book, day.now)


def ranges(lease: NumberLease, service: str = "transfer") -> list[tuple[str, str]]:
    return [(part.first, part.last) for part in lease.numbers if part.service == service]


def ticket(seq: int, number: str, minutes: float = 0, **more: object) -> OfflineTicket:
    at = MORNING + timedelta(minutes=minutes)
    plain = OfflineTicket(seq=seq, ticket=number, service="transfer", token=f"t{seq}", at=at, after=MORNING)
    return msgspec.structs.replace(plain, **more)


def over(day: OneDay, *tickets: OfflineTicket, book: str = "one", of: str = "2026-11-23") -> HandOver:
    return HandOver(id=day.id(), kiosk="kiosk-1", book=book, day=of, sent=day.now, tickets=tickets)


def test_each_book_gets_blocks_of_its_own_and_asking_again_gives_no_more() -> None:
    day = OneDay(LEASING)
    assert ranges(asks(day)) == [("A995", "A999")]
    assert ranges(asks(day, "kiosk-2")) == [("A990", "A994")]
    assert ranges(asks(day)) == [("A995", "A999")]
    assert ranges(asks(day, book="a new disk")) == [("A985", "A989")]
    assert day.refuses(LeaseNumbers(id=day.id(), kiosk="kiosk-9", book="x")) is Reason.NOT_YOURS


def test_a_kiosk_alone_keeps_the_hours_that_the_hall_keeps() -> None:
    day = OneDay(LEASING)
    day.does(ExtendHours(id=day.id(), until=MORNING.replace(hour=10)))  # six in the evening in the hall
    hours = {part.hours for part in asks(day).numbers}
    ((work, longer),) = hours
    assert [at.hour for at in work] == [8, 17] and (longer[0], longer[1]) == (
        work[1],
        MORNING.replace(hour=10),
    )


def test_what_no_kiosk_can_have_is_not_taken_from_it() -> None:
    """Else the caller would give the number to somebody else as well."""
    day = OneDay(LEASING)
    asks(day)
    asks(day, "kiosk-2")
    foreign = [ticket(1, "A003"), ticket(2, "A400"), ticket(3, "A990"), ticket(4, "A982"), ticket(5, "A999")]
    events = day.does(over(day, *foreign))
    assert [e.ticket for e in events if isinstance(e, TicketReserved)] == ["A999"]
    (told,) = (e for e in events if isinstance(e, TicketsOutdated))
    assert told.tickets == ("A003", "A400", "A990", "A982")
    assert [day.takes("transfer") for _ in range(4)] == ["A001", "A002", "A003", "A004"]


def test_a_block_that_the_caller_has_forgotten_is_still_that_kiosks() -> None:
    """A journal that was put back from a copy knows of no lease; whose the numbers are can be counted."""
    day = OneDay(LEASING)
    events = day.does(over(day, ticket(1, "A996"), ticket(2, "A987")))
    assert [e.ticket for e in events if isinstance(e, TicketReserved)] == ["A996", "A987"]
    with pytest.raises(KeyError):  # one number for two is no journal of ours
        evolve(day.state, events[0])


def test_the_same_kiosk_gets_the_same_first_block_whatever_the_caller_forgot() -> None:
    forgetful = OneDay(LEASING)
    assert ranges(asks(forgetful, "kiosk-2")) == [("A990", "A994")]


def test_the_queue_goes_past_what_is_leased_or_stops_there() -> None:
    few = replace(LEASING, lease_numbers=2, numbering=Numbering(1, 10, 3))
    for rules, after in (
        (few, None),
        (replace(few, numbering=Numbering(1, 10, 3, after=After.WIDEN)), "A011"),
    ):
        day = OneDay(rules)
        asks(day)
        given = [day.takes("transfer") for _ in range(6)]
        assert given[-1] == "A006"
        if after is None:
            assert day.refuses(ReserveTicket(id=day.id(), service="transfer")) is Reason.NUMBERS_USED_UP
        else:
            assert day.takes("transfer") == after


def test_what_the_queue_went_past_is_still_the_kiosks_when_it_hands_over() -> None:
    """After A006 the caller went on at A011: a number below that, in the kiosk's own block, is nobody else's."""
    day = OneDay(replace(LEASING, lease_numbers=2, numbering=Numbering(1, 10, 3, after=After.WIDEN)))
    assert ranges(asks(day)) == [("A009", "A010")]
    assert [day.takes("transfer") for _ in range(7)][-1] == "A011"
    day.does(over(day, ticket(1, "A009")))
    assert day.ticket("A009").step is Step.WAITING
    assert not [e for e in day.history if isinstance(e, TicketsOutdated)]


def test_a_kiosk_that_the_hall_has_not_hands_nothing_over() -> None:
    day = OneDay(LEASING)
    asks(day)
    stranger = msgspec.structs.replace(over(day, ticket(1, "A995")), kiosk="kiosk-9")
    assert day.refuses(stranger) is Reason.NOT_YOURS
    assert day.refuses(msgspec.structs.replace(stranger, day="2026-11-20")) is Reason.NOT_YOURS
    assert "A995" not in day.state.tickets


def test_services_that_share_a_letter_share_no_number() -> None:
    both = {**RULES.services, "search": ServiceRule("A")}
    lease = asks(OneDay(replace(LEASING, services=both)))
    assert not set(ranges(lease, "search")) & set(ranges(lease))


def test_what_only_the_caller_can_count_is_not_leased() -> None:
    some = {**RULES.services, "search": ServiceRule("D", quota=3)}
    assert ranges(asks(OneDay(replace(LEASING, services=some))), "search") == []
    assert asks(OneDay(replace(LEASING, calendar=None))).numbers == ()
    assert asks(OneDay(replace(LEASING, lease_numbers=0))).numbers == ()


def test_handed_over_twice_counts_once_and_a_gap_is_asked_for() -> None:
    day = OneDay(LEASING)
    asks(day)
    day.passes(600)
    tickets = ticket(1, "A995", 3), ticket(2, "A996", 4, void="printer: cover"), ticket(3, "A997", 5)
    day.does(over(day, *tickets))
    assert of_book(day.state, "kiosk-1", "one", day.now).known == 3
    before = len(day.history)
    day.does(over(day, *tickets))
    day.does(over(day, ticket(5, "A998", 6)))
    assert len(day.history) == before, "of the second nothing is new, before the fifth the fourth is missing"
    steps = {number: str(t.step) for number, t in day.state.tickets.items()}
    assert steps == {"A995": "waiting", "A996": "void", "A997": "waiting"}
    assert day.state.tickets["A997"].place[0] == MORNING + timedelta(minutes=5)


def test_another_day_and_a_number_that_is_taken_are_told_and_not_mixed_in() -> None:
    day = OneDay(LEASING)
    asks(day)
    asks(day, book="two")
    mine = day.takes("transfer")
    day.does(over(day, ticket(1, "A995"), of="2026-11-20"))
    day.does(over(day, ticket(1, mine), ticket(2, "A985"), ticket(3, "B999"), ticket(4, "A995")))
    told = [e for e in day.history if isinstance(e, TicketsOutdated)]
    assert [(e.day, e.tickets) for e in told] == [
        ("2026-11-20", ("A995",)), ("2026-11-23", (mine, "A985", "B999")),
    ]  # fmt: skip
    assert [e.seq for e in day.history if isinstance(e, TicketsHandedOver)] == [4]
    assert [e.ticket for e in day.history if isinstance(e, TicketReserved) and e.offline] == ["A995"]
    day.does(ReserveTicket(id=day.id(), service="transfer"))
    assert day.state.counters["A"] == 2, "the caller's own numbers go on as if nothing had been"


HOURS = st.floats(-5, 5).map(lambda hours: timedelta(hours=hours))


@given(st.lists(HOURS, min_size=1, max_size=8), HOURS, HOURS)
def test_whatever_the_clocks_say_the_books_order_holds_and_nobody_comes_from_the_future(
    shown: list[timedelta], sent: timedelta, now: timedelta
) -> None:
    tickets = tuple(ticket(n, "A995", 0, at=MORNING + at, after=MORNING) for n, at in enumerate(shown, 1))
    at = MORNING + abs(now)
    command = HandOver(
        id="x", kiosk="kiosk-1", book="one", day="2026-11-23", sent=MORNING + sent, tickets=tickets
    )
    times = [when for _, when in truly_given(command, at)]
    assert times == sorted(times) and all(MORNING <= when <= at for when in times)


@pytest.mark.parametrize(
    ("shown", "sent", "true"),
    [
        ((1, 2, 3), 10, (1, 2, 3)),  # a clock that is right
        ((61, 62, 63), 70, (1, 2, 3)),  # an hour fast all the time
        ((1, 62, 3), 10, (1, 3, 3)),  # an hour fast for a moment
        ((1, 2, -57), -50, (1, 2, 3)),  # put back by an hour in between
        ((1, 62, 63), 70, (0, 2, 3)),  # put on by an hour in between: not before the caller was last there
    ],
)
def test_a_clock_that_was_put_does_not_change_who_came_when(
    shown: tuple[int, ...], sent: int, true: tuple[int, ...]
) -> None:
    tickets = tuple(ticket(n, "A995", minutes) for n, minutes in enumerate(shown, 1))
    sent_at = MORNING + timedelta(minutes=sent)
    command = HandOver(id="x", kiosk="kiosk-1", book="one", day="2026-11-23", sent=sent_at, tickets=tickets)
    times = [when for _, when in truly_given(command, MORNING + timedelta(minutes=10))]
    assert times == [MORNING + timedelta(minutes=minutes) for minutes in true]


def test_who_took_a_number_offline_with_a_card_holds_it_and_takes_no_second() -> None:
    day = OneDay(LEASING)
    asks(day)
    day.passes(600)
    day.does(over(day, ticket(1, "A995", 1, person="who", people=2), ticket(2, "A996", 2)))
    assert day.ticket("A995").people == 2
    assert day.refuses(ReserveTicket(id=day.id(), service="transfer", person="who")) is Reason.ALREADY_HOLDS
    (found,) = day.does(FindTickets(id=day.id(), person="who", kiosk="kiosk-1"))
    assert isinstance(found, TicketsFound) and found.tickets == ("A995",)
