"""`python -m tests.bench.bare HOST PORT FILE`: the least that a durable answer over a broker costs.

It takes each command from Mosquitto with paho, commits an event and an answer of the usual size straight into SQLite
with the journal's pragmas (what waits together, together), publishes the event, and answers. It decides nothing.
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
from tests.bench.queue import PRAGMAS, TABLES

DAY, ROW = "2026-11-23", b"x" * 180  # about what a reserved ticket takes


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
    seq = count(1)
    while True:
        batch = [inbox.get()]
        while len(batch) < BATCH:
            try:
                batch.append(inbox.get_nowait())
            except Empty:
                break
        rows = [(next(seq), DAY, "ticket-reserved", "c", ROW, ROW[:32]) for _ in batch]
        database.execute("BEGIN")
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.executemany(
            "INSERT INTO answers VALUES (?, ?, ?)", [(DAY, f"{row[0]:032}", ROW) for row in rows]
        )
        database.execute("COMMIT")
        for message in batch:
            asked: Any = message.properties
            said = Properties(PacketTypes.PUBLISH)
            said.CorrelationData = asked.CorrelationData
            client.publish(asked.ResponseTopic, ROW, qos=1, properties=said)
            client.publish("hall/bare/event/ticket-reserved", ROW, qos=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
