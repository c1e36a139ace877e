"""Whoever comes with an ID card, a code or a phone number: checks in, proves an age, or finds a ticket that was lost.

Pure. A card means what the page asks for; where the page asks for nothing it leads to a page of its own that says
what can be done with it. Nothing that was read outlives the visitor (`choices.home`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from caller.messages import Answer, FindTickets, Reason
from config.schema import Hall, ReaderKind
from drivers.reader.person import Person
from kiosk import again, enquiry, lending, promises
from kiosk.asking import Step, check
from kiosk.choices import CHOOSING, OLD, home, to
from kiosk.steps import Arrival, Ask, By, Carded, Misread, Page, Scanned, Session

DIGITS = 11  # of a mobile number
CODE = re.compile(r"[A-Za-z0-9-]{4,32}")
PAGES = (Page.CHECKIN, Page.PHONE, Page.CARD, Page.LOST)
ANYWHERE = (*CHOOSING, Page.IDLE, Page.CLOSED, Page.FOUND, Page.PROGRESS, Page.DONE, Page.STILL)


def reads(hall: Hall, kiosk: int, *kinds: ReaderKind) -> bool:
    """Whether something at this kiosk reads that."""
    return any(reader.kiosk == kiosk and reader.kind in kinds for reader in hall.reader)


def has_cards(hall: Hall, kiosk: int) -> bool:
    return reads(hall, kiosk, ReaderKind.IDCARD)


def has_codes(hall: Hall, kiosk: int) -> bool:
    return reads(hall, kiosk, ReaderKind.SCANNER, ReaderKind.WEDGE)


def books(hall: Hall, kiosk: int) -> bool:
    """Whether anybody can check in here for an appointment."""
    known = bool(hall.appointments.key_file)
    return bool(hall.appointments.quota) and (known or has_cards(hall, kiosk) or has_codes(hall, kiosk))


def old(person: Person | None) -> bool:
    return person is not None and person.age == OLD


def carded(session: Session, event: Carded) -> Step:
    """Whatever this page wants a card for."""
    person = event.person
    if session.page is Page.STILL:
        session = replace(session, page=session.trail[-1], trail=session.trail[:-1])
    if session.page not in ANYWHERE or session.job:
        return session, ()
    if session.page in (Page.DONE, Page.IDLE):
        session = home(session)  # the next visitor
    session = replace(session, shown_at=event.at)
    here = replace(session.arrival, person=person, misread=False)
    known = replace(session, arrival=here)
    match session.page:
        case Page.CHECKIN | Page.PHONE:
            return check_in(known, By.CARD)
        case Page.PRIORITY if old(person):
            return proved(known), ()
        case Page.PRIORITY:
            return replace(known, arrival=replace(here, young=True)), ()
        case Page.SERVICE | Page.CARD if not here.seeks:
            return known, ()
        case Page.CARD:
            return find(known)
        case _:
            return to(known, Page.CARD), ()


def misread(session: Session, event: Misread) -> Session:
    """Said where somebody holds a card, and nowhere else."""
    if session.page not in ANYWHERE or session.job or session.page is Page.DONE:
        return session
    told = replace(session, shown_at=event.at, arrival=replace(session.arrival, misread=True))
    return told if session.page in (*PAGES, Page.PRIORITY, Page.SERVICE) else to(told, Page.CARD)


def proved(session: Session) -> Session:
    """The card's age is proof enough; back to what the visitor came for."""
    here = replace(session.arrival, proved=True, young=False)
    before = session.trail[-1] if session.trail else Page.HOME
    page = before if session.page is Page.PRIORITY and before is not Page.CARD else Page.HOME
    return replace(session, priority="elderly", arrival=here, page=page, trail=())


def scanned(session: Session, event: Scanned, hall: Hall) -> Step | None:
    """An appointment's code, as it is or at the end of an address; None where this page wants none."""
    if session.page not in ANYWHERE or session.page is Page.PROGRESS or session.job:
        return None
    if session.page is Page.STILL:
        session = replace(session, page=session.trail[-1], trail=session.trail[:-1])
    code = event.code.strip()
    if session.page is not Page.CHECKIN and not books(hall, session.kiosk):
        return None
    if session.page in (Page.DONE, Page.IDLE):
        session = home(session)
    end = code.rstrip("/").rpartition("/")[2] if "://" in code else code
    ours = bool(hall.hall.ticket_url) and code.startswith(hall.hall.ticket_url)
    here = replace(session.arrival, said=end)
    after = replace(session, shown_at=event.at, arrival=here)
    if ours or not CODE.fullmatch(end):
        return refused(after, Answer(id="", done=False, reason=Reason.UNKNOWN_APPOINTMENT), By.CODE), ()
    return check_in(after, By.CODE)


