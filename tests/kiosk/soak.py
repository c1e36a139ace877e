"""`python -m tests.kiosk.soak SCREENS`: one glass shows so many screens, page after page as visitors see them; prints
the process's memory (MB) after each tenth of them, as a list."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import sys

import msgspec

from config.load import load
from drivers import screen
from kiosk.sizes import Sizes
from kiosk.steps import Page
from kiosk.themes import LOOKS, Theme
from kiosk.view import Place, view
from tests.display.soak import memory
from tests.kiosk.gallery import HALL, NOW, sessions

WAYS = ((Theme.PLAIN, "zh"), (Theme.ELDER, "zh"), (Theme.PLAIN, "en"), (Theme.CONTRAST, "zh"))
SHRUNK = 3  # the panel, a third as fine: the same page in millimetres, with a ninth of the pixels


def main(screens: int) -> list[float]:
    hall = load(HALL)
    whole = hall.kiosk[0]
    kiosk = msgspec.structs.replace(
        whole, width=whole.width // SHRUNK, height=whole.height // SHRUNK, px_per_mm=whole.px_per_mm / SHRUNK
    )
    screen.prepare(screen.Glass("soak", kiosk.width, kiosk.height))
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.properties import StringProperty

    from kiosk import glass, tree

    class Soak(App):
        page = StringProperty("home")

        def build(self) -> glass.Glass:
            glass.load_looks()
            return glass.Glass()

    Soak.sizes, Soak.look = Sizes.of(kiosk), LOOKS[Theme.PLAIN]
    app = Soak()
    app._run_prepare()
    screen.pace(1000)  # nobody watches
    gc.collect()
    gc.freeze()  # as kiosk.app does, and after each page
    used: list[float] = []
    poses = ((way, pose) for way in WAYS for _, pose in sessions(hall, kiosk.id, way[1]))
    for shown, ((theme, _), pose) in enumerate(itertools.islice(itertools.cycle(poses), screens), 1):
        app.sizes, app.look = Sizes.of(kiosk, theme), LOOKS[theme]
        pose = dataclasses.replace(pose, theme=theme, sheet=shown % 2)
        seen = view(pose, Place(hall, kiosk, NOW, 18 if pose.page is Page.DONE else 0, app.sizes.sheets()))
        app.page = str(seen.page)
        app.root.show(seen, fresh=True)
        EventLoop.idle()
        tree.tree(app.root, kiosk.height)
        EventLoop.idle()
        screen.finish()  # without a display nothing else waits for what is drawn
        gc.collect()
        if shown % (screens // 10) == 0:
            used.append(round(memory(), 1))
    return used


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
