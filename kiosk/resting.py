"""When nobody is here, or no number is given: the hall's name, where it is full, whom to tell, and when it opens."""

from __future__ import annotations

from dataclasses import replace

from caller.messages import Reason
from config.languages import _, chosen
from kiosk.doors import of
from kiosk.endings import desk
from kiosk.home import language_tile
from kiosk.offer import moment
from kiosk.steps import Page, Session
from kiosk.view import NOTHING, Fact, Place, Tile, View, escape


def idle(session: Session, place: Place) -> View:
    hall, tongue = place.hall, session.language
    posters = hall.idle.poster
    poster = posters[session.poster % len(posters)] if posters else None
    facts = []
    for zone in hall.zone:
        states = [of(session, service.id) for service in hall.service if service.zone == zone.id]
        count = sum(state.waiting for state in states if state)
        if any(states):
            said = _("{count} 人", tongue).format(count=count) if count else _("不用等", tongue)
            name = _("{zone}等候", tongue).format(zone=chosen(zone.name, zone.name_en, tongue))
            facts.append(Fact(name, said))
    return View(
        Page.IDLE, tongue, chosen(poster.title, poster.title_en, tongue) if poster else "",
        chosen(poster.words, poster.words_en, tongue) if poster else "", facts=tuple(facts),
        primary=Tile("wake", _("点一下屏幕，开始取号", tongue), tone="go"),
        logo=hall.hall.logo, hall_place=hall.hall.place,
    )  # fmt: skip


def _meanwhile(session: Session, place: Place) -> str:
    """Who can be asked now: the desk is there until everybody is served, the telephone always."""
    if session.reason is Reason.CLOSING and (found := desk(place, session.language)):
        return found
    return _("有急事请打 {phone}。", session.language).format(phone=place.hall.hall.supervision)


def closed(session: Session, place: Place) -> View:
    """Outside hours, or too late for today: when numbers are given again, and what can be done meanwhile."""
    tongue = session.language
    states = session.hall.services if session.hall else ()
    opens = min((state.opens for state in states if state.opens), default=None)
    title = _("现在不是取号时间", tongue)
    if session.reason is Reason.CLOSING:
        title = _("今天的取号时间已经过了", tongue)
    lead = ""
    if opens:
        lead = _("{moment}开始取号。", tongue).format(moment=moment(opens, place.now, tongue))
    lead = "\n".join(filter(None, (lead, _meanwhile(session, place))))
    tiles = [
        Tile("all", _("看看要带什么", tongue), _("每项业务的材料、收费", tongue)),
        Tile("map", _("大厅导览", tongue), _("窗口在哪里", tongue)),
    ]
    if place.hall.progress.url:
        tiles.insert(1, Tile("progress", _("查办理进度", tongue), _("输入受理编号", tongue)))
    if place.sheets.get(Page.SERVICE, (1, 4))[1] < 4:
        tiles = tiles[:2]  # where letters are large and the glass is small
    other = language_tile(session)
    return View(
        Page.CLOSED, tongue, title, lead, tiles=tuple(tiles),
        after_primary=_("已经取到号的请放心，今天都会办完。", tongue),
        foot=(replace(other, tone="ink") if other else NOTHING, NOTHING, escape(session, place)),
    )  # fmt: skip
