"""An emergency is on until it is called off: over a restart, over midnight, whoever asks twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import main, serve
from caller.messages import CallOff, EmergencyCalledOff, EmergencyState, EvacuateHall, HallEvacuated
from caller.queue import State, decide, evolve
from caller.rules import rules_of
from caller.veil import Open
from config.schema import Hall
from drivers import clock
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.caller.test_service import ask
from tests.display.stage import write
from tests.serving import serving

NINE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


@pytest.fixture
def ours(hall: Hall, broker: Broker, tmp_path: Path) -> Hall:
    return msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
        caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{tmp_path}/journal.db"),
    )


@pytest.fixture
def watch(ours: Hall) -> Iterator[Bus]:
    with Bus(ours.broker.host, ours.broker.port, ours.hall.id, "watch") as bus:
        bus.subscribe("state/emergency", "event/+")
        yield bus


def heard(bus: Bus, on: bool, since: datetime | None = None) -> EmergencyState:
    """Wait until the hall is told so."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        delivery = bus.inbox.get(timeout=20)
        if delivery.topic == "state/emergency":
            said = msgspec.json.decode(delivery.payload, type=EmergencyState)
            if said.on is on:
                return said
    raise AssertionError(f"never told that it is {on}")


def test_asked_twice_it_happens_once_and_other_words_replace(hall: Hall) -> None:
    state = State(rules_of(hall), "2026-11-23")
    (first,) = decide(state, EvacuateHall(id="1"), NINE, Open())
    state = evolve(state, first)
    assert decide(state, EvacuateHall(id="2"), NINE, Open()) == []
    (other,) = decide(state, EvacuateHall(id="3", words="请走北门"), NINE, Open())
    assert isinstance(other, HallEvacuated) and other.words == "请走北门"
    (off,) = decide(evolve(state, other), CallOff(id="4"), NINE, Open())
    assert isinstance(off, EmergencyCalledOff)
    assert decide(evolve(state, off), CallOff(id="5"), NINE, Open()) == []


def test_a_restart_and_the_end_of_the_day_put_out_no_fire(
    ours: Hall, watch: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = tmp_path / "clock"
    monkeypatch.setenv("HALL_CLOCK", str(wall))
    clock.put(wall, datetime(2026, 11, 23, 9, 0))
    with serving(serve, ours):
        assert ask(watch, EvacuateHall(id="fire", words="请走北门")).done
        assert heard(watch, True).words == "请走北门"
        clock.put(wall, datetime(2026, 11, 24, 9, 0))
        while watch.inbox.get(timeout=20).topic != "event/day-opened":
            pass
        while watch.inbox.get(timeout=20).topic != "event/hall-evacuated":
            pass  # the new day's own journal has it too
    while not watch.inbox.empty():
        watch.inbox.get()
    with serving(serve, ours):
        assert heard(watch, True).words == "请走北门"
        assert ask(watch, CallOff(id="out")).done
        heard(watch, False)
    with serving(serve, ours):
        heard(watch, False)


def test_a_person_says_it_on_the_command_line(
    ours: Hall, watch: Bus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(ours, tmp_path / "hall.toml"))
    with serving(serve, ours):
        assert main(["emergency", "on", "--config", file]) == 0
        heard(watch, True)
        assert main(["emergency", "off", "--config", file]) == 0
        heard(watch, False)
    assert capsys.readouterr().out.split() == ["已通知全大厅撤离", "紧急状态已解除"]
