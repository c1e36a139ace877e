"""The glass shows one page at a time and obeys one finger; whatever breaks, it shows something calm.

Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.core import window
from kivy.input import MotionEvent
from kivy.lang import Builder
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import rare, widgets
from kiosk.sizes import LOW
from kiosk.steps import Page
from kiosk.view import View
from kiosk.widgets import Sheet

LOOKS = Path(__file__).with_name("looks")
# A rule that refines another comes after it: words, what is touched, what all pages stand on, then the pages.
FIRST = ("words", "tiles", "sheet")
PAGES = ("home", "choosing", "service", "done", "telling", "idle", "bench")
LOST_FINGER = 5.0  # seconds after which a finger that was never lifted is forgotten


class HomePage(Sheet):
    pass


class ListPage(Sheet):
    pass


class ServicePage(Sheet):
    pass


class DonePage(Sheet):
    pass


class DoneWidePage(Sheet):
    pass


class WordsPage(Sheet):
    pass


class MapPage(Sheet):
    pass


class GuidePage(Sheet):
    pass


class PadPage(Sheet):
    pass


class CrossPage(Sheet):
    pass


class IdlePage(Sheet):
    pass


class Above(Sheet):
    """What stands over a page that keeps to the lower part of a tall panel: nothing to touch."""


SHEETS: dict[Page, type[Sheet]] = {
    Page.HOME: HomePage,
    Page.GROUP: ListPage,
    Page.ALL: ListPage,
    Page.PRIORITY: ListPage,
    Page.PAGER: ListPage,
    Page.ACCESS: ListPage,
    Page.SERVICE: ServicePage,
    Page.MAP: MapPage,
    Page.DONE: DonePage,
    Page.CASES: ListPage,
    Page.PEOPLE: ListPage,
    Page.GUIDE: GuidePage,
    Page.PROGRESS: PadPage,
    Page.PHONE: PadPage,
    Page.LOST: ListPage,
    Page.PIN: PadPage,
    Page.SETUP: ListPage,
    Page.CROSS: CrossPage,
    Page.CROSSED: MapPage,
    Page.ABOUT: MapPage,
    Page.IDLE: IdlePage,
}


class Glass(FloatLayout):
    """The whole screen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sheet: Sheet | None = None
        self._finger: tuple[Any, float] | None = None

    def show(self, view: View, fresh: bool) -> None:
        """Lay the page out anew when it is another one, else change its words."""
        kind = SHEETS.get(view.page, WordsPage)
        window.Window.clearcolor = (
            App.get_running_app().look.paper
        )  # costs nothing, a sheet of it a third of a frame
        sizes = App.get_running_app().sizes
        if view.page is Page.DONE and sizes.wide and not sizes.low:
            kind = DoneWidePage
        if view.page is Page.CARD and view.tiles:
            kind = ListPage  # the card was read: there is something to choose
        if fresh or type(self.sheet) is not kind:
            self.clear_widgets()
            part = LOW if sizes.low else 1
            if part < 1:
                self.add_widget(Above(view=view, size_hint=(1, 1 - part), pos_hint={"top": 1}))
            self.sheet = kind(view=view, size_hint=(1, part), pos_hint={"y": 0})
            self.add_widget(self.sheet)
        elif self.sheet is not None:
            self.sheet.view = view

    def frame(self, target: str) -> None:
        """A frame around what the arrow pad is on; "" takes it away."""
        for tap in targets(self):
            tap.focused = bool(target) and tap.tile.target == target

    def on_touch_down(self, touch: MotionEvent) -> bool:
        now = time.monotonic()
        if self._finger is not None and now - self._finger[1] < LOST_FINGER:
            return True  # a second finger, a palm, a sleeve
        if getattr(touch, "button", None) not in (None, "left"):
            return True
        self._finger = (touch.uid, now)
        App.get_running_app().pointed(touch.x, self.height - touch.y)
        return bool(super().on_touch_down(touch))

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if self._finger is not None and self._finger[0] == touch.uid:
            self._finger = None
        return bool(super().on_touch_up(touch))


class Shelter(ExceptionHandler):
    """On an error in a callback, something calm to look at; whether to go on is drivers.screen's to say."""

    def __init__(self, shelter: Any) -> None:
        super().__init__()
        self._shelter = shelter

    def handle_exception(self, error: BaseException) -> int:
        self._shelter()
        return int(ExceptionManager.RAISE)


def load_looks() -> None:
    rare.register()
    for name in FIRST + PAGES:
        Builder.load_file(str(LOOKS / f"{name}.kv"))


def targets(root: Widget) -> list[widgets.Tap]:
    """What can be touched, in the order in which it is read."""
    found: list[widgets.Tap] = []
    for child in reversed(root.children):
        if isinstance(child, widgets.Tap):
            found.append(child)
        else:
            found += targets(child)
    return found
