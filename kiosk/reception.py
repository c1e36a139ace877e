"""What whoever comes with a card, a code or a phone number reads: what to hold where, and, where it did not work,
why not and what to do instead. No page shows more of a person than a masked name, and that only as personal words.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from caller.messages import Reason
from config.languages import _
from kiosk.arrivals import DIGITS, books, has_cards, has_codes, old
from kiosk.endings import desk
from kiosk.offer import moment
from kiosk.steps import By, Page, Session
from kiosk.view import Fact, Place, Tile, View, badge, foot, keypad, listed, plain, shortened


def arrival(session: Session, place: Place) -> View:
    match session.page:
        case Page.PHONE:
            return _phone(session, place)
        case Page.CARD:
            return _card(session, place)
        case Page.LOST:
            return _which(session, place)
        case _:
            return _check_in(session, place)


def _check_in(session: Session, place: Place) -> View:
    """Nothing to choose before one holds something out."""
    tongue, hall, kiosk = session.language, place.hall, place.kiosk.id
    ways = []
    if has_cards(hall, kiosk):
        ways.append(Fact(_("放到读卡区，停两秒", tongue), _("放身份证", tongue)))
    if has_codes(hall, kiosk):
        ways.append(Fact(_("对准扫描口", tongue), _("扫预约码", tongue)))
    lead = _("哪一种都行，马上出号票。", tongue)
    if place.sheets.get(Page.SERVICE, (1, 4))[1] < 4:
        lead = ""  # where letters are large and the glass is small
    if session.arrival.misread:
        lead = _("没有读到，请把身份证放平，停两秒再拿开。", tongue)
        ways = []
    tiles = []
    if hall.appointments.key_file:
        tiles.append(Tile("phone", _("输手机号", tongue), _("预约时留的手机号", tongue), tone="go"))
    return View(
        Page.CHECKIN, tongue, _("请报到", tongue), lead, badge(session, place.hall), tiles=tuple(tiles),
        facts=tuple(ways), after_primary=_("报到以后，按预约的时间排队。", tongue), foot=foot(session, place),
    )  # fmt: skip


def _phone(session: Session, place: Place) -> View:
    tongue, typed = session.language, session.typed
    left = DIGITS - len(typed)
    go = _("还差 {count} 位", tongue).format(count=left) if left else _("报到", tongue)
    number = " ".join(filter(None, (typed[:3], typed[3:7], typed[7:])))
    return View(
        Page.PHONE, tongue, _("手机号报到", tongue), _("请输入预约时留的手机号。", tongue), number=number,
        tiles=keypad(tongue), primary=Tile("here", go, tone="go"), foot=foot(session, place), columns=3,
    )  # fmt: skip


def _card(session: Session, place: Place) -> View:
    tongue, person = session.language, session.arrival.person
    title, lead = _("请放身份证", tongue), _("把身份证放到读卡区，停两秒再拿开。", tongue)
    if session.arrival.misread:
        return View(
            Page.CARD,
            tongue,
            title,
            _("没有读到，请把身份证放平，停两秒再拿开。", tongue),
            foot=foot(session, place),
        )
    if person is None:
        seeks = _("用身份证取的号，才能这样补打。", tongue) if session.arrival.seeks else ""
        return View(Page.CARD, tongue, title, lead, after_primary=seeks, foot=foot(session, place))
    if session.job:
        return View(
            Page.CARD,
            tongue,
            _("正在查您的号", tongue),
            badge=badge(session, place.hall),
            foot=foot(session, place),
        )
    tiles = [Tile("home", _("取号", tongue), _("选要办的业务", tongue))]
    if books(place.hall, place.kiosk.id):
        tiles.insert(0, Tile("checkin", _("预约报到", tongue), _("预约过的，按预约的时间排队", tongue)))
    tiles.append(Tile("lost", _("号票丢了", tongue), _("补打一张，号不变", tongue)))
    if old(person) and not session.priority:
        hint = _("60 岁以上优先，证件已核验", tongue)
        tiles.append(Tile("elderly", _("绿色通道", tongue), hint, tone="amber"))
    return listed(session, place, _("您要办什么？", tongue), _("身份证读到了，可以拿走。", tongue), tiles)


def _which(session: Session, place: Place) -> View:
    tongue = session.language
    tiles = [
        Tile(f"copy:{one.number}", one.number, plain(place.hall.find_service(one.service), tongue))
        for one in session.arrival.found
    ]
    return listed(session, place, _("补打哪一张？", tongue), _("号不变，纸上写着补打。", tongue), tiles)


def is_told(session: Session) -> bool:
    """Whether a refusal is about an appointment or a lost ticket."""
    return bool(session.arrival.by) or session.arrival.seeks


def refused(session: Session, place: Place) -> View:
    """Why not, and a way on: later, another way, or an ordinary number."""
    tongue, here = session.language, session.arrival
    title, lead = _said(session, place)
    ordinary = Tile("all", _("取普通号", tongue), _("不用预约，现在排队", tongue))
    if here.appointment:
        ordinary = Tile(f"service:{here.appointment.service}", ordinary.label, ordinary.hint)
    other = Tile("checkin", _("换个方式", tongue), _("身份证、预约码、手机号", tongue))
    again = Tile("lost", _("补打号票", tongue), _("号票丢了，放身份证", tongue))
    may_lose = has_cards(place.hall, place.kiosk.id)
    match session.reason:
        case _ if here.seeks:
            tiles = [ordinary]
        case Reason.UNKNOWN_APPOINTMENT:
            tiles = [other, ordinary]
        case Reason.APPOINTMENT_USED | Reason.ALREADY_HOLDS:
            tiles = [again] if may_lose else []
        case _:
            tiles = [ordinary]
    return View(
        Page.SORRY, tongue, title, "\n".join(filter(None, (lead, desk(place, tongue)))), tiles=tuple(tiles),
        primary=Tile("home", _("回到首页", tongue), tone="go"), foot=foot(session, place),
    )  # fmt: skip


def _said(session: Session, place: Place) -> tuple[str, str]:
    tongue, here = session.language, session.arrival
    if here.seeks and session.reason is Reason.UNKNOWN_TICKET:
        return _("这张身份证今天没有号", tongue), _("取号时没有放身份证的，请到咨询台补打。", tongue)
    if session.reason is Reason.JOURNAL_UNAVAILABLE or session.reason is None:
        away = _("叫号系统暂时连不上，查不到预约和号票。请过一会儿再来，或者先取普通号。", tongue)
        return _("现在查不了", tongue), away
    slot = _at(session, place, here.appointment.slot if here.appointment else None)
    match session.reason:
        case Reason.APPOINTMENT_EARLY:
            early = _at(session, place, here.appointment.early if here.appointment else None)
            lead = _("您约的是{slot}，请{early} 以后再来报到。", tongue).format(slot=slot, early=early)
            return _("您来早了", tongue), lead
        case Reason.APPOINTMENT_LATE:
            lead = _("您约的是{slot}，已经过了。现在可以取普通号。", tongue).format(slot=slot)
            return _("预约的时间过了", tongue), lead
        case Reason.APPOINTMENT_USED:
            return _("这个预约已经报到过了", tongue), _("请用您手里的号等候。", tongue)
        case Reason.ALREADY_HOLDS:
            return _("这项业务您已经有号了", tongue), _("请用您手里的号等候。", tongue)
        case Reason.APPOINTMENT_CANCELLED:
            return _("这个预约已经取消了", tongue), _("现在可以取普通号。", tongue)
        case Reason.APPOINTMENT_OTHER_DAY:
            lead = _("您约的是{slot}，请那天再来。", tongue).format(slot=slot)
            return _("预约的不是今天", tongue), lead
        case Reason.UNKNOWN_APPOINTMENT:
            return _("没有找到预约", tongue), _missing(here.by, tongue)
    return shortened(session), _("没有报到成。", tongue)


def _missing(by: By, tongue: str) -> str:
    match by:
        case By.CARD:
            return _("这张身份证没有预约。别人代约的，请用预约码或手机号。", tongue)
        case By.PHONE:
            return _("这个手机号没有预约，请核对是不是预约时留的号码。", tongue)
    return _("这个码不是本大厅的预约码，请打开预约短信里的码。", tongue)


def _at(session: Session, place: Place, at: datetime | None) -> str:
    """A moment as people say it, in the hall's own time."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(place.hall.hall.timezone))
    return moment(local, place.now, session.language).strip()
