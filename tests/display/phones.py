"""A hall's queues as a phone server hears them, by hand, and the server itself on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from caller.messages import Call, CallsState, Holder, QueueState, Result, Step, phone_key
from config.schema import Hall
from display.phone.book import Book
from display.phone.server import PhoneServer

TOKEN = "Zx8-tOken_12"
NUMBER = "A012"
NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


class Phones:
    """`seen` is what was reported to the queue."""

    def __init__(self, hall: Hall) -> None:
        self.book = Book(hall)
        self.seen: list[tuple[str, Result]] = []
        self.gone: list[tuple[str, str]] = []
        self.agrees: bool | None = True
        self.url = ""
        self.state = CallsState(version=0, calls=())

    def queue(
        self,
        step: Step = Step.WAITING,
        ahead: int = 0,
        wait: tuple[int, int] | None = None,
        window: int | None = None,
    ) -> None:
        mine = Holder(phone_key(TOKEN), NUMBER, step, ahead, wait, window)
        other = Holder(phone_key("somebody-else"), "A013", Step.WAITING, ahead + 1)
        self.book.see(QueueState(service="transfer", holders=(mine, other)))

    def called(self, attempt: int = 1, live: bool = True) -> str:
        call = Call(
            id=f"2026-11-23-{NUMBER}-{attempt}",
            ticket=NUMBER,
            window=3,
            service="transfer",
            zone="east",
            attempt=attempt,
            at=NOW,
            expires=NOW + timedelta(seconds=60),
            live=live,
        )
        self.state = CallsState(version=attempt, calls=(call,))
        self.book.see(self.state)
        self.queue(Step.CALLED, window=3)
        return call.id


@contextmanager
def served(phones: Phones, port: int = 0) -> Iterator[PhoneServer]:
    def cancel(token: str, ticket: str) -> bool | None:
        phones.gone.append((token, ticket))
        if phones.agrees:
            phones.queue(Step.CANCELLED)
        return phones.agrees

    server = PhoneServer(
        "127.0.0.1", port, phones.book, lambda call, how: phones.seen.append((call, how)), cancel
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    phones.url = f"http://127.0.0.1:{server.port}"
    try:
        yield server
    finally:
        server.stop()
        thread.join()
