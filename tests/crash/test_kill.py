"""kill -9 at every write and every sync of a ticket and a call; a disk that is full, or fails, and comes back."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from caller.backup import examine, verify
from caller.journal import Journal
from caller.messages import TicketCalled, TicketReserved
from tests.crash.tape import record, traced
from tests.crash.till import at_work, commands, promised

WRITES = "pwrite64,fdatasync"


def killed(folder: Path, call: str, when: int) -> bool:
    """Whether the service died at this write, after which everything promised is there and the day goes on."""
    opened(folder)
    kill = f"inject={call}:signal=SIGKILL:when={when}"
    done = traced(folder, "-e", f"trace={call}", "-e", kill, "-o", "/dev/null", visitors=1)
    before = promised(folder / "answers")
    url = f"sqlite:///{folder}/journal.db"
    if (folder / "journal.db").stat().st_size:
        with Journal(url) as journal:
            assert journal.answers("2026-11-23", set(before)) == before
    at_work(folder, 1).__exit__(None, None, None)
    after = promised(folder / "answers")
    assert after.keys() == {command.id for command in commands(1)}
    assert {id: after[id] for id in before} == before, "the first answer again"
    with Journal(url) as journal:
        events = list(journal.today())
    assert [e.ticket for e in events if isinstance(e, TicketReserved)] == ["A001"]
    assert [e.ticket for e in events if isinstance(e, TicketCalled)] == ["A001"]
    examine(url)
    verify(url)
    return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def opened(folder: Path) -> Path:
    """A hall whose day has begun."""
    folder.mkdir(exist_ok=True)
    at_work(folder, 0).__exit__(None, None, None)
    return folder


@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_killed_at_some_writes(folder: Path, call: str) -> None:
    """At each of them with --long."""
    kind = "write" if call == "pwrite64" else "sync"
    asked = record(opened(folder / "all"), 1)
    total = sum(one.call == kind and "journal.db" in one.path for one in asked)
    assert total > 5
    places = range(1, total - 1, max(total // 5, 1))
    assert all(killed(folder / str(when), call, when) for when in places)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_killed_at_every_write(folder: Path, call: str) -> None:
    when = 1
    while killed(folder / str(when), call, when):
        when += 1
    assert when > 5


@pytest.mark.parametrize(
    "failure",
    [
        "pwrite64:error=ENOSPC:when=30..60",
        "pwrite64:error=EIO:when=30..60",
        "fdatasync:error=EIO:when=5..9",
    ],
)
def test_a_disk_that_fails_and_comes_back(folder: Path, failure: str) -> None:
    """Whoever asks meanwhile is refused and asks again; when the disk is back, so is the hall, by itself."""
    opened(folder)
    done = traced(folder, "-e", f"trace={WRITES}", "-e", f"inject={failure}", "-o", "/dev/null", visitors=6)
    assert done.returncode == 0, done.stderr
    said = (folder / "answers").read_text()
    assert "journal-unavailable" in said, "nobody was told of it"
    answers = promised(folder / "answers")
    assert len(answers) == 30 and all(answer.done for answer in answers.values())
    url = f"sqlite:///{folder}/journal.db"
    with Journal(url) as journal:
        numbers = [e.ticket for e in journal.today() if isinstance(e, TicketReserved)]
        assert numbers == [f"A{n:03d}" for n in range(1, 7)]
        assert journal.answers("2026-11-23", set(answers)) == answers
    examine(url)
    verify(url)
