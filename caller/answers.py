"""What a command is answered: what became of it, and no more than its sender may know."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from caller.guards import Refused
from caller.messages import (
    Answer,
    AppointmentsImported,
    AppointmentView,
    BookAppointment,
    CancelAppointment,
    CheckIn,
    Command,
    Event,
    HandOver,
    LeaseNumbers,
    ReserveTicket,
    TicketsFound,
)
from caller.offline import of_book
from caller.slots import view
from caller.snapshot import ticket_view
from caller.state import State

LEGIBLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # people read an appointment's code aloud
LENGTH = 8


def completed(command: Command) -> Command:
    """With what nobody can guess, where the sender left it to us."""
    match command:
        case ReserveTicket(token="") | CheckIn(token=""):
            return replace(command, token=secrets.token_urlsafe(9))
        case BookAppointment(code=""):
            return replace(command, code="".join(secrets.choice(LEGIBLE) for _ in range(LENGTH)))
    return command


def done(state: State, command: Command, events: Sequence[Event], at: datetime) -> Answer:
    """Done; `state` is the one after these events."""
    if isinstance(command, LeaseNumbers | HandOver):
        return Answer(id=command.id, done=True, lease=of_book(state, command.kiosk, command.book, at))
    number = next((n for e in reversed(events) if (n := getattr(e, "ticket", ""))), "")
    ticket = state.tickets.get(number)
    return Answer(
        id=command.id,
        done=True,
        ticket=ticket_view(state, ticket) if ticket else None,
        found=tuple(
            ticket_view(state, state.tickets[n])
            for e in events
            if isinstance(e, TicketsFound)
            for n in e.tickets
        ),
        window=getattr(command, "window", None),
        appointment=_appointment(state, command, events),
        refused=next((e.refused for e in events if isinstance(e, AppointmentsImported)), ()),
    )


def refusal(state: State, command: Command, refused: Refused) -> Answer:
    return Answer(
        id=command.id,
        done=False,
        reason=refused.reason,
        window=getattr(command, "window", None),
        appointment=view(state, refused.appointment),
        refused=refused.rows,
    )


def _appointment(state: State, command: Command, events: Sequence[Event]) -> AppointmentView | None:
    """The one that was booked, cancelled or checked in; its code only for whoever just got it."""
    match command:
        case BookAppointment(code=code) if events:
            return view(state, getattr(events[-1], "appointment", ""), code)
        case CheckIn() | CancelAppointment() if events:
            return view(state, getattr(events[-1], "appointment", ""))
    return None
