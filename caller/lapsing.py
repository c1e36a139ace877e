"""A number of which nobody says that it is on paper lapses; who says so later has it back, in the place that it had.

The kiosk may have printed it and then have lost the caller, or the broker, for longer than anybody waits: then the
visitor holds a good paper, and only the word about it is late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from caller import rack
from caller.guards import Refused
from caller.messages import AppointmentStep, Event, Reason, TicketVoided, VoidTicket
from caller.slots import running
from caller.state import State, Ticket


def lapsed(state: State, at: datetime) -> Iterator[Event]:
    """Numbers that nobody confirmed in time."""
    patience = timedelta(minutes=state.rules.reservation_minutes)
    for number in state.reserved:
        if state.tickets[number].at + patience <= at:
            yield TicketVoided(at=at, ticket=number, why=VoidTicket.NEVER_CONFIRMED, lapsed=True)


def may_come_back(state: State, ticket: Ticket) -> None:
    """Refused if it is void for another reason, or its holder has taken another number since."""
    if not ticket.lapsed:
        raise Refused(Reason.WRONG_STEP)
    if (ticket.person, ticket.service) in state.persons:
        raise Refused(Reason.ALREADY_HOLDS)
    held = state.book.appointments.get(ticket.appointment)
    if held is not None and held.step is AppointmentStep.CHECKED_IN:
        raise Refused(Reason.APPOINTMENT_USED, held.id)
    if held is not None and held.step is AppointmentStep.CANCELLED:
        raise Refused(Reason.APPOINTMENT_CANCELLED, held.id)


def never_given(state: State, ticket: Ticket) -> None:
    """It never came to paper: it counts in no quota, and an appointment is as good as before."""
    state.issued[ticket.service] -= 1
    _counts(state, ticket, -1)
    if ticket.appointment:
        state.book.checked_out(ticket.appointment)


def came_back(state: State, ticket: Ticket, at: datetime) -> None:
    """It is on paper after all: it counts again, and its pager is the visitor's if nobody else was given that."""
    state.issued[ticket.service] += 1
    _counts(state, ticket, 1)
    if ticket.appointment:
        state.book.checked_in(ticket.appointment, ticket.ordinary)
    pager = ticket.pager
    if pager is not None and rack.is_obtainable(state, pager):
        rack.lend(state, pager, ticket, at)
    else:
        ticket.pager = None


def _counts(state: State, ticket: Ticket, count: int) -> None:
    if ticket.ordinary:
        state.book.came(ticket.service, running(state, ticket.service, ticket.at), count)
