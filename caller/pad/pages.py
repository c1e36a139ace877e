"""The pad's pages as Kivy widgets: they show what they are given and say which key was pressed, nothing more.

Import it after `drivers.screen.prepare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from kivy.core.text import Label as Ruler
from kivy.core.text import LabelBase
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from caller.messages import Target
from caller.pad import view
from caller.pad.choices import Choice
from config import fonts
from config.languages import _
from drivers.printer.layout import wrap

Pressed = Callable[[str], None]

WIDTH, HEIGHT = 420, 760
SAID, ROOM = 17, 376  # the letters of what went wrong, and what a line of them may take, in `u`
NUMBERS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")


class Key(ButtonBehavior, BoxLayout):
    """One key. `what` is its action or choice; `look` is plain, go, quiet or flat."""

    what = StringProperty()
    label = StringProperty()
    note = StringProperty()
    look = StringProperty("plain")
    live = BooleanProperty(True)
    letters = NumericProperty(22)
    small = NumericProperty(14)
    spare = NumericProperty(0)  # height that label and note leave
    u = NumericProperty(1)

    def show(self, key: view.Key, look: str = "plain") -> None:
        self.what, self.label, self.note, self.live = key.action, key.label, key.note, key.live
        self.look = look if key.live else "quiet"


class Group(BoxLayout):
    title = StringProperty()
    cols = NumericProperty(3)
    u = NumericProperty(1)


class Page(BoxLayout):
    u = NumericProperty(1)

    def key(self, where: Any, pressed: Pressed, **what: Any) -> Key:
        """A new key in the widget `where`, as large as this page's `u` says."""
        key = Key(u=self.u, **what)
        self.bind(u=key.setter("u"))
        key.bind(on_release=lambda key: pressed(key.what))
        where.add_widget(key)
        return key


class KeysPage(Page):
    place = StringProperty()
    waiting = StringProperty()
    number = StringProperty()
    at_window = BooleanProperty(False)
    about = StringProperty()
    remarks = StringProperty()
    truth = StringProperty()
    hint = StringProperty(_("输号码按回车，呼叫这个号"))

    def __init__(self, pressed: Pressed, **more: Any) -> None:
        super().__init__(**more)
        self.next = self.key(self.ids.big, pressed, letters=42, small=16, look="go")
        self.nine = [self.key(self.ids.grid, pressed) for _number in range(9)]
        self.badge = self.key(
            self.ids.foot, pressed, what="badge", label=_("登录 · 下班"), look="flat", letters=15
        )

    def show(self, shown: view.View, truth: str) -> None:
        self.place, self.waiting, self.about = shown.place, shown.waiting, shown.about
        self.remarks = lines(shown.remarks)
        self.number, self.at_window = shown.number, shown.at_window
        self.say(truth)
        self.next.show(shown.next, "go")
        for widget, key in zip(self.nine, shown.keys, strict=True):
            widget.show(key)

    def say(self, truth: str) -> None:
        """What went wrong, in lines that break as Chinese does."""
        self.truth = lines(truth)


def lines(text: str) -> str:
    """As many as it takes, each no wider than the pad."""
    return "\n".join(wrap(text, ROOM, lambda part: float(_ruler().get_extents(part)[0])))


@cache
def _ruler() -> Ruler:
    return Ruler(font_name="Hall", font_size=SAID)


def fitting(label: str, room: int) -> int:
    """Size of letters with which a label fits `room` units, between what can be read and what looks calm."""
    wide = sum(1.0 if ord(char) > 0xFF else 0.6 for char in label)
    return max(12, min(17, int(room / wide) - 1))


class ChoicePage(Page):
    title = StringProperty()

    def __init__(self, pressed: Pressed, **more: Any) -> None:
        super().__init__(**more)
        self.pressed = pressed
        self.key(self.ids.foot, pressed, what="back", label=_("返回"), letters=20)

    def offer(self, title: str, groups: Iterable[tuple[str, int, Iterable[Choice]]]) -> None:
        """New choices, in groups of (title, columns, choices)."""
        self.title = title
        self.ids.groups.clear_widgets()
        for name, cols, choices in groups:
            group = Group(title=name, cols=cols, u=self.u)
            self.bind(u=group.setter("u"))
            for choice in choices:
                self.key(
                    group.ids.grid,
                    self.pressed,
                    what=choice.what,
                    label=choice.label,
                    note=choice.note,
                    look="go" if choice.on else "quiet" if choice.quiet else "plain",
                    letters=fitting(choice.label, 356 // cols),
                    small=13,
                )
            self.ids.groups.add_widget(group)


class NumberPage(Page):
    title = StringProperty()
    typed = StringProperty()
    empty = StringProperty()

    def __init__(self, pressed: Pressed, **more: Any) -> None:
        super().__init__(**more)
        for number in NUMBERS:
            self.key(self.ids.grid, pressed, what=f"KP{number}", label=number, letters=34)
        self.key(self.ids.grid, pressed, what="BACKSPACE", label=_("清除"))
        self.key(self.ids.grid, pressed, what="KP0", label="0", letters=34)
        self.confirm = self.key(self.ids.grid, pressed, what="confirm", look="go")
        self.key(self.ids.foot, pressed, what="back", label=_("返回"), letters=20)
        self.other = self.key(self.ids.foot, pressed, letters=20)

    def ask(self, title: str, empty: str, confirm: str, other: tuple[str, str]) -> None:
        """`other` is what else may be meant by the number: an action, and what stands on its key."""
        self.title, self.empty, self.confirm.label = title, empty, confirm
        self.other.what, self.other.label = other


class Pad(FloatLayout):
    """The whole window; one page at a time."""

    def __init__(self, pressed: Pressed, **more: Any) -> None:
        super().__init__(**more)
        self.keys, self.choice, self.entry = KeysPage(pressed), ChoicePage(pressed), NumberPage(pressed)
        self.pages = (self.keys, self.choice, self.entry)
        self.page: Page = self.keys
        self.add_widget(self.keys)
        self.bind(size=self.measure)

    def measure(self, *_: object) -> None:
        for page in self.pages:
            page.u = max(0.5, min(self.width / WIDTH, self.height / HEIGHT))

    def turn(self, page: Page) -> None:
        if page is not self.page:
            self.remove_widget(self.page)
            self.page = page
            self.add_widget(page)

    def targets(self) -> tuple[Target, ...]:
        """Every key that can be seen now, in pixels from the top left."""
        found = []
        for key in self.page.walk(restrict=True):
            if isinstance(key, Key):
                x, y = key.to_window(key.x, key.top)
                found.append(
                    Target(
                        role=key.what,
                        label=key.label,
                        x=round(x),
                        y=round(self.height - y),
                        width=round(key.width),
                        height=round(key.height),
                        enabled=key.live,
                    )
                )
        return tuple(t for t in found if t.y >= 0 and t.y + t.height <= self.height)


def load() -> None:
    """The faces and the looks; once, before the first widget."""
    LabelBase.register("Hall", str(fonts.regular()), fn_bold=str(fonts.bold()))
    Builder.load_file(str(Path(__file__).with_name("pad.kv")))
