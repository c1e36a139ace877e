"""What each label of the pad says and which keys are live, worked out from the snapshots alone; no Kivy here.

The queue decides, not the pad: a quiet key may still be pressed, and `why` is what it will hear.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caller.messages import (
    HallState,
    Reason,
    Step,
    Why,
    WindowState,
    WindowStatus,
    pauses,
    say,
    say_why,
)
from config.languages import _
from config.schema import Hall


@dataclass(frozen=True)
class Key:
    """A key: its action, what stands on it, and `why` it cannot work now (empty when it can)."""

    action: str
    label: str
    note: str = ""
    why: str = ""

    @property
    def live(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class View:
    place: str
    waiting: str
    number: str
    at_window: bool
    about: str
    next: Key
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Choice:
    """Something to choose in a list; `what` is "window-3", "service-mortgage" or "ticket-A012"."""

    what: str
    label: str
    note: str = ""
    quiet: bool = False


def window_of(state: HallState | None, number: int) -> WindowState | None:
    windows = state.windows if state else ()
    return next((window for window in windows if window.number == number), None)


def view(hall: Hall, number: int, state: WindowState | None, now: datetime, typed: str = "") -> View:
    """The whole pad of one window. `state` is None until the first snapshot has come."""
    state = state or WindowState(number=number, status=WindowStatus.CLOSED)
    return View(
        place=_place(hall, state),
        waiting=_("等候 {count}").format(count=state.waiting),
        number=_number(state),
        at_window=bool(state.ticket),
        about=_about(hall, state, now),
        next=_next(state, typed),
        keys=_keys(hall, state, now),
    )


def _place(hall: Hall, state: WindowState) -> str:
    parts = [_("{number} 号窗口").format(number=state.number), hall.find_window(state.number).name]
    if state.clerk:
        parts.append(_("工号 {clerk}").format(clerk=state.clerk))
    return " · ".join(parts)


def _number(state: WindowState) -> str:
    if state.ticket:
        return state.ticket
    match state.status:
        case WindowStatus.OPEN:
            return _("空闲")
        case WindowStatus.PAUSED:
            return _("暂停服务")
        case WindowStatus.CLOSED:
            return _("未开放")


def _about(hall: Hall, state: WindowState, now: datetime) -> str:
    if not state.ticket:
        if state.status is WindowStatus.OPEN:
            return _("可以叫号") if state.waiting else say(Reason.NOBODY_WAITING)
        return state.why or _("叫号就开放窗口")
    called = _("已叫 {count} 次").format(count=state.attempt)
    doing = _("正在办理") if state.step is Step.SERVING else called
    parts = [service_name(hall, state.service), doing, running(state.since, now)]
    if state.pager is not None and state.step is Step.SERVING:
        parts[0] = _("收回 {number} 号牌").format(number=state.pager)
    return " · ".join(parts)


def service_name(hall: Hall, service: str) -> str:
    found = next((s for s in hall.service if s.id == service), None)
    return (found.plain or found.name) if found else service


def running(since: datetime | None, now: datetime) -> str:
    """Minutes and seconds since then, "0:34", with hours when there are any; never less than nothing."""
    seconds = max(0, int((now - since).total_seconds())) if since else 0
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _next(state: WindowState, typed: str) -> Key:
    if typed:
        return Key("call-ticket", _("呼叫 {number} 号").format(number=typed), _("按回车"))
    why = "" if state.waiting or state.ticket else say(Reason.NOBODY_WAITING)
    note = why
    if state.waiting:
        note = _("还有 {count} 位在等").format(count=state.waiting)
    elif state.ticket:
        note = _("办结这一位，没有人在等")
    return Key("call-next", _("叫下一个"), note, why)


def _keys(hall: Hall, state: WindowState, now: datetime) -> tuple[Key, ...]:
    """Three by three, as the fingers know them."""
    idle = "" if state.ticket else say(Reason.WINDOW_IDLE)
    uncalled = idle or ("" if state.step is Step.CALLED else say(Reason.WRONG_STEP))
    left = _seconds_left(hall, state, now)
    early = say(Reason.TOO_EARLY) if left else ""
    missing = hall.caller.calls_before_no_show - state.attempt
    few = say(Reason.TOO_FEW_CALLS) if missing > 0 else ""
    soon = _("{seconds} 秒后").format(seconds=left) if left and not uncalled else ""
    still = _("再叫 {count} 次").format(count=missing) if few and not uncalled else soon
    opened = state.status is WindowStatus.OPEN
    busy = say(Reason.WINDOW_BUSY) if state.ticket else ""
    parked = "" if state.parked else _("这个窗口没有挂起的号")
    count = _("{count} 位").format(count=len(state.parked)) if state.parked else ""
    return (
        Key("recall-ticket", _("重呼"), soon, uncalled or early),
        Key("serve-ticket", _("开始办理"), "", uncalled),
        Key("finish-ticket", _("办结"), "", idle),
        Key("mark-no-show", _("过号"), still, uncalled or few or early),
        Key("park-ticket", _("挂起"), "", idle),
        Key("transfer-ticket", _("转移"), "", idle),
        Key("pause-window", _("暂停"), "", busy) if opened else Key("pause-window", _("开放")),
        Key("resume-ticket", _("恢复"), count, parked),
        Key("call-ticket", _("呼叫指定号")),
    )


def _seconds_left(hall: Hall, state: WindowState, now: datetime) -> int:
    """Until the queue takes another call for this visitor; a clock that was put back does not count."""
    if state.since is None or now < state.since:
        return 0
    return max(0, hall.caller.seconds_between_calls - int((now - state.since).total_seconds()))


def transfer_choices(hall: Hall, here: int, state: HallState | None) -> tuple[list[Choice], list[Choice]]:
    """Where this visitor may go: the other windows, and the services."""
    mine = window_of(state, here)
    service = mine.service if mine else ""
    windows = []
    for window in hall.window:
        if window.number != here:
            label = f"{window.number} {window.name}"
            windows.append(
                Choice(f"window-{window.number}", label, *_there(hall, state, window.number, service))
            )
    counts = {s.id: s.waiting for s in state.services} if state else {}
    services = [
        Choice(f"service-{s.id}", s.name, _("等 {count}").format(count=counts.get(s.id, 0)))
        for s in hall.service
    ]
    return windows, services


def _there(hall: Hall, state: HallState | None, number: int, service: str) -> tuple[str, bool]:
    """What a clerk should know before sending somebody there, and whether it is better not to."""
    there = window_of(state, number)
    if there is None or there.status is WindowStatus.CLOSED:
        return _("未开放"), True
    if there.status is WindowStatus.PAUSED:
        return _("暂停"), True
    serves = hall.serves(hall.find_window(number))
    if service and service not in serves:
        return _("改办{service}").format(service=hall.find_service(serves[0]).name), False
    return _("等 {count}").format(count=there.waiting), False


def reason_choices() -> list[Choice]:
    """Why a visitor is called out of order."""
    return [Choice(f"why-{why}", say_why(why)) for why in Why]


def pause_choices() -> list[Choice]:
    """Why this window pauses, in the words that the hall sees."""
    return [Choice(f"pause-{words}", words) for words in pauses()]


def parked_choices(hall: Hall, state: WindowState | None) -> list[Choice]:
    """The visitors whom this window has set aside, first the one who waits longest."""
    letters: dict[str, list[str]] = {}
    for service in hall.service:
        letters.setdefault(service.letter, []).append(service.name)
    parked = state.parked if state else ()
    return [Choice(f"ticket-{n}", n, "、".join(letters.get(n[:1], ()))) for n in parked]
