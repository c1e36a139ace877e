"""A visitor's session is a machine: an event and the state give the next state and what to do. Nothing else
decides what a kiosk does.

Pure: no Kivy, no clock, no wire. A number is reserved only after the printer said that it can print, and
confirmed only after the printer said that it did.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import LendPager, Need, Reason, ReserveTicket, VoidTicket
from config.languages import languages
from config.schema import Hall
from kiosk import again, alone, doors, enquiry, promises
from kiosk.choices import CHOOSING, READING, choose, free_pagers, home, to
from kiosk.patience import DONE, patience
from kiosk.steps import (
    Answered,
    Ask,
    BookRead,
    CallerSaid,
    CheckPrinter,
    Effect,
    Event,
    Found,
    HallHeard,
    Keyed,
    Page,
    Phase,
    Print,
    Printed,
    PrinterSaid,
    PrintNotice,
    Scanned,
    Session,
    Ticked,
    Touched,
    Trouble,
)

PRINTED, BROKEN = "printed", "broken"  # what became of a notice
DEBOUNCE = 0.3  # seconds in which a second tap is the first one's echo
TYPED = 0.12  # the same, of figures: people type faster than they choose
HELD = 120.0  # seconds that a reserved number waits for paper
JOB = 30.0  # seconds after which a printer that says nothing has failed
SILENT = 10.0  # seconds before another try after a command that nobody answered
SOFTEST, LOUDEST = -2, 2  # steps of the voice
PRINTS = 3  # times that one ticket is sent to the printer

Step = tuple[Session, tuple[Effect, ...]]


def start(kiosk: int, run: str, at: float) -> Session:
    """A kiosk that was just switched on; `run` must differ at every start."""
    return Session(kiosk=kiosk, run=run, since=at, away_since=at, shown_at=at)


def step(session: Session, event: Event, hall: Hall) -> Step:
    """What the event changes, and what is to be done."""
    match event:
        case Touched():
            after, effects = _touch(session, event, hall)
        case Keyed(at=at, louder=louder):
            volume = max(SOFTEST, min(LOUDEST, session.volume + louder))
            session = replace(session, volume=volume)
            waiting = session.page in (Page.PRINTING, Page.HELD)
            by_ear = replace(session, shown_at=at, need=session.need or Need.BLIND)
            after, effects = session if waiting else by_ear, ()
        case Answered():
            after, effects = _answered(session, event)
        case PrinterSaid():
            after, effects = _printer(session, event)
        case Printed():
            after, effects = _printed(session, event, hall)
        case Found():
            after, effects = enquiry.found(session, event)
        case Scanned():
            after, effects = enquiry.scanned(session, event, hall)
        case HallHeard(hall=heard):
            after, effects = alone.forgot(promises.hear(session, heard), session.hall, event.at), ()
        case CallerSaid(online=online, at=at):
            after, effects = alone.hear(session, online, at), ()
        case BookRead(book=book, wall=wall):
            after, effects = replace(session, book=book, wall=wall), ()
        case Ticked(at=at):
            after, effects = _tick(again.forget(enquiry.tick(session, at), at), at, hall)
    after, more = promises.keep(after)
    after, told = alone.run_errand(after, event.at)
    effects = (*effects, *more, *told)
    after = doors.place(replace(after, alone=alone.away(after, event.at)), event.at)
    if _seen(after) != _seen(session):
        return replace(after, sheet=0, scene=session.scene + 1, shown_at=event.at), effects
    if after.sheet != session.sheet or (isinstance(event, Touched) and after.need != session.need):
        after = replace(after, scene=session.scene + 1)
    return after, effects


def _seen(session: Session) -> tuple[object, ...]:
    """What makes a screen another one, so that a tap that was meant for the last one is dropped."""
    return session.page, session.group, session.service, session.theme, session.low


def _touch(session: Session, event: Touched, hall: Hall) -> Step:
    at = event.at
    echo = TYPED if session.page is Page.PROGRESS else DEBOUNCE
    if event.scene != session.scene or at - session.tapped_at < echo:
        return session, ()
    session = replace(session, tapped_at=at)
    page = session.page
    if page is Page.IDLE:
        return home(session), ()
    kind, _, which = event.target.partition(":")
    match page, kind:
        case _, "language" if which in languages() and page is not Page.PRINTING:
            return replace(session, language=which), ()
        case _, "sheet" if which.isdigit():
            return replace(session, sheet=int(which)), ()
        case Page.SERVICE, "take" if doors.gives(session, session.service):
            return _check(session)
        case Page.HELD, "leave":
            return _give_up(session, "visitor-left", at)
        case Page.DONE, "ok":
            return home(session), ()
        case Page.DONE | Page.HOME, "again":
            return again.reprint(session)
        case Page.GUIDE, "notice" if session.notice in ("", BROKEN) and session.printer is None:
            after, job = promises.numbered(session)
            return replace(after, notice=job), (PrintNotice(job, session.service, session.language),)
        case Page.PROGRESS, "digit" | "erase" | "clear" | "ask":
            return enquiry.key(session, kind, which, hall)
        case Page.FOUND, "progress":
            return enquiry.once_more(session), ()
        case Page.PROGRESS | Page.FOUND, "back" | "home":
            return home(session), ()
        case Page.CLOSED, "all" | "progress" | "map" | "service":
            return choose(session, kind, which, hall), ()
        case Page.DONE, "pager" if session.pager is None and session.ticket:
            return to(session, Page.PAGER), ()
        case Page.PAGER, "lend" if not session.job and session.ticket and which.isdigit():
            after, id = promises.numbered(session)
            lend = LendPager(id=id, ticket=session.ticket.number, pager=int(which))
            return replace(after, job=id, reason=None), (Ask(lend),)
        case Page.PAGER, "back":
            return replace(session, page=Page.DONE, trail=(), job="", reason=None), ()
        case Page.STILL, "more":
            return replace(session, page=session.trail[-1], trail=session.trail[:-1]), ()
        case Page.STILL, "home":
            return home(session), ()
        case _, "back" if page in READING:
            back = session.trail[-1] if session.trail else Page.HOME
            return replace(session, page=back, trail=session.trail[:-1], reason=None), ()
        case _, "home" if page in READING:
            return replace(session, page=Page.HOME, trail=(), reason=None), ()
        case _ if page in CHOOSING:
            return choose(session, kind, which, hall), ()
    return session, ()


def _check(session: Session) -> Step:
    after, job = promises.numbered(session)
    after = replace(after, page=Page.PRINTING, phase=Phase.CHECKING, job=job, prints=0)
    return after, (CheckPrinter(job),)


def _printer(session: Session, event: PrinterSaid) -> Step:
    session = replace(session, printer=event.trouble)
    match session.page, session.phase:
        case Page.PRINTING, Phase.CHECKING if event.job == session.job:
            if event.trouble is not None:
                return home(session), ()  # `doors.place` says why
            return _reserve(session, book=alone.away(session, event.at))
        case Page.HELD, _ if event.trouble is None:
            return _print(replace(session, page=Page.PRINTING))
    return session, ()


def _reserve(session: Session, book: bool) -> Step:
    after, id = promises.numbered(session)
    reserve = ReserveTicket(
        id=id, service=session.service, kiosk=session.name, priority=session.priority,
        need=session.need, language=session.language, about=session.case,
    )  # fmt: skip
    phase = Phase.DRAWING if book else Phase.RESERVING
    return replace(after, phase=phase, job=id), (Ask(reserve, book=book),)


def _print(session: Session) -> Step:
    if session.ticket is None:
        return session, ()
    after, job = promises.numbered(session)
    after = replace(after, phase=Phase.ON_PAPER, job=job, prints=session.prints + 1)
    again = session.prints > 0
    return after, (Print(job, session.ticket, session.language, again, session.pager),)


def _printed(session: Session, event: Printed, hall: Hall) -> Step:
    if event.job == session.slip_job:
        shown = () if event.trouble else session.slipping
        left = tuple(number for number in session.slips if number not in shown)
        return replace(session, slip_job="", slipping=(), slips=left, printer=event.trouble), ()
    if event.job == session.notice:
        return replace(session, notice=BROKEN if event.trouble else PRINTED, printer=event.trouble), ()
    if event.job != session.job or session.phase is not Phase.ON_PAPER or session.ticket is None:
        return session, ()
    session = replace(session, printer=event.trouble, job="", phase=Phase.NONE)
    if event.trouble is None:
        done = again.keep(replace(session, page=Page.DONE, trail=()), event.at)
        pager = session.need is Need.DEAF and free_pagers(session, hall)
        return promises.confirm(to(done, Page.PAGER) if pager and session.pager is None else done)
    if session.again:
        return home(session), ()  # the number counts, whether this paper came or not
    if session.prints >= PRINTS:
        return _give_up(session, f"printer: {event.trouble}", event.at)
    until = session.held_until or event.at + HELD
    return replace(session, page=Page.HELD, held_until=until), ()


def _give_up(session: Session, why: str, at: float) -> Step:
    """The number does not come to paper here: it is voided in the journal and on the paper."""
    if session.ticket is None:
        return home(session), ()
    number = session.ticket.number
    after, id = promises.numbered(session)
    void = VoidTicket(id=id, ticket=number, why=why, token=session.ticket.token)
    after, asked = promises.owe(after, void, number, session.ticket.offline)
    return replace(home(replace(after, slips=(*after.slips, number))), voided=number), asked


def _answered(session: Session, event: Answered) -> Step:
    owed = promises.answered(session, event)
    if owed is not None:
        return owed
    if event.id == session.errand:
        return alone.errand_answered(session, event.answer, event.at)
    if event.id != session.job:
        return session, ()
    answer, session = event.answer, replace(session, job="")
    if session.page is Page.PAGER:
        return _lent(session, event)
    if session.phase not in (Phase.RESERVING, Phase.DRAWING):
        return session, ()
    if answer is None or answer.reason is Reason.JOURNAL_UNAVAILABLE:
        asked_book, full = session.phase is Phase.DRAWING, answer is not None
        session = replace(session, silent_until=event.at + SILENT, full=full)
        go_on = alone.can_give(session) and not asked_book
        return _reserve(session, book=True) if go_on else (home(session), ())
    if not answer.done or answer.ticket is None:
        why = answer.reason or Reason.MALFORMED
        return replace(session, page=Page.SORRY, phase=Phase.NONE, reason=why, trail=()), ()
    return _print(replace(session, ticket=answer.ticket))


def _lent(session: Session, event: Answered) -> Step:
    if event.answer is not None and event.answer.done and event.answer.ticket is not None:
        lent = event.answer.ticket.pager
        return replace(session, page=Page.DONE, trail=(), pager=lent), ()
    refused = event.answer.reason if event.answer else Reason.JOURNAL_UNAVAILABLE
    return replace(session, reason=refused), ()


def _tick(session: Session, at: float, hall: Hall) -> Step:
    quiet = at - max(session.tapped_at, session.shown_at)
    match session.page:
        case Page.HELD if at >= session.held_until:
            return _give_up(session, f"printer: {session.printer or Trouble.PRINTER}", at)
        case Page.PRINTING if session.phase is not Phase.RESERVING and at - session.shown_at >= JOB:
            if session.phase is Phase.ON_PAPER:
                return _printed(session, Printed(session.job, Trouble.PRINTER, at), hall)
            return home(replace(session, printer=Trouble.PRINTER)), ()
        case Page.DONE if quiet >= DONE:
            return home(session), ()
        case Page.HELD | Page.PRINTING | Page.DONE:
            return session, ()
        case Page.STILL if quiet >= patience(session)[1]:
            return home(session), ()
        case Page.STILL:
            return session, ()
        case Page.HOME if not session.personal and 0 < hall.idle.after_seconds <= quiet:
            return replace(session, page=Page.IDLE, poster=0), ()
        case Page.IDLE:
            poster = int((at - session.shown_at) // hall.idle.step_seconds)
            return replace(session, poster=poster), ()
        case _ if session.personal and quiet >= patience(session)[0]:
            return to(session, Page.STILL), ()
    return session, ()


def afresh(session: Session, at: float) -> Session:
    """After an error: no visitor any more, what is owed is still owed, a number on its way becomes an orphan."""
    fresh = replace(
        home(session), lost=None, scene=session.scene + 1, shown_at=at, orphans_may_be_on_paper=True
    )
    return replace(fresh, slip_job="", slipping=())
