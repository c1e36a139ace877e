"""A kiosk that cannot give a number says so before anybody tries, says why, and is back by itself."""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Reason, ServiceState
from kiosk import alone
from kiosk.choices import CHOOSING, home
from kiosk.steps import Page, Session, Trouble


def trouble(session: Session, at: float) -> Trouble | None:
    """Why no number can be given here now, whatever the service."""
    if alone.away(session, at) and not alone.can_give(session):
        return Trouble.DISK if session.full and at < session.silent_until else Trouble.CALLER
    return session.printer


def of(session: Session, service: str) -> ServiceState | None:
    """What the hall says of a service; None where it is not known, or not any more."""
    states = session.hall.services if session.hall and not session.alone else ()
    return next((state for state in states if state.id == service), None)


def gives(session: Session, service: str) -> bool:
    """Whether a number of this service is to be had, as far as is known."""
    state = of(session, service)
    return state is None or state.refused is None


def shut(session: Session) -> Reason | None:
    """Why no service at all gives numbers now; None while one does."""
    known = session.hall and not session.alone
    refused = {state.refused for state in session.hall.services} if session.hall and known else {None}
    if None in refused or not refused:
        return None
    return Reason.CLOSING if refused == {Reason.CLOSING} else Reason.OUTSIDE_HOURS


def place(session: Session, at: float) -> Session:
    """The session on the page that says what cannot be had, or away from it when it can be had again."""
    cause = trouble(session, at)
    if session.page in (*CHOOSING, Page.OUT, Page.IDLE, Page.CLOSED) and cause is not None:
        return replace(
            home(session), page=Page.OUT, cause=cause, language=session.language, voided=session.voided,
            theme=session.theme, low=session.low, unresolved=session.unresolved,
        )  # fmt: skip
    if session.page is Page.OUT and cause is None:
        session = replace(session, page=Page.HOME, cause=None, voided="")
    closed = shut(session)
    if session.page in (Page.HOME, Page.IDLE) and closed is not None:
        return replace(session, page=Page.CLOSED, reason=closed)
    if session.page is Page.CLOSED:
        return replace(session, reason=closed) if closed else replace(session, page=Page.HOME, reason=None)
    return session
