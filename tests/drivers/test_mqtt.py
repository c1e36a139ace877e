"""A command arrives while somebody waits for it, or never."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest

from drivers.mqtt import CONNECTED, Bus, Delivery
from tests.broker import Broker
from tests.drivers.relay import Relay
from tests.drivers.waiting import until


def heard(bus: Bus, so: Callable[[Delivery], bool]) -> Delivery:
    """The next delivery that is meant; what comes before it is dropped."""
    while True:
        delivery = bus.inbox.get(timeout=15)
        if so(delivery):
            return delivery


def everything(bus: Bus, last: str) -> list[str]:
    """The topics of all that comes until `last` does."""
    topics: list[str] = []
    while last not in topics:
        topics.append(bus.inbox.get(timeout=15).topic)
    return topics


def test_a_command_that_was_given_up_is_not_said_when_the_broker_is_there_again(broker: Broker) -> None:
    with (
        Relay(broker.port) as wire,
        Bus(broker.host, broker.port, "h", "caller") as caller,
        Bus(wire.host, wire.port, "h", "keypads") as pad,
    ):
        caller.subscribe("command/+", "event/+")
        heard(pad, lambda d: d.topic == CONNECTED)
        wire.deaf = True
        pressed = pad.post("command/call-next", b"{}", timeout=1.0)
        until(lambda: b"call-next" in wire.swallowed)
        wire.cut()
        with pytest.raises(TimeoutError):
            pressed.result(15)
        wire.mend()
        heard(pad, lambda d: d.topic == CONNECTED)
        pad.tell("event/later", b"{}")
        assert "command/call-next" not in everything(caller, "event/later")


def test_a_command_that_somebody_waits_for_is_said_again_when_the_broker_is_there_again(
    broker: Broker,
) -> None:
    with (
        Relay(broker.port) as wire,
        Bus(broker.host, broker.port, "h", "caller") as caller,
        Bus(wire.host, wire.port, "h", "keypads") as pad,
    ):
        caller.subscribe("command/+")
        heard(pad, lambda d: d.topic == CONNECTED)
        wire.deaf = True
        pressed = pad.post("command/call-next", b"{}", timeout=30.0)
        until(lambda: b"call-next" in wire.swallowed)
        wire.cut()
        wire.mend()
        caller.answer(heard(caller, lambda d: d.topic == "command/call-next"), b"done")
        assert pressed.result(15) == b"done"


def test_a_command_says_how_long_it_is_waited_for(broker: Broker) -> None:
    with (
        Bus(broker.host, broker.port, "h", "caller") as caller,
        Bus(broker.host, broker.port, "h", "keypads") as pad,
    ):
        caller.subscribe("command/+", "event/+")
        until(lambda: caller.connected and pad.connected)
        caller.tell("event/listening", b"{}")  # behind its own subscription
        heard(caller, lambda d: d.topic == "event/listening")
        pad.post("command/call-next", b"{}", timeout=100.0)
        pad.tell("event/later", b"{}")
        command = heard(caller, lambda d: d.topic == "command/call-next")
        event = heard(caller, lambda d: d.topic == "event/later")
        assert event.until == math.inf
        assert command.until < math.inf and time.monotonic() + 60 < command.until <= time.monotonic() + 100
