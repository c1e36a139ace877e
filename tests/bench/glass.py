"""A glass that notes when its pixels first changed after a touch: `python -m tests.bench.glass …` is otherwise
`python -m kiosk …`; `python -m tests.bench.glass bare WIDTH HEIGHT NODE` is the least that a touch can do: one colour.

HALL_EYE is the file for what is seen: a line for each touch, seconds of the monotonic clock.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from drivers import notify, screen
from kiosk.__main__ import main

AROUND = 12  # pixels on each side of the finger


class Eye:
    """Looks at each frame before it is shown. The whole of it is read back only between two touches, so that
    looking costs a touch nothing but its own few pixels."""

    def __init__(self, out: Path) -> None:
        from kivy.core import window

        self.window, self.out = window.Window, out
        self.finger: tuple[int, int] | None = None
        # The last frame, in a file: eight megabytes that are not the kiosk's.
        self.frame = tempfile.TemporaryFile()  # noqa: SIM115, as long as the window is there
        self.window.bind(on_touch_down=self.touched, on_flip=self.drawn)

    def touched(self, _: Any, touch: Any) -> None:
        self.finger = int(touch.x), int(touch.y)

    def drawn(self, _: Any) -> None:
        if self.finger is not None:
            x, y = self.finger[0] - AROUND, self.finger[1] - AROUND
            if self.pixels(x, y, 2 * AROUND, 2 * AROUND) == self.cut(x, y):
                return
            with self.out.open("a") as file:
                file.write(f"{time.monotonic()}\n")
            self.finger = None
        self.frame.seek(0)
        self.frame.write(self.pixels(0, 0, *self.window.system_size))

    def pixels(self, x: int, y: int, width: int, height: int) -> bytes:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        return bytes(glReadPixels(x, y, width, height, GL_RGBA, GL_UNSIGNED_BYTE))

    def cut(self, x: int, y: int) -> bytes:
        """The same few pixels of the last frame."""
        wide, cut = int(self.window.system_size[0]), b""
        for row in range(y, y + 2 * AROUND):
            self.frame.seek((row * wide + x) * 4)
            cut += self.frame.read(8 * AROUND)
        return cut


def look() -> None:
    """From the start of the window on."""
    watch = screen.watch

    def watched(glass: screen.Glass) -> None:
        watch(glass)
        if file := os.environ.get("HALL_EYE"):
            watched.eye = Eye(Path(file))  # type: ignore[attr-defined]  # somebody must hold it

    screen.watch = watched


def bare(width: int, height: int, node: str) -> int:
    glass = screen.Glass("bare", width, height, touch=f"evdev:{node}")
    screen.prepare(glass)
    from kivy.app import App
    from kivy.graphics import Color, Rectangle
    from kivy.uix.widget import Widget

    class Bare(App):
        def build(self) -> Widget:
            root = Widget()
            with root.canvas:
                self.colour = Color(1, 1, 1, 1)
                Rectangle(size=(width, height))
            root.bind(on_touch_down=self.turn)
            return root

        def turn(self, *_: Any) -> None:
            self.colour.r = 1 - self.colour.r

        def on_start(self) -> None:
            screen.watch(glass)
            notify.ready()

    Bare().run()
    return 0


if __name__ == "__main__":
    look()
    if sys.argv[1:2] == ["bare"]:
        sys.exit(bare(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
    sys.exit(main())
