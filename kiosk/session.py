"""A visitor's session is a machine: an event and the state give the next state and what to do. Nothing else
decides what a kiosk does.

Pure: no Kivy, no clock, no wire. A number is reserved only after the printer said that it can print, and
confirmed only after the printer said that it did.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Need, Reason
from config.languages import languages
from config.schema import Hall
from kiosk import again, alone, arrivals, bench, doors, enquiry, lending, promises, scene
from kiosk.asking import check, give_up, print_it, reserve
from kiosk.choices import (
    CHOOSING,
    READING,
    STAYING,
    anew,
    choose,
    complaint,
    free_pagers,
    home,
    to,
    unresolved,
)
from kiosk.patience import DONE, patience
from kiosk.steps import (
    Answered,
    BookRead,
    By,
    CallerSaid,
    Carded,
    DeviceSaid,
    Effect,
    Event,
    Found,
    HallHeard,
    HolderSeen,
    Keyed,
    Misread,
    Page,
    Phase,
    PinSaid,
    Pointed,
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
SLOW = 5.0  # seconds after which a ticket that is still not there has a way out beside it
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
            after, effects = _printer(session, event, hall)
        case Printed():
            after, effects = _printed(session, event, hall)
        case Found():
            after, effects = enquiry.found(session, event)
        case Pointed():
            after, effects = bench.pointed(session, event, hall), ()
        case PinSaid():
            after, effects = bench.pin_said(session, event), ()
        case DeviceSaid(name=name, status=status):
            after, effects = replace(session, devices={**session.devices, name: status}), ()
        case Carded() | Scanned() if session.page is Page.SETUP:
            after, effects = bench.read(session, event), ()
        case Scanned():
            after, effects = arrivals.held_out(session, event, hall)
        case Carded():
            after, effects = arrivals.carded(session, event)
        case Misread():
            after, effects = arrivals.misread(session, event), ()
        case HallHeard(hall=heard):
            after, effects = alone.forgot(promises.hear(session, heard), session.hall, event.at), ()
        case HolderSeen():
            after, effects = again.seen(session, event), ()
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
    return scene.follow(session, after, event), effects


def _touch(session: Session, event: Touched, hall: Hall) -> Step:
    at = event.at
    echo = TYPED if session.page in (Page.PROGRESS, Page.PHONE, Page.PIN) else DEBOUNCE
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
        case _ if page in bench.PAGES:
            return bench.touch(session, kind, which, at)
        case _, "service" if which and which == complaint(hall):
            return unresolved(session, hall), ()
        case _, "back" if page in STAYING:
            return replace(session, unresolved=False), ()
        case Page.SERVICE, "take" if doors.gives(session, session.service):
            ordinary = replace(session.arrival, by=By.NOTHING, seeks=False)
            return check(replace(session, arrival=ordinary))
        case Page.HELD, "leave":
            return give_up(session, "visitor-left")
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
            return anew(session), ()
        case Page.CLOSED, "all" | "progress" | "map" | "service":
            return choose(session, kind, which, hall), ()
        case _, "checkin" | "phone" | "lost" if page in CHOOSING or page is Page.CLOSED:
            return arrivals.touch(session, kind, which, hall)
        case Page.PHONE | Page.LOST, "digit" | "erase" | "clear" | "here" | "copy":
            return arrivals.touch(session, kind, which, hall)
        case Page.CARD, "elderly":
            return arrivals.touch(session, kind, which, hall)
        case Page.DONE, "pager" if session.pager is None and session.ticket:
            return to(session, Page.PAGER), ()
        case Page.PAGER, "lend" if which.isdigit():
            return lending.lend(session, int(which))
        case Page.PAGER, "back":
            return replace(session, page=Page.DONE, trail=(), job="", reason=None), ()
        case Page.STILL, "more":
            return replace(session, page=session.trail[-1], trail=session.trail[:-1]), ()
        case Page.STILL, "home":
            return home(session), ()
        case _, "back" if page in READING:
            trail = tuple(before for before in session.trail if before is not Page.SORRY)
            back = trail[-1] if trail else Page.HOME
            return replace(session, page=back, trail=trail[:-1], reason=None, ended=None), ()
        case _, "home" if page in READING:
            return replace(session, page=Page.HOME, trail=(), reason=None, ended=None), ()
        case _ if page in CHOOSING:
            return choose(session, kind, which, hall), ()
    return session, ()


def _printer(session: Session, event: PrinterSaid, hall: Hall) -> Step:
    session = replace(session, printer=event.trouble)
    match session.page, session.phase:
        case Page.PRINTING, Phase.CHECKING if event.job == session.job:
            if event.trouble is not None:
                return home(session), ()  # `doors.place` says why
            return reserve(session, alone.away(session, event.at), hall.by_name)
        case Page.HELD, _ if event.trouble is None:
            return print_it(replace(session, page=Page.PRINTING))
    return session, ()


def _printed(session: Session, event: Printed, hall: Hall) -> Step:
    if event.job == session.slip_job:
        shown = () if event.trouble else session.slipping
        left = tuple(number for number in session.slips if number not in shown)
        return replace(session, slip_job="", slipping=(), slips=left, printer=event.trouble), ()
    if event.job == session.bench.trial:
        return bench.printed(session, event), ()
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
        return give_up(session, f"printer: {event.trouble}")
    until = session.held_until or event.at + HELD
    return replace(session, page=Page.HELD, held_until=until), ()


def _answered(session: Session, event: Answered) -> Step:
    owed = promises.answered(session, event)
    if owed is not None:
        return owed
    if event.id == session.errand:
        return alone.errand_answered(session, event.answer, event.at)
    if event.id != session.job:
        return session, ()
    answer, session = event.answer, replace(session, job="")
    if event.id == session.bench.signs:
        return bench.answered(session, event), ()
    if session.page is Page.CARD:
        return arrivals.found(session, answer)
    if session.page is Page.PAGER:
        return lending.lent(session, event)
    if session.phase not in (Phase.RESERVING, Phase.DRAWING):
        return session, ()
    if session.arrival.by and (answer is None or not answer.done):
        return replace(arrivals.refused(session, answer, session.arrival.by), phase=Phase.NONE), ()
    if answer is None or answer.reason is Reason.JOURNAL_UNAVAILABLE:
        asked_book, full = session.phase is Phase.DRAWING, answer is not None
        session = replace(session, silent_until=event.at + SILENT, full=full)
        go_on = alone.can_give(session) and not asked_book
        return reserve(session, book=True) if go_on else (home(session), ())
    if not answer.done or answer.ticket is None:
        why = answer.reason or Reason.MALFORMED
        return replace(session, page=Page.SORRY, phase=Phase.NONE, reason=why, trail=()), ()
    return print_it(replace(session, ticket=answer.ticket))


def _tick(session: Session, at: float, hall: Hall) -> Step:
    quiet = at - max(session.tapped_at, session.shown_at)
    match session.page:
        case Page.HELD if at >= session.held_until:
            return give_up(session, f"printer: {session.printer or Trouble.PRINTER}")
        case Page.PRINTING if session.phase is not Phase.RESERVING and at - session.shown_at >= JOB:
            if session.phase is Phase.ON_PAPER:
                return _printed(session, Printed(session.job, Trouble.PRINTER, at), hall)
            return home(replace(session, printer=Trouble.PRINTER)), ()
        case page if page in bench.PAGES:
            return bench.tick(session, quiet, at), ()
        case Page.DONE if quiet >= DONE:
            return home(session), ()
        case Page.HELD | Page.OUT if session.unresolved and quiet >= patience(session)[0]:
            return replace(session, unresolved=False), ()
        case Page.PRINTING if not session.slow and at - session.shown_at >= SLOW:
            return replace(session, slow=True), ()
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
