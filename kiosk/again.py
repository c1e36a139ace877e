"""A ticket that nobody got may be printed once more, here, for two minutes; the paper and the journal say so."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from caller.messages import Step as Journey
from caller.messages import TicketView
from kiosk import promises
from kiosk.choices import anew
from kiosk.steps import Effect, HolderSeen, Lost, Page, Phase, Print, Session

WITHIN = 120.0  # seconds
ENDED = Journey.CANCELLED, Journey.FINISHED  # paper of such a ticket would be worth nothing

Step = tuple[Session, tuple[Effect, ...]]


def keep(session: Session, at: float) -> Session:
    """The ticket that has just come out; one that was printed again is not offered a third time."""
    if session.ticket is None or session.again:
        return replace(session, lost=None)
    lost = Lost(session.ticket, session.language, session.pager, at + WITHIN)
    return replace(session, lost=lost)


def reprint(session: Session) -> Step:
    """The same number once more."""
    lost = session.lost
    if lost is None or session.printer is not None:
        return session, ()
    return once_more(session, lost.ticket, lost.language, session.pager or lost.pager)


def once_more(session: Session, ticket: TicketView, language: str, pager: int | None) -> Step:
    """This ticket is printed again, marked, and the queue is told; not one that has ended meanwhile."""
    if ticket.step in ENDED:
        return replace(anew(session), page=Page.SORRY, ended=ticket, lost=None), ()
    after, job = promises.numbered(session)
    after = replace(
        after, page=Page.PRINTING, trail=(), phase=Phase.ON_PAPER, job=job, ticket=ticket, again=True,
        pager=pager, prints=2, lost=None,
    )  # fmt: skip
    return after, (Print(job, ticket, language, True, pager),)


def watched(session: Session) -> tuple[TicketView, ...]:
    """Whatever may be asked for once more."""
    return (*((session.lost.ticket,) if session.lost else ()), *session.arrival.found)


def seen(session: Session, event: HolderSeen) -> Session:
    """How far one of these is now."""

    def now(ticket: TicketView) -> TicketView:
        return msgspec.structs.replace(ticket, step=event.step) if ticket.number == event.ticket else ticket

    lost = session.lost and replace(session.lost, ticket=now(session.lost.ticket))
    found = tuple(now(ticket) for ticket in session.arrival.found)
    return replace(session, lost=lost, arrival=replace(session.arrival, found=found))


def forget(session: Session, at: float) -> Session:
    """Two minutes are over."""
    return replace(session, lost=None) if session.lost and at >= session.lost.until else session
