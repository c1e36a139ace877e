"""What the hall board says, cell by cell."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from caller.messages import HallState, Step, WindowState
from config.schema import Board, Hall
from display.boardview import Stage, Tone, view
from display.deskview import desk
from tests.display.poses import manned, staffed
from tests.display.scenes import NINE, call, morning, opening, window

MAIN = Board(id="main")


def with_windows(state: HallState, *windows: WindowState) -> HallState:
    changed = {w.number: w for w in windows}
    return msgspec.structs.replace(state, windows=tuple(changed.get(w.number, w) for w in state.windows))


def test_the_newest_call_is_on_top_and_older_ones_below(hall: Hall) -> None:
    cards = view(hall, MAIN, morning(hall), NINE).cards
    assert [c.ticket for c in cards] == ["A012", "A011", "B007", "G003"]
    assert [c.words for c in cards] == ["请到", "请到", "正在办理", "正在办理"]
    assert [c.stage for c in cards] == [Stage.CALLED, Stage.CALLED, Stage.SERVING, Stage.SERVING]
    assert cards[0].window == "3"


def test_a_second_call_says_that_it_is_the_second(hall: Hall) -> None:
    again = msgspec.structs.replace(morning(hall), recent=(call("A012", 3, attempt=2),))
    assert view(hall, MAIN, again, NINE).cards[0].words == "第 2 次，请到"


def test_a_visitor_who_did_not_come_is_not_said_to_be_served(hall: Hall) -> None:
    missed = msgspec.structs.replace(morning(hall), windows=(), recent=(call("A010", 3, 70, live=False),))
    (card,) = view(hall, MAIN, missed, NINE).cards
    assert (card.stage, card.words) == (Stage.PAST, "")


def test_every_call_that_is_still_waited_for_is_on_the_board(hall: Hall) -> None:
    waited_for = {"2026-11-23-A012-1", "2026-11-23-A011-1"}
    assert view(hall, MAIN, morning(hall), NINE).told == waited_for
    assert waited_for & view(hall, Board(id="west", zones=("west",)), morning(hall), NINE).told == set()
    assert view(hall, Board(id="w5", layout="window", window=5), morning(hall), NINE).told == {
        "2026-11-23-A011-1"
    }
    assert view(hall, Board(id="way", layout="sign"), morning(hall), NINE).told == set()


def test_a_burst_of_calls_keeps_to_the_cards_there_are(hall: Hall) -> None:
    burst = tuple(call(f"A{n:03}", 3, n) for n in range(8))
    shown = view(hall, MAIN, msgspec.structs.replace(morning(hall), recent=burst), NINE).cards
    assert [c.ticket for c in shown] == ["A000", "A001", "A002", "A003"]


def test_a_zone_shows_its_call_though_the_whole_hall_has_called_many_since(hall: Hall) -> None:
    burst = tuple(call(f"A{n:03}", 3, n) for n in range(8))
    state = with_windows(
        msgspec.structs.replace(morning(hall), recent=burst), window(9, "D016", Step.CALLED, attempt=2)
    )
    west = view(hall, Board(id="west", layout="zone", zones=("west",)), state, NINE)
    assert [(c.ticket, c.window, c.words) for c in west.cards] == [("D016", "9", "第 2 次，请到")]
    assert west.told == {"2026-11-23-D016-1"}


def test_a_call_of_this_morning_is_no_news_in_the_afternoon(hall: Hall) -> None:
    old = (call("A012", 3, 5, live=False), call("A001", 4, 1801, live=False), call("A002", 5, 1801))
    state = msgspec.structs.replace(morning(hall), windows=(), recent=old)
    assert [c.ticket for c in view(hall, MAIN, state, NINE).cards] == ["A012", "A002"]


def test_every_window_has_its_row_and_says_what_it_does(hall: Hall) -> None:
    rows = view(hall, MAIN, morning(hall), NINE).rows
    assert [r.number for r in rows] == [str(n) for n in range(1, 13)]
    assert (rows[2].ticket, rows[2].words) == ("A012", "综合 · 党员先锋岗")
    assert (rows[5].ticket, rows[5].words, rows[5].tone) == ("—", "综合 · 暂停服务", Tone.FAINT)
    assert (rows[10].ticket, rows[10].words, rows[10].tone) == ("—", "咨询台", Tone.PLAIN)
    assert (rows[11].ticket, rows[11].words, rows[11].tone) == ("—", "办不成事 · 未开放", Tone.FAINT)


def test_the_called_row_is_warm_for_ten_seconds(hall: Hall) -> None:
    state = morning(hall)  # A012 was called four seconds ago, A011 half a minute ago

    def warm(seconds: float) -> list[str]:
        rows = view(hall, MAIN, state, NINE + timedelta(seconds=seconds)).rows
        return [r.number for r in rows if r.tone is Tone.WARM]

    assert warm(0) == ["3"]
    assert warm(5.9) == ["3"]
    assert warm(6) == []
    served = with_windows(state, window(3, "A012", Step.SERVING))
    assert not [r for r in view(hall, MAIN, served, NINE).rows if r.tone is Tone.WARM]


def test_waits_are_ranges_and_an_unknown_wait_has_no_number(hall: Hall) -> None:
    waits = {w.name: (w.people, w.minutes) for w in view(hall, MAIN, morning(hall), NINE).waits}
    assert waits == {
        "A  买房卖房过户": ("6", "约 10–20 分钟"),
        "B  贷款办抵押": ("4", "约 10–15 分钟"),
        "D  查档": ("3", ""),
        "F  领取证书": ("1", "5 分钟以内"),
    }


def test_more_lines_than_fit_are_one_number(hall: Hall) -> None:
    state = morning(hall)
    full = tuple(msgspec.structs.replace(s, waiting=20 - n) for n, s in enumerate(state.services))
    shown = view(hall, MAIN, msgspec.structs.replace(state, services=full), NINE)
    assert [w.people for w in shown.waits[:3]] == ["20", "19", "18"]
    rest = sum(20 - n for n in range(3, len(full)))
    assert (shown.waits[3].name, shown.waits[3].people) == ("其他业务", str(rest))


def test_a_board_of_one_zone_shows_that_zone(hall: Hall) -> None:
    west = view(hall, Board(id="west", zones=("west",)), morning(hall), NINE)
    assert [r.number for r in west.rows] == ["2", "9", "10", "11", "12"]
    assert [c.ticket for c in west.cards] == ["F008"]
    assert [w.name[0] for w in west.waits] == ["D", "F"]


def test_before_the_caller_is_heard_the_board_is_calm(hall: Hall) -> None:
    first = view(hall, MAIN, None, NINE)
    assert first.cards == ()
    assert len(first.rows) == 12
    assert first.notice == "正在连接叫号系统"
    assert view(hall, MAIN, opening(hall), NINE).notice == ""
    assert view(hall, MAIN, opening(hall), NINE).nobody == "现在没有人等候"


def test_when_the_caller_is_away_the_last_state_stays_and_its_time_is_said(hall: Hall) -> None:
    later = NINE + timedelta(minutes=3)
    away = view(hall, MAIN, morning(hall), later, caller_there=False)
    assert away.cards[0].ticket == "A012"
    assert away.clock == "9:45"
    assert away.notice == "叫号系统暂时联系不上，屏上是 9:42 的情况"


def test_who_waits_too_long_is_said_and_who_is_next(hall: Hall) -> None:
    waits = {w.name[0]: w for w in view(hall, MAIN, manned(morning(hall)), NINE).waits}
    assert (waits["A"].late, waits["A"].next) == ("已等 42 分钟", "请准备 A013 A014")
    assert (waits["B"].late, waits["B"].next) == ("", "请准备 B008")  # nine minutes of the thirty promised
    much_later = view(hall, MAIN, manned(morning(hall)), NINE + timedelta(hours=2)).waits
    assert [w.late for w in much_later[:2]] == ["已等 2 小时多", "已等 2 小时多"]


def test_a_window_shows_its_clerk_and_why_it_is_away(hall: Hall) -> None:
    rows = view(staffed(hall), MAIN, manned(morning(hall)), NINE).rows
    assert [r.clerk for r in rows[2:5]] == ["王海", "欧阳静雯", "李小明"]
    assert (rows[5].words, rows[5].short) == ("综合 · 暂停服务 · 马上回来", "暂停服务")


def test_a_window_says_what_is_done_there_and_shorter_where_there_is_less_room(hall: Hall) -> None:
    rows = view(hall, MAIN, morning(hall), NINE).rows
    assert rows[7].serves == ("贷款办抵押、还清贷款解除抵押", "贷款办抵押等", "抵押登记等")
    assert rows[8].serves == ("查档", "不动产登记信息查询")
    assert rows[1].serves == ("企业办事",), "its name is that of the service"
    assert rows[2].serves == ("所有通办业务",)
    assert rows[11].serves == (), "its name says it"


def test_a_window_s_screen_says_quietly_that_the_caller_is_away(hall: Hall) -> None:
    here, state = Board(id="w3", layout="window", window=3), morning(hall)
    assert desk(hall, here, state).notice == ""
    assert desk(hall, here, state, caller_there=False).notice == "叫号系统暂时联系不上，屏上是 9:42 的情况"
    assert desk(hall, here, None, caller_there=False).notice == "", "there its large words say so"


def test_a_playlist_has_the_board_once_the_calls_are_old_enough(hall: Hall) -> None:
    board = msgspec.structs.replace(MAIN, playlist_after_seconds=10)
    state = morning(hall)  # the last call was four seconds ago
    moments = {s: view(hall, board, state, NINE + timedelta(seconds=s)).quiet for s in (0, 5, 6, 600)}
    assert moments == {0: False, 5: False, 6: True, 600: True}
    assert view(hall, board, opening(hall), NINE).quiet
