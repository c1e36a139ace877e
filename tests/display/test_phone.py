"""What one phone may see and say, without a browser: its own place, nobody else's, and only what it really showed."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from caller.messages import Result, Step
from config.schema import Hall
from display.phone import server as phone_server
from display.phone.view import PhoneView
from tests.display.phones import NUMBER, TOKEN, Phones, served


@pytest.fixture
def phones(hall: Hall) -> Phones:
    phones = Phones(hall)
    phones.queue(ahead=4, wait=(15, 30))
    return phones


def words(view: PhoneView) -> list[str]:
    return [view.head.zh, *(line.zh for line in view.lines)]


def test_who_waits_sees_the_place_the_time_and_where_to_sit(phones: Phones) -> None:
    shown = phones.book.look(TOKEN)
    assert (shown.mood, shown.number, shown.call) == ("waiting", NUMBER, "")
    assert words(shown) == [
        "前面还有 4 位",
        "转移登记",
        "大约还要 15–30 分钟",
        "请在东区等候，1、3、4、5、6、7 号窗口会叫您",
    ]
    assert shown.head.en == "4 before you"


def test_what_cannot_be_known_is_not_said(phones: Phones) -> None:
    phones.queue(ahead=2, wait=None)
    assert not any("分钟" in line for line in words(phones.book.look(TOKEN)))


@pytest.mark.parametrize(
    ("step", "mood", "head"),
    [
        (Step.CALLED, "called", "请到 3 号窗口"),
        (Step.SERVING, "serving", "正在 3 号窗口办理"),
        (Step.PARKED, "parked", "已为您挂起，请等窗口通知"),
        (Step.NO_SHOW, "missed", "刚才叫到您，您没有来"),
        (Step.FINISHED, "over", "已办结"),
        (Step.CANCELLED, "over", "这张号票已经取消"),
    ],
)
def test_every_step_of_the_journey_has_its_page(phones: Phones, step: Step, mood: str, head: str) -> None:
    phones.queue(step, window=3)
    shown = phones.book.look(TOKEN)
    assert (shown.mood, shown.head.zh) == (mood, head)


def test_a_token_that_nobody_holds_learns_nothing(phones: Phones) -> None:
    assert phones.book.look("another-token") == phones.book.look("yesterdays-code")
    assert phones.book.look("another-token").number == ""


def test_only_the_ticket_that_is_called_says_so_and_once(phones: Phones) -> None:
    call = phones.called()
    assert not phones.book.acknowledged("another-token", call)
    assert not phones.book.acknowledged(TOKEN, "some-other-call")
    assert not phones.book.acknowledged(TOKEN, "")
    assert phones.book.acknowledged(TOKEN, call) and not phones.book.acknowledged(TOKEN, call)
    phones.called(attempt=2, live=False)
    assert phones.book.look(TOKEN).call == "", "a call that is over is not shown as one"


def ask(url: str, data: bytes | None = None) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=10) as answer:
            return answer.status, answer.headers["Content-Security-Policy"] or "", answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", ""


def test_the_page_is_the_same_for_everybody_and_loads_nothing_from_elsewhere(phones: Phones) -> None:
    with served(phones):
        status, policy, page = ask(f"{phones.url}/t/{TOKEN}")
        assert status == 200 and "default-src 'none'" in policy and NUMBER not in page
        assert page == ask(f"{phones.url}/t/another-token")[2]
        parts = [page] + [ask(phones.url + name)[2] for name in ("/page.css", "/page.js")]
        assert not any("http" in part or "//" + "cdn" in part for part in parts)


@pytest.mark.parametrize(
    "path", ["/", "/t/", "/t/x", "/t/../book.py", "/page.html", f"/t/{TOKEN}/seen", "/%2e%2e/x"]
)
def test_there_is_nothing_else_to_find(phones: Phones, path: str) -> None:
    with served(phones):
        assert ask(phones.url + path)[0] == 404


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_an_address_that_is_none_is_not_found_either(phones: Phones, verb: str) -> None:
    with (
        served(phones) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as line,
        line.makefile("rb") as said,
    ):
        line.sendall(f"{verb} \x01//a[b HTTP/1.0\r\n\r\n".encode())
        assert b" 404 " in said.readline()


def test_a_phone_says_that_it_showed_the_call(phones: Phones) -> None:
    call = phones.called()
    with served(phones):
        seen = f"{phones.url}/t/{TOKEN}/seen"
        assert ask(f"{seen}?call={call}&how=burnt", b"")[0] == 404
        assert ask(f"{phones.url}/t/another-token/seen?call={call}&how=shown", b"")[0] == 204
        assert phones.seen == []
        for _ in range(2):
            assert ask(f"{seen}?call={call}&how=shown", b"")[0] == 204
    assert phones.seen == [(call, Result.SHOWN)]


def test_too_many_open_pages_are_turned_away_and_the_others_stay(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_server, "LINES_MOST", 1)
    with served(phones):
        live = f"{phones.url}/t/{TOKEN}/live"
        with urllib.request.urlopen(live, timeout=10) as first:
            assert first.readline() == b"retry: 3000\n"
            assert ask(live)[0] == 503
            phones.queue(ahead=1)
            while b"\xe8\xbf\x98\xe6\x9c\x89 1 " not in first.readline():  # 前面还有 1 位
                pass


def test_a_visitor_gives_up_their_own_place_and_nobody_elses(phones: Phones) -> None:
    assert phones.book.look(TOKEN).leaves
    with served(phones):
        assert ask(f"{phones.url}/t/nobody-has-this/cancel", b"")[0] == 409
        assert ask(f"{phones.url}/t/{TOKEN}/cancel")[0] == 404, "looking cancels nothing"
        assert phones.gone == []
        assert ask(f"{phones.url}/t/{TOKEN}/cancel", b"")[0] == 204
        assert phones.gone == [(TOKEN, NUMBER)]
        assert phones.book.look(TOKEN).mood == "over"
        assert ask(f"{phones.url}/t/{TOKEN}/cancel", b"")[0] == 409, "once is enough"


@pytest.mark.parametrize("step", [Step.CALLED, Step.SERVING, Step.FINISHED])
def test_who_is_called_or_served_cannot_leave_by_phone(phones: Phones, step: Step) -> None:
    phones.queue(step, window=3)
    assert not phones.book.look(TOKEN).leaves
    with served(phones):
        assert ask(f"{phones.url}/t/{TOKEN}/cancel", b"")[0] == 409
    assert phones.gone == []


@pytest.mark.parametrize(("agrees", "status"), [(False, 409), (None, 503)])
def test_a_queue_that_refuses_or_is_silent_is_told_so(
    phones: Phones, agrees: bool | None, status: int
) -> None:
    phones.agrees = agrees
    with served(phones):
        assert ask(f"{phones.url}/t/{TOKEN}/cancel", b"")[0] == status
    assert phones.book.look(TOKEN).mood == "waiting", "the place is kept"
