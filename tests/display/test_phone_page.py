"""The page behind a ticket's code, in a real Chromium as wide as a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from caller.messages import EmergencyState, Result, Step
from config.schema import Hall
from tests.display.chromium import Chromium
from tests.display.phones import NUMBER, TOKEN, Phones, served

FITS = "document.documentElement.scrollWidth <= innerWidth"
LEGIBLE = """[...document.querySelectorAll('span, #number')].filter(e => e.offsetParent && e.textContent)
  .every(e => parseFloat(getComputedStyle(e).fontSize) >= (e.lang === 'en' ? 12 : 16))"""
TOUCHABLE = """[...document.querySelectorAll('button')].filter(e => e.offsetParent)
  .every(e => e.getBoundingClientRect().height >= 44)"""


@pytest.fixture
def phones(hall: Hall) -> Phones:
    phones = Phones(hall)
    phones.queue(ahead=4, wait=(15, 30))
    return phones


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


def picture(browser: Chromium, name: str) -> None:
    folder = os.environ.get("HALL_PICTURES")
    if folder:
        browser.picture(Path(folder) / f"phone-{name}.png")


def mood(browser: Chromium, wanted: str) -> None:
    browser.loaded(wanted)
    assert browser.does(FITS) and browser.does(LEGIBLE) and browser.does(TOUCHABLE), wanted


def test_a_visit_from_the_queue_to_the_end(browser: Chromium, phones: Phones) -> None:
    with served(phones):
        browser.open(f"{phones.url}/t/{TOKEN}")
        mood(browser, "waiting")
        for words in ("A012", "前面还有 4 位", "大约还要 15–30 分钟", "东区", "4 before you"):
            assert words in browser.text()
        picture(browser, "waiting")
        browser.does("document.getElementById('size').click()")
        mood(browser, "waiting")
        picture(browser, "waiting-elder")
        phones.queue(ahead=1, wait=(5, 10))
        browser.until("document.getElementById('head-zh').textContent", "前面还有 1 位")
        browser.does("document.getElementById('shake').click()")
        assert browser.does("window.felt") == [200], "a try, so that the visitor knows it"
        browser.does("window.felt = []")

        call = phones.called()
        mood(browser, "called")
        assert "请到 3 号窗口" in browser.text() and "Please go to window 3" in browser.text()
        browser.until("window.felt.length", 1)
        browser._until(lambda: phones.seen == [(call, Result.VIBRATED)], lambda: str(phones.seen))
        picture(browser, "called-elder")
        browser.does("document.getElementById('size').click()")
        mood(browser, "called")
        picture(browser, "called")

        phones.queue(Step.SERVING, window=3)
        mood(browser, "serving")
        phones.queue(Step.NO_SHOW, window=3)
        mood(browser, "missed")
        assert "30 分钟内" in browser.text()
        picture(browser, "missed")
        phones.queue(Step.FINISHED, window=3)
        mood(browser, "over")
        picture(browser, "over")
    assert phones.seen == [(call, Result.VIBRATED)], "told once, whatever followed"


def test_a_page_that_nobody_looks_at_has_told_nobody(browser: Chromium, phones: Phones) -> None:
    with served(phones):
        browser.open(f"{phones.url}/t/{TOKEN}")
        mood(browser, "waiting")
        browser.hide(True)
        call = phones.called()
        mood(browser, "called")
        assert browser.does("window.felt") == [] and phones.seen == []
        browser.hide(False)
        browser.until("window.felt.length", 1)
        browser._until(lambda: [seen for seen, _ in phones.seen] == [call], lambda: str(phones.seen))


def test_a_place_is_given_up_by_two_touches(browser: Chromium, phones: Phones) -> None:
    with served(phones):
        browser.open(f"{phones.url}/t/{TOKEN}")
        mood(browser, "waiting")
        browser.does("document.getElementById('leave').click()")
        mood(browser, "waiting")
        assert "再点一次就取消" in browser.text() and phones.gone == []
        phones.agrees = False
        browser.does("document.getElementById('leave').click()")
        browser.until("document.getElementById('leave').firstChild.textContent", "没有取消成，请再试一次")
        phones.agrees = True
        browser.does("document.getElementById('leave').click()")
        browser.does("document.getElementById('leave').click()")
        mood(browser, "over")
        assert browser.does("document.getElementById('leave').hidden") is True
        assert phones.gone == [(TOKEN, NUMBER)] * 2


def test_the_hall_is_left_and_the_phone_says_so_and_shakes(browser: Chromium, phones: Phones) -> None:
    with served(phones):
        browser.open(f"{phones.url}/t/{TOKEN}")
        mood(browser, "waiting")
        browser.does("window.felt = []")
        phones.book.see(EmergencyState(on=True, words="大厅东侧有烟雾，请从西门离开"))
        mood(browser, "leave")
        for words in ("请立即撤离", "LEAVE NOW", "大厅东侧有烟雾，请从西门离开", "leave by the nearest exit"):
            assert words in browser.text()
        assert "A012" not in browser.text() and browser.does("window.felt.length") == 1
        picture(browser, "leave")
        phones.book.see(EmergencyState(on=False))
        mood(browser, "waiting")
        assert "A012" in browser.text() and browser.does("warning") is None


@pytest.mark.long  # a phone tries again after three seconds, and says so after four
def test_a_lost_connection_is_told_calmly_and_comes_back_right(browser: Chromium, phones: Phones) -> None:
    with served(phones) as server:
        port = server.port
        browser.open(f"{phones.url}/t/{TOKEN}")
        mood(browser, "waiting")
        assert browser.does("document.getElementById('lost').hidden")
    browser.until("document.getElementById('lost').hidden", False)
    assert "您的号还在" in browser.text() and "A012" in browser.text()
    picture(browser, "lost")
    phones.queue(ahead=2)
    with served(phones, port):
        browser.until("document.getElementById('lost').hidden", True)
        browser.until("document.getElementById('head-zh').textContent", "前面还有 2 位")


def test_a_code_that_nobody_was_given(browser: Chromium, phones: Phones) -> None:
    with served(phones):
        browser.open(f"{phones.url}/t/yesterdays-code")
        mood(browser, "unknown")
        assert "没有找到这张号票" in browser.text() and "A01" not in browser.text()
        picture(browser, "unknown")
