"""The real board process, off screen: the number that is called is on the glass before it is acknowledged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from caller.messages import Status, Step, encode
from config.schema import Clerk, Hall
from drivers import clock
from tests.broker import Broker
from tests.display.poses import manned
from tests.display.scenes import call, morning, opening, window
from tests.display.stage import ROOT, Caller, process, wait_for, write

VERMILION, PAPER, BLUE = (184, 50, 31), (246, 243, 236), (20, 60, 220)
TOP = (56, 140, 1024, 446)  # the newest call's card at 1920x1080


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 6 for a, b in zip(pixel, colour, strict=False))


def share(picture: Image.Image, colour: tuple[int, int, int], box: tuple[int, int, int, int]) -> float:
    """How much of a box has this colour."""
    part = picture.convert("RGB").crop(box)
    colours = part.getcolors(part.width * part.height) or []
    return sum(n for n, c in colours if near(c, colour)) / (part.width * part.height)


@pytest.fixture
def ours(hall: Hall, broker: Broker) -> Hall:
    return msgspec.structs.replace(hall, broker=msgspec.structs.replace(hall.broker, port=broker.port))


@pytest.fixture
def caller(ours: Hall, broker: Broker) -> Iterator[Caller]:
    with Caller(broker, ours) as caller:
        yield caller


class Pictures:
    """What the board has left in HALL_PICTURES."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "board-main.png"
        wall = folder / "clock"
        clock.put(wall, datetime(2026, 11, 23, 9, 42))
        self.env = {
            "HALL_PICTURES": str(folder),
            "HALL_CLOCK": str(wall),
            "SDL_VIDEODRIVER": "offscreen",
        }

    def wait_for(self, true: object, what: str) -> Image.Image:
        assert callable(true)

        def seen() -> bool:
            return self.path.exists() and bool(true(self.newest()))

        wait_for(seen, what)
        return self.newest()

    def newest(self) -> Image.Image:
        with Image.open(self.path) as picture:
            return picture.convert("RGB")


def test_a_call_is_on_the_glass_and_then_acknowledged(ours: Hall, caller: Caller, tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    caller.tell(opening(ours))
    with process("board", write(ours, tmp_path / "hall.toml"), **pictures.env) as board:
        first = pictures.wait_for(lambda p: p.size == (1920, 1080), "the board is up")
        assert share(first, VERMILION, (0, 0, *first.size)) == 0  # kept for the number that is called
        assert caller.said() == []
        caller.tell(morning(ours))
        caller.wait_for("A012 board-main shown", "A011 board-main shown")
        called = pictures.wait_for(lambda p: share(p, PAPER, TOP) > 0.5, "the newest call's card")
        assert share(called, VERMILION, TOP) > 0.05
        corners = [(x, y) for x in (TOP[0], TOP[2] - 1) for y in (TOP[1], TOP[3] - 1)]
        assert not any(near(called.getpixel(corner), PAPER) for corner in corners), "they are round"
        middles = [(TOP[0], 293), (TOP[2] - 1, 293), (540, TOP[1]), (540, TOP[3] - 1)]
        assert all(near(called.getpixel(edge), PAPER) for edge in middles)
        outside = (0, TOP[3], *called.size)
        assert share(called, VERMILION, outside) == 0

        # Served: the number stays for those who look up late, but nobody is called any more.
        served = msgspec.structs.replace(morning(ours), recent=(call("A012", 3, 4, live=False),))
        busy = tuple(window(3, "A012", Step.SERVING) if w.number == 3 else w for w in served.windows)
        caller.tell(msgspec.structs.replace(served, windows=busy))
        pictures.wait_for(
            lambda p: share(p, PAPER, TOP) > 0.5 and share(p, VERMILION, TOP) == 0, "the card cools"
        )

        # The caller goes away: the last state stays, and one quiet line says so.
        head = (56, 70, 1000, 114)
        before = pictures.newest().crop(head).tobytes()
        caller.bus.keep("status/caller", encode(Status(online=False)))
        away = pictures.wait_for(lambda p: p.crop(head).tobytes() != before, "the notice")
        assert share(away, PAPER, TOP) > 0.5
        assert caller.healthy("board-main")
        assert board.poll() is None
    assert board.returncode == 0
    assert sorted(caller.said()) == ["A011 board-main shown", "A012 board-main shown"]


def test_a_clerks_photo_is_on_the_screen_of_their_window(ours: Hall, caller: Caller, tmp_path: Path) -> None:
    photo, badge = tmp_path / "1203.png", (0, 720, 720, 1080)
    Image.new("RGB", (300, 400), BLUE).save(photo)
    clerk = Clerk(badge="1203", name="王海", photo=str(photo))
    screen = msgspec.structs.replace(ours.board[0], layout="window", window=3)
    signed = msgspec.structs.replace(ours, clerk=(clerk,), board=(screen,))
    pictures = Pictures(tmp_path)
    caller.tell(morning(signed))
    with process("board", write(signed, tmp_path / "hall.toml"), **pictures.env):
        nobody = pictures.wait_for(lambda p: share(p, VERMILION, (0, 0, *p.size)) > 0.01, "the call")
        assert share(nobody, BLUE, badge) == 0
        caller.tell(manned(morning(signed)))
        pictures.wait_for(lambda p: share(p, BLUE, badge) > 0.1, "the photo")


def test_a_board_that_was_killed_comes_back_with_what_is_true(
    ours: Hall, caller: Caller, tmp_path: Path
) -> None:
    pictures = Pictures(tmp_path)
    file = write(ours, tmp_path / "hall.toml")
    caller.tell(opening(ours))
    with process("board", file, **pictures.env) as board:
        pictures.wait_for(lambda p: True, "the board is up")
        board.kill()
        wait_for(lambda: caller.healthy("board-main") is False, "its last will")
    pictures.path.unlink()
    caller.tell(morning(ours))
    with process("board", file, **pictures.env):
        caller.wait_for("A012 board-main shown")
        pictures.wait_for(lambda p: share(p, VERMILION, TOP) > 0.05, "the call")


def test_a_board_that_the_hall_does_not_have_is_bad_configuration(hall: Hall, tmp_path: Path) -> None:
    file = write(hall, tmp_path / "hall.toml")
    line = [sys.executable, "-m", "display", "board", "--board", "attic", "--config", str(file)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 78
    assert "没有综合屏 attic，有的是 main" in done.stderr
