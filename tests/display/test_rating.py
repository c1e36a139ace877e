"""A window's touch screen asks whoever was served for one mark, beside the next number; the caller gets it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import tomli_w

from caller.messages import Answer, HallState, RateService, Step, decode, encode
from config.boards import Board
from config.load import ConfigError, load
from config.schema import Hall
from display.deskpanels import marks
from display.deskview import Asked
from display.poster import Poster
from display.rating import ASKS, THANKS, Rating
from drivers import clock
from drivers.sim.evdev import EvdevDevice
from drivers.sim.host import serve_own
from tests.broker import Broker
from tests.display.scenes import morning, window
from tests.display.stage import Caller, process, wait_for, write
from tests.display.test_teller import Notebook

ASKED = Asked("A009 号，请您评价刚才的服务", keys=True)
SCREEN = Board(id="w3", layout="window", window=3, width=1280, height=720, touch="screen")


def after(hall: Hall, left: str, ticket: str = "", step: Step | None = None) -> HallState:
    """Window 3 when somebody has left it, and perhaps the next one is called."""
    state = morning(hall)
    here = window(3, ticket, step, may_rate=left)
    return msgspec.structs.replace(
        state,
        at=clock.now("Asia/Shanghai"),
        windows=tuple(here if w.number == 3 else w for w in state.windows),
    )


class Sent:
    """A bus that keeps what is posted, and answers when it is told to."""

    def __init__(self) -> None:
        self.marks: list[RateService] = []
        self.answer: Future[bytes] = Future()

    def post(self, topic: str, payload: bytes, timeout: float) -> Future[bytes]:
        assert topic == "command/rate-service"
        self.marks.append(decode(payload, RateService))
        self.answer = Future()
        return self.answer


@pytest.fixture
def rating(hall: Hall) -> Iterator[tuple[Rating, Sent]]:
    line, sent = Notebook(hall), Sent()
    line.bus = sent  # type: ignore[assignment]
    yield Rating(line, 3), sent


def test_who_is_still_at_the_counter_is_not_asked(hall: Hall, rating: tuple[Rating, Sent]) -> None:
    asks, sent = rating
    assert asks.look(None, 0) is None
    assert asks.look(after(hall, "A009", "A009", Step.SERVING), 0) is None
    asks.touch(5, 0)
    assert sent.marks == []
    assert asks.look(after(hall, "A009", "A012", Step.CALLED), 1) == ASKED, "the next one is called already"


def test_one_mark_and_thanks(hall: Hall, rating: tuple[Rating, Sent]) -> None:
    asks, sent = rating
    left = after(hall, "A009")
    assert asks.look(left, 0) == ASKED
    asks.touch(4, 1)
    asks.touch(1, 1.1)
    assert [(m.mark, m.ticket, m.window) for m in sent.marks] == [(4, "A009", 3)]
    assert asks.look(left, 1.2) == replace(ASKED, keys=False), "until the caller has it"
    sent.answer.set_result(encode(Answer(id="x", done=True)))
    assert asks.look(left, 1.3) == Asked("谢谢您的评价")
    assert asks.look(after(hall, ""), 1.3 + THANKS) is None
    assert asks.look(after(hall, "A011"), 20) == Asked("A011 号，请您评价刚才的服务", keys=True)


def test_what_did_not_arrive_is_asked_again_and_nobody_is_asked_for_ever(
    hall: Hall, rating: tuple[Rating, Sent]
) -> None:
    asks, sent = rating
    left = after(hall, "A009")
    asks.look(left, 0)
    asks.touch(2, 1)
    sent.answer.set_exception(TimeoutError())
    assert asks.look(left, 2) == ASKED
    assert asks.look(left, ASKS) is None
    asks.touch(2, ASKS + 1)
    assert len(sent.marks) == 1


def test_five_keys_that_a_finger_finds(hall: Hall) -> None:
    """On the smallest screens of windows, 10 inches, each is 20 mm wide and high, and the middle of each is its own."""
    poster = Poster(hall, SCREEN)
    where, size = next((b, s) for p, b, s in poster._panels if p.shows == "serves")
    keys = list(marks(where, size, poster.u))
    assert [mark for mark, _words, _box in keys] == [5, 4, 3, 2, 1]
    mm = 217 / SCREEN.width
    for mark, words, box in keys:
        assert min(box.width, box.height) * mm >= 20, words
        assert poster.mark_at(box.x + box.width / 2, box.y + box.height / 2) == mark
    assert poster.mark_at(5, 5) is None


@pytest.mark.parametrize("board", [{"id": "main", "touch": "screen"}, {"id": "w", "touch": "usb:x"}])
def test_a_board_that_cannot_ask_is_told_so(tmp_path: Path, board: dict[str, str]) -> None:
    raw = tomllib.loads((Path(__file__).parents[2] / "config" / "hall.toml").read_text("utf-8"))
    raw["board"] = [board]
    (tmp_path / "hall.toml").write_text(tomli_w.dumps(raw), "utf-8")
    with pytest.raises(ConfigError, match="touch"):
        load(tmp_path / "hall.toml")


def test_a_finger_on_the_glass_of_a_real_board(hall: Hall, broker: Broker, tmp_path: Path) -> None:
    panel = EvdevDevice("glass", kind="touch", width=SCREEN.width, height=SCREEN.height)
    with serve_own(panel) as served:
        screen = msgspec.structs.replace(SCREEN, touch=served.url)
        broker_ = msgspec.structs.replace(hall.broker, port=broker.port)
        ours = msgspec.structs.replace(hall, broker=broker_, board=(screen,))
        env = served.env | {"SDL_VIDEODRIVER": "offscreen", "HALL_PICTURES": str(tmp_path)}
        with Caller(broker, ours) as caller, process("board", write(ours, tmp_path / "hall.toml"), **env):
            caller.bus.subscribe("command/rate-service")
            caller.tell(after(ours, "A009"))
            wait_for(lambda: caller.healthy("board-w3") is True, "the board is there")
            given: list[RateService] = []

            def touched() -> bool:
                served.do("touch", x=0.48 * SCREEN.width, y=0.88 * SCREEN.height)  # the first key: 非常满意
                while not caller.bus.inbox.empty():
                    said = caller.bus.inbox.get()
                    if said.topic == "command/rate-service":
                        given.append(decode(said.payload, RateService))
                        caller.bus.answer(said, encode(Answer(id=given[-1].id, done=True)))
                return bool(given)

            wait_for(touched, "a mark is given")
            assert (given[0].mark, given[0].ticket, given[0].window) == (5, "A009", 3)
