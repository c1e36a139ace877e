"""Where every visitor of a service stands, for their phones: by a key made from the ticket's token, never by name."""

from __future__ import annotations

from caller.messages import Holder, QueueState, Step, phone_key
from caller.state import State, Ticket
from caller.waits import Work, all_work, wait_at

ENDED_SHOWN = 100  # visitors of a service who have left and may still look
LEFT = (Step.FINISHED, Step.CANCELLED)
NEVER_THERE = (Step.RESERVED, Step.VOID)


def queue_states(state: State) -> dict[str, QueueState]:
    """One for each service, so that a call in one queue tells nobody of another."""
    here: dict[str, list[Ticket]] = {service: [] for service in state.rules.services}
    left: dict[str, list[Ticket]] = {service: [] for service in state.rules.services}
    for ticket in state.tickets.values():
        if ticket.step not in NEVER_THERE and ticket.service in here:
            into = left if ticket.step in LEFT else here
            into[ticket.service].append(ticket)
    work = all_work(state)
    return {
        service: _queue(state, service, work, [*here[service], *left[service][-ENDED_SHOWN:]])
        for service in state.rules.services
    }


def _queue(state: State, service: str, work: Work, tickets: list[Ticket]) -> QueueState:
    ahead = dict(state.lines.standing(service))
    minutes, waiting = work[service], len(ahead)
    holders = []
    for ticket in tickets:
        place = ahead.get(ticket.number)
        holders.append(
            Holder(
                key=phone_key(ticket.token),
                ticket=ticket.number,
                step=ticket.step,
                ahead=place or 0,
                wait=None if place is None else wait_at(minutes, waiting, place),
                window=ticket.window if place is None else ticket.only,
            )
        )
    return QueueState(service=service, holders=tuple(holders))
