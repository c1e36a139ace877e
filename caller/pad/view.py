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
    WindowState,
    WindowStatus,
    say,
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
    remarks: str
    next: Key
    keys: tuple[Key, ...]


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
        remarks=remarks(hall, state),
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


def remarks(hall: Hall, state: WindowState) -> str:
    """What the clerk should know of this visit from before it came here; "" of nobody."""
    if not state.ticket:
        return ""
    parts = [_("留言：{note}").format(note=state.note)] if state.note else []
    if state.people > 1:
        parts.append(_("同来 {count} 人").format(count=state.people))
    if state.then:
        after = " → ".join(hall.find_service(service).name for service in state.then)
        parts.append(_("接着 {services}").format(services=after))
    if state.first_window is not None and (state.first_window, state.first_clerk) != (
        state.number,
        state.clerk,
    ):
        who = _("工号 {clerk}").format(clerk=state.first_clerk) if state.first_clerk else ""
        where = _("{number} 号窗口").format(number=state.first_window)
        parts.append(_("首问 {who}").format(who=" ".join(filter(None, (where, who)))))
    return "，".join(parts)


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
