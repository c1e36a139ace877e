"""The hall's memory: committed before answered, all or nothing, and the same day again after a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from caller.backup import backup, verify
from caller.database import reader
from caller.journal import Entry, Journal, JournalError
from caller.messages import (
    Answer,
    CallNext,
    ConfirmTicket,
    DayOpened,
    Event,
    FinishTicket,
    Reason,
    ReserveTicket,
    TicketIssued,
    TicketReserved,
)
from config.schema import Hall
from tests.quiet import QuietHall

DAY = "2026-11-23"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal(url) as journal:
        yield journal


@pytest.fixture
def file(path: Path) -> Iterator[Journal]:
    """One on SQLite, for what only SQLite does."""
    with Journal(f"sqlite:///{path}") as journal:
        yield journal


def morning(*numbers: str) -> list[Entry]:
    events: list[Event] = [DayOpened(at=NINE, day=DAY)]
    for number in numbers:
        events.append(TicketReserved(at=NINE, ticket=number, service="transfer", token="t"))
        events.append(TicketIssued(at=NINE, ticket=number))
    return [Entry(DAY, f"c{n}", event) for n, event in enumerate(events)]


def rows(url: str, table: str = "events") -> int:
    """What somebody else sees."""
    engine = reader(url)
    with engine.connect() as other:
        return int(other.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


# --- the journal alone -------------------------------------------------------------------------------------


def test_what_was_committed_comes_back_in_order(url: str) -> None:
    with Journal(url) as journal:
        journal.commit(morning("A001", "A002"), [])
        assert journal.version == 5 and rows(url) == 5
    with Journal(url) as again:
        assert again.version == 5
        assert list(again.today()) == [entry.event for entry in morning("A001", "A002")]


def test_only_the_running_day_is_replayed(journal: Journal) -> None:
    journal.commit(morning("A001"), [])
    journal.commit([Entry("2026-11-24", "", DayOpened(at=NINE + timedelta(days=1), day="2026-11-24"))], [])
    assert [type(event) for event in journal.today()] == [DayOpened]
    assert journal.version == 4, "but nothing is forgotten"


def test_an_empty_journal_has_no_day(journal: Journal) -> None:
    assert list(journal.today()) == [] and journal.answers(DAY, {"x"}) == {} and journal.version == 0


def test_answers_are_of_their_day(url: str, journal: Journal) -> None:
    """A hand-written command with yesterday's id is a new one, and does not stop the others."""
    first = Answer(id="x", done=True, window=3)
    journal.commit([], [(DAY, first)])
    second = Answer(id="x", done=False, reason=Reason.NOBODY_WAITING)
    journal.commit([], [("2026-11-24", second)])
    assert journal.answers(DAY, {"x"}) == {"x": first} and journal.answers("2026-11-24", {"x"}) == {
        "x": second
    }
    journal.forget("2026-11-24")
    assert journal.answers(DAY, {"x"}) == {} and rows(url, "answers") == 1


@pytest.mark.parametrize(("pragma", "wanted"), [("journal_mode", "wal"), ("synchronous", 2)])
def test_a_commit_is_on_the_disk(file: Journal, pragma: str, wanted: object) -> None:
    """Asked on the journal's own connection: synchronous is not a property of the file."""
    with file.transaction() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == wanted


def test_a_database_that_cannot_be_durable_is_refused() -> None:
    with pytest.raises(JournalError, match="journal_mode=WAL"), Journal("sqlite://"):
        pass


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="unable to open"), Journal(f"sqlite:///{tmp_path}/no/journal.db"):
        pass


def test_a_full_disk_writes_nothing_of_the_batch(path: Path, file: Journal) -> None:
    """SQLite's own limit of pages gives the very error of a full disk, at the very place."""
    url = f"sqlite:///{path}"
    file.commit(morning("A001"), [])
    full(file)
    many = [
        Entry(DAY, "big", TicketReserved(at=NINE, ticket=f"B{n:03d}", service="mortgage", token="t" * 400))
        for n in range(200)
    ]
    with pytest.raises(JournalError, match="full"):
        file.commit(many, [(DAY, Answer(id="big", done=True))])
    assert (rows(url), rows(url, "answers"), file.version) == (3, 0, 3)
    room(file)
    file.commit(many, [(DAY, Answer(id="big", done=True))])
    assert (rows(url), rows(url, "answers"), file.version) == (203, 1, 203), "and then it goes on"


