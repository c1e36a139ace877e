"""One changed byte, one event too few, too many or out of place: whoever verifies the record finds it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, text

from caller.backup import verify
from caller.chain import START, Broken, Head, follow
from caller.database import JournalError
from caller.journal import Entry, Journal
from caller.messages import Answer, DayOpened, TicketIssued, TicketReserved

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
COLUMNS = ("seq", "day", "kind", "command", "payload", "hash")
READ = "SELECT seq, day, kind, command, payload, hash FROM events ORDER BY seq"


class Row(NamedTuple):
    seq: int
    day: str
    kind: str
    command: str
    payload: bytes
    hash: bytes


def day(of: datetime, visitors: int) -> list[Entry]:
    name = of.date().isoformat()
    entries = [Entry(name, "", DayOpened(at=of, day=name))]
    for n in range(1, visitors + 1):
        ticket = f"A{n:03d}"
        reserved = TicketReserved(at=of, ticket=ticket, service="transfer", token="t")
        entries += [Entry(name, f"r{n}", reserved), Entry(name, f"c{n}", TicketIssued(at=of, ticket=ticket))]
    return entries


@pytest.fixture
def written(url: str) -> str:
    """A day of twenty visitors, and the service is gone."""
    with Journal(url) as journal:
        for entry in day(NINE, 20):
            journal.commit(
                [entry], [(entry.day, Answer(id=entry.command, done=True))] if entry.command else []
            )
    return url


def change(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_record_that_nobody_touched(written: str) -> None:
    head = verify(written)
    assert head.seq == 41 and Head.read(str(head)) == head
    with Journal(written) as journal:
        assert journal.head == head


@pytest.mark.parametrize(
    ("seq", "what"),
    [
        (7, ["UPDATE events SET command = 'x7' WHERE seq = 7"]),
        (7, ["UPDATE events SET day = '2026-11-22' WHERE seq = 7"]),
        (7, ["UPDATE events SET kind = 'ticket-voided' WHERE seq = 7"]),
        (7, ["UPDATE events SET hash = payload WHERE seq = 7"]),
        (7, ["UPDATE events SET payload = (SELECT payload FROM events WHERE seq = 9) WHERE seq = 7"]),
        (7, ["DELETE FROM events WHERE seq = 7"]),
        (7, ["DELETE FROM events WHERE seq = 7", "UPDATE events SET seq = 7 WHERE seq = 41"]),
        (1, ["DELETE FROM events WHERE seq < 5"]),
        (42, ["INSERT INTO events SELECT 42, day, kind, command, payload, hash FROM events WHERE seq = 41"]),
        (
            7,
            [
                "UPDATE events SET seq = 1007 WHERE seq = 7",
                "UPDATE events SET seq = 7 WHERE seq = 8",
                "UPDATE events SET seq = 8 WHERE seq = 1007",
            ],
        ),
    ],
)
def test_what_was_done_to_it_is_found_where_it_was_done(written: str, seq: int, what: list[str]) -> None:
    change(written, *what)
    with pytest.raises(Broken) as broken:
        verify(written)
    assert broken.value.seq == seq


def test_a_tail_that_was_cut_off_is_found_by_the_head_that_was_logged(written: str) -> None:
    head = verify(written)
    change(written, "DELETE FROM events WHERE seq > 30")
    assert verify(written).seq == 30, "a shorter chain is a chain"
    with pytest.raises(Broken, match="41 was written down"):
        verify(written, [head])


def test_a_chain_made_anew_is_found_by_the_head_that_was_logged(tmp_path: Path) -> None:
    heads = []
    for name, visitors in (("true", 20), ("false", 20)):
        with Journal(f"sqlite:///{tmp_path}/{name}.db") as journal:
            journal.commit(
                day(NINE, visitors) if name == "true" else day(NINE + timedelta(seconds=1), visitors), []
            )
            heads.append(journal.head)
    assert verify(f"sqlite:///{tmp_path}/false.db", [heads[1]]) == heads[1]
    with pytest.raises(Broken, match="not the head that was written down"):
        verify(f"sqlite:///{tmp_path}/false.db", [heads[0]])


def test_a_thousand_changes_of_one_byte(tmp_path: Path) -> None:
    """In any column of any event, one byte becomes another."""
    path, dice = tmp_path / "journal.db", random.Random(7)
    with Journal(f"sqlite:///{path}") as journal:
        journal.commit(day(NINE, 20), [])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        events = list(map(Row._make, database.execute(READ)))
        for _ in range(1000):
            row, column = dice.choice(events), dice.choice(COLUMNS)
            false = _other_byte(dice, row[COLUMNS.index(column)])
            if column == "seq" and any(false == e[0] for e in events):
                false = len(events) + 1 + dice.randrange(9)
            database.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (false, row[0]))
            with pytest.raises(Broken):
                follow(map(Row._make, database.execute(READ)), Head(0, START))
            database.execute("DELETE FROM events WHERE seq = ?", (false if column == "seq" else row[0],))
            database.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
    assert verify(f"sqlite:///{path}").seq == 41


def _other_byte(dice: random.Random, value: bytes | str | int) -> bytes | str | int:
    if isinstance(value, int):
        return value ^ 1 << dice.randrange(8)
    place = dice.randrange(max(len(value), 1))
    if isinstance(value, str):
        true = value[place : place + 1]
        return value[:place] + dice.choice([c for c in "abcxyz019-" if c != true]) + value[place + 1 :]
    return value[:place] + bytes([value[place] ^ dice.randrange(1, 256)]) + value[place + 1 :]


def test_a_byte_of_the_file_itself(tmp_path: Path) -> None:
    """Wherever on the disk a bit turns, the record is found damaged or it reads as it was."""
    path, dice = tmp_path / "journal.db", random.Random(8)
    with Journal(f"sqlite:///{path}") as journal:
        journal.commit(day(NINE, 20), [])
    true, whole, found = path.read_bytes(), events_of(path), 0
    for _ in range(300):
        place = dice.randrange(len(true))
        path.write_bytes(true[:place] + bytes([true[place] ^ 1 << dice.randrange(8)]) + true[place + 1 :])
        try:
            verify(f"sqlite:///{path}")
        except (Broken, JournalError):
            found += 1
        else:
            assert events_of(path) == whole
    assert found > 50


def events_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT * FROM events NOT INDEXED ORDER BY seq").fetchall()


# --- what is let go, what is copied ------------------------------------------------------------------------


@pytest.fixture
def long_kept(url: str) -> Iterator[Callable[[int], Journal]]:
    """Opened with so many days to keep, after ten days of twenty visitors."""
    open_now: list[Journal] = []

    def opened(keep: int) -> Journal:
        journal = Journal(url, keep).__enter__()
        for n in range(10):
            journal.commit(day(NINE + timedelta(days=n), 20), [])
        open_now.append(journal)
        return journal

    yield opened
    for journal in open_now:
        journal.__exit__()


def test_days_that_are_not_kept_are_let_go_and_the_rest_still_verifies(
    url: str, long_kept: Callable[[int], Journal]
) -> None:
    journal = long_kept(3)
    head = journal.head
    journal.forget((NINE + timedelta(days=9)).date().isoformat())
    assert verify(url, [head]) == head == journal.head
    with journal.transaction() as connection:
        assert connection.scalar(text("SELECT min(seq) FROM events")) == 6 * 41 + 1
    change(url, "DELETE FROM events WHERE seq < 300")
    with pytest.raises(Broken):
        verify(url)


def test_a_beginning_that_was_cut_off_is_found_by_a_head_from_before(
    url: str, long_kept: Callable[[int], Journal]
) -> None:
    """Whoever cuts off the oldest days, and moves the anchor as letting them go would, leaves a good chain: a head of
    those days tells that they were there."""
    journal = long_kept(400)
    seen = Head(41, _hash_of(journal, 41))
    head = Head(410, _hash_of(journal, 410))
    assert verify(url, [seen, head]) == head
    journal.__exit__()
    change(
        url,
        "INSERT INTO anchor SELECT seq, hash FROM events WHERE seq = 82",
        "DELETE FROM events WHERE seq <= 82",
    )
    assert verify(url, [head]) == head
    with pytest.raises(Broken, match="41 was let go or cut off"):
        verify(url, [seen, head])


@pytest.mark.parametrize("forged", ["hash = events.hash FROM events WHERE events.seq = 300", "seq = seq - 1"])
def test_a_forged_beginning_is_found(url: str, long_kept: Callable[[int], Journal], forged: str) -> None:
    journal = long_kept(3)
    journal.forget((NINE + timedelta(days=9)).date().isoformat())
    assert verify(url) == journal.head
    change(url, f"UPDATE anchor SET {forged}")
    with pytest.raises(Broken):
        verify(url)


def _hash_of(journal: Journal, seq: int) -> bytes:
    with journal.transaction() as connection:
        return bytes(connection.scalar(text(f"SELECT hash FROM events WHERE seq = {seq}")))


def test_nothing_is_let_go_too_early(url: str, long_kept: Callable[[int], Journal]) -> None:
    journal = long_kept(9)
    journal.forget((NINE + timedelta(days=9)).date().isoformat())
    assert verify(url).seq == 410
    with journal.transaction() as connection:
        assert connection.scalar(text("SELECT min(seq) FROM events")) == 1


def test_a_journal_of_which_nothing_is_left_goes_on(url: str, long_kept: Callable[[int], Journal]) -> None:
    journal = long_kept(1)
    journal.forget("2030-01-01")
    journal.__exit__()
    with Journal(url) as again:
        assert again.head == Head(410, journal.head.hash)
        again.commit(day(NINE + timedelta(days=3000), 1), [])
        assert verify(url) == again.head


def test_a_journal_from_before_the_chain_is_chained(url: str) -> None:
    with Journal(url) as journal:
        journal.commit(day(NINE, 20), [])
        head = journal.head
    change(
        url,
        "DROP TABLE checkpoint",
        "DROP TABLE anchor",
        "DROP TABLE lease",
        "ALTER TABLE events DROP COLUMN hash",
    )
    with Journal(url) as again:
        assert again.head == head == verify(url)
