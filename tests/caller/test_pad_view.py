"""What a clerk reads on the pad, and which keys are live: from snapshots alone, without glass."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller.messages import (
    Call,
    CallsState,
    Channel,
    Need,
    Report,
    Result,
    Step,
    WindowState,
    WindowStatus,
)
from caller.pad.truth import clauses, trouble, truth
from caller.pad.view import Key, running, view
from config.schema import Hall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CALL = "2026-11-23-A012-2"


def window(**more: Any) -> WindowState:
    usual: dict[str, Any] = {"status": WindowStatus.OPEN, "clerk": "018", "waiting": 11}
    return WindowState(number=3, **(usual | more))


def called(**more: Any) -> WindowState:
    there = {"ticket": "A012", "service": "transfer", "step": Step.CALLED, "attempt": 2, "call": CALL}
    return window(**({"since": NINE - timedelta(seconds=34)} | there | more))


def keys(hall: Hall, state: WindowState) -> dict[str, Key]:
    shown = view(hall, 3, state, NINE)
    return {key.label: key for key in (shown.next, *shown.keys)}


def live(hall: Hall, state: WindowState) -> set[str]:
    return {label for label, key in keys(hall, state).items() if key.live}


def test_a_visitor_has_been_called(hall: Hall) -> None:
    shown = view(hall, 3, called(), NINE)
    assert shown.place == "3 号窗口 · 综合 · 工号 018"
    assert shown.waiting == "等候 11"
    assert (shown.number, shown.at_window) == ("A012", True)
    assert shown.about == "买房卖房过户 · 已叫 2 次 · 0:34"
    assert shown.next == Key("call-next", "叫下一个", "还有 11 位在等")


def test_while_serving_the_time_runs_on(hall: Hall) -> None:
    state = called(step=Step.SERVING, since=NINE - timedelta(hours=1, seconds=5))
    assert view(hall, 3, state, NINE).about == "买房卖房过户 · 正在办理 · 1:00:05"


@pytest.mark.parametrize(
    ("state", "number", "about"),
    [
        (window(), "空闲", "可以叫号"),
        (window(waiting=0), "空闲", "没有等候的群众"),
        (window(status=WindowStatus.PAUSED, why="午休"), "暂停服务", "午休"),
        (window(status=WindowStatus.CLOSED), "未开放", "叫号就开放窗口"),
    ],
)
def test_nobody_is_at_the_window(hall: Hall, state: WindowState, number: str, about: str) -> None:
    shown = view(hall, 3, state, NINE)
    assert (shown.number, shown.at_window, shown.about) == (number, False, about)


def test_before_the_first_snapshot_nothing_is_claimed(hall: Hall) -> None:
    shown = view(hall, 3, None, NINE)
    assert (shown.number, shown.next.live) == ("未开放", False)


def test_the_nine_keys_stand_where_the_fingers_know_them(hall: Hall) -> None:
    labels = [key.label for key in view(hall, 3, called(), NINE).keys]
    assert labels == ["重呼", "开始办理", "办结", "过号", "挂起", "转移", "暂停", "恢复", "呼叫指定号"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (window(), {"叫下一个", "暂停", "呼叫指定号"}),
        (window(waiting=0), {"暂停", "呼叫指定号"}),
        (window(status=WindowStatus.PAUSED), {"叫下一个", "开放", "呼叫指定号"}),
        (window(status=WindowStatus.CLOSED), {"叫下一个", "开放", "呼叫指定号"}),
        (called(), {"叫下一个", "重呼", "开始办理", "办结", "挂起", "转移", "呼叫指定号"}),
        (called(waiting=0), {"叫下一个", "重呼", "开始办理", "办结", "挂起", "转移", "呼叫指定号"}),
        (called(attempt=3), {"叫下一个", "重呼", "开始办理", "办结", "过号", "挂起", "转移", "呼叫指定号"}),
        (called(since=NINE), {"叫下一个", "开始办理", "办结", "挂起", "转移", "呼叫指定号"}),
        (called(step=Step.SERVING), {"叫下一个", "办结", "挂起", "转移", "呼叫指定号"}),
        (window(parked=("A003",)), {"叫下一个", "暂停", "恢复", "呼叫指定号"}),
    ],
)
def test_which_keys_are_live(hall: Hall, state: WindowState, expected: set[str]) -> None:
    assert live(hall, state) == expected


def test_a_quiet_key_knows_why(hall: Hall) -> None:
    assert keys(hall, window())["重呼"].why == "窗口现在没有号"
    assert keys(hall, called())["过号"] == Key("mark-no-show", "过号", "再叫 1 次", "叫满次数才能过号")
    just = keys(hall, called(since=NINE - timedelta(seconds=8)))
    assert just["重呼"] == Key("recall-ticket", "重呼", "12 秒后", "刚叫过，请稍等再叫")
    assert keys(hall, called())["暂停"].why == "窗口正在办理"
    assert keys(hall, window())["恢复"].why == "这个窗口没有挂起的号"


def test_a_clock_that_was_put_back_keeps_no_key_quiet(hall: Hall) -> None:
    assert "重呼" in live(hall, called(since=NINE + timedelta(minutes=10)))
    assert running(NINE + timedelta(minutes=10), NINE) == "0:00"


def test_digits_on_the_keyboard_turn_the_large_key(hall: Hall) -> None:
    assert view(hall, 3, called(), NINE, "12").next == Key("call-ticket", "呼叫 12 号", "按回车")


# ---- the line of truth ------------------------------------------------------------------------------------


def said(*reports: tuple[Channel, str, Result], expires: int = 30) -> CallsState:
    call = Call(
        id=CALL,
        ticket="A012",
        window=3,
        service="transfer",
        zone="east",
        attempt=2,
        at=NINE - timedelta(seconds=34),
        expires=NINE + timedelta(seconds=expires),
        reports=tuple(Report(channel=c, device=d, result=r, at=NINE) for c, d, r in reports),
    )
    return CallsState(version=1, calls=(call,))


SIGN_LOST = (Channel.SIGN, "sign-3", Result.FAILED)
SPOKEN = (Channel.VOICE, "voice-east", Result.SPOKEN)
TOO_LATE = (Channel.VOICE, "voice-east", Result.EXPIRED)
SHOWN = (Channel.BOARD, "board-main", Result.SHOWN)


@pytest.mark.parametrize(
    ("troubled", "calls", "line"),
    [
        ((), said(SPOKEN), ""),
        (("sign:sign-3",), said(SIGN_LOST, SHOWN, SPOKEN), "屏 3 没有应答，已改语音"),
        (("sign:sign-3",), said(SIGN_LOST, SHOWN), "屏 3 没有应答，已改大屏"),
        (("sign:sign-3",), said(SIGN_LOST), "屏 3 没有应答"),
        (("sign:sign-3",), said(SIGN_LOST, expires=-1), "屏 3 没有应答，请口头叫号"),
        (("sign:sign-3",), None, "屏 3 没有应答，请口头叫号"),
        (
            ("pager:pager-7", "voice:voice-east"),
            said((Channel.PAGER, "pager-7", Result.FAILED), (Channel.VOICE, "voice-east", Result.FAILED)),
            "震动牌 7、东区语音没有应答",
        ),
        (
            ("pager:pager-7",),
            said((Channel.PAGER, "pager-7", Result.EXPIRED), SPOKEN),
            "震动牌 7 没有应答，已改语音",
        ),
        (
            ("pager:pager-7-again",),
            said((Channel.PAGER, "pager-7-again", Result.FAILED), SPOKEN),
            "震动牌 7 没有应答，已改语音",
        ),
        (("voice:voice-east",), said(SHOWN, TOO_LATE), "东区语音太迟了，没有播"),
        (
            ("sign:sign-3", "voice:voice-east"),
            said(SIGN_LOST, TOO_LATE, SHOWN),
            "屏 3 没有应答，语音太迟没播，已改大屏",
        ),
        (
            ("sign:sign-3", "voice:voice-east"),
            said(SIGN_LOST, TOO_LATE, expires=-1),
            "屏 3 没有应答，语音太迟没播，请口头叫号",
        ),
    ],
)
def test_the_truth_in_one_line(
    hall: Hall, troubled: tuple[str, ...], calls: CallsState | None, line: str
) -> None:
    assert trouble(hall, called(trouble=troubled), None, calls, NINE) == line


def test_for_who_cannot_hear_a_voice_takes_nothings_place(hall: Hall) -> None:
    pager = (Channel.PAGER, "pager-7", Result.FAILED)
    (told,) = said(pager, SPOKEN, SHOWN).calls
    deaf = CallsState(version=1, calls=(msgspec.structs.replace(told, need=Need.DEAF),))
    troubled = called(trouble=("pager:pager-7",))
    assert trouble(hall, troubled, None, deaf, NINE) == "震动牌 7 没有应答，已改大屏"
    alarmed = called(trouble=("pager:pager-7",), alarm=True)
    assert trouble(hall, alarmed, None, deaf, NINE) == "群众听不见，没有震到，请到座位上请"


def test_the_clerk_and_nobody_else_is_told_what_to_check(hall: Hall) -> None:
    """Only whom the window has called: a visitor who waits is nobody's business yet."""
    calls = said(SPOKEN)
    assert trouble(hall, called(priority=True), None, calls, NINE) == "绿色通道，请核验证件"
    proved = called(priority=True, proved=True)
    assert trouble(hall, proved, None, calls, NINE) == "绿色通道，年龄已凭证件核验"
    assert trouble(hall, called(about="passed-on"), None, calls, NINE) == "反映：被推来推去"
    assert trouble(hall, called(about="of another day"), None, calls, NINE) == ""
    assert trouble(hall, window(priority=True), None, calls, NINE) == ""


