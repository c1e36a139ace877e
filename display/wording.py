"""What a sign and a pager say of a window: as few dots as carry the sense, and never more than fit."""

from __future__ import annotations

from collections.abc import Iterable

from caller.messages import Call, Step, WindowState, WindowStatus
from config.languages import _
from config.schema import Hall, Sign, Window
from drivers.sign.area import width_of

LINE = 16  # dots: the height of a line


def sign_lines(state: WindowState, window: Window, sign: Sign) -> tuple[str, ...]:
    """One line per 16 dots of height, two at most: what the sign over this window shows now."""
    number, ticket = window.number, state.ticket
    place = _("{number}号窗口").format(number=number)
    if sign.height_dots < 2 * LINE:
        return (_widest(_one_line(state, window), sign.width_dots),)
    match state.status, state.step:
        case WindowStatus.CLOSED, _step:
            return place, _("窗口关闭")
        case _status, Step.CALLED:
            return _("请{ticket}号").format(ticket=ticket), _("到{number}号窗口").format(number=number)
        case _status, Step.SERVING:
            return _("正在办理"), ticket
        case WindowStatus.PAUSED, _step:
            return place, _("暂停服务")
        case _:
            if window.title:
                return _widest((f"{place} {window.name}", f"{number} {window.name}"), sign.width_dots), (
                    window.title
                )
            return place, window.name


def trial_lines(window: Window, sign: Sign) -> tuple[str, ...]:
    """What a sign says when it is tried: whose it is, so that one that hangs over another window is seen."""
    place = _("{number}号窗口").format(number=window.number)
    return (_("试屏"), place) if sign.height_dots >= 2 * LINE else (f"{_('试屏')} {window.number}",)


def alarm_lines(hall: Hall, sign: Sign, turn: int = 0) -> tuple[str, ...]:
    """What a sign says while the hall is being left: both languages where both fit, else one after the other."""
    both = hall.emergency.sign
    return both if sign.height_dots >= 2 * LINE else (both[turn % 2],)


def page_text(call: Call) -> str:
    """For a pager that knows only ASCII: "A012 -> 3"."""
    return f"{call.ticket} -> {call.window}"


def _one_line(state: WindowState, window: Window) -> Iterable[str]:
    """From the fullest to the shortest way of saying it."""
    number, ticket = window.number, state.ticket
    match state.status, state.step:
        case WindowStatus.CLOSED, _step:
            return _("{number}号窗口关闭").format(number=number), _("窗口关闭")
        case _status, Step.CALLED:
            return (
                _("请{ticket}号到{number}号窗口").format(ticket=ticket, number=number),
                _("{ticket} 请到{number}号窗口").format(ticket=ticket, number=number),
                _("{ticket} 请到{number}号窗").format(ticket=ticket, number=number),
                f"{ticket} {number}",
            )
        case _status, Step.SERVING:
            return _("正在办理 {ticket}").format(ticket=ticket), ticket
        case WindowStatus.PAUSED, _step:
            return _("{number}号暂停服务").format(number=number), _("暂停服务")
        case _:
            return f"{number} {window.name} {window.title}".rstrip(), f"{number} {window.name}", window.name


def _widest(ways: Iterable[str], width: int) -> str:
    """The first that fits; else the last, which the sign scrolls."""
    said = tuple(ways)
    return next((way for way in said if width_of(way) <= width), said[-1])
