"""What a visitor chooses leads to another page or another way of seeing; no choice here touches the queue."""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Need
from config.languages import CHINESE
from config.schema import Hall, WindowKind
from kiosk.steps import Arrival, Page, Phase, Session
from kiosk.themes import Theme

OLD = "60+"  # the age band of a card whose holder is put first
TOGETHER = tuple(map(str, range(1, 10)))  # on one ticket
PRIORITIES = ("military", "elderly", "disabled", "pregnant", "ill", "firefighter")
READING = (
    Page.GROUP, Page.ALL, Page.PRIORITY, Page.CASES, Page.SERVICE, Page.GUIDE, Page.SORRY, Page.ACCESS, Page.MAP,
    Page.CHECKIN, Page.PHONE, Page.CARD, Page.LOST, Page.PEOPLE,
)  # fmt: skip
CHOOSING = (Page.HOME, *READING)
STAYING = (Page.PRINTING, Page.HELD, Page.OUT)  # what is waited for there goes on


def choose(session: Session, kind: str, which: str, hall: Hall) -> Session:
    match kind:
        case "group":
            group = next((g for g in hall.group if g.id == which), None)
            if group is None:
                return session
            if len(group.services) == 1:
                return to(replace(session, group=which, service=group.services[0]), Page.SERVICE)
            return to(replace(session, group=which), Page.GROUP)
        case "case" if any(case.id == which for case in hall.case):
            return to(replace(session, case=which, service=complaint(hall)), Page.SERVICE)
        case "people" if session.page is Page.SERVICE:
            return to(session, Page.PEOPLE)
        case "together" if session.page is Page.PEOPLE and which in TOGETHER:
            before = session.trail[-1] if session.trail else Page.HOME
            return replace(session, people=int(which), page=before, trail=session.trail[:-1])
        case "guide" if session.page is Page.SERVICE:
            return to(replace(session, notice=""), Page.GUIDE)
        case "progress" if hall.progress.url:
            return to(replace(session, typed=""), Page.PROGRESS)
        case "service" if any(s.id == which for s in hall.service):
            return to(replace(session, service=which), Page.SERVICE)
        case "all":
            return to(session, Page.ALL)
        case "access":
            return to(session, Page.ACCESS)
        case "map":
            return to(session, Page.MAP)
        case "theme" if which in set(Theme):
            return replace(session, theme=Theme(which), sheet=0)
        case "low":
            return replace(session, low=which == "on")
        case "need" if which in set(Need):
            return replace(session, need=Need(which))
        case "green":
            return to(session, Page.PRIORITY)
        case "priority" if which in PRIORITIES:
            # Back to what the visitor came for, now with the mark; a card that was read before is proof of age.
            before = session.trail[-1] if session.trail else Page.HOME
            card = session.arrival.person
            proof = which == "elderly" and card is not None and card.age == OLD
            here = replace(session.arrival, proved=proof, young=False)
            return replace(session, priority=which, page=before, trail=session.trail[:-1], arrival=here)
        case "ordinary":
            return replace(session, priority="", arrival=replace(session.arrival, proved=False))
    return session


def free_pagers(session: Session, hall: Hall) -> list[int]:
    """The pagers that hang on the rack, where they can be lent: only the caller does."""
    if session.ticket and session.ticket.offline:
        return []
    lent = session.hall.lent if session.hall else ()
    return [pager.number for pager in hall.pager if pager.number not in lent]


def complaint(hall: Hall) -> str:
    """The service of the window for unresolved matters; "" where there is none."""
    return next((w.serves[0] for w in hall.window if w.kind is WindowKind.COMPLAINT and w.serves), "")


def home(session: Session) -> Session:
    """Everything that belonged to the visitor is gone."""
    return replace(
        session, page=Page.HOME, trail=(), language=CHINESE, group="", service="", priority="", case="", people=1,
        pager=None, phase=Phase.NONE, job="", ticket=None, reason=None, held_until=0.0, prints=0, again=False,
        arrival=Arrival(), bench=session.bench.left(),
        notice="", typed="", finding=None, voided="", theme=Theme.PLAIN, low=False, need=Need.NONE, volume=0,
        ended=None, unresolved=False, slow=False,
    )  # fmt: skip


def anew(session: Session) -> Session:
    """The first page for whoever still stands here: what they chose, typed or took is gone; how they see, hear and
    read is not. A card goes, too: the next hand may be another visitor's."""
    return replace(
        home(session), language=session.language, theme=session.theme, low=session.low, need=session.need,
        volume=session.volume,
    )  # fmt: skip


def unresolved(session: Session, hall: Hall) -> Session:
    """办不成事, from wherever one stands. Where a number is on its way or none can be given the page stays, and says
    where somebody listens; everywhere else it is left, and nothing on paper is lost by that."""
    if session.page in STAYING:
        return replace(session, unresolved=True)
    if session.page is Page.STILL:
        session = replace(session, page=session.trail[-1], trail=session.trail[:-1])
    if session.page is Page.SORRY or session.page not in (*CHOOSING, Page.CLOSED):
        session = anew(session)
    page = Page.CASES if hall.case else Page.SERVICE
    return to(replace(session, service=complaint(hall), reason=None, typed=""), page)


def to(session: Session, page: Page) -> Session:
    """One page further; the way back is remembered."""
    return replace(session, page=page, trail=(*session.trail, session.page))
