"""Eight clients who cost next to nothing, so that the service is measured and not whoever asks it.

In a hall kiosks and pads are machines of their own; here all share two processors. So a client writes its MQTT 5
packets itself, has a few commands on their way at a time, and only looks for the number in the answers.
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from caller.messages import Command, ConfirmTicket, ReserveTicket, encode, topic

CLIENTS = 8
OUTSTANDING = 8  # commands that a client has on their way; more would wait so long that devices repeat them
PATIENCE = 60.0  # seconds without any answer
CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90
AT_LEAST_ONCE = 0x02
EXPIRY, REPLY_TO, CORRELATION = 0x02, 0x08, 0x09  # properties of a PUBLISH
NUMBER = re.compile(rb'"number":"(\w+)"')


class Client:
    """One connection. Who has reserved a number confirms it as soon as the answer says which it is."""

    def __init__(self, port: int, hall: str, name: str) -> None:
        self._hall, self._reply = hall, _text(f"hall/{hall}/reply/{name}")
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard = b""
        self._mid = 0
        self.commands: list[Command] = []  # still to be said, the last first
        self.under_way: dict[str, Command] = {}
        self.socket.sendall(_packet(CONNECT, _text("MQTT"), b"\x05\x02", bytes(3), _text(name)))
        self._wait_for(CONNACK)
        self.socket.sendall(_packet(SUBSCRIBE, b"\x00\x01\x00", self._reply, b"\x01"))
        self._wait_for(SUBACK)

    @property
    def missing(self) -> int:
        return len(self.commands) + len(self.under_way)

    def goes_on(self) -> None:
        """As many commands as may be under way."""
        fresh = []
        while self.commands and len(self.under_way) < OUTSTANDING:
            command = self.commands.pop()
            self.under_way[command.id] = command
            fresh.append(self._written(command))
        if fresh:
            self.socket.sendall(b"".join(fresh))

    def hears(self) -> None:
        """The answers that have come."""
        acknowledged = []
        for kind, body in self._packets(self.socket.recv(1 << 16)):
            if kind & 0xF0 == PUBLISH:
                acknowledged.append(self._answered(body))
        if acknowledged:
            self.socket.sendall(b"".join(acknowledged))

    def _answered(self, body: bytes) -> bytes:
        place = 2 + int.from_bytes(body[:2], "big")
        after = place + 2 + 1 + body[place + 2]  # mid and properties, which are short
        payload = body[after:]
        assert b'"done":false' not in payload, payload
        correlation = body.index(bytes((CORRELATION,)), place + 3, after) + 3
        command = self.under_way.pop(body[correlation:after].decode())
        number = NUMBER.search(payload)
        if isinstance(command, ReserveTicket):
            assert number, payload
            self.commands.append(ConfirmTicket(id=f"c{command.id}", ticket=number[1].decode()))
        return _packet(PUBACK, body[place : place + 2])

    def _written(self, command: Command) -> bytes:
        self._mid = self._mid % 0xFFFF + 1
        properties = struct.pack("!BI", EXPIRY, int(PATIENCE)) + bytes((REPLY_TO,)) + self._reply
        properties += bytes((CORRELATION,)) + _text(command.id)
        head = _text(f"hall/{self._hall}/{topic(command)}") + struct.pack("!H", self._mid)
        return _packet(PUBLISH | AT_LEAST_ONCE, head, _length(len(properties)), properties, encode(command))

    def _wait_for(self, wanted: int) -> None:
        while all(kind != wanted for kind, _ in self._packets(self.socket.recv(1 << 16))):
            pass

    def _packets(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        assert data, "the broker has hung up"
        self._heard += data
        while (found := _first(self._heard)) is not None:
            begin, end = found
            kind, body = self._heard[0], self._heard[begin:end]
            self._heard = self._heard[end:]
            yield kind, body


class Crowd:
    def __init__(self, clients: Sequence[Client]) -> None:
        self.clients = clients

    def says(self, commands: Sequence[Command]) -> float:
        """Each command, shared among the clients; the seconds until the last was answered."""
        for n, client in enumerate(self.clients):
            client.commands = list(commands[n :: len(self.clients)])[::-1]
        with selectors.DefaultSelector() as who:
            for client in self.clients:
                who.register(client.socket, selectors.EVENT_READ, client)
            began = time.perf_counter()
            for client in self.clients:
                client.goes_on()
            while any(client.missing for client in self.clients):
                ready = who.select(PATIENCE)
                assert ready, "commands were not answered"
                for key, _ in ready:
                    key.data.hears()
                    key.data.goes_on()
            return time.perf_counter() - began


@contextmanager
def crowd(port: int, hall: str) -> Iterator[Crowd]:
    clients = [Client(port, hall, f"crowd-{n}") for n in range(CLIENTS)]
    try:
        yield Crowd(clients)
    finally:
        for client in clients:
            client.socket.close()


def _packet(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((kind,)) + _length(len(body)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("!H", len(data)) + data


def _length(number: int) -> bytes:
    """MQTT writes a length seven bits at a time."""
    written = bytearray()
    while True:
        number, bits = number >> 7, number & 0x7F
        written.append(bits | 0x80 if number else bits)
        if not number:
            return bytes(written)


def _first(data: bytes) -> tuple[int, int] | None:
    """Where the body of the first packet begins and ends, if all of it is there."""
    length = 0
    for n, byte in enumerate(data[1:5]):
        length |= (byte & 0x7F) << 7 * n
        if byte < 0x80:
            return (n + 2, n + 2 + length) if len(data) >= n + 2 + length else None
    return None
