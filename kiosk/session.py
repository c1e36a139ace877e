"""A visitor's session is a machine: an event and the state give the next state and what to do. Nothing else
decides what a kiosk does.

Pure: no Kivy, no clock, no wire. A number is reserved only after the printer said that it can print, and
confirmed only after the printer said that it did.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import LendPager, Need, Reason, ReserveTicket, VoidTicket
from config.languages import CHINESE, languages
from config.schema import Hall
from kiosk import promises
from kiosk.choices import CHOOSING, READING, choose, free_pagers, to
from kiosk.steps import (
    Answered,
    Ask,
    CallerSaid,
    CheckPrinter,
    Effect,
    Event,
    HallHeard,
    Keyed,
    Page,
    Phase,
    Print,
    Printed,
    PrinterSaid,
    Session,
    Ticked,
    Touched,
    Trouble,
)
from kiosk.themes import Theme

IDLE, ELDER_IDLE = 45.0, 90.0  # seconds without a touch after which the kiosk asks whether anybody is there
WARNED, ELDER_WARNED = 20.0, 30.0  # seconds to say "more time", then the glass belongs to the next visitor
DONE = 18.0  # seconds that "take your ticket" stays
DEBOUNCE = 0.3  # seconds in which a second tap is the first one's echo
HELD = 120.0  # seconds that a reserved number waits for paper
JOB = 30.0  # seconds after which a printer that says nothing has failed
AWAY = 5.0  # seconds without the caller before visitors are sent elsewhere
SILENT = 10.0  # seconds before another try after a command that nobody answered
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
        case Keyed(at=at):
            waiting = session.page in (Page.PRINTING, Page.HELD)
            by_ear = replace(session, shown_at=at, need=session.need or Need.BLIND)
            after, effects = session if waiting else by_ear, ()
        case Answered():
            after, effects = _answered(session, event)
        case PrinterSaid():
            after, effects = _printer(session, event)
        case Printed():
            after, effects = _printed(session, event, hall)
        case HallHeard(hall=heard):
            after, effects = promises.hear(session, heard), ()
        case CallerSaid(online=online, at=at):
            away = None if online else (session.away_since or at)
            after, effects = replace(session, online=online, away_since=away), ()
        case Ticked(at=at):
            after, effects = _tick(session, at, hall)
    after, more = promises.keep(after)
    after = _place(after, event.at)
    if _seen(after) != _seen(session):
        return replace(after, sheet=0, scene=session.scene + 1, shown_at=event.at), (*effects, *more)
    if after.sheet != session.sheet or (isinstance(event, Touched) and after.need != session.need):
        after = replace(after, scene=session.scene + 1)
    return after, (*effects, *more)


def _seen(session: Session) -> tuple[object, ...]:
    """What makes a screen another one, so that a tap that was meant for the last one is dropped."""
    return session.page, session.group, session.service, session.theme, session.low


def left(session: Session, at: float) -> float:
    """Seconds until the page goes by itself; 0 for one that stays."""
    quiet = at - max(session.tapped_at, session.shown_at)
    match session.page:
        case Page.DONE:
            return max(0.0, DONE - quiet)
        case Page.STILL:
            return max(0.0, _patience(session)[1] - quiet)
    return 0.0


def trouble(session: Session, at: float) -> Trouble | None:
    """Why no number can be given here now."""
    gone = session.away_since is not None and at - session.away_since >= AWAY
    if gone or at < session.silent_until:
        return Trouble.CALLER
    return session.printer


def _touch(session: Session, event: Touched, hall: Hall) -> Step:
    at = event.at
    if event.scene != session.scene or at - session.tapped_at < DEBOUNCE:
        return session, ()
    session = replace(session, tapped_at=at)
    page = session.page
    kind, _, which = event.target.partition(":")
    match page, kind:
        case _, "language" if which in languages() and page is not Page.PRINTING:
            return replace(session, language=which), ()
        case _, "sheet" if which.isdigit():
            return replace(session, sheet=int(which)), ()
        case Page.SERVICE, "take":
            return _check(session)
        case Page.HELD, "leave":
            return _give_up(session, "visitor-left", at)
        case Page.DONE, "ok":
            return _home(session), ()
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
            return _home(session), ()
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
                return _home(session), ()  # `_place` says why
            after, id = promises.numbered(session)
            reserve = ReserveTicket(
                id=id, service=session.service, kiosk=session.name, priority=session.priority,
                need=session.need, language=session.language,
            )  # fmt: skip
            return replace(after, phase=Phase.RESERVING, job=id), (Ask(reserve),)
        case Page.HELD, _ if event.trouble is None:
            return _print(replace(session, page=Page.PRINTING))
    return session, ()


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
    if event.job != session.job or session.phase is not Phase.ON_PAPER or session.ticket is None:
        return session, ()
    session = replace(session, printer=event.trouble, job="", phase=Phase.NONE)
    if event.trouble is None:
        done = replace(session, page=Page.DONE, trail=())
        pager = session.need is Need.DEAF and free_pagers(session, hall)
        return promises.confirm(to(done, Page.PAGER) if pager and session.pager is None else done)
    if session.prints >= PRINTS:
        return _give_up(session, f"printer: {event.trouble}", event.at)
    until = session.held_until or event.at + HELD
    return replace(session, page=Page.HELD, held_until=until), ()


def _give_up(session: Session, why: str, at: float) -> Step:
    """The number does not come to paper here: it is voided in the journal and on the paper."""
    if session.ticket is None:
        return _home(session), ()
    number = session.ticket.number
    after, id = promises.numbered(session)
    void = VoidTicket(id=id, ticket=number, why=why)
    after = replace(after, slips=(*after.slips, number))
    return replace(_home(promises.owe(after, void, number)), voided=number), (Ask(void),)


def _answered(session: Session, event: Answered) -> Step:
    owed = promises.answered(session, event)
    if owed is not None:
        return owed
    if event.id != session.job:
        return session, ()
    answer, session = event.answer, replace(session, job="")
    if session.page is Page.PAGER:
        return _lent(session, event)
    if session.phase is not Phase.RESERVING:
        return session, ()
    if answer is None or answer.reason is Reason.JOURNAL_UNAVAILABLE:
        return replace(_home(session), silent_until=event.at + SILENT), ()
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
            return _home(replace(session, printer=Trouble.PRINTER)), ()
        case Page.DONE if quiet >= DONE:
            return _home(session), ()
        case Page.HELD | Page.PRINTING | Page.DONE:
            return session, ()
        case Page.STILL if quiet >= _patience(session)[1]:
            return _home(session), ()
        case Page.STILL:
            return session, ()
        case _ if session.personal and quiet >= _patience(session)[0]:
            return to(session, Page.STILL), ()
    return session, ()


def _patience(session: Session) -> tuple[float, float]:
    return (ELDER_IDLE, ELDER_WARNED) if session.theme is Theme.ELDER else (IDLE, WARNED)


def _home(session: Session) -> Session:
    """Everything that belonged to the visitor is gone."""
    return replace(
        session, page=Page.HOME, trail=(), language=CHINESE, group="", service="", priority="", pager=None,
        phase=Phase.NONE, job="", ticket=None, reason=None, held_until=0.0, prints=0,
        voided="", theme=Theme.PLAIN, low=False, need=Need.NONE,
    )  # fmt: skip


def afresh(session: Session, at: float) -> Session:
    """After an error: no visitor any more, what is owed is still owed, a number on its way becomes an orphan."""
    fresh = replace(_home(session), scene=session.scene + 1, shown_at=at, orphans_may_be_on_paper=True)
    return replace(fresh, slip_job="", slipping=())


def _place(session: Session, at: float) -> Session:
    """A kiosk that cannot give a number says so before anybody tries, and is back by itself."""
    cause = trouble(session, at)
    if session.page in (*CHOOSING, Page.OUT) and cause is not None:
        return replace(
            _home(session), page=Page.OUT, cause=cause, language=session.language, voided=session.voided,
            theme=session.theme, low=session.low,
        )  # fmt: skip
    if session.page is Page.OUT and cause is None:
        return replace(session, page=Page.HOME, cause=None, voided="")
    return session
