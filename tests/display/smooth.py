"""`python -m tests.display.smooth CALLS`: a board of a usual size draws so many calls as they come in, each from its
snapshot to the finished frame; prints the milliseconds of each, and of as many frames on which nothing is."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec

from caller.messages import HallState, Step
from config.load import load
from config.schema import Hall
from display.boardview import view
from display.deskview import desk
from drivers import screen
from tests.display.poses import board, manned, staffed
from tests.display.scenes import NINE, call, morning, window

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
SIZE = (1920, 1080)
LETTERS = "ABCDEFGHJKLMN"


def states(hall: Hall, calls: int) -> Iterator[HallState]:
    """A busy morning: every five seconds a number that nobody has seen yet is called to one of the windows."""
    state = manned(morning(hall))
    for n in range(calls):
        number, place = f"{LETTERS[n % 13]}{n % 999 + 1:03}", n % 12 + 1
        now = NINE + timedelta(seconds=5 * n)
        busy = {place: window(place, number, Step.CALLED)}
        recent = (call(number, place, now=now), *state.recent[:7])
        windows = tuple(busy.get(w.number, w) for w in state.windows)
        state = msgspec.structs.replace(state, at=now, windows=windows, recent=recent)
        yield state


def main(calls: int) -> dict[str, list[float]]:
    screen.prepare(screen.Glass("smooth", *SIZE))
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.graphics.opengl import glFinish

    from display.face import Face
    from display.frames import Stills
    from display.poster import Poster

    class Smooth(App):
        def build(self) -> Face:
            return Face(Stills())

    app = Smooth()
    app._run_prepare()
    Clock._max_fps = 0  # one frame after the other
    hall = staffed(load(HALL))
    here = board("hall", SIZE)
    poster = Poster(hall, here)

    def drawn(draw: Callable[[], None]) -> float:
        began = time.monotonic()
        draw()
        EventLoop.idle()
        glFinish()
        return round((time.monotonic() - began) * 1000, 2)

    def show(state: HallState) -> None:
        app.root.draw(poster.ink(view(hall, here, state, state.at), desk(hall, here, state)))

    took = [drawn(lambda state=state: show(state)) for state in states(hall, calls)]  # type: ignore[misc]
    return {"calls": took, "empty": [drawn(lambda: app.root.draw(())) for _ in range(calls)]}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
