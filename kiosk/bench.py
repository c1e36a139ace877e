"""Behind a PIN whoever sets a kiosk up tries its parts with a finger, without a keyboard: five taps into the corner
where the hall's name stands lead there.

Pure. Wrong PINs lock the way in for a while; nobody there for a while, and it is a kiosk again.
"""

from __future__ import annotations

from dataclasses import replace

from caller.messages import TrySigns
from config.schema import Hall, Kiosk
from kiosk import promises
from kiosk.choices import home
from kiosk.happenings import Carded, PinSaid, Pointed, Printed, Scanned
from kiosk.steps import Answered, Ask, Bench, CheckPin, Effect, Page, PrintTrial, Session

Step = tuple[Session, tuple[Effect, ...]]
PAGES = (Page.PIN, Page.SETUP, Page.CROSS, Page.CROSSED, Page.ABOUT)
DOORS = (Page.HOME, Page.CLOSED, Page.OUT, Page.IDLE)  # where the corner leads in
TAPS, WITHIN, CORNER = 5, 4.0, 30.0  # taps, seconds, mm from both edges
SHORTEST, LONGEST = 6, 12  # figures of a PIN
TRIES, LOCKED = 5, 600.0  # wrong PINs, and the seconds for which no more are taken
QUIET = {Page.PIN: 30.0}
QUIET_ELSE = 120.0
INSET = 14.0  # mm from the edges to the crosses of the corners
FINE = 3.0  # mm: further off, a finger of 20 mm begins to miss its target
DONE, FAILED = "done", "failed"


def crosses(kiosk: Kiosk) -> tuple[tuple[float, float], ...]:
    """Where the crosses stand, in mm from the top left: the corners and the centre."""
    wide, high = kiosk.width / kiosk.px_per_mm, kiosk.height / kiosk.px_per_mm
    left, right, top, bottom = INSET, wide - INSET, INSET, high - INSET
    return (left, top), (right, top), (wide / 2, high / 2), (left, bottom), (right, bottom)


def off(miss: tuple[float, float]) -> float:
    return float((miss[0] ** 2 + miss[1] ** 2) ** 0.5)


def pointed(session: Session, event: Pointed, hall: Hall) -> Session:
    """A finger anywhere on the glass: on a cross it is measured, in the corner it is counted."""
    if event.scene != session.scene:
        return session
    if session.page is Page.CROSS:
        return _measured(session, event, hall)
    if session.page not in DOORS or max(event.x, event.y) > CORNER or not hall.setup.pin_file:
        return session
    taps = (*(at for at in session.bench.taps if event.at - at <= WITHIN), event.at)[-TAPS:]
    if len(taps) < TAPS:
        return replace(session, bench=replace(session.bench, taps=taps))
    bench = replace(_unlocked(session.bench, event.at), taps=())
    return replace(home(session), page=Page.PIN, language=session.language, bench=bench)


def locked(session: Session, at: float) -> float:
    """Seconds for which no PIN is taken."""
    return max(0.0, session.bench.locked_until - at)


def touch(session: Session, kind: str, which: str, at: float) -> Step:
    match session.page, kind:
        case _, "leave":
            return home(session), ()
        case Page.PIN, _:
            return _key(session, kind, which, at)
        case Page.SETUP, "cross":
            return _on(session, Page.CROSS, cross=0, misses=()), ()
        case Page.SETUP, "about":
            return _on(session, Page.ABOUT), ()
        case Page.SETUP, "trial" if session.printer is None and session.bench.trial in ("", DONE, FAILED):
            after, job = promises.numbered(session)
            return _on(after, Page.SETUP, trial=job), (PrintTrial(job),)
        case Page.SETUP, "signs":
            after, id = promises.numbered(session)
            return replace(_on(after, Page.SETUP, signs=id), job=id), (
                Ask(TrySigns(id=id, kiosk=session.name)),
            )
        case Page.CROSSED, "cross":
            return _on(session, Page.CROSS, cross=0, misses=()), ()
        case Page.CROSSED | Page.ABOUT, "back":
            return _on(session, Page.SETUP), ()
    return session, ()


def _key(session: Session, kind: str, which: str, at: float) -> Step:
    if session.job or locked(session, at):
        return session, ()
    match kind:
        case "digit" if which.isdigit() and len(session.typed) < LONGEST:
            return replace(session, typed=session.typed + which), ()
        case "erase":
            return replace(session, typed=session.typed[:-1]), ()
        case "clear":
            return replace(session, typed=""), ()
        case "open" if len(session.typed) >= SHORTEST:
            after, job = promises.numbered(session)
            return replace(after, job=job, typed=""), (CheckPin(job, session.typed),)
    return session, ()


def pin_said(session: Session, event: PinSaid) -> Session:
    if session.page is not Page.PIN or event.job != session.job:
        return session
    session = replace(session, job="", typed="")
    if event.right:
        return _on(replace(session, bench=Bench()), Page.SETUP)
    wrong = session.bench.wrong + 1
    until = event.at + LOCKED if wrong >= TRIES else 0.0
    bench = replace(session.bench, wrong=0 if until else wrong, locked_until=until)
    return replace(session, bench=bench)


def answered(session: Session, event: Answered) -> Session:
    """Whether the caller told the signs."""
    good = event.answer is not None and event.answer.done
    return replace(session, job="", bench=replace(session.bench, signs=DONE if good else FAILED))


def printed(session: Session, event: Printed) -> Session:
    trial = FAILED if event.trouble else DONE
    return replace(session, printer=event.trouble, bench=replace(session.bench, trial=trial))


def read(session: Session, event: Carded | Scanned) -> Session:
    """Shown there, and to nobody else."""
    said = event.person if isinstance(event, Carded) else len(event.code)
    return replace(session, shown_at=event.at, bench=replace(session.bench, read=said))


def tick(session: Session, quiet: float, at: float) -> Session:
    """A kiosk again, when whoever set it up has gone."""
    if quiet >= QUIET.get(session.page, QUIET_ELSE):
        return home(session)
    return replace(session, bench=_unlocked(session.bench, at))


def _unlocked(bench: Bench, at: float) -> Bench:
    """The time for which it was locked is over."""
    return replace(bench, locked_until=0.0) if 0 < bench.locked_until <= at else bench


def _measured(session: Session, event: Pointed, hall: Hall) -> Session:
    kiosk = next(k for k in hall.kiosk if k.id == session.kiosk)
    x, y = crosses(kiosk)[session.bench.cross]
    misses = (*session.bench.misses, (event.x - x, event.y - y))
    over = len(misses) == len(crosses(kiosk))
    page = Page.CROSSED if over else Page.CROSS
    bench = replace(session.bench, cross=len(misses) % len(crosses(kiosk)), misses=misses)
    return replace(session, page=page, shown_at=event.at, bench=bench)


def _on(session: Session, page: Page, **changed: object) -> Session:
    return replace(session, page=page, bench=replace(session.bench, **changed))  # type: ignore[arg-type]
