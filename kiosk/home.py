"""The first page asks what a visitor came to do, in their own words; every way of seeing and every escape is on it.

In 长辈版 it asks the same with fewer things at a time: one below another, the rest on the next sheet.
"""

from __future__ import annotations

from dataclasses import replace

from config.languages import CHINESE, _, chosen, languages
from config.schema import Hall, WindowKind
from kiosk.arrivals import books, has_cards
from kiosk.steps import Page, Session
from kiosk.themes import Theme
from kiosk.view import Place, Tile, View, badge, escape, kept_for, listed, waiting


def home(session: Session, place: Place) -> View:
    hall, tongue = place.hall, session.language
    groups = hall.group
    tiles = tuple(
        Tile(
            f"group:{g.id}", chosen(g.name, g.name_en, tongue), chosen(g.hint, g.hint_en, tongue),
            waiting(session, g.services),
        )
        for g in groups
    )  # fmt: skip
    where = " · ".join(filter(None, (hall.hall.place, place.kiosk.place)))
    machine = _("自助取号机 {number}", tongue).format(number=place.kiosk.id)
    foot_line = _("今天 {hours} 取号，取到号的都会办完。监督电话 {phone}", tongue)
    lead = _("请点一下最接近的一项，后面一步步带您。", tongue)
    if has_cards(hall, place.kiosk.id):
        lead = _("请点一下最接近的一项，或者把身份证放到读卡区。", tongue)
    if session.alone:
        lead = _("叫号系统暂时离线，可以照常取号。", tongue)
    shown = View(
        Page.HOME, tongue, _("您要办什么？", tongue), lead,
        badge(session, hall), tiles=tiles, keys=_keys(session, hall), foot=_bar(session, place),
        foot_line=foot_line.format(hours=hours(hall, tongue), phone=hall.hall.supervision),
        hall_place=machine if tongue != CHINESE else f"{where} · {machine}",
        tongue=language_tile(session), logo=hall.hall.logo,
        columns=place.sheets.get(Page.HOME, (2, 3))[0],
    )  # fmt: skip
    return _elder(session, place, shown) if session.theme is Theme.ELDER else shown


def language_tile(session: Session) -> Tile | None:
    """The way to the next language, under the name that its own catalogue gives it; from the last to the first."""
    known = languages()
    following = known[(known.index(session.language) + 1) % len(known)]
    if following == session.language:
        return None
    return Tile(f"language:{following}", _("中文", following))


def _keys(session: Session, hall: Hall) -> tuple[Tile, ...]:
    tongue = session.language
    if session.priority:
        first = Tile("ordinary", _("改回普通", tongue), _("不用绿色通道", tongue), tone="amber")
    else:
        first = Tile("green", _("绿色通道", tongue), _("军人 老人 孕妇…", tongue), tone="amber")
    keys = [first]
    enterprise = kept_for(hall, WindowKind.ENTERPRISE)
    if enterprise:
        keys.append(
            Tile(f"service:{enterprise.id}", _("企业专窗", tongue), _("企业办事", tongue), tone="line")
        )
    consult = kept_for(hall, WindowKind.CONSULTATION)
    if consult:
        keys.append(Tile(f"service:{consult.id}", _("先问一问", tongue), _("咨询台", tongue), tone="line"))
    if books(hall, session.kiosk):
        keys.insert(1, Tile("checkin", _("预约报到", tongue), _("约好了时间的", tongue), tone="line"))
    keys.append(Tile("all", _("全部业务", tongue), _("按名称找", tongue), tone="line"))
    if hall.progress.url:
        keys.append(Tile("progress", _("查进度", tongue), _("办到哪一步了", tongue), tone="line"))
    if session.theme is Theme.ELDER:
        if session.lost:
            keys.insert(0, Tile("again", _("补打号票", tongue), tone="amber"))
        keys.append(Tile("map", _("大厅导览", tongue)))
        keys.append(Tile("access", _("无障碍", tongue)))
    return tuple(keys)


def _elder(session: Session, place: Place, usual: View) -> View:
    """The usual page, but what stands beside or below the choices becomes a choice like them."""
    plain = [replace(tile, hint="") for tile in (*usual.tiles, *usual.keys)]
    tongue = session.language
    shown = listed(session, place, usual.title, "", plain)
    back = Tile("theme:plain", _("普通版", tongue), tone="ink")
    return replace(
        shown, tongue=usual.tongue, hall_place=usual.hall_place, foot=(back, shown.foot[1], shown.foot[2])
    )


def _bar(session: Session, place: Place) -> tuple[Tile, ...]:
    tongue = session.language
    elder = Tile("theme:elder", _("长辈版", tongue), tone="ink")
    access = Tile("access", _("无障碍", tongue), tone="ink")
    guide = Tile("map", _("大厅导览", tongue), tone="ink")
    again = (Tile("again", _("补打号票", tongue), tone="amber"),) if session.lost else ()
    return elder, access, guide, *again, escape(session, place)


def hours(hall: Hall, language: str) -> str:
    """The opening hours as people say them: 8:30–12:00."""
    spans = ("–".join(end.removeprefix("0") for end in span.split("-")) for span in hall.hall.hours)
    return ("、" if language == CHINESE else ", ").join(spans)
