"""A kiosk without the caller goes on by its own book; when the caller is back it hands over what it gave."""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Answer, HallState
from kiosk.book import Leased, Told, errand, services, told_id
from kiosk.steps import Ask, Effect, Session, Write

AWAY = 5.0  # seconds without the caller before the kiosk goes by its own book
RENEW = 600.0  # seconds after which the lease is asked for again: hours may have been extended
WRITTEN = 1.0  # seconds in which an answer comes into the book
AGAIN = 10.0  # seconds before an errand that failed is tried again

Step = tuple[Session, tuple[Effect, ...]]


def away(session: Session, at: float) -> bool:
    gone = session.away_since is not None and at - session.away_since >= AWAY
    return gone or at < session.silent_until


def hear(session: Session, online: bool, at: float) -> Session:
    """A caller that has come back is asked at once: it may remember less than it did."""
    if not online:
        return replace(session, online=False, away_since=session.away_since or at)
    back = session if session.online else replace(session, renew_at=at, errand_after=at)
    return replace(back, online=True, away_since=None)


def forgot(session: Session, before: HallState | None, at: float) -> Session:
    """A journal that is shorter than it was has been put back from a copy."""
    shorter = before and session.hall and session.hall.version < before.version
    return replace(session, renew_at=at, errand_after=at) if shorter else session


def can_give(session: Session) -> bool:
    """Whether the book has numbers of anything now."""
    return session.wall is not None and bool(services(session.book, session.wall))


def run_errand(session: Session, at: float) -> Step:
    """Tell the caller what it does not have, or ask for what may be printed without it; one thing at a time."""
    if not session.online or session.errand or session.hall is None or session.wall is None:
        return session, ()
    if at < session.errand_after:
        return session, ()
    id = f"{session.name}-{session.run}-{session.serial + 1}"
    command = errand(session.book, session.name, id, session.wall, session.hall.day, at >= session.renew_at)
    if command is None:
        return session, ()
    return replace(session, serial=session.serial + 1, errand=command.id), (Ask(command),)


def errand_answered(session: Session, answer: Answer | None, at: float) -> Step:
    """What the caller said of it goes into the book."""
    done, session = session.errand, replace(session, errand="", errand_after=at + AGAIN)
    if answer is None or not answer.done or answer.lease is None:
        return session, ()
    session = replace(session, errand_after=at + WRITTEN)
    over = next((day for day, _ in session.book.given if done == told_id(session.book, day)), "")
    if over:
        return session, (Write(Told(over)),)
    return replace(session, renew_at=at + RENEW), (Write(Leased(answer.lease)),)
