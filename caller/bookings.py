"""`python -m caller.bookings`: the city's booking server is asked every now and then, and the queue told what is new.

A process of its own: whatever the server does (down, slow, garbage) is counted and said under `status/bookings`, and
the queue never waits for it. What was told once is not told again, until an hour has passed.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from caller.asking import Silent
from caller.messages import (
    Answer,
    Booking,
    CancelAppointment,
    Command,
    ImportAppointments,
    Reason,
    Status,
    Take,
    decode,
    encode,
    topic,
)
from caller.rows import BadRow, booking_of, key_of
from config import entry
from config.languages import _
from config.schema import BookingServer, Hall
from drivers import notify
from drivers.booking import Listed, NoList, Page, Trouble, ask
from drivers.errors import DeviceLost
from drivers.mqtt import Bus

log = logging.getLogger("caller.bookings")

TICK = 0.25  # seconds between two feedings of the watchdog
PATIENCE = 10.0  # seconds for the caller's answer
ROWS = 200  # of one command: the queue does not stand still for a long list
AGAIN = 3600.0  # seconds after which everything is told once more, should it have been lost


@dataclass
class Counts:
    """Since the start of the process."""

    taken: int = 0
    refused: int = 0
    cancelled: int = 0
    troubles: dict[Trouble, int] = field(default_factory=lambda: dict.fromkeys(Trouble, 0))

    def said(self) -> str:
        return _(
            "取到 {taken} 个预约，取消 {cancelled} 个，不能收 {refused} 个；"
            "连不上 {down} 次，太慢 {slow} 次，读不懂 {garbage} 次，被拒绝 {no} 次"
        ).format(
            taken=self.taken,
            cancelled=self.cancelled,
            refused=self.refused,
            down=self.troubles[Trouble.DOWN],
            slow=self.troubles[Trouble.SLOW],
            garbage=self.troubles[Trouble.GARBAGE],
            no=self.troubles[Trouble.REFUSED],
        )


class Bookings:
    """One question after the other. `turn` asks once; it is called by one thread."""

    def __init__(self, hall: Hall, server: BookingServer, bus: Bus) -> None:
        self._hall, self._server, self._bus = hall, server, bus
        self._key = key_of(hall)
        self._token = Path(server.token_file).read_text("utf-8").strip() if server.token_file else ""
        self._cursor = ""
        self._told: dict[str, Listed] = {}
        self._forget = time.monotonic() + AGAIN
        self._said = Status(online=True)
        self.counts = Counts()

    def turn(self) -> None:
        """Ask, tell the queue, say how it went."""
        if time.monotonic() > self._forget:
            self._told.clear()
            self._cursor = ""
            self._forget = time.monotonic() + AGAIN
        online = True
        try:
            page = ask(
                self._server.url, self._cursor, token=self._token, patience=self._server.patience_seconds
            )
            self._take(page)
            self._cursor = page.cursor
        except NoList as no:
            log.warning("%s: %s %s", self._server.url, no.trouble, no)
            self.counts.troubles[no.trouble] += 1
            online = False
        except Silent:
            log.warning("the caller does not answer; it is told again")
        status = Status(online=online, detail=self.counts.said())
        if status != self._said:
            self._said = status
            self._bus.keep("status/bookings", encode(status))

    def _take(self, page: Page) -> None:
        news = [one for one in page.bookings if self._told.get(one.fields["code"]) != one]
        self.counts.refused += page.bad
        rows: list[tuple[Listed, Booking]] = []
        for one in news:
            try:
                if not one.cancelled:
                    rows.append((one, booking_of(one.fields, self._hall, self._key)))
            except BadRow as bad:
                log.warning("a booking that cannot be taken: %s", bad)
                self.counts.refused += 1
                self._told[one.fields["code"]] = one
        for first in range(0, len(rows), ROWS):
            self._import(rows[first : first + ROWS])
        for one in news:
            if one.cancelled:
                self._cancel(one)

    def _import(self, rows: Sequence[tuple[Listed, Booking]]) -> None:
        answer = self._asked(
            ImportAppointments(
                id=uuid.uuid4().hex,
                bookings=tuple(booking for _one, booking in rows),
                source="server",
                take=Take.GOOD,
            )
        )
        for bad in answer.refused:
            log.warning("booking %s: %s", rows[bad.row][1].code, bad.reason)
        self.counts.refused += len(answer.refused)
        self.counts.taken += len(rows) - len(answer.refused)
        self._told |= {one.fields["code"]: one for one, _booking in rows}

    def _cancel(self, one: Listed) -> None:
        try:
            command = msgspec.convert({"id": uuid.uuid4().hex, "code": one.fields["code"]}, CancelAppointment)
        except msgspec.ValidationError:
            self.counts.refused += 1
        else:
            answer = self._asked(command)
            known = answer.done or answer.reason is not Reason.UNKNOWN_APPOINTMENT
            self.counts.cancelled += answer.done
            self.counts.refused += known and not answer.done
        self._told[one.fields["code"]] = one

    def _asked(self, command: Command) -> Answer:
        try:
            answer = decode(self._bus.ask(topic(command), encode(command), PATIENCE), Answer)
        except (TimeoutError, OSError, msgspec.MsgspecError):
            raise Silent from None
        if answer.reason in (Reason.JOURNAL_UNAVAILABLE, Reason.MALFORMED):
            raise Silent
        return answer


def serve(hall: Hall, server: BookingServer, stop: threading.Event, tick: Callable[[], None]) -> None:
    """Until `stop` is set. The watchdog is fed only while questions end in time."""
    at = hall.broker
    with Bus(at.host, at.port, hall.hall.id, "bookings", user=at.user, password=at.password) as bus:
        bookings = Bookings(hall, server, bus)
        turned = [time.monotonic()]
        longest = server.every_seconds + 2 * server.patience_seconds + 20 * PATIENCE

        def work() -> None:
            while not stop.is_set():
                bookings.turn()
                turned[0] = time.monotonic()
                stop.wait(server.every_seconds)

        worker = threading.Thread(target=work, name="bookings", daemon=True)
        worker.start()
        while not stop.wait(TICK):
            if worker.is_alive() and time.monotonic() - turned[0] < longest:
                tick()
        worker.join(server.patience_seconds + PATIENCE)


def main(arguments: list[str] | None = None) -> int:
    line = entry.parser("python -m caller.bookings", "从预约平台取预约 / appointments from the city's server")
    hall = entry.hall(line.parse_args(arguments).config)
    server = hall.appointments.server
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        if server is None:
            raise ValueError(_("hall.toml 里没有写 [appointments.server]"))
        notify.ready()
        serve(hall, server, stop, notify.watchdog)
    except (ValueError, OSError, DeviceLost) as error:
        print(error, file=sys.stderr)
        return entry.EX_CONFIG
    notify.stopping()
    return 0


if __name__ == "__main__":
    entry.run(main)
