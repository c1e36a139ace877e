"""The bus holds nothing that cannot be rebuilt: retained topics are told again at every connection, commands
are repeated until they are answered or their sender's patience ends, and whatever else is said while nobody
listens is gone. No command arrives after its sender has given up: a clerk who saw FAIL calls nobody later.

MQTT 5 through paho. Callbacks only put on queues: an exception in a paho callback kills its thread silently. Whatever
anybody may write on the bus, in payload or properties, it ends neither a connection nor a process.
"""

from __future__ import annotations

import logging
import math
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Self

from paho.mqtt import properties as paho_properties
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.properties import Properties, VariableByteIntegers
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

log = logging.getLogger(__name__)

CONNECTED = "$connected"  # topic of the delivery that says: the broker is (again) there
BIRTH = b'{"online":true,"detail":""}'
WILL = b'{"online":false,"detail":"gone"}'
REPEAT_AFTER = 0.5  # seconds until an unanswered command is said again
# Where an answer may go: below the hall's own `reply/`, nothing that a broker would cut its speaker off for.
REPLY = re.compile(r"reply/[^\x00-\x1f\x7f-\x9f#+]{1,200}")
MOST_LEVELS = 16  # Mosquitto ends the connection of whoever publishes below two hundred


@dataclass(frozen=True)
class Delivery:
    """A message from the bus; `topic` is below the hall's prefix. Nobody waits for it after `until`, in seconds
    of time.monotonic()."""

    topic: str
    payload: bytes
    reply_to: str = ""
    correlation: bytes = b""
    until: float = math.inf


@dataclass
class _Posted:
    topic: str
    payload: bytes
    until: float
    last: float
    answer: Future[bytes] = field(default_factory=Future)


