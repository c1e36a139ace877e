"""A caller service with nobody on its wires: commands go in by hand at a time of the test's choosing.

Everything between the bus and the disk is real; the clock shows what it is told to show.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import msgspec

from caller.daykeys import DayKeys
from caller.journal import Journal
from caller.messages import (
    EVENTS,
    Answer,
    CallsState,
    Command,
    EmergencyState,
    Event,
    HallState,
    MarksState,
    PagersState,
    encode,
    topic,
)
from caller.rules import calendar_of, rules_of
from caller.service import Caller
from config.schema import Hall
from drivers.mqtt import Bus, Delivery


class Ears:
    """A bus that only listens: what was answered, told and kept."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.events: list[Event] = []
        self.kept: dict[str, bytes] = {}

    def answer(self, delivery: Delivery, payload: bytes) -> None:
        self.answers.append(msgspec.json.decode(payload, type=Answer))

    def tell(self, topic: str, payload: bytes, expires: int | None = None) -> None:
        self.events.append(msgspec.json.decode(payload, type=EVENTS[topic.removeprefix("event/")]))

    def keep(self, topic: str, payload: bytes) -> None:
        self.kept[topic] = payload


class QuietHall:
    """`journal` is a file or a URL. `says` gives the answers of commands that came together; what the hall sees is
    in `shown` and `calls`."""

    def __init__(self, hall: Hall, journal: Path | str, now: datetime) -> None:
        self.hall = hall
        self.now = now
        self.ears = Ears()
        self.journal = Journal(journal if isinstance(journal, str) else f"sqlite:///{journal}")
        file = None if isinstance(journal, str) else journal.with_suffix(".keys")
        keys = DayKeys(file, hall.appointments.days_ahead, hall.appointments.absence_days)
        bus = cast(Bus, self.ears)  # the part of it that the service uses
        self.caller = Caller(rules_of(hall), self.journal, bus, lambda: self.now, calendar_of(hall), keys)

    def __enter__(self) -> Self:
        self.journal.__enter__()
        self.caller.recall()
        self.time_passes()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.journal.__exit__(kind, value, trace)

    def says(self, *commands: Command) -> list[Answer]:
        heard = len(self.ears.answers)
        self.caller.handle([Delivery(topic(c), encode(c), "someone") for c in commands])
        self.caller.show()
        return self.ears.answers[heard:]

    def does(self, command: Command) -> Answer:
        (answer,) = self.says(command)
        return answer

    def time_passes(self) -> None:
        """The service's loop goes round with nothing to do."""
        self.caller.handle([])
        self.caller.show()

    @property
    def shown(self) -> HallState:
        return msgspec.json.decode(self.ears.kept["state/hall"], type=HallState)

    @property
    def pagers(self) -> PagersState:
        return msgspec.json.decode(self.ears.kept["state/pagers"], type=PagersState)

    @property
    def marks(self) -> MarksState:
        return msgspec.json.decode(self.ears.kept["state/marks"], type=MarksState)

    @property
    def emergency(self) -> EmergencyState:
        return msgspec.json.decode(self.ears.kept["state/emergency"], type=EmergencyState)

    @property
    def calls(self) -> CallsState:
        return msgspec.json.decode(self.ears.kept["state/calls"], type=CallsState)
