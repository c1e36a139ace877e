"""One line of truth: what of the latest call did not reach the hall, and what took its place."""

from __future__ import annotations

from datetime import datetime

from caller.messages import Call, CallsState, Channel, HallState, Need, Result, Step, WindowState
from config.languages import _
from config.schema import Hall

LINE = 21  # characters of a line on the pad


def truth(words: str, connected: bool, caller: bool, trouble: str) -> str:
    """The one thing to say now: a fresh refusal first, then whether anybody hears us, then what went wrong."""
    if words:
        return words
    if not connected:
        return _("和叫号服务断开了，正在重新连接")
    if not caller:
        return _("叫号服务没有应答")
    return trouble


def trouble(
    hall: Hall, window: WindowState | None, state: HallState | None, calls: CallsState | None, now: datetime
) -> str:
    """Empty when everything arrived."""
    if window is None:
        return ""
    call = _call(window, state, calls)
    if window.alarm:
        return _by_mouth(hall, window, call)
    if not window.trouble:
        return _mark(hall, window)
    what = _wrong(hall, window, call)
    if set(window.trouble) <= _expired(call):
        return what
    if instead := _instead(call, window):
        return _("{what}，已改{channel}").format(what=what, channel=instead)
    if call is not None and now < call.expires:
        return what
    return _("{what}，请口头叫号").format(what=what)


def _wrong(hall: Hall, window: WindowState, call: Call | None) -> str:
    """Who did not answer, and that the voice let the call go: the clerk must not wait for it."""
    late = _expired(call).intersection(window.trouble)
    silent = tuple(name for name in window.trouble if name not in late)
    if not silent:
        return _("{device}太迟了，没有播").format(device=_devices(hall, window.trouble))
    if late:
        return _("{device}没有应答，语音太迟没播").format(device=_devices(hall, silent))
    return _("{device}没有应答").format(device=_devices(hall, silent))


def _mark(hall: Hall, window: WindowState) -> str:
    """What the clerk must know of this visitor and nobody else sees."""
    if window.step is not Step.CALLED and window.step is not Step.SERVING:
        return ""
    if window.priority and window.proved:
        return _("绿色通道，年龄已凭证件核验")
    if window.priority:
        return _("绿色通道，请核验证件")
    case = next((case.name for case in hall.case if case.id == window.about), "")
    return _("反映：{case}").format(case=case) if case else ""


def _devices(hall: Hall, names: tuple[str, ...]) -> str:
    said = "、".join(device(hall, name) for name in names)
    return said + " " if said[-1].isdigit() else said


def _expired(call: Call | None) -> set[str]:
    """Voices that let this call go because it was too late for it: nothing is ever spoken late."""
    last = {(r.channel, r.device): r.result for r in (call.reports if call else ())}
    return {
        f"{channel}:{device}"
        for (channel, device), said in last.items()
        if channel is Channel.VOICE and said is Result.EXPIRED
    }


def _by_mouth(hall: Hall, window: WindowState, call: Call | None) -> str:
    """Too little of the hall told of this call, so the clerk has to."""
    if call is not None and call.need is Need.DEAF:
        return _("群众听不见，没有震到，请到座位上请")
    if window.trouble:
        return _("{what}，请口头叫号").format(what=_wrong(hall, window, call))
    only = _instead(call, window)
    return _("只有{channel}叫到，请口头叫号").format(channel=only) if only else _("没有叫到，请口头叫号")


def device(hall: Hall, name: str) -> str:
    """ "sign:sign-3" as a clerk would say it."""
    channel, _colon, device = name.partition(":")
    number = device.rpartition("-")[2]
    match channel:
        case Channel.SIGN:
            return _("屏 {number}").format(number=number)
        case Channel.BOARD:
            return _("大屏")
        case Channel.PAGER:
            return _("震动牌 {number}").format(number=device.split("-")[1])
        case Channel.VOICE:
            zones = next((v.zones for v in hall.voice if v.id == number), ())
            return "".join(hall.find_zone(zone).name for zone in zones) + _("语音")
    return device


def _call(window: WindowState, state: HallState | None, calls: CallsState | None) -> Call | None:
    listed = (*(calls.calls if calls else ()), *(state.recent if state else ()))
    return next((call for call in listed if call.id == window.call), None)


def _instead(call: Call | None, window: WindowState) -> str:
    """What reached the visitor, the surest first; a channel that is itself in trouble does not count."""
    if call is None:
        return ""
    last: dict[tuple[Channel, str], Result] = {(r.channel, r.device): r.result for r in call.reports}
    reached = {channel for (channel, _device), result in last.items() if result.reached}
    if call.need is Need.DEAF:
        reached.discard(Channel.VOICE)  # which took nothing's place
    names = {
        Channel.VOICE: _("语音"),
        Channel.PAGER: _("震动牌"),
        Channel.PHONE: _("手机"),
        Channel.SIGN: _("窗口屏"),
        Channel.BOARD: _("大屏"),
    }
    return next((name for channel, name in names.items() if channel in reached), "")


def clauses(text: str, most: int) -> str:
    """Broken at a comma where it is longer than a line: Kivy would let a line begin with one."""
    if len(text) <= most:
        return text
    at = text.rfind("，", 0, most)
    return text if at < 0 else f"{text[: at + 1]}\n{text[at + 1 :]}"
