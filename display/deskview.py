"""What the screen of one window says, and what a sign that shows the way says; no screen in here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from caller.messages import HallState, Step, WindowState, WindowStatus
from config.boards import Shows, arrangement
from config.languages import _
from config.letters import services, windows
from config.schema import Board, Hall
from display.boardview import Stage, badge, notice


@dataclass(frozen=True)
class Line:
    """One service, its official name where the first is too long, and at which windows it is done; "" where there is
    only one window to think of."""

    service: str
    name: str = ""
    windows: str = ""


@dataclass(frozen=True)
class Asked:
    """What the visitor who has just left is asked or told; `keys` while they can answer."""

    words: str
    keys: bool = False


@dataclass(frozen=True)
class Desk:
    """A window, or a zone where `number` is "". `words` say what becomes of `ticket`; `why` the window is away."""

    number: str
    name: str
    detail: str
    hall: str
    ticket: str
    stage: Stage | None
    words: str
    why: str
    clerk: str
    badge: str
    job: str
    photo: str
    heading: str
    serves: tuple[Line, ...]
    asked: Asked | None = None
    notice: str = ""  # what is wrong, quietly; "" when nothing is


def desk(hall: Hall, board: Board, state: HallState | None, caller_there: bool = True) -> Desk:
    """What this board shows of its window, or of its zones."""
    window = next(iter(windows(hall, board)), None) if board.window is not None else None
    lines = _lines(hall, board)
    if window is None:
        zones = [hall.find_zone(zone) for zone in board.zones]
        name = "、".join(zone.name for zone in zones) or hall.hall.place or hall.hall.name
        english = ", ".join(filter(None, (zone.name_en for zone in zones)))
        return Desk("", name, english, hall.hall.name, "", None, "", "", "", "", "", "", _("业务"), lines)
    there = next((w for w in (state.windows if state else ()) if w.number == window.number), None)
    who = badge(hall, there)
    ticket, stage, words, why = _ticket(there)
    return Desk(
        number=str(window.number),
        name=window.name,
        detail=(there.title if there else "") or window.title,
        hall=hall.hall.name,
        ticket=ticket,
        stage=stage,
        words=words,
        why=why,
        clerk=who.name if who else "",
        badge=_("工号 {badge}").format(badge=who.badge) if who else "",
        job=who.title if who else "",
        photo=who.photo if who else "",
        heading=_("本窗口办理"),
        serves=lines,
        notice=notice(state, caller_there) if state else "",
    )


def _ticket(state: WindowState | None) -> tuple[str, Stage | None, str, str]:
    match state:
        case None:
            return "", None, _("正在连接叫号系统"), ""
        case WindowState(ticket=ticket, step=Step.CALLED, attempt=attempt) if ticket:
            again = _("第 {number} 次，请到").format(number=attempt) + _("本窗口")
            return ticket, Stage.CALLED, again if attempt > 1 else _("请到本窗口"), ""
        case WindowState(ticket=ticket) if ticket:
            return ticket, Stage.SERVING, _("正在办理"), ""
        case WindowState(status=WindowStatus.PAUSED, why=why):
            return "", None, _("暂停服务"), why
        case WindowState(status=WindowStatus.CLOSED):
            return "", None, _("未开放"), _("请看其他窗口")
        case _:
            return "", None, _("等候叫号"), _("叫到您的号码时，这里会显示")


def _lines(hall: Hall, board: Board) -> tuple[Line, ...]:
    """As many services as the panel has room for; the rest as one number."""
    layout = arrangement(hall.board_layout, board)
    room = next((p.lines for p in (layout.panel if layout else ()) if p.shows is Shows.SERVES), 0)
    here = {window.number for window in windows(hall, board)}
    lines = [
        Line(
            service.plain or service.name,
            service.name,
            numbers(n for n in hall.window_numbers(service.id) if n in here) if board.window is None else "",
        )
        for service in services(hall, board)
    ]
    if len(lines) <= room:
        return tuple(lines)
    return (*lines[: max(0, room - 1)], Line(_("等，共 {count} 项业务").format(count=len(lines))))


def numbers(windows: Iterable[int]) -> str:
    """1、3–8: what follows one another is a span."""
    spans = []
    for _key, group in groupby(enumerate(sorted(windows)), key=lambda each: each[1] - each[0]):
        run = [number for _place, number in group]
        spans.append(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}")
    return "、".join(spans)
