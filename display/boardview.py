"""What a hall or zone board says, worked out from a snapshot and the time; no screen in here.

The board never scrolls and never guesses: a wait that cannot be known has no number, and when the caller is
away the board keeps the last that is true and says when that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from caller.messages import Call, HallState, ServiceState, Step, WindowState, WindowStatus
from config.boards import Panel, Shows, arrangement
from config.languages import _
from config.letters import services, windows
from config.schema import Board, Clerk, Hall, Service, Window
from display.policy import flashing, shows

WARM = timedelta(seconds=10)
REMEMBERED = timedelta(minutes=30)  # an older call tells nobody anything
LONG = 99  # minutes that are still said as minutes
NOTHING = "—"
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
    """One window. `ticket` is "—" when nobody is there; `short` is for where `words` are too long; `serves` is what is
    done there, then shorter, nothing where `words` say it."""

    number: str
    ticket: str
    words: str
    tone: Tone
    short: str = ""
    clerk: str = ""
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """One service that people wait for. `minutes` is "" when it cannot be known; `late` says that the first has
    waited longer than was promised; `next` are the numbers that may get ready."""

    name: str
    people: str
    minutes: str
    late: str = ""
    next: str = ""
    short: str = ""


@dataclass(frozen=True)
class View:
    """A whole board, ready to be drawn. `told` are the calls that somebody who looks at it finds on it."""

    title: str
    title_en: str
    place: str
    clock: str
    date: str
    notice: str  # what is wrong, quietly; "" when nothing is
    greeting: str
    advice: str
    advice_en: str
    hours: str
    cards: tuple[Card, ...]
    rows: tuple[Row, ...]
    waits: tuple[Wait, ...]
    nobody: str  # what stands where the waits would
    rule: str
    supervision: str
    told: frozenset[str] = frozenset()
    quiet: bool = False  # long enough since the last call for a playlist


def view(hall: Hall, board: Board, state: HallState | None, now: datetime, caller_there: bool = True) -> View:
    """What the board shows at `now`. `state` is None until the caller has been heard for the first time."""
    recent = seen(hall, board, state, now)
    there = {w.number: w for w in state.windows} if state else {}
    called = {c.id: c for c in (state.recent if state else ())}
    rows = tuple(_row(hall, window, there.get(window.number), called, now) for window in windows(hall, board))
    room = {panel.shows: panel.lines for panel in _panels(hall, board)}
    lines = room.get(Shows.CALLS, 0)
    cards = [_card(call, there.get(call.window), blinked(hall, call, now)) for call in recent[:lines]]
    here = {window.number for window in windows(hall, board)}
    older = [w for w in there.values() if w.step is Step.CALLED and w.number in here and w.call not in called]
    cards += [Card(w.call, w.ticket, str(w.number), Stage.CALLED, _again(w.attempt)) for w in older]
    zones = "、".join(hall.find_zone(zone).name for zone in board.zones)
    waits, nobody = _waits(hall, board, state, now, room.get(Shows.WAITS, 0))
    advice, hours = welcome(hall)
    other = welcome(hall, "en")[0]
    called_here = {c.id for c in recent if c.live} | {w.call for w in older}
    told = {card.call for card in cards[:lines]} & called_here
    if {Shows.WINDOWS, Shows.TICKET} & room.keys():
        told |= called_at(state, here)
    return View(
        title=hall.hall.name,
        title_en=hall.hall.name_en,
        place=zones or hall.hall.place,
        clock=f"{now.hour}:{now.minute:02}",
        date=_("{month}月{day}日").format(month=now.month, day=now.day) + "  " + WEEKDAYS[now.weekday()],
        notice=notice(state, caller_there),
        greeting=_("欢迎您"),
        advice=advice,
        advice_en="" if other == advice else other,
        hours=hours,
        cards=tuple(cards[:lines]),
        rows=rows,
        waits=waits,
        nobody=nobody,
        rule=_("过号请到原窗口，不用重新取号"),
        supervision=_("监督电话 {number}").format(number=hall.hall.supervision),
        told=frozenset(told),
        quiet=quiet(board, recent, now),
    )


def _panels(hall: Hall, board: Board) -> tuple[Panel, ...]:
    layout = arrangement(hall.board_layout, board)
    return layout.panel if layout else ()


def seen(hall: Hall, board: Board, state: HallState | None, now: datetime) -> list[Call]:
    """The calls that concern this board and still tell somebody something, the newest first."""
    calls = state.recent if state else ()
    return [c for c in calls if shows(board, c) and (c.live or now - c.at < REMEMBERED)]


def called_at(state: HallState | None, numbers: set[int]) -> set[str]:
    """Ids of the calls to these windows that are still waited for."""
    there = state.windows if state else ()
    return {w.call for w in there if w.step is Step.CALLED and w.number in numbers}


def quiet(board: Board, recent: list[Call], now: datetime) -> bool:
    """Whether the last call is so long ago that the playlist may go on; the clock may have been put back."""
    return all(abs((now - call.at).total_seconds()) >= board.playlist_after_seconds for call in recent)


def blinked(hall: Hall, call: Call, now: datetime) -> bool:
    """Whether a call that flashes is in its darker second: once in two seconds, and never for long."""
    return flashing(call, hall, now) and int((now - call.at).total_seconds()) % 2 == 1


def _card(call: Call, window: WindowState | None, faint: bool = False) -> Card:
    stage, words = Stage.PAST, ""
    if faint:
        return Card(call.id, call.ticket, str(call.window), Stage.PAST, _("请到"))
    if call.live:
        stage, words = Stage.CALLED, _again(call.attempt)
    elif window is not None and (window.ticket, window.step) == (call.ticket, Step.SERVING):
        stage, words = Stage.SERVING, _("正在办理")
    return Card(call.id, call.ticket, str(call.window), stage, words)


def _again(attempt: int) -> str:
    return _("请到") if attempt < 2 else _("第 {number} 次，请到").format(number=attempt)


def badge(hall: Hall, state: WindowState | None) -> Clerk | None:
    """Who has signed in at a window."""
    return next((c for c in hall.clerk if state is not None and c.badge == state.clerk), None)


def _row(
    hall: Hall, window: Window, state: WindowState | None, called: dict[str, Call], now: datetime
) -> Row:
    number, serves = str(window.number), served(hall, window)
    if state is None or state.status is WindowStatus.CLOSED:
        why = _("未开放")
        return Row(number, NOTHING, f"{window.name} · {why}", Tone.FAINT, why, serves=serves)
    if not state.ticket and state.status is WindowStatus.PAUSED:
        why = _("暂停服务")
        words = " · ".join(filter(None, (window.name, why, state.why)))
        return Row(number, NOTHING, words, Tone.FAINT, why, serves=serves)
    clerk = badge(hall, state)
    words = " · ".join(filter(None, (window.name, state.title or window.title)))
    call = called.get(state.call)
    warm = state.step is Step.CALLED and call is not None and timedelta() <= now - call.at < WARM
    tone = Tone.WARM if warm else Tone.PLAIN
    return Row(number, state.ticket or NOTHING, words, tone, window.name, clerk.name if clerk else "", serves)


def served(hall: Hall, window: Window) -> tuple[str, ...]:
    """What is done at a window, in a visitor's words, each way shorter; nothing that its name says already."""
    if not window.serves:
        return (_("所有通办业务"),)
    here = [hall.find_service(service) for service in window.serves]
    plain = [short(service.plain or service.name) for service in here]
    first = _("{service}等") if len(here) > 1 else "{service}"
    ways = ("、".join(plain), first.format(service=plain[0]), first.format(service=here[0].name))
    return tuple(way for way in dict.fromkeys(ways) if window.name not in (way, ways[0]))


