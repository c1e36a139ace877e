"""`python -m tests.display.soak CALLS`: one board draws so many calls, each with its own number; prints the process's
memory (MB) after each tenth of them, as a list."""

from __future__ import annotations

import itertools
import sys
from datetime import timedelta
from pathlib import Path

import msgspec

from caller.messages import Step
from config.load import load
from display.boardview import view
from display.deskview import desk
from drivers import screen
from tests.display.poses import board, manned, staffed
from tests.display.scenes import NINE, call, morning, window

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
SIZE = (960, 540)


def memory() -> float:
    """MB of this process that are in real memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main(calls: int) -> list[float]:
    screen.prepare(screen.Glass("soak", *SIZE))
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.graphics.opengl import glFinish

    from display.face import Face
    from display.frames import Frame, Stills
    from display.poster import Poster

    class Soak(App):
        def build(self) -> Face:
            return Face(Stills())

    app = Soak()
    app._run_prepare()
    Clock._max_fps = 1000  # nobody watches
    hall = staffed(load(HALL))
    here = board("hall", SIZE)
    poster = Poster(hall, here)
    state = manned(morning(hall))
    used: list[float] = []
    letters = itertools.cycle("ABCDEFGHJKLMN")
    recent = list(state.recent)
    for n in range(calls):
        now = NINE + timedelta(seconds=5 * n)
        number, place = f"{next(letters)}{n % 999 + 1:03}", n % 12 + 1
        recent = [call(number, place, now=now), *recent[:7]]
        busy = {place: window(place, number, Step.CALLED)}
        windows = tuple(busy.get(w.number, w) for w in state.windows)
        state = msgspec.structs.replace(state, at=now, windows=windows, recent=tuple(recent))
        app.root.draw(poster.ink(view(hall, here, state, now), desk(hall, here, state)))
        if n % 10 == 0 and poster.stage is not None:  # something is played, and a call breaks into it
            app.root.cover(poster.stage, Frame(320, 180, bytes([n % 256]) * (320 * 180 * 3)))
            EventLoop.idle()
            app.root.cover(poster.stage, None)
        EventLoop.idle()
        glFinish()  # as the board does: without a display nothing else waits for what is drawn
        if (n + 1) % (calls // 10) == 0:
            used.append(round(memory(), 1))
    return used


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
