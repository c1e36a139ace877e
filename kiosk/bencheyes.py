"""The pages for whoever sets a kiosk up: what is tried, what came of it, and what is connected to what."""

from __future__ import annotations

import math

from config.languages import _
from drivers.reader.person import Person
from kiosk.bench import DONE, FAILED, FINE, LOCKED, SHORTEST, TRIES, crosses, off
from kiosk.steps import Page, Session
from kiosk.view import NOTHING, Fact, Place, Tile, View, keypad, listed, more


def bench(session: Session, place: Place) -> View:
    match session.page:
        case Page.PIN:
            return _pin(session)
        case Page.CROSS:
            return _cross(session, place)
        case Page.CROSSED:
            return _crossed(session)
        case Page.ABOUT:
            return _about(session, place)
        case _:
            return _menu(session, place)


def _pin(session: Session) -> View:
    tongue, wrong = session.language, session.bench.wrong
    lead = _("请输入维护密码。", tongue)
    if session.bench.locked_until:
        lead = _("密码错了 {tries} 次，{minutes} 分钟以内不能再试。", tongue)
        lead = lead.format(tries=TRIES, minutes=math.ceil(LOCKED / 60))
    elif wrong:
        lead = _("密码不对，还可以试 {left} 次。", tongue).format(left=TRIES - wrong)
    go = _("进入", tongue)
    if len(session.typed) < SHORTEST:
        go = _("还差 {count} 位", tongue).format(count=SHORTEST - len(session.typed))
    return View(
        Page.PIN, tongue, _("设备维护", tongue), lead, number="•" * len(session.typed), tiles=keypad(tongue),
        primary=Tile("open", go, tone="go"), foot=_foot(session), columns=3,
    )  # fmt: skip


def _foot(session: Session, inner: bool = False, further: Tile = NOTHING) -> tuple[Tile, ...]:
    tongue = session.language
    back = Tile("back", _("返回", tongue), tone="ink") if inner else NOTHING
    return back, further, Tile("leave", _("退出维护", tongue), tone="alarm")


def _menu(session: Session, place: Place) -> View:
    tongue, here = session.language, session.bench
    worst = _worst(session)
    tiles = (
        Tile("cross", _("触摸校准", tongue), _("点五个十字，看偏差", tongue), worst),
        Tile("trial", _("打印试纸", tongue), _("不是号票，撕掉就行", tongue), _trial(session)),
        Tile("signs", _("试窗口屏", tongue), _("每块屏显示窗口号 10 秒", tongue), _signs(session)),
        Tile("about", _("版本和地址", tongue), _("接了什么，通不通", tongue)),
    )
    seen = _("读卡扫码：放一张证件，或者扫一个码，这里显示读到了什么。", tongue)
    match here.read:
        case Person(age=age) as person:
            seen = _("读到证件：{name}，{age} 岁", tongue).format(name=person.name, age=age or "?")
        case int(length):
            seen = _("扫到一个码，{length} 个字", tongue).format(length=length)
    shown = listed(session, place, _("设备维护", tongue), seen, tiles)
    return View(
        Page.SETUP, tongue, shown.title, seen, tiles=shown.tiles, columns=shown.columns, foot=_foot(session)
    )


def _trial(session: Session) -> str:
    tongue = session.language
    match session.bench.trial:
        case "":
            return _("打印机不通", tongue) if session.printer else ""
        case said if said == DONE:
            return _("打好了", tongue)
        case said if said == FAILED:
            return _("没有打出来", tongue)
    return _("正在打印…", tongue)


def _signs(session: Session) -> str:
    tongue = session.language
    match session.bench.signs:
        case "":
            return ""
        case said if said == DONE:
            return _("请看屏", tongue)
        case said if said == FAILED:
            return _("没有应答", tongue)
    return _("正在发…", tongue)


def _worst(session: Session) -> str:
    if len(session.bench.misses) < 5:
        return ""
    worst = max(map(off, session.bench.misses))
    return _("最多偏 {worst} 毫米", session.language).format(worst=f"{worst:.1f}")


def _cross(session: Session, place: Place) -> View:
    tongue = session.language
    x, y = crosses(place.kiosk)[session.bench.cross]
    mm = place.kiosk.px_per_mm
    at = x * mm / place.kiosk.width, y * mm / place.kiosk.height
    lead = _("第 {number} 个，共 5 个", tongue).format(number=session.bench.cross + 1)
    return View(
        Page.CROSS, tongue, _("请点十字的中心", tongue), lead, cross=at,
        primary=Tile("cross", _("请点十字的中心", tongue)),
    )  # fmt: skip


def _crossed(session: Session) -> View:
    tongue = session.language
    names = (_("左上", tongue), _("右上", tongue), _("中间", tongue), _("左下", tongue), _("右下", tongue))
    told = _("{off} 毫米（右 {right}，下 {down}）", tongue)
    facts = tuple(
        Fact(name, told.format(off=f"{off(miss):.1f}", right=f"{miss[0]:+.1f}", down=f"{miss[1]:+.1f}"))
        for name, miss in zip(names, session.bench.misses, strict=False)
    )
    good = all(off(miss) <= FINE for miss in session.bench.misses)
    lead = (
        _("每处都在 {fine} 毫米以内，不用校准。", tongue)
        if good
        else _("超过 {fine} 毫米，要校准触摸屏。", tongue)
    )
    return View(
        Page.CROSSED, tongue, _("触摸偏差", tongue), lead.format(fine=round(FINE)), facts=facts,
        foot=_foot(session, inner=True, further=Tile("cross", _("再测一次", tongue), tone="ink")),
    )  # fmt: skip


def _about(session: Session, place: Place) -> View:
    """As many lines as fit; the rest on further sheets."""
    tongue = session.language
    lines = [Fact(name, value) for name, value in place.about]
    gone = [name for name, status in sorted(session.devices.items()) if not status.online]
    lines.append(Fact(_("不通的设备", tongue), "、".join(gone) or _("没有", tongue)))
    room = place.sheets.get(Page.ABOUT, (1, 5))[1]
    last = (len(lines) - 1) // room
    sheet = min(session.sheet, last)
    further = more(session, sheet, last)
    return View(
        Page.ABOUT, tongue, _("版本和地址", tongue), "", facts=tuple(lines[sheet * room : (sheet + 1) * room]),
        foot=_foot(session, inner=True, further=further),
    )  # fmt: skip
