"""A command arrives while somebody waits for it, or never."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from drivers.mqtt import CONNECTED, Bus, Delivery
from tests.broker import Broker
from tests.drivers.relay import Relay
from tests.drivers.waiting import until
from tests.hostile import ANSWER_AT


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


@pytest.mark.parametrize("where", ANSWER_AT, ids=range(len(ANSWER_AT)))
def test_an_answer_goes_only_where_answers_go(broker: Broker, where: str) -> None:
    """Anywhere else it is counted, and the next command is answered: whoever asks so must not end the caller."""
    where = where.replace("{hall}", "hall/h/")
    with (
        Bus(broker.host, broker.port, "h", "caller") as caller,
        Bus(broker.host, broker.port, "h", "ear") as ear,
    ):
        ear.subscribe("#")
        heard(ear, lambda d: d.topic == "status/ear")
        until(lambda: caller.connected)
        caller.answer(Delivery("command/call-next", b"{}", where, b"1"), b"bad")
        assert caller.unanswerable == 1
        caller.answer(Delivery("command/call-next", b"{}", "hall/h/reply/me", b"2"), b"good")
        answer = heard(ear, lambda d: d.payload in (b"bad", b"good"))
        assert (answer.topic, answer.payload, caller.connected) == ("reply/me", b"good", True)
        assert caller.unanswerable == 1


def test_no_property_keeps_us_off_the_bus(broker: Broker) -> None:
    """U+FEFF is allowed in MQTT, and paho gives up the connection at it: retained, for ever."""
    with Bus(broker.host, broker.port, "h", "board") as board:
        board.subscribe("state/+")
        heard(board, lambda d: d.topic == CONNECTED)
        stranger = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        stranger.connect(broker.host, broker.port)
        stranger.loop_start()
        said = Properties(PacketTypes.PUBLISH)
        said.UserProperty = ("\ufeff", "\ufeff")
        said.ContentType = "\ufeff"
        stranger.publish("hall/h/state/hall", b"{}", qos=1, retain=True, properties=said)
        assert heard(board, lambda d: d.topic != CONNECTED).topic == "state/hall"
        stranger.publish("hall/h/state/hall", b"true", qos=1, retain=True)
        nothing_between = board.inbox.get(timeout=15)
        assert (nothing_between.topic, nothing_between.payload) == ("state/hall", b"true")
        stranger.disconnect()
        stranger.loop_stop()


def test_what_is_kept_while_all_is_told_again_is_not_overtaken_by_what_was(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bus(broker.host, broker.port, "h", "ear") as ear:
        ear.subscribe("state/+")
        heard(ear, lambda d: d.topic == CONNECTED)
        bus = Bus(broker.host, broker.port, "h", "caller")
        bus.keep("state/hall", b"older")
        say = bus._client.publish
        newer = threading.Thread(target=lambda: bus.keep("state/hall", b"newer"))

        def publish(topic: str, payload: Any, *args: Any, **more: Any) -> object:
            if payload == b"older":  # just now somebody has something newer to say
                newer.start()
                newer.join(1.0)
            return say(topic, payload, *args, **more)

        monkeypatch.setattr(bus._client, "publish", publish)
        with bus:
            said = [heard(ear, lambda d: d.topic == "state/hall").payload for _ in range(2)]
            newer.join()
        assert said == [b"older", b"newer"]
