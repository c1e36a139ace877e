"""A hundred callers press at once for the one visitor who waits: one gets the visitor, ninety-nine are told why not."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from caller.messages import (
    Answer,
    CallTicket,
    ConfirmTicket,
    Reason,
    ReserveTicket,
    TicketCalled,
    Why,
    decode,
    encode,
    topic,
)
from config.schema import Hall
from drivers.mqtt import Bus
from tests.caller.witness import Witness
from tests.quiet import QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CALLERS, CLIENTS = 100, 10
WINDOWS = (3, 4, 5, 6, 7)


def press(n: int) -> CallTicket:
    return CallTicket(id=f"press-{n}", window=WINDOWS[n % len(WINDOWS)], ticket="A001", why=Why.AT_WINDOW)


def one_of(answers: list[Answer]) -> None:
    assert len(answers) == CALLERS
    told = Counter(answer.reason for answer in answers)
    assert told == {None: 1, Reason.WRONG_STEP: CALLERS - 1}


def test_in_one_batch(hall: Hall, tmp_path: Path) -> None:
    with QuietHall(hall, tmp_path / "journal.db", NINE) as quiet:
        quiet.says(ReserveTicket(id="take", service="transfer"), ConfirmTicket(id="paper", ticket="A001"))
        one_of(quiet.says(*map(press, range(CALLERS))))
        assert sum(isinstance(event, TicketCalled) for event in quiet.ears.events) == 1
        assert [w.ticket for w in quiet.shown.windows if w.ticket] == ["A001"]


def test_over_ten_connections(service: Hall, witness: Witness) -> None:
    assert witness.takes("transfer") == "A001"
    at = service.broker
    with ExitStack() as stack:
        clients = [
            stack.enter_context(Bus(at.host, at.port, service.hall.id, f"pad-{n}")) for n in range(CLIENTS)
        ]
        orders = [press(n) for n in range(CALLERS)]
        waits = [
            clients[n % CLIENTS].post(topic(order), encode(order), 30.0) for n, order in enumerate(orders)
        ]
        one_of([decode(answer.result(30), Answer) for answer in waits])
    witness.until(lambda: sum(witness.window(n).ticket == "A001" for n in WINDOWS) == 1)