def held_out(session: Session, event: Scanned, hall: Hall) -> Step:
    """What a code is depends on the page: a pager from the rack, an appointment, or a case."""
    for taken in (lending.scanned(session, event, hall), scanned(session, event, hall)):
        if taken is not None:
            return taken
    return enquiry.scanned(session, event, hall)


def check_in(session: Session, by: By) -> Step:
    """Only the caller knows appointments: without it there is nobody to ask."""
    known = replace(session, arrival=replace(session.arrival, by=by, seeks=False, misread=False))
    if session.alone:
        return refused(known, None, by), ()
    return check(known)


def refused(session: Session, answer: Answer | None, by: By) -> Session:
    """Why not; and the appointment that it is about, if there is one."""
    why = answer.reason if answer and answer.reason else Reason.JOURNAL_UNAVAILABLE
    told = answer.appointment if answer else None
    here = replace(session.arrival, by=by, said="", appointment=told)
    return replace(session, page=Page.SORRY, trail=(), reason=why, typed="", job="", arrival=here)


def touch(session: Session, kind: str, which: str, hall: Hall) -> Step:
    """A tile of the pages CHECKIN, PHONE, CARD and LOST, and whatever leads to them."""
    here = session.arrival
    match session.page, kind:
        case Page.PHONE, "digit" if which.isdigit() and len(session.typed) < DIGITS:
            return replace(session, typed=session.typed + which), ()
        case Page.PHONE, "erase":
            return replace(session, typed=session.typed[:-1]), ()
        case Page.PHONE, "clear":
            return replace(session, typed=""), ()
        case Page.PHONE, "here" if len(session.typed) == DIGITS:
            asked = replace(session, typed="", arrival=replace(here, said=session.typed))
            return check_in(asked, By.PHONE)
        case Page.LOST, "copy":
            return _copy(session, which)
        case _, "phone" if hall.appointments.key_file:
            return to(replace(session, typed=""), Page.PHONE), ()
        case _, "checkin" if here.person and session.page is Page.CARD:
            return check_in(session, By.CARD)
        case _, "checkin" if books(hall, session.kiosk):
            return to(_forgiven(session), Page.CHECKIN), ()
        case _, "lost" if here.person:
            return find(session)
        case _, "lost" if has_cards(hall, session.kiosk):
            return to(replace(_forgiven(session), arrival=Arrival(seeks=True)), Page.CARD), ()
        case Page.CARD, "elderly" if old(here.person):
            return proved(session), ()
    return session, ()


def _forgiven(session: Session) -> Session:
    """What was refused before is not said again."""
    here = replace(session.arrival, by=By.NOTHING, said="", appointment=None, misread=False, seeks=False)
    return replace(session, reason=None, arrival=here)


def find(session: Session) -> Step:
    """Which numbers does the holder of this card still have?"""
    here = session.arrival
    seeking = replace(session, arrival=replace(here, seeks=True, by=By.NOTHING), reason=None)
    if here.person is None or session.alone:
        why = Reason.JOURNAL_UNAVAILABLE
        return replace(seeking, page=Page.SORRY, trail=(), reason=why), ()
    after, id = promises.numbered(seeking)
    page = session.page if session.page is Page.CARD else Page.CARD
    command = FindTickets(id=id, person=here.person.card, kiosk=session.name)
    return replace(after, page=page, job=id), (Ask(command),)


def found(session: Session, answer: Answer | None) -> Step:
    """None is said kindly, one is printed, of several one is chosen."""
    if answer is None or not answer.done or not answer.found:
        why = answer.reason if answer and answer.reason else Reason.JOURNAL_UNAVAILABLE
        return replace(session, page=Page.SORRY, trail=(), reason=why), ()
    after = replace(session, arrival=replace(session.arrival, found=answer.found))
    if len(answer.found) == 1:
        return _copy(after, answer.found[0].number)
    return to(after, Page.LOST), ()


def _copy(session: Session, number: str) -> Step:
    ticket = next((one for one in session.arrival.found if one.number == number), None)
    if ticket is None or session.printer is not None:
        return session, ()
    return again.once_more(session, ticket, session.language, ticket.pager)
