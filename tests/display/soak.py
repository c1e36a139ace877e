"""`python -m tests.display.soak CALLS`: one board draws so many calls, each with its own number; prints the process's
memory (MB) after each tenth of them, as a list."""

from __future__ import annotations

import sys
from pathlib import Path

from config.load import load
from display.boardview import view
from display.deskview import desk
from drivers import screen
from tests.display import easel
from tests.display.poses import board, staffed

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
SIZE = (960, 540)


def memory() -> float:
    """MB of this process that are in real memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main(calls: int) -> list[float]:
    face = easel.face("soak", SIZE)
    from kivy.base import EventLoop

    from display.frames import Frame
    from display.poster import Poster

    hall = staffed(load(HALL))
    here = board("hall", SIZE)
    poster = Poster(hall, here)
    used: list[float] = []
    for n, state in enumerate(easel.busy_morning(hall, calls)):
        face.draw(poster.ink(view(hall, here, state, state.at), desk(hall, here, state)))
        if n % 10 == 0 and poster.stage is not None:  # something is played, and a call breaks into it
            face.cover(poster.stage, Frame(320, 180, bytes([n % 256]) * (320 * 180 * 3)))
            EventLoop.idle()
            face.cover(poster.stage, None)
        EventLoop.idle()
        screen.finish()  # as the board does: without a display nothing else waits for what is drawn
        if (n + 1) % (calls // 10) == 0:
            used.append(round(memory(), 1))
    return used


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