class Bus:
    """One process's connection to the hall's broker. `name` is its status topic and must be unique."""

    def __init__(
        self, host: str, port: int, hall: str, name: str, *, user: str = "", password: str = ""
    ) -> None:
        self.inbox: SimpleQueue[Delivery] = SimpleQueue()
        self.wake: Callable[[], object] = lambda: (
            None
        )  # after each delivery, for who cannot wait at the inbox
        self.name = name
        self.unanswerable = 0  # commands whose answer was wanted where none may go
        self._prefix = f"hall/{hall}/"
        self._reply = f"reply/{name}-{secrets.token_hex(4)}"
        self._where = host, port
        self._patterns: list[str] = [self._reply]
        self._retained: dict[str, bytes] = {f"status/{name}": BIRTH}
        self._posted: dict[bytes, _Posted] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._repeater = threading.Thread(target=self._repeat, name=f"{name}-repeat", daemon=True)
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=f"{hall}-{name}", protocol=MQTTProtocolVersion.MQTTv5
        )
        if user:
            self._client.username_pw_set(user, password)

    def __enter__(self) -> Self:
        client = self._client
        client.suppress_exceptions = True
        client.on_socket_open = _no_delay
        client.on_pre_connect = _forget
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.reconnect_delay_set(0.2, 1.0)  # type: ignore[arg-type]  # paho only compares and doubles it
        client.will_set(self._prefix + f"status/{self.name}", WILL, qos=1, retain=True)
        client.connect_async(*self._where, keepalive=10, clean_start=True)
        client.loop_start()
        self._repeater.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._client.publish(self._prefix + f"status/{self.name}", WILL, qos=1, retain=True)
        self._client.disconnect()
        self._client.loop_stop()
        self._repeater.join()

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def subscribe(self, *patterns: str) -> None:
        """From now on, at every connection; deliveries go to `inbox`."""
        self._patterns += patterns
        if self.connected:
            self._subscribe(patterns)

    def keep(self, topic: str, payload: bytes) -> None:
        """A retained topic, told again at every connection."""
        with (
            self._lock
        ):  # to the end: at a new connection all is told again, and the older never after the newer
            self._retained[topic] = payload
            if self.connected:
                self._client.publish(self._prefix + topic, payload, qos=1, retain=True)

    def tell(self, topic: str, payload: bytes, expires: int | None = None) -> None:
        """An event: heard by whoever listens now. `expires` in seconds."""
        if self.connected:
            self._client.publish(self._prefix + topic, payload, qos=1, properties=_Along(expires=expires))

    def post(self, topic: str, payload: bytes, timeout: float = 10.0) -> Future[bytes]:
        """A command, repeated until answered; after `timeout` seconds the future raises TimeoutError."""
        now = time.monotonic()
        key = secrets.token_bytes(8)
        posted = _Posted(topic, payload, now + timeout, now)
        with self._lock:
            self._posted[key] = posted
        self._send(key, posted)
        return posted.answer

    def ask(self, topic: str, payload: bytes, timeout: float = 3.0) -> bytes:
        """The answer to a command; raises TimeoutError. Never call it from a paho callback."""
        return self.post(topic, payload, timeout).result(timeout + 2 * REPEAT_AFTER)

    def answer(self, delivery: Delivery, payload: bytes) -> None:
        """Answer a command whose sender asked for it, at a topic that is for answers."""
        if not delivery.reply_to:
            return
        if not self._may_answer(delivery.reply_to):
            self.unanswerable += 1
            log.warning(
                "no answer to %s at %.80r, which is not below %sreply/ (%d so far)",
                delivery.topic, delivery.reply_to, self._prefix, self.unanswerable,
            )  # fmt: skip
            return
        properties = _Along(correlation=delivery.correlation)
        self._client.publish(delivery.reply_to, payload, qos=1, properties=properties)

    def _may_answer(self, where: str) -> bool:
        below = where.removeprefix(self._prefix)
        return below != where and bool(REPLY.fullmatch(below)) and below.count("/") <= MOST_LEVELS

    def _send(self, key: bytes, posted: _Posted) -> None:
        if not self.connected:
            return
        expires = max(1, int(posted.until - time.monotonic()))
        properties = _Along(expires=expires, reply_to=self._prefix + self._reply, correlation=key)
        self._client.publish(self._prefix + posted.topic, posted.payload, qos=1, properties=properties)

    def _repeat(self) -> None:
        while not self._closing.wait(REPEAT_AFTER / 4):
            now = time.monotonic()
            with self._lock:
                over = [key for key, posted in self._posted.items() if now >= posted.until]
                late = [self._posted.pop(key) for key in over]
                waiting = self._worth_saying(now)
            again = [(key, posted) for key, posted in waiting if now - posted.last >= REPEAT_AFTER]
            for posted in late:
                posted.answer.set_exception(TimeoutError(posted.topic))
            for key, posted in again:
                posted.last = now
                self._send(key, posted)

    def _worth_saying(self, now: float) -> list[tuple[bytes, _Posted]]:
        """Expiry is told in whole seconds: in its last one a command is not repeated, it might be late."""
        return [(key, posted) for key, posted in self._posted.items() if posted.until - now >= 1]

    def _subscribe(self, patterns: tuple[str, ...] | list[str]) -> None:
        options = SubscribeOptions(qos=1)
        self._client.subscribe([(self._prefix + pattern, options) for pattern in patterns])

    def _on_connect(
        self, client: Client, data: Any, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        if code.is_failure:
            return
        self._subscribe(self._patterns)
        with self._lock:
            for topic, payload in self._retained.items():
                client.publish(self._prefix + topic, payload, qos=1, retain=True)
            waiting = self._worth_saying(time.monotonic())
        for key, posted in waiting:
            self._send(key, posted)
        self.inbox.put(Delivery(CONNECTED, b""))
        self.wake()

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        topic = message.topic.removeprefix(self._prefix)
        reply_to = getattr(message.properties, "ResponseTopic", "")
        correlation = getattr(message.properties, "CorrelationData", b"")
        if topic != self._reply:
            lives = getattr(
                message.properties, "MessageExpiryInterval", math.inf
            )  # the broker says what is left
            until = time.monotonic() + lives
            self.inbox.put(Delivery(topic, bytes(message.payload), reply_to, correlation, until))
            self.wake()
            return
        with self._lock:
            posted = self._posted.pop(correlation, None)
        if posted is not None:
            posted.answer.set_result(bytes(message.payload))


def _read_text(buffer: bytes, most: int) -> tuple[str, int]:
    """A text property and its length. paho gives up the connection at U+FEFF, which MQTT allows [MQTT-1.5.4-3]: one
    such property on a retained message, and its hearers would be cut off again at every connection."""
    length = int.from_bytes(buffer[:2], "big") + 2
    if most < 2 or length > most:
        raise MalformedPacket("a text longer than its packet")
    return bytes(buffer[2:length]).decode("utf-8", "replace"), length


paho_properties.readUTF = _read_text


class _Along(Properties):
    """What goes along with a PUBLISH, written at once: paho makes its tables of all properties anew for each message,
    which takes longer than everything else that is done with it."""

    _written: bytes

    def __init__(self, expires: int | None = None, reply_to: str = "", correlation: bytes = b"") -> None:
        body = b"" if expires is None else struct.pack("!BI", 2, expires)  # the numbers are MQTT 5's, 2.2.2.2
        for identifier, data in ((8, reply_to.encode()), (9, correlation)):
            if data:
                body += struct.pack("!BH", identifier, len(data)) + data
        object.__setattr__(self, "_written", VariableByteIntegers.encode(len(body)) + body)

    def pack(self) -> bytes:
        return self._written


def _forget(client: Client, data: Any) -> None:
    """What lay unacknowledged when the connection was lost would be said again by paho, however late; all that
    still matters (retained topics, commands that somebody waits for) is said again by us."""
    client.drop_out_messages()


def _no_delay(client: Client, data: Any, wire: Any) -> None:
    """Without this an acknowledgement followed by a publish waits 40 ms for Nagle's algorithm."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
