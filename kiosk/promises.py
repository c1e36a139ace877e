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


def owe(session: Session, command: Command, ticket: str, book: bool) -> Step:
    """Whoever gave the number, the caller or the kiosk's own book, is told how it ended."""
    ask = Ask(command, book=book)
    return replace(session, owed=(*session.owed, ask), settled=(*session.settled, ticket)), (ask,)


def confirm(session: Session) -> Step:
    """The ticket is on paper."""
    if session.ticket is None:
        return session, ()
    after, id = numbered(session)
    ticket = session.ticket
    command = ConfirmTicket(id=id, ticket=ticket.number, reprint=session.prints > 1, token=ticket.token)
    return owe(after, command, ticket.number, ticket.offline)


def answered(session: Session, event: Answered) -> Step | None:
    """If the answer is to something owed: whether it is settled or must be asked again."""
    ask = next((ask for ask in session.owed if ask.command.id == event.id), None)
    if ask is None:
        return None
    if event.answer is None:
        return session, (ask,)
    if event.answer.reason is Reason.JOURNAL_UNAVAILABLE:
        return session, (replace(ask, wait=AGAIN),)
    return replace(session, owed=tuple(other for other in session.owed if other is not ask)), ()


def hear(session: Session, hall: HallState) -> Session:
    """The latest snapshot of the hall; an older one that comes late is dropped."""
    known = session.hall
    if known is not None and hall.version < known.version and hall.at < known.at:
        return session
    if known is not None and hall.day != known.day:
        session = replace(session, settled=())
    return replace(session, hall=hall)


def _void(session: Session, reserved: list[tuple[str, bool]], may_be_on_paper: bool) -> Step:
    own = session.ticket.number if session.ticket else ""
    effects: list[Effect] = []
    for number, book in reserved:
        if number == own or number in session.settled:
            continue
        session, id = numbered(session)
        void = VoidTicket(id=id, ticket=number, why=VoidTicket.NEVER_CONFIRMED)
        session, asked = owe(session, void, number, book)
        if may_be_on_paper:
            session = replace(session, slips=(*session.slips, number))
        effects += asked
    return session, tuple(effects)


def keep(session: Session) -> Step:
    """Void what nobody waits for, and put voids on paper when the printer is free and well."""
    effects: list[Effect] = []
    reserving = session.phase in (Phase.RESERVING, Phase.DRAWING)
    if session.hall is not None and not reserving:
        mine = [(number, False) for number, kiosk in session.hall.reserved if kiosk == session.name]
        session, asked = _void(session, mine, session.orphans_may_be_on_paper)
        session = replace(session, orphans_may_be_on_paper=False)
        effects += asked
    if session.book.open and not reserving:
        session, asked = _void(session, [(session.book.open, True)], may_be_on_paper=True)
        effects += asked
    busy = session.phase is Phase.ON_PAPER or session.page is Page.HELD
    if session.slips and not session.slip_job and session.printer is None and not busy:
        session, job = numbered(session)
        session = replace(session, slip_job=job, slipping=session.slips)
        effects.append(PrintVoid(job, session.slips))
    return session, tuple(effects)
