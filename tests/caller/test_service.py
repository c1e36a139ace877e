"""The caller service over a real broker: committed before answered, and the same after a restart."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import serve
from caller.messages import (
    Answer,
    CallNext,
    Command,
    ConfirmTicket,
    HallState,
    Reason,
    ReserveTicket,
    encode,
    topic,
)
from caller.service import Caller
from config.schema import Hall
from drivers import notify
from drivers.clock import put
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.drivers.waiting import until
from tests.serving import serving


@pytest.fixture
def ours(hall: Hall, broker: Broker, url: str, tmp_path: Path) -> Hall:
    """The example hall with its own broker, and its journal in a database of either kind: only the URL differs."""
    return msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
        caller=msgspec.structs.replace(hall.caller, journal=url),
        appointments=msgspec.structs.replace(hall.appointments, day_keys_file=f"{tmp_path}/day.keys"),
    )


@pytest.fixture
def clerk(ours: Hall) -> Iterator[Bus]:
    with Bus(ours.broker.host, ours.broker.port, ours.hall.id, "clerk") as bus:
        yield bus


def ask(bus: Bus, command: Command) -> Answer:
    return msgspec.json.decode(bus.ask(topic(command), encode(command)), type=Answer)


def test_a_ticket_and_a_call(ours: Hall, clerk: Bus) -> None:
    with serving(serve, ours):
        answer = ask(clerk, ReserveTicket(id="r1", service="transfer", kiosk="1"))
        assert answer.done and answer.ticket is not None
        assert answer.ticket.number == "A001" and answer.ticket.token
        assert ask(clerk, CallNext(id="n0", window=3)).reason is Reason.NOBODY_WAITING
        assert ask(clerk, ConfirmTicket(id="c1", ticket="A001")).done
        called = ask(clerk, CallNext(id="n1", window=3))
        assert called.ticket is not None and called.ticket.number == "A001"
        assert ask(clerk, CallNext(id="n1", window=3)) == called, "a repeated command gets the first answer"


def test_the_caller_is_there_only_when_it_knows_its_day(
    ours: Hall, clerk: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither systemd nor a kiosk is told of a caller that still reads its journal, and could refuse nobody."""
    said: list[str] = []
    recall = Caller.recall

    def long_day(caller: Caller) -> None:
        recall(caller)
        time.sleep(0.5)
        said.append("recalled")

    monkeypatch.setattr(Caller, "recall", long_day)
    monkeypatch.setattr(notify, "ready", lambda: said.append("ready"))
    clerk.subscribe("status/caller", "state/hall")
    with serving(serve, ours):
        while clerk.inbox.get(timeout=5).topic != "status/caller":
            pass
        said.append("there")
        while clerk.inbox.get(timeout=5).topic != "state/hall":
            pass
        until(lambda: "ready" in said)
    assert said[0] == "recalled" and sorted(said) == ["ready", "recalled", "there"]


def test_everything_is_there_after_a_restart(ours: Hall, clerk: Bus) -> None:
    with serving(serve, ours):
        first = ask(clerk, ReserveTicket(id="r1", service="transfer"))
        ask(clerk, ConfirmTicket(id="c1", ticket="A001"))
    with serving(serve, ours):
        assert ask(clerk, ReserveTicket(id="r1", service="transfer")) == first
        second = ask(clerk, ReserveTicket(id="r2", service="transfer"))
        assert second.ticket is not None and second.ticket.number == "A002"
        clerk.subscribe("state/hall")
        state = None
        while state is None or state.version < 4:
            delivery = clerk.inbox.get(timeout=5)
            if delivery.topic == "state/hall":
                state = msgspec.json.decode(delivery.payload, type=HallState)
        assert next(s.waiting for s in state.services if s.id == "transfer") == 1
        assert state.reserved == (("A002", ""),)


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"\xff\xfe", b'{"id":"x"}', b'{"id":"x","window":3,"extra":1}']
)
def test_a_malformed_command_is_answered(ours: Hall, clerk: Bus, payload: bytes) -> None:
    with serving(serve, ours):
        answer = msgspec.json.decode(clerk.ask("command/call-next", payload), type=Answer)
        assert answer.reason is Reason.MALFORMED
        assert ask(clerk, CallNext(id="n", window=3)).reason is Reason.NOBODY_WAITING


def test_noon_closes_the_doors_though_nobody_asks(ours: Hall, clerk: Bus) -> None:
    file = Path(os.environ["HALL_CLOCK"])
    before = file.read_text("ascii")
    clerk.subscribe("state/hall")

    def transfer(seen: set[Reason | None]) -> None:
        while True:
            delivery = clerk.inbox.get(timeout=5)
            if delivery.topic == "state/hall":
                state = msgspec.json.decode(delivery.payload, type=HallState)
                if {s.refused for s in state.services} == seen:
                    return

    try:
        put(file, datetime(2026, 11, 23, 11, 59, 58))
        with serving(serve, ours):
            transfer({None})
            transfer({Reason.OUTSIDE_HOURS})
    finally:
        file.write_text(before, "ascii")
