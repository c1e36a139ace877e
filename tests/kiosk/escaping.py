"""A kiosk at whose keyboard somebody tries to leave: `python -m tests.kiosk.escaping`, otherwise `python -m kiosk`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from drivers import screen
from kiosk.__main__ import main

ESCAPE, F1, F4, F11 = 27, 282, 285, 292


def try_to_leave() -> None:
    watch = screen.watch

    def watched(glass: screen.Glass) -> None:
        watch(glass)
        from kivy.clock import Clock

        Clock.schedule_once(lambda _: _try(), 1.5)

    screen.watch = watched


def _try() -> None:
    from kivy.core import window

    for key, modifiers in ((ESCAPE, []), (F1, []), (F4, ["alt"]), (F11, [])):
        window.Window.dispatch("on_key_down", key, 0, "", modifiers)
        window.Window.dispatch("on_keyboard", key, 0, "", modifiers)
    stays = window.Window.dispatch("on_request_close")
    Path(os.environ["HALL_PICTURES"], "left.txt").write_text("stays" if stays else "closes", "utf-8")


if __name__ == "__main__":
    try_to_leave()
    sys.exit(main())
