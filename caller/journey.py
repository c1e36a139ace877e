"""A ticket's journey is this table: where it is, what happens, where it is then. Nothing else moves a ticket.

The picture in docs/journey.md is drawn from it.
"""

from __future__ import annotations

from caller.messages import (
    Event,
    Step,
    TicketAdvanced,
    TicketCalled,
    TicketCancelled,
    TicketFinished,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketReserved,
    TicketResumed,
    TicketReturned,
    TicketServed,
    TicketTransferred,
    TicketVoided,
)

JOURNEY: dict[tuple[Step | None, type[Event]], Step] = {
    (None, TicketReserved): Step.RESERVED,
    (Step.RESERVED, TicketIssued): Step.WAITING,
    (Step.RESERVED, TicketVoided): Step.VOID,
    (Step.WAITING, TicketIssued): Step.WAITING,  # a reprint; who is called at once may have no paper yet
    (Step.CALLED, TicketIssued): Step.CALLED,
    (Step.SERVING, TicketIssued): Step.SERVING,
    (Step.PARKED, TicketIssued): Step.PARKED,
    (Step.NO_SHOW, TicketIssued): Step.NO_SHOW,
    (Step.VOID, TicketIssued): Step.WAITING,  # it had lapsed, and was on paper after all
    (Step.WAITING, TicketCalled): Step.CALLED,
    (Step.WAITING, TicketVoided): Step.VOID,
    (Step.CALLED, TicketCalled): Step.CALLED,  # a recall
    (Step.CALLED, TicketServed): Step.SERVING,
    (Step.CALLED, TicketMissed): Step.NO_SHOW,
    (Step.CALLED, TicketTransferred): Step.WAITING,
    (Step.SERVING, TicketFinished): Step.FINISHED,
    (Step.SERVING, TicketAdvanced): Step.WAITING,  # the next service on the same ticket
    (Step.SERVING, TicketParked): Step.PARKED,
    (Step.SERVING, TicketTransferred): Step.WAITING,
    (Step.PARKED, TicketResumed): Step.WAITING,
    (Step.PARKED, TicketVoided): Step.VOID,
    (Step.NO_SHOW, TicketCalled): Step.CALLED,  # came after all
    (Step.NO_SHOW, TicketReturned): Step.WAITING,  # came back in time, to the place that was promised
    (Step.NO_SHOW, TicketVoided): Step.VOID,
    (Step.RESERVED, TicketCancelled): Step.CANCELLED,
    (Step.WAITING, TicketCancelled): Step.CANCELLED,
    (Step.PARKED, TicketCancelled): Step.CANCELLED,
    (Step.NO_SHOW, TicketCancelled): Step.CANCELLED,
}
# Here a journey is over. Only a number that lapsed can be alive again (caller.lapsing).
ENDS = (Step.VOID, Step.CANCELLED, Step.FINISHED)


def allowed(step: Step | None, event: type[Event]) -> bool:
    return (step, event) in JOURNEY
