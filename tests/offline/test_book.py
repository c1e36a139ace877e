"""The kiosk's own journal on its own disk: what can be read after whatever befell it, and what is never given again."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from caller.messages import (
    ConfirmTicket,
    HandOver,
    LeasedNumbers,
    LeaseNumbers,
    Need,
    NumberLease,
    Reason,
    ReserveTicket,
)
from kiosk.book import Book, Leased, NotGiven, Settled, Told, draw, enter, entries, errand, services
from kiosk.bookkeeper import Bookkeeper
from kiosk.diary import Diary, _line
from tests.offline.outage import MORNING, QUICK
from tests.unplugged import Unplugged

DAY = "2026-11-23"
HOURS = ((MORNING.replace(hour=8), MORNING.replace(hour=12)),)
LEASE = NumberLease(
    day=DAY,
    at=MORNING,
    numbers=(
        LeasedNumbers(service="transfer", first="A980", last="A983", hours=HOURS),
        LeasedNumbers(service="search", first="D980", last="D982", hours=HOURS),
    ),
)


OPEN: list[Diary] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture
def disk() -> Iterator[Path]:
    with TemporaryDirectory(dir=QUICK) as folder:
        yield Path(folder)


def begun(file: Path) -> Diary:
    diary = Diary(file)
    diary.open()
    OPEN.append(diary)
    return diary


def leased(file: Path) -> Diary:
    diary = begun(file)
    diary.write(Leased(LEASE))
    return diary


def wants(service: str) -> ReserveTicket:
    return ReserveTicket(id="w", service=service, priority="elderly", need=Need.DEAF, language="en")


def gives(diary: Diary, service: str = "transfer", minutes: float = 1) -> str:
    at = MORNING + timedelta(minutes=minutes)
    drawn = draw(diary.book, wants(service), secrets.token_hex(4), at)
    diary.write(drawn)
    diary.write(Settled(drawn.ticket.ticket))
    return drawn.ticket.ticket


def test_numbers_are_given_in_their_hours_until_they_are_used_up(disk: Path) -> None:
    diary = leased(disk / "book")
    assert services(diary.book, MORNING) == {"transfer", "search"}
    assert [gives(diary) for _ in range(4)] == ["A980", "A981", "A982", "A983"]
    assert services(diary.book, MORNING) == {"search"}
    for service, hours, reason in (
        ("transfer", 0, Reason.NOT_OFFLINE),
        ("enterprise", 0, Reason.NOT_OFFLINE),
        ("search", 4, Reason.OUTSIDE_HOURS),
    ):
        with pytest.raises(NotGiven) as refused:
            draw(diary.book, wants(service), "", MORNING + timedelta(hours=hours))
        assert refused.value.reason is reason


def test_one_number_is_in_the_printer_at_a_time(disk: Path) -> None:
    diary = leased(disk / "book")
    diary.write(draw(diary.book, wants("transfer"), "", MORNING))
    with pytest.raises(NotGiven):
        draw(diary.book, wants("search"), "", MORNING)


def test_one_person_gets_one_number_of_a_service(disk: Path) -> None:
    diary = leased(disk / "book")

    def asks(service: str, person: str) -> str:
        drawn = draw(diary.book, structs.replace(wants(service), person=person, people=3), "", MORNING)
        diary.write(drawn)
        return drawn.ticket.ticket

    diary.write(Settled(asks("transfer", "a" * 64), "printer"))
    diary.write(Settled(asks("transfer", "a" * 64)))
    with pytest.raises(NotGiven) as refused:
        asks("transfer", "a" * 64)
    assert refused.value.reason is Reason.ALREADY_HOLDS
    for service, person in (("search", "a" * 64), ("transfer", "b" * 64), ("transfer", "")):
        diary.write(Settled(asks(service, person)))
    told = errand(diary.book, "kiosk-1", "h", MORNING, DAY)
    assert isinstance(told, HandOver)
    assert [t.person[:1] for t in told.tickets] == ["a", "a", "a", "b", ""] and told.tickets[1].people == 3


def test_what_is_read_again_is_what_was_written(disk: Path) -> None:
    diary = leased(disk / "book")
    gives(diary)
    gives(diary, "search")
    diary.write(draw(diary.book, wants("transfer"), "", MORNING))
    again = begun(disk / "book").book
    assert again == diary.book and again.open == "A981"
    book = Book()
    for entry in entries(again):
        book = enter(book, entry)
    assert book == again


@settings(max_examples=40)
@given(cut=st.integers(0, 10_000))
def test_wherever_the_power_fails_no_number_is_given_again(
    cut: int,
) -> None:
    folder = TemporaryDirectory(dir=QUICK)
    file = Path(folder.name) / "book"
    diary = leased(file)
    sizes, printed = [file.stat().st_size], [""]
    for _ in range(2):
        printed.append(gives(diary))
        sizes.append(file.stat().st_size)
    diary.close()
    data = file.read_bytes()
    cut = sizes[0] + cut % (len(data) - sizes[0] + 1)
    file.write_bytes(data[:cut])
    again = begun(file)
    if again.book.open:
        again.write(Settled(again.book.open, "power"))
    again.close()
    whole = {number for number, size in zip(printed, sizes, strict=True) if size <= cut}
    assert gives(again) not in whole and again.book.name == diary.book.name
    again.close()
    folder.cleanup()


def test_what_was_written_is_there_when_the_plug_is_pulled(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book, its name in the folder, and the new one of the next day."""
    surely = Unplugged(disk, monkeypatch)
    diary = begun(disk / "book")

    def found() -> Book:
        (disk / "again").write_bytes(surely.found("book"))
        return begun(disk / "again").book

    assert found() == diary.book != Book()
    diary.write(Leased(LEASE))
    for _ in range(2):
        gives(diary)
        assert found() == diary.book
    diary.write(Leased(structs.replace(LEASE, day="2026-11-24")))
    assert found() == diary.book


