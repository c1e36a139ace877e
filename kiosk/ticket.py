"""What stands on a ticket, and in which order, is decided here and for every printer alike; how it is drawn
is `kiosk.paper`'s business.

A visitor reads the number first, then where to wait, then what to bring; Chinese first, and English second
where the visitor chose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from caller.messages import TicketView
from config.languages import CHINESE, _, chosen
from config.schema import Hall, Kiosk, Service


@dataclass(frozen=True)
class Title:
    """The hall. `logo` is a picture file, or ""."""

    text: str
    small: str
    second: str = ""
    logo: str = ""


@dataclass(frozen=True)
class Mark:
    """A word that nobody may overlook: 补打, 作废."""

    text: str


@dataclass(frozen=True)
class Number:
    text: str


@dataclass(frozen=True)
class Name:
    text: str
    small: str = ""
    second: str = ""


@dataclass(frozen=True)
class Pair:
    left: str
    right: str
    second: str = ""


@dataclass(frozen=True)
class Code:
    """A QR code and what stands beside it."""

    data: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    text: str


@dataclass(frozen=True)
class Items:
    """A list to tick off."""

    title: str
    things: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    pass


Block = Title | Mark | Number | Name | Pair | Code | Note | Items | Rule
Blocks = tuple[Block, ...]


def ticket(
    hall: Hall,
    kiosk: Kiosk,
    view: TicketView,
    *,
    language: str = CHINESE,
    reprint: bool = False,
    pager: int | None = None,
) -> Blocks:
    """The ticket of one visit."""
    service = hall.find_service(view.service)
    other = language if language != CHINESE else ""
    blocks: list[Block] = [_title(hall, kiosk, view.issued_at, other)]
    if reprint:
        blocks.append(Mark(_both("补打", other)))
    if view.offline:
        blocks.append(Mark(_both("离线取号", other)))
    blocks += [Number(view.number), _name(service, other), Rule()]
    blocks += _place(view, other)
    blocks += where(hall, service, other)
    case = next((case for case in hall.case if case.id == view.about), None)
    if case:
        blocks.append(Pair(_("反映的事"), case.name, chosen("", case.name_en, other) if other else ""))
        blocks.append(Pair(_("反映编号"), f"{view.issued_at:%Y%m%d}-{view.number}"))
    if view.people > 1:
        together = in_other("同来 {count} 人", other).format(count=view.people)
        blocks.append(Pair(_("同来"), _("{count} 人").format(count=view.people), together))
    if view.then:
        following = [hall.find_service(service) for service in view.then]
        after = " → ".join(chosen(s.name, s.name_en, other) for s in following) if other else ""
        blocks.append(Pair(_("接着办"), " → ".join(s.name for s in following), after))
    if view.appointment:
        slot = view.appointment.astimezone(ZoneInfo(hall.hall.timezone))
        told = f"{slot.hour}:{slot:%M}"
        blocks.append(Pair(_("预约"), told, in_other("预约 {slot}", other).format(slot=told)))
    if view.priority:
        if view.proved:
            blocks.append(Pair(_("绿色通道"), _("证件已核验"), in_other("绿色通道，证件已核验", other)))
        else:
            blocks.append(
                Pair(_("绿色通道"), _("工作人员将核验"), in_other("绿色通道，工作人员将核验", other))
            )
    held = pager or view.pager
    if held:
        second = in_other("震动牌 {number} 号", other).format(number=held)
        blocks.append(Pair(_("震动牌"), _("{number} 号").format(number=held), second))
    blocks += [Rule(), *_guide(hall, service, view, other), Rule(), *_rules(hall, other)]
    return tuple(blocks)


def void_slip(hall: Hall, kiosk: Kiosk, number: str, at: datetime) -> Blocks:
    """A slip that says that a number does not count, torn off like a ticket so that nobody keeps half of one."""
    say = _("这个号没有打印完整，已经作废。请重新取号。")
    return (Title(hall.hall.name, moment_of(hall, kiosk, at)), Mark(_("{number} 作废").format(number=number)),
            Note(say))  # fmt: skip


def day_word(at: datetime, language: str = CHINESE) -> str:
    """The day of the week."""
    days = (
        _("周一", language), _("周二", language), _("周三", language), _("周四", language),
        _("周五", language), _("周六", language), _("周日", language),
    )  # fmt: skip
    return days[at.weekday()]


def windows_said(hall: Hall, service: str, language: str = CHINESE) -> str:
    """The windows of a service: 3、4、5、7 号."""
    windows = hall.window_numbers(service)
    if len(windows) == 1:
        return _("{number} 号窗口", language).format(number=windows[0])
    numbers = ("、" if language == CHINESE else ", ").join(map(str, windows))
    return _("{windows} 号窗口", language).format(windows=numbers)


def _title(hall: Hall, kiosk: Kiosk, at: datetime, other: str) -> Title:
    second = chosen("", hall.hall.name_en, other) if other else ""
    return Title(hall.hall.name, moment_of(hall, kiosk, at), second, hall.hall.logo)


def moment_of(hall: Hall, kiosk: Kiosk, at: datetime) -> str:
    """Where and when a paper was printed."""
    place = " ".join(filter(None, (hall.hall.place, kiosk.place)))
    day = f"{at:%Y-%m-%d} {day_word(at)}"
    return " · ".join(filter(None, (place, f"{at.hour}:{at:%M}", day)))


def _name(service: Service, other: str) -> Name:
    plain = service.plain or service.name
    small = service.name if plain != service.name else ""
    second = chosen("", service.plain_en or service.name_en, other) if other else ""
    return Name(plain, small, second)


def _place(view: TicketView, other: str) -> list[Block]:
    """How many come before; a kiosk that has lost the caller promises only what it can keep."""
    if not view.offline:
        ahead = in_other("前面还有 {count} 人", other).format(count=view.ahead)
        return [Pair(_("前面还有"), _("{count} 人").format(count=view.ahead), ahead)]
    here = _("叫号系统恢复后，按取号时间排队，与号码大小无关。")
    there = in_other("叫号系统恢复后，按取号时间排队，与号码大小无关。", other)
    return [Note(sentence) for sentence in filter(None, (here, there))]


def where(hall: Hall, service: Service, other: str) -> list[Pair]:
    """Where to sit, and the windows."""
    zone = hall.find_zone(service.zone)
    numbers = "、".join(map(str, hall.window_numbers(service.id)))
    second = ""
    if other:
        zone_en = chosen(zone.name, zone.name_en, other)
        second = f"{zone_en} · {windows_said(hall, service.id, other)}"
    return [Pair(_("等候区"), zone.name), Pair(_("窗口"), _("{number} 号").format(number=numbers), second)]


def _guide(hall: Hall, service: Service, view: TicketView, other: str) -> list[Block]:
    notes = [_("到{zone}坐下等，轮到您屏幕会亮。").format(zone=hall.find_zone(service.zone).name)]
    if service.materials:
        notes.append(_("请备好：{materials}").format(materials="、".join(service.materials)))
    if other and service.materials_en:
        notes.append(_("请备好：{materials}", other).format(materials=", ".join(service.materials_en)))
    if not (hall.hall.ticket_url and view.token):
        return [Note(note) for note in notes]
    first = _("扫码看排到哪里。") + (" " + _("扫码看排到哪里。", other) if other else "")
    return [Code(hall.hall.ticket_url + view.token, (first, *notes))]


def _rules(hall: Hall, other: str) -> list[Block]:
    rules = [
        missed(hall, CHINESE),
        _("取到号的今天都会办完。监督电话 {phone}").format(phone=hall.hall.supervision),
    ]
    if other:
        rules.append(missed(hall, other))
    return [Note(rule) for rule in rules]


def missed(hall: Hall, language: str) -> str:
    """What a late-comer may count on: until when, and which place."""
    promised = hall.caller
    called = _("叫号 {calls} 次未到算过号。", language).format(calls=promised.calls_before_no_show)
    until = _("{minutes} 分钟内或再叫 {numbers} 个号前回来，不用重新取号", language).format(
        minutes=promised.return_within_minutes, numbers=promised.return_within_numbers
    )
    place = _("，排在下面 {count} 位之后。", language).format(count=promised.return_behind)
    last = _("，排在最后。", language)
    between = "" if language == CHINESE else " "
    return called + between + until + (place if promised.return_behind else last)


def missed_briefly(hall: Hall, language: str) -> str:
    """The heart of it, where large letters leave room for one line; the paper says all of it."""
    promised = hall.caller
    if promised.return_within_minutes:
        said = _("过号 {minutes} 分钟内回来，不用重新取号。", language)
        return said.format(minutes=promised.return_within_minutes)
    return _("过号后再叫 {numbers} 个号前回来，不用重新取号。", language).format(
        numbers=promised.return_within_numbers
    )


def in_other(sentence: str, other: str) -> str:
    """The sentence again in the visitor's language; "" for Chinese."""
    return _(sentence, other) if other else ""


def _both(sentence: str, other: str) -> str:
    return f"{_(sentence)} {_(sentence, other)}" if other else _(sentence)