def test_a_locked_journal_is_an_error_and_not_an_empty_hall(path: Path, file: Journal) -> None:
    file.commit(morning("A001"), [])
    with file.transaction() as connection:
        connection.execute(text("PRAGMA busy_timeout=10"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="locked"):
        file.commit([Entry(DAY, "", TicketIssued(at=NINE, ticket="A001", reprint=True))], [])
    other.execute("ROLLBACK")
    other.close()
    assert file.version == 3 and len(list(file.today())) == 3


def full(journal: Journal) -> None:
    with journal.transaction() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))


def room(journal: Journal) -> None:
    with journal.transaction() as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))


# --- the journal under the service -------------------------------------------------------------------------


def test_a_failed_commit_promises_nothing(hall: Hall, path: Path) -> None:
    with QuietHall(hall, path, NINE) as quiet:
        assert quiet.does(ReserveTicket(id="r1", service="transfer")).done
        before = quiet.shown
        full(quiet.journal)
        crowd = [ReserveTicket(id=f"crowd-{n}", service="transfer") for n in range(200)]
        answers = quiet.says(*crowd)
        assert {answer.reason for answer in answers} == {Reason.JOURNAL_UNAVAILABLE} and len(answers) == 200
        assert quiet.shown == before, "nobody was shown what is not in the journal"
        room(quiet.journal)
        (again,) = quiet.says(crowd[0])
        assert again.ticket is not None and again.ticket.number == "A002", "no number was lost on the way"


def test_a_repeated_command_gets_the_first_answer_also_after_a_restart(hall: Hall, url: str) -> None:
    command = ReserveTicket(id="r1", service="transfer")
    with QuietHall(hall, url, NINE) as quiet:
        first, doubled = quiet.says(command, command)
        assert first == doubled and first.done
        refused = quiet.does(CallNext(id="n1", window=3))
        assert refused.reason is Reason.NOBODY_WAITING
        quiet.does(ConfirmTicket(id="c1", ticket="A001"))
    with QuietHall(hall, url, NINE + timedelta(minutes=1)) as quiet:
        assert quiet.says(command, CallNext(id="n1", window=3)) == [first, refused]
        assert quiet.does(CallNext(id="n2", window=3)).done


@pytest.mark.parametrize("after", range(1, 6))
def test_killed_at_any_moment_it_is_right_again(hall: Hall, path: Path, after: int) -> None:
    """Whatever was answered is there; whatever was not, never happened."""
    commands = [
        ReserveTicket(id="1", service="transfer"),
        ConfirmTicket(id="2", ticket="A001"),
        ReserveTicket(id="3", service="transfer", pager=7),
        ConfirmTicket(id="4", ticket="A002"),
        CallNext(id="5", window=3),
    ]
    quiet = QuietHall(hall, path, NINE).__enter__()
    for command in commands[:after]:
        quiet.does(command)
    shown = quiet.shown
    # No __exit__ of the service: the kernel drops a killed process's lock, and SQLite's files stay as they are.
    quiet.journal._lease.release()
    with QuietHall(hall, path, NINE) as again:
        again.caller._publish([])
        assert again.shown == shown
        for command in commands[after:]:
            assert again.does(command).done
        assert next(w.ticket for w in again.shown.windows if w.number == 3) == "A001"
    quiet.__exit__(None, None, None)


def test_a_hall_goes_on_from_its_copy(hall: Hall, url: str, tmp_path: Path) -> None:
    """The machine is gone; the copy that was made while it worked takes the journal's place on another."""
    copy = tmp_path / "copy.db"
    with QuietHall(hall, url, NINE) as quiet:
        quiet.does(ReserveTicket(id="r1", service="transfer"))
        quiet.does(ConfirmTicket(id="c1", ticket="A001"))
        quiet.does(ReserveTicket(id="r2", service="transfer", priority="elderly"))
        quiet.does(ConfirmTicket(id="c2", ticket="A002"))
        called = quiet.does(CallNext(id="n1", window=3))
        backup(url, copy)
        shown = quiet.shown
        quiet.does(FinishTicket(id="f1", window=3))
    with QuietHall(hall, copy, NINE) as again:
        assert again.shown == shown
        assert again.does(CallNext(id="n1", window=3)) == called, "asked twice, called once"
        assert again.does(FinishTicket(id="f2", window=3)).done
        third = again.does(ReserveTicket(id="r3", service="transfer")).ticket
        assert third is not None and third.number == "A003"
    assert verify(f"sqlite:///{copy}").seq > shown.version
