"""A board's face that nobody watches, and a busy morning to draw on it: for whoever measures or pictures it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from caller.messages import HallState, Step
from config.schema import Hall
from drivers import screen
from tests.display.poses import manned
from tests.display.scenes import NINE, call, morning, window

if TYPE_CHECKING:
    from display.face import Face

LETTERS = "ABCDEFGHJKLMN"
NOBODY = 1000  # frames a second


def face(name: str, size: tuple[int, int], frames: int = NOBODY) -> Face:
    """An empty one, so large. `frames` a second at most; 0 for one after the other."""
    screen.prepare(screen.Glass(name, *size))
    from kivy.app import App

    from display.face import Face
    from display.frames import Stills

    class Easel(App):
        def build(self) -> Face:
            return Face(Stills())

    app = Easel()
    app._run_prepare()
    screen.pace(frames)
    root: Face = app.root
    return root


def busy_morning(hall: Hall, calls: int) -> Iterator[HallState]:
    """Every five seconds a number that nobody has seen yet is called to one of the windows."""
    state = manned(morning(hall))
    for n in range(calls):
        number, place = f"{LETTERS[n % 13]}{n % 999 + 1:03}", n % 12 + 1
        now = NINE + timedelta(seconds=5 * n)
        busy = {place: window(place, number, Step.CALLED)}
        recent = (call(number, place, now=now), *state.recent[:7])
        windows = tuple(busy.get(w.number, w) for w in state.windows)
        state = msgspec.structs.replace(state, at=now, windows=windows, recent=recent)
        yield state
