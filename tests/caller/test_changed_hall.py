"""hall.toml may change between two starts of one day: what the day's events name and it has no more stops nobody."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller import checkpoint
from caller.backup import verify
from caller.messages import (
    Answer,
    CallNext,
    CallTicket,
    ConfirmTicket,
    FinishTicket,
    Park,
    ParkTicket,
    ReserveTicket,
    ServeTicket,
    Step,
    TransferTicket,
    Why,
)
from caller.queues import queue_states
from config.schema import Hall
from tests.quiet import QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GONE = 11  # the window of the consultation


def without(hall: Hall) -> Hall:
    """The consultation and its window are done away with."""
    services = tuple(s for s in hall.service if s.id != "consult")
    return msgspec.structs.replace(
        hall, service=services, window=tuple(w for w in hall.window if w.number != GONE)
    )


def take(quiet: QuietHall, n: int, service: str) -> str:
    answer = quiet.does(ReserveTicket(id=f"r{n}", service=service, kiosk="1", token=f"{n:012}"))
    assert answer.ticket is not None, answer
    assert quiet.does(ConfirmTicket(id=f"p{n}", ticket=answer.ticket.number)).done
    return answer.ticket.number


def step(quiet: QuietHall, number: str) -> Step:
    return quiet.caller._state.tickets[number].step


def test_a_service_and_a_window_are_gone_after_a_restart(
    hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with QuietHall(hall, tmp_path / "journal.db", NINE) as before:
        done, aside, there, waits = (take(before, n, "consult") for n in range(4))
        other = take(before, 4, "transfer")
        assert before.does(CallNext(id="n1", window=GONE)).done
        assert before.does(FinishTicket(id="f1", window=GONE)).done
        assert before.does(CallNext(id="n2", window=GONE)).done
        assert before.does(ParkTicket(id="k2", window=GONE, kind=Park.WITH_PAPERS)).done
        assert before.does(CallNext(id="n3", window=GONE)).done
        checkpoint.keep(before.caller._journal, before.caller._state)
    with caplog.at_level(logging.WARNING), QuietHall(without(hall), tmp_path / "journal.db", NINE) as after:
        assert [step(after, n) for n in (done, aside, there, waits)] == [Step.FINISHED] + 3 * [Step.WAITING]
        assert f"{aside}, {there}, {waits}" in caplog.text
        assert {w.number for w in after.shown.windows} == {w.number for w in without(hall).window}
        assert after.calls.calls == ()
        assert "consult" not in queue_states(after.caller._state)
        assert called(after, CallNext(id="n4", window=3)) == other
        by_hand = CallTicket(id="h1", window=3, ticket=waits, why=Why.SUPERVISOR)
        assert called(after, by_hand) == waits, "nobody else serves what is gone"
        verify(f"sqlite:///{tmp_path}/journal.db")
    with QuietHall(without(hall), tmp_path / "journal.db", NINE) as again:
        assert step(again, waits) is Step.CALLED
    with QuietHall(hall, tmp_path / "journal.db", NINE) as put_back:
        assert called(put_back, CallNext(id="n5", window=GONE)) == aside


def test_who_waits_for_a_window_that_is_gone_is_named_and_who_was_sent_on_from_it_is_not(
    hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = msgspec.structs.replace(hall, window=tuple(w for w in hall.window if w.number != 4))
    with QuietHall(hall, tmp_path / "journal.db", NINE) as before:
        sent_there, sent_on = take(before, 1, "transfer"), take(before, 2, "transfer")
        for window in (3, 4):
            assert before.does(CallNext(id=f"n{window}", window=window)).done
            assert before.does(ServeTicket(id=f"s{window}", window=window)).done
        for window, to in ((3, 4), (4, 3)):
            assert before.does(TransferTicket(id=f"t{window}", window=window, to_window=to)).done
    with caplog.at_level(logging.WARNING), QuietHall(kept, tmp_path / "journal.db", NINE):
        assert f"call them by number: {sent_there}\n" in caplog.text
        assert sent_on not in caplog.text


def called(quiet: QuietHall, command: CallNext | CallTicket) -> str:
    answer: Answer = quiet.does(command)
    assert answer.ticket is not None, answer
    return answer.ticket.number