@pytest.mark.parametrize(
    ("troubled", "calls", "line"),
    [
        ((), said(SHOWN), "只有大屏叫到，请口头叫号"),
        ((), said(), "没有叫到，请口头叫号"),
        (("sign:sign-3",), said(SIGN_LOST, SPOKEN), "屏 3 没有应答，请口头叫号"),
        (("voice:voice-east",), said(SHOWN, TOO_LATE), "东区语音太迟了，没有播，请口头叫号"),
        (
            ("sign:sign-3", "voice:voice-east"),
            said(SIGN_LOST, TOO_LATE),
            "屏 3 没有应答，语音太迟没播，请口头叫号",
        ),
    ],
)
def test_an_alarm_asks_the_clerk_to_call_by_mouth(
    hall: Hall, troubled: tuple[str, ...], calls: CallsState, line: str
) -> None:
    assert trouble(hall, called(trouble=troubled, alarm=True), None, calls, NINE) == line


@pytest.mark.parametrize(
    ("words", "connected", "caller", "line"),
    [
        ("没有等候的群众", False, False, "没有等候的群众"),
        ("", False, True, "和叫号服务断开了，正在重新连接"),
        ("", True, False, "叫号服务没有应答"),
        ("", True, True, "屏 3 没有应答"),
    ],
)
def test_the_most_pressing_truth_comes_first(words: str, connected: bool, caller: bool, line: str) -> None:
    assert truth(words, connected, caller, "屏 3 没有应答") == line


def test_a_line_never_begins_with_a_comma() -> None:
    assert clauses("屏 3 没有应答，已改语音", 21) == "屏 3 没有应答，已改语音"
    long = "震动牌 7、西区语音、大屏没有应答，请口头叫号"
    assert clauses(long, 21) == "震动牌 7、西区语音、大屏没有应答，\n请口头叫号"


def test_what_the_window_before_wanted_to_be_known(hall: Hall) -> None:
    state = called(note="只差盖章", people=3, then=("tax", "collect"), first_window=4, first_clerk="021")
    said = "留言：只差盖章，同来 3 人，接着 缴税 → 领证，首问 4 号窗口 工号 021"
    assert view(hall, 3, state, NINE).remarks == said
    assert view(hall, 3, called(first_window=3, first_clerk="018"), NINE).remarks == "", "it was this clerk"
    assert view(hall, 3, window(note="of nobody"), NINE).remarks == ""