def test_a_disk_that_fills_up_in_the_middle_of_a_line_refuses_and_keeps_what_was(disk: Path) -> None:
    """It takes what it has room for and raises nothing. Wherever that is, the number is not given; and with room again
    it is, and nothing that was given is lost."""
    keeper = Bookkeeper(disk / "book", lambda: MORNING)
    keeper._diary = diary = leased(disk / "book")
    first, before = gives(diary), (disk / "book").read_bytes()
    drawn = draw(diary.book, wants("transfer"), "t" * 12, MORNING)
    for room in range(len(_line(drawn))):
        with room_for(len(before) + room):
            refused = keeper.answer(wants("transfer"))
        assert (refused.done, refused.reason) == (False, Reason.JOURNAL_UNAVAILABLE)
        assert (disk / "book").read_bytes() == before
    given = keeper.answer(wants("transfer"))
    assert given.ticket is not None and (first, given.ticket.number) == ("A980", "A981")
    with room_for((disk / "book").stat().st_size + 9):
        assert not keeper.answer(ConfirmTicket(id="c", ticket="A981")).done
    assert keeper.answer(ConfirmTicket(id="c", ticket="A981")).done
    again = begun(disk / "book").book
    assert again == diary.book and [t.ticket for t in again.of_day(DAY)] == ["A980", "A981"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond this: a write that would is cut short there, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_number_that_may_have_stood_at_a_damaged_end_is_nobodys(disk: Path) -> None:
    diary = leased(disk / "book")
    diary.write(draw(diary.book, wants("transfer"), "", MORNING))
    diary.close()
    data = (disk / "book").read_bytes()
    (disk / "book").write_bytes(data[:-9] + b"rot" + data[-6:])
    assert gives(begun(disk / "book")) == "A981"
    assert gives(begun(disk / "book")) == "A982", "and it stays so"


def test_a_book_that_is_damaged_in_the_middle_tells_what_it_can_and_gives_nothing_more(
    disk: Path,
) -> None:
    diary = leased(disk / "book")
    for _ in range(2):
        gives(diary)
    diary.close()
    lines = (disk / "book").read_bytes().splitlines(keepends=True)
    lines[2] = b"x" + lines[2][1:]
    (disk / "book").write_bytes(b"".join(lines))
    again = begun(disk / "book").book
    assert again.name != diary.book.name and services(again, MORNING) == set()
    assert [(t.seq, t.ticket, t.void) for t in again.of_day(DAY)] == [(1, "A981", "")]
    assert (disk / "book.damaged").exists()


def test_what_the_caller_is_told(disk: Path) -> None:
    diary = begun(disk / "book")

    def next_errand(today: str = DAY, renew: bool = False) -> LeaseNumbers | HandOver | None:
        return errand(diary.book, "kiosk-1", "e", MORNING, today, renew)

    assert errand(Book(), "kiosk-1", "e", MORNING, DAY) is None, "a kiosk without a disk"
    assert isinstance(next_errand(), LeaseNumbers)
    diary.write(Leased(LEASE))
    assert next_errand() is None and isinstance(next_errand(renew=True), LeaseNumbers)
    gives(diary)
    diary.write(draw(diary.book, wants("search"), "", MORNING))
    told = next_errand()
    assert isinstance(told, HandOver) and [t.ticket for t in told.tickets] == ["A980"], (
        "not what is in the printer"
    )
    assert isinstance(next_errand(renew=True), LeaseNumbers), "first what the caller remembers"
    diary.write(Settled("D980"))
    late = next_errand("2026-11-24")
    assert isinstance(late, HandOver) and late.day == DAY and len(late.tickets) == 2
    assert next_errand("2026-11-24") == late, "by the same id"
    diary.write(Told(DAY))
    assert isinstance(next_errand("2026-11-24"), LeaseNumbers)


def test_a_disk_that_comes_late_is_used_then(disk: Path) -> None:
    file = disk / "disk" / "book"
    keeper = Bookkeeper(file, lambda: MORNING)
    with keeper:
        assert keeper.book == Book()
        refused = keeper.answer(ReserveTicket(id="1", service="transfer"))
        assert refused.reason is Reason.JOURNAL_UNAVAILABLE
        file.parent.mkdir()
        keeper.do(Leased(LEASE))
        keeper.do(ReserveTicket(id="2", service="transfer", priority="elderly"))
        answered = keeper.said.get(timeout=10)
        assert answered.answer and answered.answer.ticket
        ticket = answered.answer.ticket
        assert (answered.id, ticket.number, ticket.offline, ticket.priority) == ("2", "A980", True, True)
        keeper.do(ConfirmTicket(id="3", ticket="A980"))
        assert keeper.said.get(timeout=10).answer
    assert begun(file).book.open == ""
