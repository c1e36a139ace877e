"""All that a session hears and asks for goes through here: the bus, the printer, the kiosk's own book.

Nothing waits: `heard` gives what has come in, `do` sends and returns.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import msgspec
from kivy.clock import Clock
from msgspec import structs

from caller.messages import Answer, CheckIn, HallState, QueueState, Status, decode, encode, phone_key, topic
from config.schema import Kiosk
from drivers.mqtt import CONNECTED, Bus
from drivers.reader.person import hash_of
from kiosk import again
from kiosk.bookkeeper import Bookkeeper
from kiosk.printing import Job, Press
from kiosk.steps import Answered, Ask, CallerSaid, DeviceSaid, Event, HallHeard, HolderSeen, Session, Write

log = logging.getLogger(__name__)

PATIENCE = 6.0  # seconds for an answer of the caller


class Wires:
    """`key` is the hall's, for the phone numbers of those who check in: no number goes further than here."""

    def __init__(self, kiosk: Kiosk, bus: Bus, press: Press, books: Bookkeeper, key: bytes = b"") -> None:
        self.kiosk, self.bus, self.press, self.books, self._key = kiosk, bus, press, books, key
        self.unread = 0  # payloads that did not decode
        self._asked: list[tuple[str, Future[bytes]]] = []
        self._caller_up = False
        self._health: Status | None = None

    def do(self, effect: Ask | Write | Job) -> None:
        match effect:
            case Ask(wait=wait) if wait:
                later = replace(effect, wait=0.0)
                Clock.schedule_once(lambda _: self.do(later), wait)
            case Ask(command=CheckIn() as command, phone=phone) if phone:
                self.do(Ask(structs.replace(command, phone=hash_of(phone, self._key))))
            case Ask(command=command, book=True):
                self.books.do(command)
            case Ask(command=command):
                self._asked.append((command.id, self.bus.post(topic(command), encode(command), PATIENCE)))
            case Write(entry=entry):
                self.books.do(entry)
            case _:
                self.press.do(effect)

    def heard(self, session: Session) -> list[Event]:
        """What came in since the last look."""
        return [*self._from_bus(session), *self._from_printer(), *self._answers(), *self._from_book()]

    def _from_bus(self, session: Session) -> Iterator[Event]:
        while not self.bus.inbox.empty():
            delivery = self.bus.inbox.get_nowait()
            try:
                match delivery.topic:
                    case "state/hall":
                        yield HallHeard(decode(delivery.payload, HallState), time.monotonic())
                    case topic if topic.startswith("state/queue/"):
                        yield from self._holders(
                            session, delivery.payload, topic.removeprefix("state/queue/")
                        )
                    case topic if topic.startswith("status/"):
                        status = decode(delivery.payload, Status)
                        if topic == "status/caller":
                            self._caller_up = status.online
                        yield DeviceSaid(topic.removeprefix("status/"), status, time.monotonic())
                    case topic if topic == CONNECTED:
                        log.info("the broker is there")
            except msgspec.MsgspecError as error:
                self.unread += 1
                log.warning("%s: %s (%d so far)", delivery.topic, error, self.unread)
        online = self.bus.connected and self._caller_up
        if online != session.online:
            yield CallerSaid(online, time.monotonic())

    def _holders(self, session: Session, payload: bytes, service: str) -> Iterator[Event]:
        """Read only while somebody here may ask for a ticket once more: a queue is long."""
        watched = {phone_key(one.token): one for one in again.watched(session) if one.service == service}
        if not watched:
            return
        for holder in decode(payload, QueueState).holders:
            ticket = watched.get(holder.key)
            if ticket is not None and ticket.step is not holder.step:
                yield HolderSeen(ticket.number, holder.step, time.monotonic())

    def _from_printer(self) -> Iterator[Event]:
        while not self.press.said.empty():
            match self.press.said.get_nowait():
                case Status() as health:
                    if health != self._health:
                        self._health = health
                        self.bus.keep(f"status/printer-{self.kiosk.id}", encode(health))
                case event:
                    yield event

    def _from_book(self) -> Iterator[Event]:
        while not self.books.said.empty():
            yield self.books.said.get_nowait()

    def _answers(self) -> Iterator[Event]:
        waiting, self._asked = self._asked, []
        for id, future in waiting:
            if not future.done():
                self._asked.append((id, future))
                continue
            yield Answered(id, self._answer(future), time.monotonic())

    def _answer(self, future: Future[bytes]) -> Answer | None:
        try:
            return decode(future.result(), Answer)
        except TimeoutError:
            return None
        except msgspec.MsgspecError as error:
            self.unread += 1
            log.warning("an answer that cannot be read: %s", error)
            return None
