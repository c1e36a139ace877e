"""The power goes at any moment, and the disk has kept what it liked of what was not synced: no promise is broken."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from caller.backup import examine, verify
from caller.journal import Journal
from caller.messages import Answer, Reason, TicketReserved
from tests.crash.tape import Asked, Disk, record

VISITORS = 25
DAY = "2026-11-23"


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """A morning in which the log is carried into the file again and again, and begun anew."""
    return record(tmp_path_factory.mktemp("tape"), VISITORS, "--often")


def broken_promises(tape: list[Asked], folder: Path, seed: int, moment: int | None = None) -> list[str]:
    """Cut then or somewhere, start again, and ask for everything that had been answered by then."""
    dice = random.Random(seed)
    disk, promised = Disk(), list[Answer]()
    for asked in tape[: dice.randrange(len(tape) + 1) if moment is None else moment]:
        if asked.path.endswith("/answers"):
            answer = msgspec.json.decode(asked.data, type=Answer)
            if answer.reason is not Reason.JOURNAL_UNAVAILABLE:
                promised.append(answer)
        elif "journal.db" in asked.path and not asked.path.endswith(".lock"):
            disk.ask(asked)
    folder.mkdir()
    for path, content in disk.cut(dice).items():
        (folder / Path(path).name).write_bytes(content)
    url = f"sqlite:///{folder}/journal.db"
    with Journal(url) as journal:
        found = journal.answers(DAY, {answer.id for answer in promised})
        events = list(journal.today())
        version = journal.version
    examine(url)
    assert verify(url).seq == version, "the chain is whole"
    numbers = [event.ticket for event in events if isinstance(event, TicketReserved)]
    assert numbers == [f"A{n:03d}" for n in range(1, len(numbers) + 1)], (
        "no number is missing, none is there twice"
    )
    return [answer.id for answer in promised if found.get(answer.id) != answer]


def test_the_tape_has_every_kind_of_moment(tape: list[Asked]) -> None:
    """Cuts would prove little if SQLite had only ever added to its log."""
    assert sum(asked.path.endswith("/answers") for asked in tape) == 5 * VISITORS
    carried = [
        n for n, asked in enumerate(tape) if asked.call == "sync" and asked.path.endswith("journal.db")
    ]
    assert len(carried) > 5
    begun_anew = [
        n for n, a in enumerate(tape) if a.path.endswith("-wal") and (a.call, a.offset) == ("write", 0)
    ]
    assert len(begun_anew) > 3


@pytest.mark.parametrize("part", range(10))
def test_sixty_power_cuts(tape: list[Asked], folder: Path, part: int) -> None:
    for seed in range(part * 6, part * 6 + 6):
        assert broken_promises(tape, folder / str(seed), seed) == [], seed


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_hundred_power_cuts(tape: list[Asked], folder: Path) -> None:
    for seed in range(1000, 1500):
        assert broken_promises(tape, folder / str(seed), seed) == [], seed


def test_these_cuts_would_find_a_careless_journal(folder: Path) -> None:
    """The same with synchronous=NORMAL, which does not wait for the disk: promises are broken."""
    (folder / "tape").mkdir()
    careless = record(folder / "tape", VISITORS, "--careless")
    assert any(broken_promises(careless, folder / str(seed), seed) for seed in range(40))


def test_what_a_failing_disk_never_synced_was_promised_to_nobody(folder: Path) -> None:
    """Syncs fail for a while: what SQLite can read again from its log may be in memory only. Then the power goes."""
    (folder / "tape").mkdir()
    tape = record(folder / "tape", VISITORS, failing="fdatasync:error=EIO:when=40..47")
    begun = [n for n, asked in enumerate(tape, 1) if asked.call == "sync"][35]
    said = [n for n, asked in enumerate(tape, 1) if asked.path.endswith("/answers") and n > begun][:12]
    for n in said:
        for seed in range(3):
            assert broken_promises(tape, folder / f"{n}-{seed}", seed, n) == [], (n, seed)
    assert any(Reason.JOURNAL_UNAVAILABLE.encode() in tape[n - 1].data for n in said), "no sync has failed"
