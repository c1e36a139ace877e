"""The page of one service: what it takes, how long it waits, and the way to a number; its guide to take away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from config.languages import CHINESE, _, chosen
from config.schema import Hall, Service, WindowKind
from kiosk.doors import of
from kiosk.session import BROKEN, PRINTED
from kiosk.steps import Page, Session
from kiosk.ticket import day_word, windows_said
from kiosk.view import (
    NOTHING,
    Fact,
    Place,
    Tile,
    View,
    badge,
    foot,
    kept_for,
    listed,
    more,
    plain,
    shortly,
    waiting,
)

ALONE = WindowKind.CONSULTATION, WindowKind.COMPLAINT
SOON = timedelta(hours=1)  # before the last number of a day, visitors are told of it


def service(session: Session, place: Place) -> View:
    hall, tongue = place.hall, session.language
    asked = hall.find_service(session.service)
    words = plain(asked, tongue)
    official = chosen(asked.name, asked.name_en, tongue)
    facts = _facts(session, place, asked)
    things = asked.materials if tongue == CHINESE else asked.materials_en or asked.materials
    shut = closed(session, place, asked.id)
    keys: list[Tile] = []
    if not session.priority and not shut:
        keys.append(Tile("green", _("绿色通道", tongue), _("军人 老人 孕妇…", tongue), tone="amber"))
    if asked.materials or asked.guide_url:
        keys.append(Tile("guide", _("办事指南", tongue), _("扫码、打印", tongue)))
    # Where large letters leave no room for all of it, what to bring follows on sheets of its own.
    columns, room = place.sheets.get(Page.SERVICE, (1, 4))
    apart = room < 4 or (bool(shut) and columns > 1)
    if shut and room < 4:
        room = 1
    parts = [facts[n : n + room] for n in range(0, len(facts), room)]
    last = len(parts) - (not apart or not things)
    sheet = min(session.sheet, last)
    facts = parts[sheet] if sheet < len(parts) else []
    if apart and sheet < len(parts):
        things = ()
    further = more(session, sheet, last)
    with_others = _together(session, hall) if not shut else NOTHING
    if last and sheet and with_others.target:
        # The foot has no room for it, and the green channel is on the first sheet.
        keys = [replace(with_others, tone="plain"), *(key for key in keys if key.target != "green")]
    elif not last:
        further = with_others
    go = Tile("take", _("取号", tongue), tone="go")
    if shut:
        go = Tile("all", _("换一项业务", tongue), tone="go")
    return View(
        Page.SERVICE, tongue, words, case_name(session, hall) or (official if official != words else ""),
        badge(session, place.hall), facts=tuple(facts), things=things,
        things_title=_("请备好", tongue) if things else "",
        primary=go, after_primary="" if shut else _invites(session, place), keys=tuple(keys),
        alert=shut, code=asked.guide_url, foot=foot(session, place, further),
    )  # fmt: skip


def _together(session: Session, hall: Hall) -> Tile:
    """Several on one ticket, where several have business: not at the desks where one asks or complains."""
    tongue, asked = session.language, session.service
    if asked in (kept.id for kind in ALONE if (kept := kept_for(hall, kind))):
        return NOTHING
    label = _("几人一起", tongue)
    if session.people > 1:
        label = _("{count} 人一起", tongue).format(count=session.people)
    return Tile("people", label, tone="ink")


def _invites(session: Session, place: Place) -> str:
    """Under the key that gives a number: near the end of the day, until when it does."""
    state = of(session, session.service)
    if state is not None and state.last is not None and state.last - place.now < SOON:
        last = f"{state.last.hour}:{state.last:%M}"
        return _("今天取号到 {time}，点一下就出票。", session.language).format(time=last)
    if session.people > 1:
        told = _("{count} 人一起，一张号票从下方出来。", session.language)
        return told.format(count=session.people)
    return _("点一下，号票从下方出来。", session.language)


def _facts(session: Session, place: Place, asked: Service) -> list[Fact]:
    hall, tongue = place.hall, session.language
    zone = hall.find_zone(asked.zone)
    ahead = waiting(session, (asked.id,))
    state = of(session, asked.id)
    if ahead and state and state.waiting and state.wait_minutes:
        low, high = state.wait_minutes
        about = _("{count} 人，大约 {low}–{high} 分钟", tongue)
        ahead = about.format(count=state.waiting, low=low, high=high)
    shut = state is not None and state.refused is not None
    facts = [Fact(_("等候", tongue), ahead)] if ahead and not shut else []
    where = f"{chosen(zone.name, zone.name_en, tongue)} · {windows_said(hall, asked.id, tongue)}"
    facts.append(Fact(_("去哪里", tongue), where))
    if asked.fee:
        facts.append(Fact(_("收费", tongue), chosen(asked.fee, asked.fee_en, tongue)))
    if asked.promised_days:
        days = _("{days} 个工作日内", tongue).format(days=asked.promised_days)
        facts.append(Fact(_("多久", tongue), days))
    return facts


def closed(session: Session, place: Place, service: str) -> str:
    """Why no number of this service is given now, and when again; "" while one is."""
    state = of(session, service)
    if state is None or state.refused is None:
        return ""
    why = shortly(state.refused, session.language)
    if state.opens is None:
        return why
    again = moment(state.opens, place.now, session.language)
    return _("{why}，{moment}再来取号。", session.language).format(why=why, moment=again)


def moment(opens: datetime, now: datetime, language: str) -> str:
    """The day as people say it, and the time: 今天 13:30."""
    time = f"{opens.hour}:{opens:%M}"
    match (opens.date() - now.date()).days:
        case 0:
            return _("今天 {time} ", language).format(time=time)
        case 1:
            return _("明天 {time} ", language).format(time=time)
    day = _("{month} 月 {day} 日", language).format(month=opens.month, day=opens.day)
    return _("{day}（{weekday}）{time} ", language).format(
        day=day, weekday=day_word(opens, language), time=time
    )


def guide(session: Session, place: Place) -> View:
    """The full guide on the phone, and the one-time notice on paper."""
    tongue = session.language
    asked = place.hall.find_service(session.service)
    title = _("办事指南：{service}", tongue).format(service=plain(asked, tongue))
    lead = _("用手机扫一扫看完整指南，或者打印一张带走。", tongue)
    if not asked.guide_url:
        lead = _("可以打印一张带走。", tongue)
    match session.notice:
        case "":
            after = _("要带什么、收费、几天办好、去几号窗口，都在上面。", tongue)
        case said if said == PRINTED:
            after = _("打印好了，请从下方取走。", tongue)
        case said if said == BROKEN:
            after = _("没有打印出来，请到咨询台要一张。", tongue)
        case _:
            after = _("正在打印…", tongue)
    return View(
        Page.GUIDE, tongue, title, lead, code=asked.guide_url, after_primary=after,
        primary=Tile("notice", _("打印一次性告知", tongue), tone="go"), foot=foot(session, place),
    )  # fmt: skip


def cases(session: Session, place: Place) -> View:
    """What went wrong, before the window where somebody listens."""
    tongue = session.language
    tiles = [Tile(f"case:{c.id}", chosen(c.name, c.name_en, tongue)) for c in place.hall.case]
    title = _("哪里办不成？", tongue)
    return listed(session, place, title, _("点最接近的一项，专门的窗口听您说。", tongue), tiles)


def case_name(session: Session, hall: Hall) -> str:
    return next((chosen(c.name, c.name_en, session.language) for c in hall.case if c.id == session.case), "")
