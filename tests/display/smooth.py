"""`python -m tests.display.smooth CALLS`: a board of a usual size draws so many calls as they come in, each from its
snapshot to the finished frame; prints the milliseconds of each, and of as many frames on which nothing is."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from caller.messages import HallState
from config.load import load
from display.boardview import view
from display.deskview import desk
from drivers import screen
from tests.display import easel
from tests.display.poses import board, staffed

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
SIZE = (1920, 1080)


def main(calls: int) -> dict[str, list[float]]:
    face = easel.face("smooth", SIZE, frames=0)
    from kivy.base import EventLoop

    from display.poster import Poster

    hall = staffed(load(HALL))
    here = board("hall", SIZE)
    poster = Poster(hall, here)

    def drawn(draw: Callable[[], None]) -> float:
        began = time.monotonic()
        draw()
        EventLoop.idle()
        screen.finish()
        return round((time.monotonic() - began) * 1000, 2)

    def show(state: HallState) -> None:
        face.draw(poster.ink(view(hall, here, state, state.at), desk(hall, here, state)))

    took = [drawn(lambda state=state: show(state)) for state in easel.busy_morning(hall, calls)]  # type: ignore[misc]
    return {"calls": took, "empty": [drawn(lambda: face.draw(())) for _ in range(calls)]}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
