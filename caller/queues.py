"""Where every visitor of a service stands, for their phones: by a key made from the ticket's token, never by name."""

from __future__ import annotations

from caller.messages import Holder, QueueState, Step, phone_key
from caller.state import State, Ticket
from caller.waits import wait_at

ENDED_SHOWN = 100  # visitors of a service who have left and may still look
LEFT = (Step.FINISHED, Step.CANCELLED)
NEVER_THERE = (Step.RESERVED, Step.VOID)


def queue_states(state: State) -> dict[str, QueueState]:
    """One for each service, so that a call in one queue tells nobody of another."""
    here: dict[str, list[Holder]] = {service: [] for service in state.rules.services}
    left: dict[str, list[Holder]] = {service: [] for service in state.rules.services}
    for ticket in state.tickets.values():
        if ticket.step not in NEVER_THERE:
            into = left if ticket.step in LEFT else here
            into[ticket.service].append(_holder(state, ticket))
    return {
        service: QueueState(service=service, holders=(*here[service], *left[service][-ENDED_SHOWN:]))
        for service in state.rules.services
    }


def _holder(state: State, ticket: Ticket) -> Holder:
    waiting = ticket.step is Step.WAITING
    ahead = state.lines.ahead(ticket.waiter(state.rules)) if waiting else 0
    return Holder(
        key=phone_key(ticket.token),
        ticket=ticket.number,
        step=ticket.step,
        ahead=ahead,
        wait=wait_at(state, ticket.service, ahead) if waiting else None,
        window=ticket.only if waiting else ticket.window,
    )
