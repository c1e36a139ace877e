"""A ticket has come out: take it, sit down there, and so you will be called."""

from __future__ import annotations

from caller.messages import Need, TicketView
from config.languages import _, chosen
from kiosk.choices import free_pagers
from kiosk.steps import Page, Session
from kiosk.ticket import missed, missed_briefly, windows_said
from kiosk.view import NOTHING, Fact, Place, Tile, View, escape, plain


def taken(session: Session, place: Place) -> View:
    hall, tongue, ticket = place.hall, session.language, session.ticket
    if ticket is None:
        return View(Page.DONE, tongue, _("请取走下方的号票", tongue))
    service = hall.find_service(ticket.service)
    zone = hall.find_zone(service.zone)
    zone_name = chosen(zone.name, zone.name_en, tongue)
    title = _("请取走下方的号票", tongue)
    if ticket.offline:
        lead = _("叫号系统恢复后，按取号时间叫号。请到{zone}坐下等。", tongue).format(zone=zone_name)
    elif session.pager:
        lead = _("请拿走 {number} 号震动牌，轮到您时它会震动", tongue).format(number=session.pager)
    elif _by_phone(session, place, ticket):
        lead = _("请用手机扫号票上的码，轮到您时手机会提醒", tongue)
    else:
        lead = _("到{zone}坐下等，轮到您时屏幕会亮", tongue).format(zone=zone_name)
    facts, rule = _columns(session, place, ticket), missed(hall, tongue)
    if place.wide:
        facts, rule = _sentences(session, place, ticket), missed_briefly(hall, tongue)
        if session.pager:
            title = _("请取走号票和 {number} 号震动牌", tongue).format(number=session.pager)
    tiles: tuple[Tile, ...] = ()
    if not session.pager and free_pagers(session, place.hall):
        tiles = (Tile("pager", _("领震动牌", tongue), _("不出声，坐哪儿都行", tongue)),)
    once_more = NOTHING
    if session.lost:
        once_more = Tile("again", _("没拿到票？", tongue), _("再打一张，号不变", tongue), tone="ink")
    left = _("{seconds} 秒后自动返回", tongue).format(seconds=place.left)
    return View(
        Page.DONE, tongue, title, lead, number=ticket.number, name=plain(service, tongue), facts=facts,
        tiles=tiles, rule=rule, foot=(once_more, escape(session, place)),
        primary=Tile("ok", _("好了", tongue), tone="go"), after_primary=left if place.left else "",
    )  # fmt: skip


def _columns(session: Session, place: Place, ticket: TicketView) -> tuple[Fact, ...]:
    """How many, how long and where, as figures."""
    hall, tongue = place.hall, session.language
    service = hall.find_service(ticket.service)
    zone = hall.find_zone(service.zone)
    where = Fact(windows_said(hall, service.id, tongue), chosen(zone.name, zone.name_en, tongue))
    if ticket.offline:
        return (where,)
    minutes = _minutes(session, service.id)
    waits = [Fact(_("大约等候（分钟）", tongue), minutes)] if minutes else []
    return (Fact(_("前面还有（人）", tongue), str(ticket.ahead)), *waits, where)


def _sentences(session: Session, place: Place, ticket: TicketView) -> tuple[Fact, ...]:
    """The same, where figures with their names below them find no room beside the number."""
    hall, tongue = place.hall, session.language
    service = hall.find_service(ticket.service)
    zone = hall.find_zone(service.zone)
    ahead = _("前面还有 {count} 人", tongue)
    if minutes := _minutes(session, service.id):
        ahead = _("前面 {count} 人，大约 {minutes} 分钟", tongue)
    if ticket.offline:
        ahead = _("恢复叫号后按取号时间叫", tongue)
    sit = _("到{zone}坐下等", tongue).format(zone=chosen(zone.name, zone.name_en, tongue))
    there = windows_said(hall, service.id, tongue)
    if _by_phone(session, place, ticket):
        there = _("扫票上的码，手机会提醒", tongue)
    said = ahead.format(count=ticket.ahead, minutes=minutes), sit, there
    return tuple(Fact("", sentence) for sentence in said)


def _by_phone(session: Session, place: Place, ticket: TicketView) -> bool:
    """Whether a visitor who does not hear is called by the phone: they took no pager, the paper has a code."""
    has_code = bool(place.hall.hall.ticket_url and ticket.token)
    return session.need is Need.DEAF and session.pager is None and has_code


def _minutes(session: Session, service: str) -> str:
    """A range where the queue knows one; where it does not, no number."""
    states = session.hall.services if session.hall else ()
    found = next((s.wait_minutes for s in states if s.id == service), None)
    return f"{found[0]}–{found[1]}" if found else ""
