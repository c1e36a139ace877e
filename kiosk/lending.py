"""A vibrating pager is taken from the rack: its number is touched, or its label held under the scanner."""

from __future__ import annotations

from dataclasses import replace

from caller.messages import LendPager, Reason
from config.schema import Hall
from config.wired import labelled
from kiosk import promises
from kiosk.choices import free_pagers
from kiosk.steps import Answered, Ask, Effect, Page, Scanned, Session

Step = tuple[Session, tuple[Effect, ...]]


def lend(session: Session, pager: int) -> Step:
    """Whoever holds a ticket takes this one."""
    if session.job or session.ticket is None or session.pager is not None:
        return session, ()
    after, id = promises.numbered(session)
    command = LendPager(id=id, ticket=session.ticket.number, pager=pager)
    return replace(after, page=Page.PAGER, job=id, reason=None), (Ask(command),)


def scanned(session: Session, event: Scanned, hall: Hall) -> Step | None:
    """The pager on the label; None where the code is something else's."""
    pager = labelled(hall.pager, event.code)
    holds = session.ticket is not None and session.pager is None
    if session.page is not Page.PAGER and not (session.page is Page.DONE and holds and pager):
        return None
    seen = replace(session, shown_at=event.at)
    if pager in free_pagers(session, hall) and pager is not None:
        return lend(seen, pager)
    return replace(seen, page=Page.PAGER, reason=Reason.PAGER_TAKEN if pager else Reason.UNKNOWN_PAGER), ()


def lent(session: Session, event: Answered) -> Step:
    if event.answer is not None and event.answer.done and event.answer.ticket is not None:
        return replace(session, page=Page.DONE, trail=(), pager=event.answer.ticket.pager), ()
    refused = event.answer.reason if event.answer else Reason.JOURNAL_UNAVAILABLE
    return replace(session, reason=refused), ()
