"""The few things that a screen is built from: words that wrap as Chinese wraps, targets, and rows of targets.

Only behaviour is here; how they look is in kiosk/looks. Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from kiosk import setting
from kiosk.rare import common, dressed
from kiosk.steps import Page
from kiosk.view import Fact, Tile, View

LEADING = 1.31  # line to line, in em, at the line_height of looks/words.kv
STEP = 4  # pixels between two sizes that words shrink to: each size is a face in memory


def smaller(size: int, floor: float) -> int:
    """The next smaller size; 0 below `floor`."""
    least = max(ceil(floor), 1)
    return 0 if size <= least else max(least, (size - 1) // STEP * STEP)


EMPTY = View(Page.HOME, "zh", "")


class Sheet(BoxLayout):
    """A page. Its words are `view`; a new view of the same page only changes words."""

    view = ObjectProperty(EMPTY, rebind=True)


class Foot(BoxLayout):
    """The dark bar with the two escapes."""

    view = ObjectProperty(EMPTY, rebind=True)


class Column(BoxLayout):
    """Things below each other; what is empty takes no room, not even a gap. Heights with a hint share the rest."""

    filled = NumericProperty(0)  # pixels that the things without a hint take

    def do_layout(self, *_: Any) -> None:
        left, top, right, bottom = self.padding
        shown = [w for w in reversed(self.children) if w.size_hint_y or w.height > 0]
        fixed = sum(w.height for w in shown if not w.size_hint_y) + self.spacing * max(0, len(shown) - 1)
        shares = sum(w.size_hint_y or 0 for w in shown)
        rest = max(0, self.height - top - bottom - fixed) / shares if shares else 0
        y = self.top - top
        self.filled = top + bottom + fixed
        for child in reversed(self.children):
            if child.size_hint_x is not None:
                child.width = self.width - left - right
            if child.size_hint_y:
                child.height = rest * child.size_hint_y
            child.x = self.x + left
            child.y = y - child.height
            y -= child.height + (self.spacing if child in shown else 0)


class Words(Label):
    """Text that breaks as Chinese does. With `most_lines`, it shrinks, down to `floor`, to fit in them; what may
    be left out (`spare`) and still does not fit is left out."""

    words = StringProperty("")
    em = NumericProperty(30)
    floor = NumericProperty(0)
    most_lines = NumericProperty(0)
    spare = BooleanProperty(False)
    most_height = NumericProperty(1e9)
    role = StringProperty("text")
    measured = NumericProperty(0)  # pixels that the words would take on one line
    lines = ListProperty([])  # as they are drawn

    def __init__(self, **kwargs: Any) -> None:
        self._laid: tuple[object, ...] = ()
        super().__init__(**kwargs)
        self._soon = Clock.create_trigger(self._lay, -1)
        self.fbind("words", self._soon)
        self.fbind("em", self._soon)
        self.fbind("width", self._soon)
        self.fbind("most_height", self._soon)
        self._lay()

    def _lay(self, *_: Any) -> None:
        asked = (self.words, self.em, self.floor, self.width, self.most_lines, self.most_height, self.bold)
        if asked == self._laid:
            return  # asked for again while the page settles: a texture is dear
        self._laid = asked
        size = ceil(self.em)
        self.measured = setting.length(self.words, size, bool(self.bold)) + 4
        lines = self._lines(size, setting.RULE)
        while self._too_much(lines, size) and (less := smaller(size, self.floor)):
            size = less
            lines = self._lines(size, setting.RULE)
        lines = self._lines(size, size)
        while self._too_much(lines, size) and (less := smaller(size, self.floor)):
            size = less
            lines = self._lines(size, size)
        most = int(self.most_lines)
        if most and len(lines) > most:
            # Better a word less than two that lie over each other.
            lines = [] if self.spare else [*lines[: most - 1], lines[most - 1][:-1] + "…"]
        self.font_size = size
        self.text_size = (self.width, None)
        self._write(lines if self.words else [])
        self.height = self.texture_size[1] if self.text else 0

    def _write(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        self.lines, self.markup = lines, not common(text)
        self.text = dressed(text) if self.markup else text
        self.texture_update()

    def _too_much(self, lines: list[str], size: int) -> bool:
        many = bool(self.most_lines) and len(lines) > self.most_lines
        return many or len(lines) * size * LEADING > self.most_height

    def _lines(self, size: int, measured: int) -> list[str]:
        bold, centred = bool(self.bold), self.halign == "center"
        return setting.lines(self.words, max(self.width - 2, 1), size, measured, bold, centred)


class Tight(Words):
    """One line, as wide as its words."""

    def _lay(self, *_: Any) -> None:
        self.font_size = ceil(self.em)
        self._write([self.words] if self.words else [])
        self.size = self.texture_size if self.words else (0, 0)


class Tap(ButtonBehavior, BoxLayout):
    """A target for a finger. `tile` says what it is; the app hears `target` when it is let go."""

    tile = ObjectProperty(Tile("", ""), rebind=True)
    tone = StringProperty("plain")
    focused = BooleanProperty(False)
    # The colours that looks/tiles.kv gives this tone: ground, ground under a finger, border, words, small words.
    back = ColorProperty("#ffffff")
    down = ColorProperty("#ffffff")
    edge = ColorProperty("#ffffff")
    face = ColorProperty("#000000")
    soft = ColorProperty("#000000")

    def on_release(self) -> None:
        App.get_running_app().touched(self.tile.target)


class Card(Tap):
    """A choice: a title, a hint, and how many wait."""

    roomy = BooleanProperty(True)


class Row(Tap):
    """A choice as wide as the page: a title, and how many wait at its right."""


class Key(Tap):
    """A button: a word, and perhaps a few smaller ones."""


class Big(Tap):
    """The one thing to do on this page."""


class Whole(Tap):
    """A page that is one target."""

    view = ObjectProperty(EMPTY, rebind=True)


class Figure(Tap):
    """A choice that is a number."""


class Tiles(Widget):
    """Tiles in columns and rows of one size, `gap` apart, no row higher than `tallest`."""

    tiles = ListProperty([])
    columns = NumericProperty(1)
    rows = NumericProperty(0)
    gap = NumericProperty(0)
    tallest = NumericProperty(1e9)
    kind = ObjectProperty(Card)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._soon = Clock.create_trigger(self._lay, -1)
        for name in ("columns", "rows", "gap", "tallest", "pos", "size"):
            self.fbind(name, self._soon)
        self.fbind("tiles", self._fill)
        self._fill()

    def _fill(self, *_: Any) -> None:
        # A tile that is being touched must stay the same widget when only its words change.
        if len(self.children) != len(self.tiles):
            self.clear_widgets()
            for tile in self.tiles:
                self.add_widget(self.kind(tile=tile, tone=tile.tone))
        for child, tile in zip(reversed(self.children), self.tiles, strict=True):
            child.tile, child.tone = tile, tile.tone
            child.opacity, child.disabled = (1, False) if tile.target else (0, True)
        self._soon()

    def _lay(self, *_: Any) -> None:
        columns = max(1, int(self.columns))
        rows = max(int(self.rows), -(-len(self.tiles) // columns), 1)
        wide = (self.width - (columns - 1) * self.gap) / columns
        high = min(self.tallest, (self.height - (rows - 1) * self.gap) / rows)
        for at, child in enumerate(reversed(self.children)):
            row, column = divmod(at, columns)
            child.size = (wide, high)
            child.pos = (
                self.x + column * (wide + self.gap),
                self.top - (row + 1) * high - row * self.gap,
            )


def stacked(count: int, columns: float, row: float, gap: float) -> float:
    """The height of so many tiles in rows so high; nothing where there are none."""
    rows = -(-count // max(1, int(columns)))
    return rows * row + max(0, rows - 1) * gap


class FactRow(BoxLayout):
    """A fact on one line: its name, then its value."""

    fact = ObjectProperty(Fact("", ""), rebind=True)


class FactColumn(BoxLayout):
    """A fact as a column: its value, large, above its name."""

    fact = ObjectProperty(Fact("", ""), rebind=True)


class Facts(BoxLayout):
    """Facts below or beside each other."""

    facts = ListProperty([])
    kind = ObjectProperty(FactRow)

    def on_facts(self, *_: Any) -> None:
        if len(self.children) != len(self.facts):
            self.clear_widgets()
            for fact in self.facts:
                self.add_widget(self.kind(fact=fact))
        for child, fact in zip(reversed(self.children), self.facts, strict=True):
            child.fact = fact
