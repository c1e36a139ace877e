"""A number is asked for: the printer first whether it can print, then the queue or the kiosk's own book.

Who has an appointment checks in with what they came with; everybody else takes a number of a service.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import CheckIn, ReserveTicket, VoidTicket
from kiosk import promises
from kiosk.choices import home
from kiosk.steps import Ask, By, CheckPrinter, Effect, Page, Phase, Print, Session

Step = tuple[Session, tuple[Effect, ...]]


def check(session: Session) -> Step:
    after, job = promises.numbered(session)
    after = replace(after, page=Page.PRINTING, phase=Phase.CHECKING, job=job, prints=0)
    return after, (CheckPrinter(job),)


def reserve(session: Session, book: bool, by_name: bool = False) -> Step:
    """`book`: from the kiosk's own, which knows no appointments and nobody's name."""
    after, id = promises.numbered(session)
    if session.arrival.by:
        return _check_in(after, id, by_name)
    card = session.arrival.person
    command = ReserveTicket(
        id=id, service=session.service, kiosk=session.name, priority=session.priority,
        proved=session.arrival.proved, person=card.card if card else "",
        need=session.need, language=session.language, about=session.case, people=session.people,
        address=card.address if card and by_name and not book else "",
    )  # fmt: skip
    phase = Phase.DRAWING if book else Phase.RESERVING
    return replace(after, phase=phase, job=id), (Ask(command, book=book),)


def _check_in(session: Session, id: str, by_name: bool) -> Step:
    here = session.arrival
    card = here.person if here.by is By.CARD else None
    command = CheckIn(
        id=id, code=here.said if here.by is By.CODE else "", person=card.card if card else "", kiosk=session.name,
        priority=session.priority, proved=here.proved, need=session.need, language=session.language,
        address=card.address if card and by_name else "",
    )  # fmt: skip
    phone = here.said if here.by is By.PHONE else ""
    after = replace(session, phase=Phase.RESERVING, job=id, arrival=replace(here, said=""))
    return after, (Ask(command, phone=phone),)


def print_it(session: Session) -> Step:
    if session.ticket is None:
        return session, ()
    after, job = promises.numbered(session)
    after = replace(after, phase=Phase.ON_PAPER, job=job, prints=session.prints + 1)
    again = session.prints > 0
    return after, (Print(job, session.ticket, session.language, again, session.pager),)


def give_up(session: Session, why: str) -> Step:
    """The number does not come to paper here: it is voided in the journal and on the paper."""
    if session.ticket is None:
        return home(session), ()
    number = session.ticket.number
    after, id = promises.numbered(session)
    void = VoidTicket(id=id, ticket=number, why=why, token=session.ticket.token)
    after, asked = promises.owe(after, void, number, session.ticket.offline)
    return replace(home(replace(after, slips=(*after.slips, number))), voided=number), asked
