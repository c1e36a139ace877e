"""A copy of the record, made while the service writes: whole, verified itself, or not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caller import backup as copying
from caller.backup import backup, verify
from caller.chain import Broken
from caller.database import JournalError
from caller.journal import Entry, Journal
from caller.messages import Answer, DayOpened, TicketIssued, TicketReserved
from tests.caller.test_journal_chain import change

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = "2026-11-23"


@pytest.fixture
def written(url: str) -> str:
    """A morning of twenty visitors, one of whom was answered."""
    with Journal(url) as journal:
        journal.commit([Entry(DAY, "", DayOpened(at=NINE, day=DAY))], [(DAY, Answer(id="r1", done=True))])
        for n in range(1, 21):
            reserved = TicketReserved(at=NINE, ticket=f"A{n:03d}", service="transfer", token="t")
            issued = TicketIssued(at=NINE, ticket=f"A{n:03d}")
            journal.commit([Entry(DAY, f"r{n}", reserved), Entry(DAY, f"c{n}", issued)], [])
    return url


def test_a_copy_made_while_the_service_writes(written: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Journal(written) as journal:
        journal.commit([Entry("2026-11-23", "", TicketIssued(at=NINE, ticket="A001", reprint=True))], [])
        head = backup(written, copy)
        assert head == journal.head
        journal.commit([Entry("2026-11-23", "", TicketIssued(at=NINE, ticket="A002", reprint=True))], [])
        assert verify(written) == journal.head != head
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    with Journal(f"sqlite:///{copy}") as restored:
        assert restored.head == head and len(list(restored.today())) == 42
        assert restored.answers("2026-11-23", {"r1"}) == {"r1": Answer(id="r1", done=True)}
    with pytest.raises(JournalError, match="already"):
        backup(written, copy)


def test_a_damaged_journal_is_not_copied(written: str, tmp_path: Path) -> None:
    change(written, "DELETE FROM events WHERE seq = 9")
    with pytest.raises(Broken):
        backup(written, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))


def test_a_copy_that_came_out_damaged_is_found_and_thrown_away(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record itself is whole: what is verified is the copy."""
    copied = copying._copy

    def damaged(url: str, part: Path) -> None:
        copied(url, part)
        with closing(sqlite3.connect(part)) as copy, copy:
            copy.execute("DELETE FROM events WHERE seq = 9")

    monkeypatch.setattr(copying, "_copy", damaged)
    with pytest.raises(Broken) as broken:
        backup(written, tmp_path / "copy.db")
    assert broken.value.seq == 9 and not list(tmp_path.glob("copy*"))
    assert verify(written).seq == 41
