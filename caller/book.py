"""The book of appointments is what its events say: who is expected when, which places are taken, who stayed away.

It holds today and the days that can be booked. `code`, `person`, `agent` and `phone` are keyed for the appointment's
own day (`caller.veil`), so that equal words mean the same person on the same day, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from caller import messages as m
from caller.messages import AppointmentStep

LIVE = (AppointmentStep.BOOKED, AppointmentStep.CHECKED_IN)


@dataclass
class Appointment:
    """`ordinary`: its holder came too late, and waits like anybody who just came."""

    id: str
    service: str
    day: str
    slot: datetime
    code: str
    person: str = ""
    agent: str = ""
    phone: str = ""
    sealed: str = ""
    source: str = ""
    step: AppointmentStep = AppointmentStep.BOOKED
    ordinary: bool = False


@dataclass
class Book:
    """`taken` and `walk_ins` are by service and slot, as `place` writes them."""

    appointments: dict[str, Appointment] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # to the appointment
    holders: dict[str, list[str]] = field(default_factory=dict)  # person to appointments
    phones: dict[str, list[str]] = field(default_factory=dict)  # phone to appointments
    agents: dict[str, int] = field(default_factory=dict)  # live appointments made by each
    taken: dict[str, int] = field(default_factory=dict)  # places that cannot be booked
    walk_ins: dict[str, int] = field(default_factory=dict)  # numbers given to those who just came
    pool: dict[str, datetime] = field(default_factory=dict)  # cancelled appointment to when its place is back
    absences: dict[str, list[str]] = field(default_factory=dict)  # record to the days
    booked: int = 0  # running number of this day

    def by_code(self, code: str) -> Appointment | None:
        return self.appointments.get(self.codes.get(code, ""))

    def of(self, person: str, service: str) -> Appointment | None:
        """The live one of this person, that day."""
        held = (self.appointments[one] for one in self.holders.get(person, ()))
        return next((one for one in held if one.service == service and one.step in LIVE), None)

    def expected(self, service: str, day: str) -> int:
        """How many may still come for this service, that day."""
        return sum(
            one.step is AppointmentStep.BOOKED and (one.service, one.day) == (service, day)
            for one in self.appointments.values()
        )

    def apply(self, event: m.Event) -> None:
        match event:
            case m.AppointmentBooked():
                self._booked(event)
            case m.AppointmentCancelled():
                one = self.appointments[event.appointment]
                one.step = AppointmentStep.CANCELLED
                if one.agent:
                    self.agents[one.agent] -= 1
                if event.back is not None:
                    self.pool[one.id] = event.back
            case m.SlotReleased():
                self.pool.pop(event.appointment, None)
                self.taken[place(event.service, event.slot)] -= 1
            case m.AppointmentMissed() if event.record:
                self.absences.setdefault(event.record, []).append(event.day)
            case m.AbsencesForgiven():
                for record in event.records:
                    self.absences.pop(record, None)

    def _booked(self, event: m.AppointmentBooked) -> None:
        one = Appointment(
            id=event.appointment,
            service=event.service,
            day=event.day,
            slot=event.slot,
            code=event.code,
            person=event.person,
            agent=event.agent,
            phone=event.phone,
            sealed=event.sealed,
            source=event.source,
        )
        self.booked += not event.carried
        self.appointments[one.id] = one
        self.codes[one.code] = one.id
        if one.person:
            self.holders.setdefault(one.person, []).append(one.id)
        if one.phone:
            self.phones.setdefault(one.phone, []).append(one.id)
        if one.agent:
            self.agents[one.agent] = self.agents.get(one.agent, 0) + 1
        there = place(one.service, one.slot)
        self.taken[there] = self.taken.get(there, 0) + 1

    def checked_in(self, appointment: str, ordinary: bool) -> None:
        one = self.appointments[appointment]
        one.step, one.ordinary = AppointmentStep.CHECKED_IN, ordinary

    def checked_out(self, appointment: str) -> None:
        """The number never came to paper: the appointment is good again."""
        one = self.appointments[appointment]
        one.step, one.ordinary = AppointmentStep.BOOKED, False

    def came(self, service: str, slot: datetime | None, count: int) -> None:
        """Somebody without an appointment took a number (1), or gave it back (-1)."""
        if slot is not None:
            there = place(service, slot)
            self.walk_ins[there] = self.walk_ins.get(there, 0) + count


def place(service: str, slot: datetime) -> str:
    """A service and a slot in one word. The same moment is the same word, whatever offset it was told with."""
    return f"{service}@{int(slot.timestamp())}"
