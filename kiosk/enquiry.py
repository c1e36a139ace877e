"""How far is my case? A number is typed or scanned, one question is asked, and nothing of it outlives the page."""

from __future__ import annotations

from dataclasses import replace

from config.schema import Hall
from drivers.progress import Finding, State
from kiosk import promises
from kiosk.steps import Effect, Enquire, Found, Page, Scanned, Session

SHORTEST = 4  # figures of a number that may be asked
PATIENCE = 9.0  # seconds for an answer: longer than a slow system is waited for

Step = tuple[Session, tuple[Effect, ...]]


def key(session: Session, kind: str, which: str, hall: Hall) -> Step:
    """A key of the pad."""
    match kind:
        case "digit" if which.isdigit() and len(session.typed) < hall.progress.digits and not session.job:
            return replace(session, typed=session.typed + which), ()
        case "erase" if not session.job:
            return replace(session, typed=session.typed[:-1]), ()
        case "clear" if not session.job:
            return replace(session, typed=""), ()
        case "ask" if len(session.typed) >= SHORTEST and not session.job:
            return _ask(session)
    return session, ()


def scanned(session: Session, event: Scanned, hall: Hall) -> Step:
    """The code on the acceptance receipt is the number of the case."""
    code = event.code.strip()
    if session.page is not Page.PROGRESS or session.job or not code.isascii() or not code.isalnum():
        return session, ()
    if not SHORTEST <= len(code) <= hall.progress.digits:
        return session, ()
    return _ask(replace(session, typed=code))


def found(session: Session, event: Found) -> Step:
    if session.page is not Page.PROGRESS or event.job != session.job:
        return session, ()
    return replace(session, page=Page.FOUND, job="", finding=event.finding), ()


def tick(session: Session, at: float) -> Session:
    """A question that nobody answers is answered here."""
    if session.page is Page.PROGRESS and session.job and at - session.tapped_at >= PATIENCE:
        return replace(session, page=Page.FOUND, job="", finding=Finding(State.SLOW))
    return session


def once_more(session: Session) -> Session:
    """Another number, or the same one again where it could not be said."""
    unsaid = session.finding is not None and session.finding.state in (State.SLOW, State.DOWN)
    return replace(session, page=Page.PROGRESS, finding=None, typed=session.typed if unsaid else "")


def _ask(session: Session) -> Step:
    after, job = promises.numbered(session)
    return replace(after, job=job), (Enquire(job, session.typed),)
