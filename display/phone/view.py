"""What one phone shows, worked out from the snapshots alone; no socket and no clock here.

Every sentence comes in Chinese and in English, ready to be shown; the page only puts them where they belong.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from caller.messages import Call, EmergencyState, Holder, Step
from config.languages import _
from config.schema import Hall

LEAVING = (Step.WAITING, Step.PARKED, Step.NO_SHOW)  # a visitor who has gone is waited for by nobody


class Said(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


class PhoneView(Struct, frozen=True, kw_only=True):
    """`mood` is how it looks: waiting, called, serving, parked, missed, over, unknown or leave. `call` is the call
    that this page has to acknowledge, if it shows one."""

    mood: str
    number: str = ""
    head: Said
    lines: tuple[Said, ...] = ()
    call: str = ""
    leaves: bool = False  # the visitor may still give the place up


def _both(sentence: str, **values: object) -> Said:
    """The sentence in both languages; `values` may be Said themselves."""
    zh = {name: value.zh if isinstance(value, Said) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Said) else value for name, value in values.items()}
    return Said(_(sentence).format(**zh), _(sentence, "en").format(**en))


def unknown() -> PhoneView:
    lines = (_both("号票当天有效，过了当天请重新取号"), _both("有问题请到咨询台"))
    return PhoneView(mood="unknown", head=_both("没有找到这张号票"), lines=lines)


def leave(hall: Hall, emergency: EmergencyState) -> PhoneView:
    """Over everything, whoever looks."""
    usual = hall.emergency
    words = Said(emergency.words or usual.words, emergency.words_en or usual.words_en)
    return PhoneView(mood="leave", head=Said(*usual.sign), lines=(words,))


def view(hall: Hall, service: str, holder: Holder, call: Call | None) -> PhoneView:
    """`call` is the latest call of this ticket that is still listed."""
    offered = hall.find_service(service)
    name = Said(offered.name, offered.name_en or offered.name)

    def shown(mood: str, head: Said, *lines: Said, call: str = "") -> PhoneView:
        leaves = holder.step in LEAVING
        return PhoneView(mood=mood, number=holder.ticket, head=head, lines=lines, call=call, leaves=leaves)

    window = holder.window
    match holder.step:
        case Step.CALLED:
            live = call.id if call is not None and call.live else ""
            head = _both("请到 {window} 号窗口", window=window)
            return shown("called", head, name, _zone(hall, window), call=live)
        case Step.SERVING:
            return shown("serving", _both("正在 {window} 号窗口办理", window=window), name)
        case Step.PARKED:
            return shown("parked", _both("已为您挂起，请等窗口通知"), name)
        case Step.NO_SHOW:
            back = _both(
                "{minutes} 分钟内或再叫 {numbers} 个号前回来，不用重新取号",
                minutes=hall.caller.return_within_minutes,
                numbers=hall.caller.return_within_numbers,
            )
            return shown("missed", _both("刚才叫到您，您没有来"), back, _both("请到原窗口或咨询台"))
        case Step.FINISHED:
            return shown("over", _both("已办结"), _both("谢谢，请带好您的材料"))
        case Step.WAITING:
            return shown("waiting", _place(holder), *_waiting(hall, service, holder, name))
        case _:
            return shown("over", _both("这张号票已经取消"), _both("如果还要办理，请重新取号"))


def _place(holder: Holder) -> Said:
    if not holder.ahead:
        return _both("下一位就是您")
    return _both("前面还有 {ahead} 位", ahead=holder.ahead)


def _waiting(hall: Hall, service: str, holder: Holder, name: Said) -> tuple[Said, ...]:
    lines = [name]
    if holder.wait is not None:
        low, high = holder.wait
        wait = _both("大约还要 {low}–{high} 分钟", low=low, high=high) if high else _both("很快就到您")
        lines.append(wait)
    zone = hall.find_zone(hall.find_service(service).zone)
    where = Said(zone.name, zone.name_en or zone.name)
    if holder.window is not None:
        lines.append(_both("请在{zone}等候，{windows} 号窗口会叫您", zone=where, windows=holder.window))
    else:
        windows = Said(*(sign.join(map(str, hall.window_numbers(service))) for sign in ("、", ", ")))
        lines.append(_both("请在{zone}等候，{windows} 号窗口会叫您", zone=where, windows=windows))
    return tuple(lines)


def _zone(hall: Hall, window: int | None) -> Said:
    there = next((w for w in hall.window if w.number == window), None)
    if there is None:
        return Said("", "")
    zone = hall.find_zone(there.zone)
    return Said(zone.name, zone.name_en or zone.name)
