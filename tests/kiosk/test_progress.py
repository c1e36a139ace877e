"""How far is my case? Asked of a real server on a real socket, however it answers; and nothing stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.messages import Reason
from config.schema import Progress
from drivers import progress
from drivers.progress import Finding, State
from kiosk.enquiring import Enquiries
from kiosk.steps import Enquire, Found, Page, Scanned, Session
from tests.kiosk.visit import Visit

MORE = b'{"state":"more-papers","updated":"2026-11-20","missing":["\xe5\xae\x8c\xe7\xa8\x8e\xe8\xaf\x81\xe6\x98\x8e"]}'


class Records(BaseHTTPRequestHandler):
    """The registration system: what it answers depends on the number."""

    def do_GET(self) -> None:
        match self.path.rsplit("/", 1)[-1]:
            case "2026112001":
                self._say(200, MORE)
            case "9999":
                self.send_error(404)
            case "5555":
                self.send_error(503)
            case "7777":
                self._say(200, b"<html>" + b"x" * 100_000)
            case "8888":  # a byte now and then, for ever
                self.send_response(200)
                self.end_headers()
                while not self.server.over.wait(0.05):  # type: ignore[attr-defined]
                    self.wfile.write(b" ")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def records() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Records)
    server.over = threading.Event()  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/case/{{number}}"
    finally:
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with records() as url:
        yield url


@pytest.mark.parametrize(
    ("number", "state"),
    [("2026112001", State.MORE_PAPERS), ("9999", State.UNKNOWN), ("5555", State.DOWN),
     ("7777", State.UNREADABLE), ("8888", State.SLOW)],
)  # fmt: skip
def test_whatever_the_system_does_there_is_a_finding(url: str, number: str, state: State) -> None:
    before = time.monotonic()
    assert progress.ask(url, number, timeout=0.5).state is state
    assert time.monotonic() - before < 10, "a server that drips does not hold the kiosk"


def test_a_system_that_is_away_is_down() -> None:
    with records() as url:
        pass
    assert progress.ask(url, "1234", timeout=0.5).state is State.DOWN


def test_an_answer_is_read_whole() -> None:
    assert progress.read(200, MORE) == Finding(State.MORE_PAPERS, date(2026, 11, 20), None, ("完税证明",))
    ready = b'{"state":"ready","due":"soon","missing":"all"}'
    assert progress.read(200, ready) == Finding(State.READY), "what is odd is left out, not guessed"


@given(st.integers(100, 599), st.binary(max_size=200))
def test_no_answer_raises(status: int, body: bytes) -> None:
    progress.read(status, body)


@pytest.mark.parametrize(
    "body", [b"[]", b'{"state":[]}', b'{"state":"down"}', b"[" * 3000, b'{"state":"\xff"}']
)
def test_garbage_is_not_a_state(body: bytes) -> None:
    assert progress.read(200, body) == Finding(State.UNREADABLE)


def test_questions_are_asked_on_a_thread_of_their_own(url: str) -> None:
    with Enquiries(Progress(url=url, timeout_seconds=2)) as enquiries:
        enquiries.do(Enquire("job-1", "2026112001"))
        found = enquiries.said.get(timeout=10)
    assert found.job == "job-1" and found.finding.state is State.MORE_PAPERS


# --- at the glass ------------------------------------------------------------------------------------------


def types(visit: Visit, number: str) -> Enquire:
    visit.touch("progress")
    for figure in number:
        visit.touch(f"digit:{figure}", after=0.2)
    (question,) = visit.touch("ask")
    assert isinstance(question, Enquire) and question.number == number
    return question


def test_a_number_is_typed_mended_and_asked(visit: Visit) -> None:
    visit.touch("progress")
    assert visit.touch("ask") == [], "nothing to ask yet"
    for target in ("digit:2", "digit:0", "digit:7", "erase", "digit:2", "digit:6"):
        visit.touch(target, after=0.2)
    (question,) = visit.touch("ask")
    assert isinstance(question, Enquire) and question.number == "2026"
    visit.feed(Found(question.job, Finding(State.READY), visit.at))
    assert visit.on(Page.FOUND) and visit.says().title == "可以领证了"


@pytest.mark.parametrize("state", list(State))
def test_every_finding_is_a_calm_page_with_a_way_on(visit: Visit, state: State) -> None:
    question = types(visit, "2026112001")
    visit.feed(Found(question.job, Finding(state), visit.at))
    said = visit.says()
    assert said.title and said.lead and said.primary and said.tiles
    assert ("11 号窗口" in said.lead) is (state not in progress.SAID or state is State.RETURNED)
    visit.touch("progress")
    kept = state in (State.SLOW, State.DOWN)
    assert visit.on(Page.PROGRESS) and bool(visit.session.typed) is kept


def test_a_question_that_nobody_answers_ends_and_a_late_answer_is_dropped(visit: Visit) -> None:
    question = types(visit, "2026112001")
    visit.wait(10)
    assert visit.on(Page.FOUND) and visit.says().title == "查询系统很慢"
    visit.feed(Found(question.job, Finding(State.READY), visit.at))
    assert visit.says().title == "查询系统很慢"


def test_the_code_on_the_receipt_is_a_number_too(visit: Visit) -> None:
    before = visit.feed(Scanned("2026112001", visit.at))
    assert not any(isinstance(effect, Enquire) for effect in before), "only where it is asked for"
    visit.ready()
    visit.answer(None, Reason.UNKNOWN_APPOINTMENT)
    visit.touch("home")
    visit.touch("progress")
    assert visit.feed(Scanned("https://nobody.example/", visit.at)) == []
    (question,) = visit.feed(Scanned("2026112001\r", visit.at))
    assert isinstance(question, Enquire) and question.number == "2026112001"


@pytest.mark.parametrize("leave", ["home", "back", "nobody"])
def test_nothing_of_it_outlives_the_visitor(visit: Visit, leave: str) -> None:
    question = types(visit, "2026112001")
    visit.feed(Found(question.job, Finding(State.READY, date(2026, 11, 20)), visit.at))
    if leave == "nobody":
        visit.wait(46)
        assert visit.on(Page.STILL)
        visit.wait(21)
    else:
        visit.touch(leave)
    fresh = Session(kiosk=1, run="run", since=0.0)
    assert visit.on(Page.HOME)
    assert (visit.session.typed, visit.session.finding) == (fresh.typed, fresh.finding)
    assert "2026112001" not in repr(question), "no log shows it either"
