"""The hall from above: its zones where they lie, and a mark where one stands. Import after `drivers.screen.prepare`."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import ListProperty, ObjectProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.view import Spot


class Area(BoxLayout):
    """A zone, as large as it is."""

    spot = ObjectProperty(Spot("", "", 0, 0), rebind=True)


class Mark(AnchorLayout):
    """A place, as large as its words."""

    spot = ObjectProperty(Spot("", "", 0, 0), rebind=True)


class Plan(Widget):
    """`spots` on the ground that there is; no mark leaves it."""

    spots = ListProperty([])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._soon = Clock.create_trigger(self._lay, -1)
        self.fbind("pos", self._soon)
        self.fbind("size", self._soon)
        self.fbind("spots", self._fill)
        self._fill()

    def _fill(self, *_: Any) -> None:
        self.clear_widgets()
        for spot in self.spots:
            child = (Area if spot.width else Mark)(spot=spot)
            child.fbind("size", self._soon)
            self.add_widget(child)
        self._soon()

    def _lay(self, *_: Any) -> None:
        for child in self.children:
            spot = child.spot
            x, y = self.x + spot.left * self.width, self.top - spot.top * self.height
            if spot.width:
                child.size = spot.width * self.width, spot.height * self.height
                child.pos = x, y - child.height
            else:
                child.x = max(self.x, min(self.right - child.width, x - child.width / 2))
                child.y = max(self.y, min(self.top - child.height, y - child.height / 2))
