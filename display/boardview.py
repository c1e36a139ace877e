"""What every cell of a hall board says, worked out from a snapshot and the time; no screen in here.

The board never scrolls and never guesses: a wait that cannot be known has no number, and when the caller is
away the board keeps the last that is true and says when that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from caller.messages import Call, HallState, ServiceState, Step, WindowState, WindowStatus
from config.languages import _
from config.schema import Board, Hall, Window
from display.policy import flashing, shows

CARDS = 4  # the newest call, large, and three before it
WAITS = 4  # services in the foot
WARM = timedelta(seconds=10)
REMEMBERED = timedelta(minutes=30)  # an older call tells nobody anything
WEEKDAYS = (
    _("星期一"),
    _("星期二"),
    _("星期三"),
    _("星期四"),
    _("星期五"),
    _("星期六"),
    _("星期日"),
)


class Tone(StrEnum):
    """How a row of the table is drawn; its words say the same without colour."""

    PLAIN = "plain"
    WARM = "warm"  # called within the last ten seconds
    FAINT = "faint"  # paused or closed


class Stage(StrEnum):
    """How far a call on a card has come."""

    CALLED = "called"
    SERVING = "serving"
    PAST = "past"


@dataclass(frozen=True)
class Card:
    """One call; `words` stand before the window: "请到"."""

    call: str
    ticket: str
    window: str
    stage: Stage
    words: str


@dataclass(frozen=True)
class Row:
    """One window. `ticket` is "—" when nobody is there."""

    number: str
    ticket: str
    words: str
    tone: Tone


@dataclass(frozen=True)
class Wait:
    """One service that people wait for. `minutes` is "" when it cannot be known."""

    name: str
    people: str
    minutes: str


@dataclass(frozen=True)
class View:
    """A whole board, ready to be drawn."""

    clock: str
    date: str
    cards: tuple[Card, ...]
    rows: tuple[Row, ...]
    waits: tuple[Wait, ...]
    more: str  # people who wait for what does not fit in `waits`, or that nobody waits
    notice: str  # what is wrong, quietly; "" when nothing is


def view(hall: Hall, board: Board, state: HallState | None, now: datetime, caller_there: bool = True) -> View:
    """What the board shows at `now`. `state` is None until the caller has been heard for the first time."""
    calls = state.recent if state else ()
    recent = [c for c in calls if shows(board, c.zone) and (c.live or now - c.at < REMEMBERED)]
    windows = {w.number: w for w in state.windows} if state else {}
    called = {c.id: c for c in calls}
    waits, more = _waits(hall, board, state)
    return View(
        clock=f"{now.hour}:{now.minute:02}",
        date=_("{month}月{day}日").format(month=now.month, day=now.day) + "  " + WEEKDAYS[now.weekday()],
        cards=tuple(
            _card(call, windows.get(call.window), blinked(hall, call, now)) for call in recent[:CARDS]
        ),
        rows=tuple(
            _row(window, windows.get(window.number), called, now)
            for window in hall.window
            if shows(board, window.zone)
        ),
        waits=waits,
        more=more,
        notice=_notice(state, caller_there),
    )


def blinked(hall: Hall, call: Call, now: datetime) -> bool:
    """Whether a call that flashes is in its darker second: once in two seconds, and never for long."""
    return flashing(call, hall, now) and int((now - call.at).total_seconds()) % 2 == 1


def _card(call: Call, window: WindowState | None, faint: bool = False) -> Card:
    stage, words = Stage.PAST, ""
    if faint:
        return Card(call.id, call.ticket, str(call.window), Stage.PAST, _("请到"))
    if call.live:
        again = _("第 {number} 次，请到").format(number=call.attempt)
        stage, words = Stage.CALLED, _("请到") if call.attempt == 1 else again
    elif window is not None and (window.ticket, window.step) == (call.ticket, Step.SERVING):
        stage, words = Stage.SERVING, _("正在办理")
    return Card(call.id, call.ticket, str(call.window), stage, words)


def _row(window: Window, state: WindowState | None, called: dict[str, Call], now: datetime) -> Row:
    number = str(window.number)
    if state is None or state.status is WindowStatus.CLOSED:
        return Row(number, "—", f"{window.name} · " + _("未开放"), Tone.FAINT)
    if not state.ticket and state.status is WindowStatus.PAUSED:
        return Row(number, "—", f"{window.name} · " + _("暂停服务"), Tone.FAINT)
    words = f"{window.name} · {window.title}" if window.title else window.name
    call = called.get(state.call)
    warm = state.step is Step.CALLED and call is not None and timedelta() <= now - call.at < WARM
    return Row(number, state.ticket or "—", words, Tone.WARM if warm else Tone.PLAIN)


def _waits(hall: Hall, board: Board, state: HallState | None) -> tuple[tuple[Wait, ...], str]:
    """The services with the longest lines, in the order of their letters, and the rest in one number."""
    services = {s.id: s for s in hall.service}
    waiting = [
        s
        for s in (state.services if state else ())
        if s.waiting and s.id in services and shows(board, services[s.id].zone)
    ]
    longest = {s.id for s in sorted(waiting, key=lambda s: -s.waiting)[:WAITS]}
    shown = sorted((s for s in waiting if s.id in longest), key=lambda s: services[s.id].letter)
    rest = sum(s.waiting for s in waiting if s.id not in longest)
    cells = tuple(
        Wait(f"{services[s.id].letter}  {_short(services[s.id].plain or services[s.id].name)}", *_length(s))
        for s in shown
    )
    if not waiting:
        return (), _("现在没有人等候") if state else ""
    return cells, _("其他 {count} 人").format(count=rest) if rest else ""


def _short(name: str) -> str:
    """The first of several names: 买房卖房过户, 查档."""
    return name.partition("、")[0]


def _length(service: ServiceState) -> tuple[str, str]:
    minutes = ""
    if service.wait_minutes is not None:
        low, high = service.wait_minutes
        span = f"{low}–{high}" if low else f"{high}"
        words = _("约 {minutes} 分钟") if low else _("{minutes} 分钟以内")
        minutes = words.format(minutes=span) if high else ""
    return str(service.waiting), minutes


def _notice(state: HallState | None, caller_there: bool) -> str:
    if state is None:
        return _("正在连接叫号系统")
    if not caller_there:
        return _("叫号系统暂时联系不上，屏上是 {time} 的情况").format(
            time=f"{state.at.hour}:{state.at.minute:02}"
        )
    return ""


def welcome(hall: Hall, language: str = "zh") -> tuple[str, str]:
    """What a board says before the first call of the day: what to do, and when the hall is open."""
    hours = "  ".join(span.replace("-", "–") for span in hall.hall.hours)
    advice = _("请先在取号机取号\n轮到您时，这里会显示您的号码", language)
    return advice, _("办公时间 {hours}", language).format(hours=hours)


def rule(hall: Hall) -> tuple[str, str]:
    """The foot's two lasting lines: what to do about a missed call, and who supervises."""
    return (
        _("过号请到原窗口，不用重新取号"),
        _("监督电话 {number}").format(number=hall.hall.supervision),
    )


def called(state: HallState, hall: Hall, board: Board) -> frozenset[str]:
    """Ids of the calls that a board which shows `state` shows: each is in the row of its window at least."""
    return frozenset(
        w.call
        for w in state.windows
        if w.step is Step.CALLED and shows(board, hall.find_window(w.number).zone)
    )
