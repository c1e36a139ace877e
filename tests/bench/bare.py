"""`python -m tests.bench.bare HOST PORT FILE`: the least that a durable answer over a broker costs.

It takes each command from Mosquitto with paho, commits as many events and an answer of the usual size straight into
SQLite with the journal's pragmas (what waits together, together), tells the events, and answers. It decides nothing.
"""

from __future__ import annotations

import socket
import sqlite3
import sys
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from caller.service import BATCH
from tests.bench.rows import PRAGMAS, TABLES

DAY, ROW = "2026-11-23", b'{"number":"A001"}'.ljust(180)  # about what a reserved ticket takes
EVENTS = {"call-next": 3}  # the visitor before was served, has left, and the next one is called


def _no_delay(client: Client, data: Any, wire: Any) -> None:
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def main(host: str, port: str, file: str) -> None:
    inbox: SimpleQueue[MQTTMessage] = SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = lambda _client, _data, message: inbox.put(message)
    client.on_socket_open = _no_delay
    client.connect(host, int(port))
    client.subscribe("hall/+/command/+", 1)
    client.loop_start()
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}").fetchall()
    for table in TABLES:
        database.execute(table)
    seq, answered = count(1), count(1)
    while True:
        batch = [inbox.get()]
        while len(batch) < BATCH:
            try:
                batch.append(inbox.get_nowait())
            except Empty:
                break
        events = [EVENTS.get(message.topic.rpartition("/")[2], 1) for message in batch]
        rows = [(next(seq), DAY, "ticket-reserved", "c", ROW, ROW[:32]) for _ in range(sum(events))]
        answers = [(DAY, f"{next(answered):032}", ROW) for _ in batch]
        database.execute("BEGIN")
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.executemany("INSERT INTO answers VALUES (?, ?, ?)", answers)
        database.execute("COMMIT")
        for message in batch:
            asked: Any = message.properties
            said = Properties(PacketTypes.PUBLISH)
            said.CorrelationData = asked.CorrelationData
            client.publish(asked.ResponseTopic, ROW, qos=1, properties=said)
        for _ in rows:
            lives = Properties(PacketTypes.PUBLISH)
            lives.MessageExpiryInterval = 300
            client.publish("hall/bare/event/ticket-reserved", ROW, qos=1, properties=lives)


if __name__ == "__main__":
    main(*sys.argv[1:])
