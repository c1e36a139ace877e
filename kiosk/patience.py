"""How long a page waits for a visitor who does nothing: longer in 长辈版, and never without a warning first."""

from __future__ import annotations

from kiosk.steps import Page, Session
from kiosk.themes import Theme

IDLE, ELDER_IDLE = 45.0, 90.0  # seconds without a touch after which the kiosk asks whether anybody is there
WARNED, ELDER_WARNED = 20.0, 30.0  # seconds to say "more time", then the glass belongs to the next visitor
DONE = 18.0  # seconds that "take your ticket" stays


def left(session: Session, at: float) -> float:
    """Seconds until the page goes by itself; 0 for one that stays."""
    quiet = at - max(session.tapped_at, session.shown_at)
    match session.page:
        case Page.DONE:
            return max(0.0, DONE - quiet)
        case Page.STILL:
            return max(0.0, patience(session)[1] - quiet)
    return 0.0


def patience(session: Session) -> tuple[float, float]:
    """Seconds until the warning, and from the warning to the end."""
    return (ELDER_IDLE, ELDER_WARNED) if session.theme is Theme.ELDER else (IDLE, WARNED)