def _waits(
    hall: Hall, board: Board, state: HallState | None, now: datetime, room: int
) -> tuple[tuple[Wait, ...], str]:
    """The services with the longest lines, in the order of their letters, and the rest as one; or that nobody waits."""
    known = {s.id: s for s in services(hall, board) if not board.zones or s.zone in board.zones}
    waiting = [s for s in (state.services if state else ()) if s.waiting and s.id in known]
    if not waiting:
        return (), _("现在没有人等候") if state else ""
    kept = room if len(waiting) <= room else room - 1
    longest = {s.id for s in sorted(waiting, key=lambda s: -s.waiting)[:kept]}
    shown = sorted((s for s in waiting if s.id in longest), key=lambda s: known[s.id].letter)
    cells = [_wait(s, known[s.id], now) for s in shown]
    rest = sum(s.waiting for s in waiting if s.id not in longest)
    if rest and room:
        cells.append(Wait(_("其他业务"), str(rest), ""))
    return tuple(cells), ""


def _wait(state: ServiceState, service: Service, now: datetime) -> Wait:
    minutes = late = ""
    if state.wait_minutes is not None:
        low, high = state.wait_minutes
        if high > LONG:
            minutes = _("约 {hours} 小时").format(hours=_span(low // 60, -(-high // 60)))
        elif high:
            words = _("约 {minutes} 分钟") if low else _("{minutes} 分钟以内")
            minutes = words.format(minutes=_span(low, high))
    waited = int((now - state.oldest).total_seconds() // 60) if state.oldest else 0
    if waited > LONG:
        late = _("已等 {hours} 小时多").format(hours=waited // 60)
    elif waited > service.promised_wait_minutes:
        late = _("已等 {minutes} 分钟").format(minutes=waited)
    ready = _("请准备 {tickets}").format(tickets=" ".join(state.next[:2])) if state.next else ""
    name = f"{service.letter}  {short(service.plain or service.name)}"
    return Wait(name, str(state.waiting), minutes, late, ready, f"{service.letter}  {service.name}")


def _span(low: int, high: int) -> str:
    return f"{low}–{high}" if low else f"{high}"


def short(name: str) -> str:
    """The first of several names: 买房卖房过户, 查档."""
    return name.partition("、")[0]


def notice(state: HallState | None, caller_there: bool) -> str:
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
