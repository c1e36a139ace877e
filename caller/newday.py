"""A day's journal is read alone: what is over is counted before the next day opens, what goes on is told again after.

Whoever had an appointment on the day that is over, and did not come, was absent; but on a day on which nobody was
called, or that the caller never saw, nobody was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from caller import messages as m
from caller import rack
from caller.messages import AppointmentStep
from caller.state import State
from caller.veil import Veil


def ends(state: State, at: datetime, veil: Veil) -> Sequence[m.Event]:
    """The last events of the running day; they belong into it."""
    if not state.calls:
        return []
    today = date.fromisoformat(state.day)
    return [
        m.AppointmentMissed(
            at=at,
            day=one.day,
            record=veil.unsealed(one.person, one.sealed, today),
            appointment=one.id,
        )
        for one in state.book.appointments.values()
        if one.day == state.day and one.step is AppointmentStep.BOOKED
    ]


def carries(state: State, day: str, at: datetime) -> Sequence[m.Event]:
    """The first events of `day`, made from the state of the day that is over: an emergency (midnight puts out no
    fire), the pagers, who is expected, and absences that still count."""
    events: list[m.Event] = [state.emergency] if state.emergency is not None else []
    events += rack.carried(state, at)
    for one in state.book.appointments.values():
        if one.day < day:
            continue
        events.append(
            m.AppointmentBooked(
                at=at,
                appointment=one.id,
                service=one.service,
                day=one.day,
                slot=one.slot,
                code=one.code,
                person=one.person,
                agent=one.agent,
                phone=one.phone,
                sealed=one.sealed,
                source=one.source,
                carried=True,
            )
        )
        if one.step is AppointmentStep.CANCELLED:
            back = state.book.pool.get(one.id)
            events.append(m.AppointmentCancelled(at=at, appointment=one.id, back=back, carried=True))
            if back is None:  # its place was free before
                events.append(m.SlotReleased(at=at, appointment=one.id, service=one.service, slot=one.slot))
    oldest = date.fromisoformat(day) - timedelta(days=state.rules.booking.absence_days)
    return events + [
        m.AppointmentMissed(at=at, day=missed, record=record, carried=True)
        for record, days in state.book.absences.items()
        for missed in days
        if missed >= oldest.isoformat()
    ]
