"""What waits together is committed together, and nobody is answered before."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import cast
from zoneinfo import ZoneInfo

import msgspec

from caller.backup import verify
from caller.daykeys import DayKeys
from caller.journal import Entry, Journal, JournalError
from caller.messages import (
    Answer,
    CallNext,
    ConfirmTicket,
    Reason,
    ReserveTicket,
    TicketCalled,
    TicketReserved,
    encode,
    topic,
)
from caller.rules import calendar_of, rules_of
from caller.service import Caller
from config.schema import Hall
from drivers.mqtt import Bus, Delivery
from tests.quiet import Ears, QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CLIENTS, EACH = 8, 25


class SlowDisk(Journal):
    """Each commit waits until it is let through."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.turns: SimpleQueue[None] = SimpleQueue()
        self.waits = threading.Event()
        self.commits: list[int] = []

    def commit(self, entries: Sequence[Entry], said: Iterable[tuple[str, Answer]]) -> None:
        said = list(said)
        if said:
            self.waits.set()
            self.turns.get()
            self.commits.append(len(said))
        super().commit(entries, said)


class Clients(Ears):
    """Eight at once; each says its next command when the one before was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.inbox: SimpleQueue[Delivery] = SimpleQueue()
        self.on_disk_when_answered: list[int] = []
        self.journal: Journal | None = None

    def subscribe(self, *patterns: str) -> None:
        for client in range(CLIENTS):
            self.say(client, 0)

    def say(self, client: int, n: int) -> None:
        command = ReserveTicket(id=f"{client}-{n}", service="transfer")
        self.inbox.put(Delivery(topic(command), encode(command), str(client)))

    def answer(self, delivery: Delivery, payload: bytes) -> None:
        super().answer(delivery, payload)
        assert self.journal is not None
        self.on_disk_when_answered.append(self.journal.version)
        client, n = map(int, self.answers[-1].id.split("-"))
        if n + 1 < EACH:
            self.say(client, n + 1)


def test_eight_clients_share_their_commits(hall: Hall, tmp_path: Path) -> None:
    clients = Clients()
    with SlowDisk(f"sqlite:///{tmp_path}/journal.db") as disk:
        clients.journal = disk
        caller = Caller(rules_of(hall), disk, cast(Bus, clients), lambda: NINE, calendar_of(hall), DayKeys())
        thread = threading.Thread(
            target=caller.run, args=(lambda: len(clients.answers) < CLIENTS * EACH, lambda: None)
        )
        thread.start()
        while thread.is_alive():
            if disk.waits.wait(0.05):
                disk.waits.clear()
                assert len(clients.answers) == sum(disk.commits), "nobody is answered before the commit"
                disk.turns.put(None)
        thread.join()
        assert sum(disk.commits) == CLIENTS * EACH
        assert len(disk.commits) <= EACH + 1, disk.commits
        numbers = [answer.ticket.number for answer in clients.answers if answer.ticket]
        assert len(set(numbers)) == CLIENTS * EACH
        # the day, and what had been answered when each answer went out
        assert all(done > n for n, done in enumerate(clients.on_disk_when_answered))


def test_what_is_said_again_is_answered_again_and_costs_nobody_beside_it_anything(
    hall: Hall, tmp_path: Path
) -> None:
    """Whether it was answered in a commit before or is said twice in this one."""
    one, two, three = (ReserveTicket(id=f"r{n}", service="transfer") for n in (1, 2, 3))
    with QuietHall(hall, tmp_path / "j.db", NINE) as quiet:
        first = quiet.does(one)
        answers = quiet.says(one, two, two, three)
        assert answers[0] == first and answers[1] == answers[2]
        assert [a.ticket.number for a in answers if a.ticket] == ["A001", "A002", "A002", "A003"]
        assert len([e for e in quiet.ears.events if isinstance(e, TicketReserved)]) == 3


class Failing(Journal):
    """Fails when it is told to: before it writes, after it wrote, or already when it is read."""

    how = ""

    def commit(self, entries: Sequence[Entry], said: Iterable[tuple[str, Answer]]) -> None:
        if self.how in ("before", "dead"):
            self._drop()
            raise JournalError("no space left")
        super().commit(entries, said)
        if self.how in ("after", "unseen"):
            self._drop()
            raise JournalError("the connection was cut")

    def kept(self) -> None:
        if self.how in ("dead", "unseen"):
            raise JournalError("I/O error")
        return


def broken(hall: Hall, journal: Path | str, how: str) -> QuietHall:
    quiet = QuietHall(hall, journal, NINE)
    quiet.journal.__class__ = Failing
    quiet.__enter__()
    quiet.does(ReserveTicket(id="r1", service="transfer"))
    cast(Failing, quiet.journal).how = how
    return quiet


def test_what_was_written_after_all_is_answered_so(hall: Hall, tmp_path: Path) -> None:
    """The commit was cut off, but it is there: a refusal would be a lie, and the clerk would press again."""
    quiet = broken(hall, tmp_path / "j.db", "after")
    assert quiet.does(ConfirmTicket(id="c1", ticket="A001")).done
    assert next(s.waiting for s in quiet.shown.services if s.id == "transfer") == 1
    quiet.__exit__(None, None, None)


def test_a_journal_that_cannot_even_be_read(hall: Hall, tmp_path: Path) -> None:
    """Everybody is refused, nothing is shown, the service lives, and goes on by itself when the disk does."""
    quiet = broken(hall, tmp_path / "j.db", "dead")
    quiet.caller._showing._next_queues = 0.0  # phones may be told at once
    before = dict(quiet.ears.kept)
    for n in range(3):
        answer = quiet.does(ConfirmTicket(id=f"c{n}", ticket="A001"))
        assert (answer.done, answer.reason) == (False, Reason.JOURNAL_UNAVAILABLE)
    quiet.time_passes()
    assert quiet.ears.kept == before, "not even on phones"
    cast(Failing, quiet.journal).how = ""
    quiet.time_passes()
    assert quiet.does(ConfirmTicket(id="c1", ticket="A001")).done
    second = quiet.does(ReserveTicket(id="r2", service="transfer")).ticket
    assert second is not None and second.number == "A002"
    quiet.__exit__(None, None, None)


def test_what_was_refused_never_turns_up_later(hall: Hall, url: str) -> None:
    """The commit was written, but nobody could see that: the clerk was refused, and presses again. The visitor who
    was called without anybody knowing is the one who is called now."""
    quiet = broken(hall, url, "")
    for n in (1, 2):
        quiet.does(ReserveTicket(id=f"r{n}", service="transfer"))
        quiet.does(ConfirmTicket(id=f"c{n}", ticket=f"A00{n}"))
    head = quiet.journal.head
    cast(Failing, quiet.journal).how = "unseen"
    assert quiet.does(CallNext(id="n1", window=3)).reason is Reason.JOURNAL_UNAVAILABLE
    assert verify(url).seq > head.seq, "it is there"
    assert quiet.does(CallNext(id="n1", window=3)).reason is Reason.JOURNAL_UNAVAILABLE
    cast(Failing, quiet.journal).how = ""
    called = quiet.does(CallNext(id="n2", window=3)).ticket
    assert called is not None and called.number == "A001"
    assert quiet.does(ConfirmTicket(id="c1", ticket="A001")).done, (
        "what was answered before is answered again"
    )
    quiet.__exit__(None, None, None)
    with Journal(url) as again:
        assert [e.ticket for e in again.today() if isinstance(e, TicketCalled)] == ["A001"]
        assert again.answers("2026-11-23", {"n1"}) == {} and verify(url) == again.head


def test_a_refusal_names_the_command(hall: Hall, tmp_path: Path) -> None:
    quiet = broken(hall, tmp_path / "j.db", "before")
    command = ConfirmTicket(id="c1", ticket="A001")
    quiet.caller.handle(
        [Delivery(topic(command), encode(command), "x"), Delivery("command/call-next", b"{", "y")]
    )
    assert [(a.id, a.reason) for a in quiet.ears.answers[-2:]] == [
        ("c1", Reason.JOURNAL_UNAVAILABLE),
        ("", Reason.JOURNAL_UNAVAILABLE),
    ]
    quiet.__exit__(None, None, None)
    assert msgspec.json.decode(quiet.ears.kept["state/hall"])["version"] == 2
