"""A page that is one target with a cross on it: the panel itself is tried. Import after `drivers.screen.prepare`."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.properties import ListProperty, ObjectProperty

from kiosk.widgets import EMPTY, Tap


class Aim(Tap):
    """A page that is one target with a cross on it, at `view.cross`."""

    view = ObjectProperty(EMPTY, rebind=True)
    across = ListProperty([0, 0, 0, 0])
    down_line = ListProperty([0, 0, 0, 0])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("view", "pos", "size"):
            self.fbind(name, self._aim)

    def _aim(self, *_: Any) -> None:
        if self.view.cross is None:
            return
        x = self.x + self.view.cross[0] * self.width
        y = self.top - self.view.cross[1] * self.height
        arm = App.get_running_app().sizes.target * 0.4
        self.across, self.down_line = [x - arm, y, x + arm, y], [x, y - arm, x, y + arm]
