"""What a kiosk owes the queue and the paper outlives the visitor: every reserved number ends confirmed or void.

Confirms and voids are repeated, each with its first id, until the caller has answered; a number that this
kiosk reserved and does not know any more is voided; a void is printed before the next ticket.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Command, ConfirmTicket, HallState, Reason, VoidTicket
from kiosk.steps import Answered, Ask, Effect, Page, Phase, PrintVoid, Session

AGAIN = 2.0  # seconds before a journal that could not write is asked again

Step = tuple[Session, tuple[Effect, ...]]


def numbered(session: Session) -> tuple[Session, str]:
    """The next id of a command or print job of this kiosk."""
    serial = session.serial + 1
    return replace(session, serial=serial), f"{session.name}-{session.run}-{serial}"


def owe(session: Session, command: Command, ticket: str) -> Session:
    return replace(session, owed=(*session.owed, command), settled=(*session.settled, ticket))


def confirm(session: Session) -> Step:
    """The ticket is on paper."""
    if session.ticket is None:
        return session, ()
    after, id = numbered(session)
    number = session.ticket.number
    command = ConfirmTicket(id=id, ticket=number, reprint=session.prints > 1)
    return owe(after, command, number), (Ask(command),)


def answered(session: Session, event: Answered) -> Step | None:
    """If the answer is to something owed: whether it is settled or must be asked again."""
    command = next((c for c in session.owed if c.id == event.id), None)
    if command is None:
        return None
    if event.answer is None:
        return session, (Ask(command),)
    if event.answer.reason is Reason.JOURNAL_UNAVAILABLE:
        return session, (Ask(command, wait=AGAIN),)
    return replace(session, owed=tuple(c for c in session.owed if c is not command)), ()


def hear(session: Session, hall: HallState) -> Session:
    """The latest snapshot of the hall; an older one that comes late is dropped."""
    known = session.hall
    if known is not None and hall.version < known.version and hall.at < known.at:
        return session
    if known is not None and hall.day != known.day:
        session = replace(session, settled=())
    return replace(session, hall=hall)


def keep(session: Session) -> Step:
    """Void what nobody waits for, and put voids on paper when the printer is free and well."""
    effects: list[Effect] = []
    reserving = session.phase is Phase.RESERVING
    if session.hall is not None and not reserving:
        own = session.ticket.number if session.ticket else ""
        for number, kiosk in session.hall.reserved:
            if kiosk != session.name or number == own or number in session.settled:
                continue
            session, id = numbered(session)
            void = VoidTicket(id=id, ticket=number, why="never confirmed")
            session = owe(session, void, number)
            if session.orphans_may_be_on_paper:
                session = replace(session, slips=(*session.slips, number))
            effects.append(Ask(void))
        session = replace(session, orphans_may_be_on_paper=False)
    busy = session.phase is Phase.ON_PAPER or session.page is Page.HELD
    if session.slips and not session.slip_job and session.printer is None and not busy:
        session, job = numbered(session)
        session = replace(session, slip_job=job, slipping=session.slips)
        effects.append(PrintVoid(job, session.slips))
    return session, tuple(effects)
