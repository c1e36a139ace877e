"""`python -m display phone`: the queues and calls come in from the bus, phones look, and what they show is reported."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty
from uuid import uuid4

import msgspec

from caller.messages import (
    Answer,
    CallsState,
    CancelTicket,
    Channel,
    EmergencyState,
    QueueState,
    Result,
    decode,
    encode,
    topic,
)
from config.schema import Hall
from display.line import BEAT, CALLS, EMERGENCY, Line
from display.phone.book import Book
from display.phone.server import PhoneServer
from drivers import notify
from drivers.mqtt import Delivery

log = logging.getLogger(__name__)

QUEUES = "state/queue/"
DEVICE = "phone"
PATIENCE = 5.0  # seconds that a phone waits to hear whether it gave its place up


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False. Raises OSError if the address is not to be had."""
    book, line = Book(hall), Line(hall, DEVICE)

    def seen(call: str, how: Result) -> None:
        line.report(call, Channel.PHONE, DEVICE, how)

    def cancel(token: str, ticket: str) -> bool | None:
        command = CancelTicket(id=f"phone-{uuid4().hex}", ticket=ticket, token=token)
        try:
            return decode(line.bus.ask(topic(command), encode(command), PATIENCE), Answer).done
        except (TimeoutError, OSError, msgspec.MsgspecError):
            return None

    # The address before the line: whoever reads on the bus that the phones' page is there finds it there.
    server = PhoneServer(hall.phone.host, hall.phone.port, book, seen, cancel)
    with line:
        thread = threading.Thread(target=server.serve_forever, name="phones", daemon=True)
        thread.start()
        log.info("phones: http://%s:%d/t/", hall.phone.host, server.port)
        line.listen(EMERGENCY, CALLS, QUEUES + "+")
        notify.ready()
        try:
            while running() and thread.is_alive():
                notify.watchdog()
                _hear(line, book)
        finally:
            notify.stopping()
            server.stop()
            thread.join()


def _hear(line: Line, book: Book) -> None:
    try:
        state = _read(line.bus.inbox.get(timeout=BEAT))
    except Empty:
        return
    except msgspec.MsgspecError as error:
        line.unread += 1
        log.warning("a state does not decode (%d so far): %s", line.unread, error)
        return
    if state is not None:
        book.see(state)


def _read(delivery: Delivery) -> CallsState | QueueState | EmergencyState | None:
    if delivery.topic == EMERGENCY:
        return decode(delivery.payload, EmergencyState)
    if delivery.topic == CALLS:
        return decode(delivery.payload, CallsState)
    if delivery.topic.startswith(QUEUES):
        return decode(delivery.payload, QueueState)
    return None
