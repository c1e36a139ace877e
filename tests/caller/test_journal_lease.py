"""Two caller services never write one hall; on PostgreSQL a warm standby goes on when the first is gone or frozen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg
import pytest
from sqlalchemy import make_url

from caller.backup import verify
from caller.journal import Entry, Journal, JournalError, LeaseLost, LeaseTaken
from caller.messages import Answer, CallNext, ConfirmTicket, DayOpened, ReserveTicket, encode, topic
from config.schema import Hall
from drivers.mqtt import Bus
from tests.caller.started import ROOT, written
from tests.postgres import Postgres

OPENED = [Entry("2026-11-23", "", DayOpened(at=datetime(2026, 11, 23, 4, tzinfo=UTC), day="2026-11-23"))]


def test_the_second_is_told_who_writes(url: str) -> None:
    with Journal(url) as first:
        with pytest.raises(LeaseTaken, match=f"pid {os.getpid()}"), Journal(url):
            pass
        first.commit(OPENED, [])
    with Journal(url) as second:
        assert second.version == 1


def test_after_an_orderly_end_the_next_writes_at_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends a session some moments after it was closed: the lease does not wait for that."""
    first = Journal(url)
    with monkeypatch.context() as slow:
        slow.setattr(Journal, "_drop", lambda _: None)
        with first:
            pass
    with Journal(url) as second:
        assert second.version == 0
    first._drop()


def session_ended(url: str) -> None:
    """As the server does it to a writer that is silent too long."""
    database = make_url(url)
    with psycopg.connect(
        host=database.host, port=database.port, user=database.username, dbname=database.database
    ) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^hall caller'"
        )


def test_a_writer_whose_connection_was_cut_goes_on(postgres: Postgres) -> None:
    url = postgres.database()
    with Journal(url) as journal:
        journal.commit(OPENED, [])
        session_ended(url)
        with pytest.raises(JournalError):
            journal.commit(OPENED, [])
        journal.commit(OPENED, [])
        assert journal.version == 2 and verify(url).seq == 2


def test_a_writer_that_slept_through_a_take_over_commits_nothing(postgres: Postgres) -> None:
    url = postgres.database()
    with Journal(url) as old:
        old.commit(OPENED, [])
        session_ended(url)
        with Journal(url) as new:
            new.commit(OPENED, [])
            with pytest.raises(JournalError):
                old.commit(OPENED, [])
            with pytest.raises(LeaseLost):
                old.commit(OPENED, [])
            with pytest.raises(LeaseLost):
                old.beat()
            assert new.version == 2 and verify(url).seq == 2


def test_the_epoch_alone_shuts_the_old_writer_out(postgres: Postgres) -> None:
    """Even if its session were alive: the lock is not what a commit relies on."""
    url = postgres.database()
    database = make_url(url)
    with Journal(url) as old:
        with psycopg.connect(
            host=database.host, port=database.port, user=database.username, dbname=database.database
        ) as other:
            other.execute("UPDATE lease SET epoch = epoch + 1")
        with pytest.raises(LeaseLost):
            old.commit(OPENED, [])
        with pytest.raises(LeaseLost):
            old.commit(OPENED, [])
    assert verify(url).seq == 0


def test_a_database_that_would_lose_tickets_is_refused(postgres: Postgres) -> None:
    url = postgres.database()
    database = make_url(url)
    with psycopg.connect(
        host=database.host,
        port=database.port,
        user=database.username,
        dbname=database.database,
        autocommit=True,
    ) as other:
        other.execute(f"ALTER DATABASE {database.database} SET synchronous_commit = off")
    with pytest.raises(JournalError, match="synchronous_commit is off"), Journal(url):
        pass


def test_a_database_that_restarts_is_found_again() -> None:
    with Postgres() as server, Journal(server.database()) as journal:
        journal.commit(OPENED, [])
        server.kill()
        with pytest.raises(JournalError):
            journal.commit(OPENED, [])
        server.start()
        journal.commit(OPENED, [])
        assert journal.version == 2


# --- processes ---------------------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def started(hall: Hall, *arguments: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "caller", "--config", str(written(hall, tmp_path)), *arguments]
        with (tmp_path / f"caller-{len(running)}.log").open("wb") as log:
            running.append(subprocess.Popen(line, cwd=ROOT, stdout=log, stderr=log))
        return running[-1]

    yield started
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
    for log in sorted(tmp_path.glob("caller-*.log")):
        print(log.name, log.read_text())


@pytest.fixture
def clerk(ours: Hall) -> Iterator[Bus]:
    with Bus(ours.broker.host, ours.broker.port, ours.hall.id, "clerk") as bus:
        yield bus


def asked(bus: Bus, command: ReserveTicket | ConfirmTicket | CallNext, patience: float = 20) -> Answer:
    return msgspec.json.decode(bus.ask(topic(command), encode(command), patience), type=Answer)


def test_a_second_service_on_one_machine_ends_with_69(
    ours: Hall, clerk: Bus, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    start(ours)
    assert asked(clerk, ReserveTicket(id="r1", service="transfer")).done
    second = start(ours)
    assert second.wait(20) == 69
    assert "another caller service writes this journal" in (tmp_path / "caller-1.log").read_text()
    assert asked(clerk, ConfirmTicket(id="c1", ticket="A001")).done, "the first was not disturbed"


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_the_standby_goes_on_within_five_seconds(
    ours: Hall,
    clerk: Bus,
    start: Callable[..., subprocess.Popen[bytes]],
    postgres: Postgres,
    tmp_path: Path,
    blow: signal.Signals,
) -> None:
    """The time is the promise itself, so here it is measured."""
    url = postgres.database()
    hall = msgspec.structs.replace(ours, caller=msgspec.structs.replace(ours.caller, journal=url))
    first = start(hall)
    ticket = asked(clerk, ReserveTicket(id="r1", service="transfer")).ticket
    assert ticket is not None and ticket.number == "A001"
    start(hall, "--standby")
    log = tmp_path / "caller-1.log"
    while "standing by" not in log.read_text():
        time.sleep(0.05)
    first.send_signal(blow)
    began = time.monotonic()
    assert asked(clerk, ConfirmTicket(id="c1", ticket="A001")).done
    took = time.monotonic() - began
    assert took < 5, f"{took:.1f} s"
    called = asked(clerk, CallNext(id="n1", window=3)).ticket
    assert called is not None and called.number == "A001"
    if blow is signal.SIGSTOP:
        first.send_signal(signal.SIGCONT)
        assert first.wait(20) == 69, "who was frozen sees that it is no longer the one"
    assert asked(clerk, ReserveTicket(id="r1", service="transfer")).ticket == ticket
    second = asked(clerk, ReserveTicket(id="r2", service="transfer")).ticket
    assert second is not None and second.number == "A002"
    verify(url)
