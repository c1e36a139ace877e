"""A start from a checkpoint is the start from the whole day; whatever is odd about one, the day is replayed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from caller import checkpoint, service, tables
from caller.backup import verify
from caller.chain import Broken
from caller.daykeys import DayKeys
from caller.journal import Journal
from caller.messages import (
    BookAppointment,
    CallNext,
    CancelAppointment,
    CheckIn,
    Command,
    ConfirmTicket,
    FinishTicket,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    ReserveTicket,
    ResumeTicket,
    ServeTicket,
    TransferTicket,
    VoidTicket,
    encode,
    topic,
)
from caller.queue import State
from caller.rules import calendar_of, rules_of
from config.schema import Hall
from drivers.mqtt import Bus, Delivery
from tests.quiet import Ears, QuietHall

TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in the hall
SERVICES = ("transfer", "mortgage", "first")
WINDOWS = (3, 4, 5)
KINDS = 9
PERSONS = ("", "1" * 64, "2" * 64)


def command(dice: random.Random, n: int) -> Command:
    """Anything that a kiosk or a clerk could ask for; much of it is refused."""
    window, ticket = dice.choice(WINDOWS), f"{dice.choice('ABC')}{dice.randrange(1, 9):03d}"
    match dice.randrange(KINDS + 5):
        case 0:
            return ServeTicket(id=f"{n}", window=window)
        case 1:
            return FinishTicket(id=f"{n}", window=window)
        case 2:
            return MarkNoShow(id=f"{n}", window=window)
        case 3:
            return ParkTicket(id=f"{n}", window=window, kind=dice.choice(list(Park)))
        case 4:
            return ResumeTicket(id=f"{n}", window=window, ticket=ticket)
        case 5:
            return TransferTicket(id=f"{n}", window=window, service=dice.choice(SERVICES))
        case 6:
            return VoidTicket(id=f"{n}", ticket=ticket, why="paper")
        case 7:
            return OpenWindow(id=f"{n}", window=window)
        case 8:
            return CallNext(id=f"{n}", window=window)
        case 9 | 10:
            return ConfirmTicket(id=f"{n}", ticket=ticket)
        case 13:
            return booked(dice, f"{n}")
        case _:
            priority = dice.choice(["", "elderly"])
            return ReserveTicket(id=f"{n}", service=dice.choice(SERVICES), kiosk="1", priority=priority)


def booked(dice: random.Random, n: str) -> Command:
    """Anything about an appointment."""
    code = f"BJ{dice.randrange(4):02}"
    match dice.randrange(3):
        case 0:
            return CheckIn(id=n, code=code)
        case 1:
            return CancelAppointment(id=n, code=code)
    slot = TEN + timedelta(minutes=30 * dice.randrange(3), days=dice.randrange(2))
    return BookAppointment(id=n, service="transfer", slot=slot, code=code, person=dice.choice(PERSONS))


def plain(state: State) -> dict[str, Any]:
    """All of a state; a line where nobody stands is no line."""
    values = dict(vars(state))
    return values | {"lines": sorted(values.pop("lines"), key=lambda waiter: waiter.place)}


@contextmanager
def at_work(hall: Hall, path: Path, seed: int, commands: int) -> Iterator[QuietHall]:
    dice = random.Random(seed)
    with QuietHall(hall, path, TEN) as quiet:
        for n in range(commands):
            quiet.now += timedelta(seconds=dice.randrange(40))
            quiet.does(command(dice, n))
        yield quiet


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), before=st.integers(0, 60), after=st.integers(0, 20))
def test_a_checkpoint_and_the_rest_are_the_whole_day(hall: Hall, seed: int, before: int, after: int) -> None:
    rules = rules_of(hall)
    with TemporaryDirectory() as folder, at_work(hall, Path(folder) / "j.db", seed, before) as quiet:
        checkpoint.keep(quiet.journal, quiet.caller._state)
        kept = quiet.journal.version
        dice = random.Random(seed + 1)
        for n in range(after):
            quiet.does(command(dice, before + n))
        short = checkpoint.recall(quiet.journal, rules)
        with quiet.journal.transaction() as connection:
            connection.execute(text("DELETE FROM checkpoint"))
        whole = checkpoint.recall(quiet.journal, rules)
        assert plain(short) == plain(whole) == plain(quiet.caller._state)
        assert kept > 0


@pytest.fixture
def kept(hall: Hall, tmp_path: Path) -> Iterator[Journal]:
    """A morning with a checkpoint in which, unlike in the journal, window 3 has another clerk."""
    with at_work(hall, tmp_path / "journal.db", 1, 80) as quiet:
        state = quiet.caller._state
        state.desks[3].clerk = "checkpoint"
        checkpoint.keep(quiet.journal, state)
        yield quiet.journal


def was_read(journal: Journal, hall: Hall) -> bool:
    return checkpoint.recall(journal, rules_of(hall)).desks[3].clerk == "checkpoint"


def test_a_checkpoint_is_what_is_read(hall: Hall, kept: Journal) -> None:
    assert was_read(kept, hall)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE checkpoint SET form = 'of an older release'",
        "UPDATE checkpoint SET state = x'7b7d'",
        "UPDATE checkpoint SET state = zeroblob(100)",
        "UPDATE checkpoint SET hash = zeroblob(32)",
        "UPDATE checkpoint SET seq = seq - 1",
        "UPDATE checkpoint SET seq = 1000",
        "DELETE FROM checkpoint",
    ],
)
def test_an_odd_checkpoint_is_not_read(hall: Hall, kept: Journal, change: str) -> None:
    with kept.transaction() as connection:
        connection.execute(text(change))
    assert not was_read(kept, hall)


def test_a_byte_that_turned_where_it_can_still_be_read_is_found_by_its_digest(
    hall: Hall, kept: Journal
) -> None:
    with kept.transaction() as connection:
        payload = connection.execute(select(tables.checkpoint.c.state)).scalar_one()
        turned = payload.replace(b'"checkpoint"', b'"checkpoinu"')
        connection.execute(update(tables.checkpoint).values(state=turned))
    assert "checkpoin" not in checkpoint.recall(kept, rules_of(hall)).desks[3].clerk


def test_other_code_or_rules_do_not_read_it(
    hall: Hall, kept: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "_code", lambda: b"tomorrow's")
    assert not was_read(kept, hall)
    monkeypatch.undo()
    from dataclasses import replace

    rules = replace(rules_of(hall), calls_before_no_show=9)
    assert checkpoint.recall(kept, rules).desks[3].clerk != "checkpoint"


def test_the_form_is_the_same_in_another_process(hall: Hall) -> None:
    """Sets are not in the same order there."""
    import subprocess
    import sys

    code = (
        "from pathlib import Path; from config.load import load\n"
        "from caller import checkpoint; from caller.rules import rules_of\n"
        "print(checkpoint.form(rules_of(load(Path('config/hall.toml')))))\n"
    )
    forms = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert forms == {checkpoint.form(rules_of(hall))}


def test_yesterdays_checkpoint_is_not_todays(hall: Hall, tmp_path: Path) -> None:
    with at_work(hall, tmp_path / "journal.db", 1, 80) as quiet:
        checkpoint.keep(quiet.journal, quiet.caller._state)
        quiet.now += timedelta(days=1)
        quiet.time_passes()
        assert checkpoint.recall(quiet.journal, rules_of(hall)).day == "2026-11-24"
        assert not checkpoint.recall(quiet.journal, rules_of(hall)).tickets


@pytest.fixture
def closed(hall: Hall, url: str) -> str:
    """A morning of which a checkpoint was kept, and some more of it; the service is gone."""
    dice = random.Random(3)
    with QuietHall(hall, url, TEN) as quiet:
        for n in range(60):
            quiet.does(command(dice, n))
            if n == 40:
                checkpoint.keep(quiet.journal, quiet.caller._state)
    return url


def test_a_checkpoint_that_says_what_the_events_say(hall: Hall, closed: str) -> None:
    checkpoint.check(closed, rules_of(hall))


def test_a_forged_checkpoint_is_found_though_it_is_not_in_the_chain(hall: Hall, closed: str) -> None:
    """Somebody puts a friend to the front in what the next start reads, and makes its digest right."""
    rules = rules_of(hall)
    with Journal(closed) as journal:
        kept = journal.kept()
        assert kept is not None
        state = checkpoint.read(kept.state[32:], rules)
        friend = next(ticket for ticket in reversed(state.tickets.values()))
        friend.place = (TEN - timedelta(hours=1), 0, 0)
        payload = checkpoint.written(state)
        with journal.transaction() as connection:
            connection.execute(update(tables.checkpoint).values(state=sha256(payload).digest() + payload))
        again = checkpoint.recall(journal, rules)
        assert again.tickets[friend.number].place == friend.place, "the service would believe it"
    assert verify(closed).seq > 0, "the chain of events is whole"
    with pytest.raises(Broken, match="not what the events say"):
        checkpoint.check(closed, rules)


class Rush(Ears):
    """One visitor after the other, and then nobody."""

    def __init__(self, visitors: int) -> None:
        super().__init__()
        self.inbox: SimpleQueue[Delivery] = SimpleQueue()
        self.left = visitors

    def subscribe(self, *patterns: str) -> None:
        """They are there already."""

    def next(self) -> None:
        if self.left:
            reserve = ReserveTicket(id=f"r{self.left}", service="transfer")
            self.inbox.put(Delivery(topic(reserve), encode(reserve), "someone"))
            self.left -= 1


def test_it_is_written_down_when_nobody_waits(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the short breath between two visitors: that is for what the hall is shown."""
    monkeypatch.setattr(service, "IDLE_EVENTS", 3)
    monkeypatch.setattr(service, "TICK", 0.01)
    rush, kept = Rush(6), list[bool]()
    with Journal(f"sqlite:///{tmp_path}/journal.db") as journal:

        def goes_on() -> bool:
            kept.append(journal.kept() is not None)
            rush.next()
            return len(kept) < 12

        bus = cast(Bus, rush)
        caller = service.Caller(rules_of(hall), journal, bus, lambda: TEN, calendar_of(hall), DayKeys())
        caller.recall()
        caller.run(goes_on, lambda: None)
        last = kept.index(True)
        assert last > 6 and all(kept[last:]), kept  # six visitors came, one round each
        assert checkpoint.recall(journal, rules_of(hall)).counters["A"] == 6
