"""A hall board: a snapshot becomes pixels, and a call is acknowledged when its frame has been flipped.

Import it after `drivers.screen.prepare`. The widgets are made once; what changes is what they say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core import window as glass
from kivy.core.text import LabelBase
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from caller.messages import CallsState, Channel, EmergencyState, HallState, Result, Status
from config import fonts
from config.schema import Board, Hall
from display.boardview import CARDS, WAITS, View, called, rule, view, welcome
from display.line import CALLER, EMERGENCY, HALL, Line
from drivers import notify, screen
from drivers.mqtt import Delivery

LOOK = 1 / 30  # seconds between two looks at the inbox
COLUMN = 14  # windows above which the table has two columns
LEFT, TABLE, TABLE_WIDTH = 56, 1190, 674  # pixels of a 1920 wide screen
BODY_TOP, BODY_FOOT = 136, 176  # pixels from the top and from the bottom of a 1080 high screen
HEADING = 40
NEWEST, GAP = 306, 18
CARD_WIDTH = 1086


class Cell(Widget):
    """Anything drawn in units of `u`, the size of a pixel of a 1920x1080 screen."""

    u = NumericProperty(1.0)

    def say(self, **words: str) -> None:
        for name, text in words.items():
            setattr(self, name, text)


class Call(Cell):
    ticket = StringProperty("")
    window = StringProperty("")
    stage = StringProperty("")
    words = StringProperty("")
    ink = ColorProperty("white")
    ticket_size = NumericProperty(100)
    base = NumericProperty(0)


class NewestCall(Call):
    pass


class EarlierCall(Call):
    pass


class WindowRow(Cell):
    number = StringProperty("")
    ticket = StringProperty("")
    words = StringProperty("")
    tone = StringProperty("plain")
    ruled = BooleanProperty(True)
    type_size = NumericProperty(36)
    ink = ColorProperty("white")
    soft = ColorProperty("white")


class Alarm(Cell):
    words = StringProperty("")
    words_en = StringProperty("")


class WaitCell(Cell):
    name = StringProperty("")
    people = StringProperty("")
    minutes = StringProperty("")


class Face(FloatLayout):
    """The whole board."""

    u = NumericProperty(1.0)
    title = StringProperty("")
    title_en = StringProperty("")
    floor = StringProperty("")
    clock = StringProperty("")
    date = StringProperty("")
    notice = StringProperty("")
    advice = StringProperty("")
    advice_en = StringProperty("")
    hours = StringProperty("")
    rule = StringProperty("")
    supervision = StringProperty("")
    more = StringProperty("")
    more_alone = BooleanProperty(False)
    calm = BooleanProperty(True)
    alarm = StringProperty("")
    alarm_en = StringProperty("")

    def __init__(self, hall: Hall, windows: int, **more: Any) -> None:
        super().__init__(**more)
        self.title, self.title_en, self.floor = hall.hall.name, hall.hall.name_en, hall.hall.place
        self.advice, self.hours = welcome(hall)
        other = welcome(hall, "en")[0]
        self.advice_en = "" if other == self.advice else other
        self.rule, self.supervision = rule(hall)
        self.calls = [NewestCall(), *(EarlierCall() for _ in range(CARDS - 1))]
        self.rows = [WindowRow() for _ in range(windows)]
        self.lines = [WaitCell() for _ in range(WAITS)]
        for place, cells in (("cards", self.calls), ("rows", self.rows), ("waits", self.lines)):
            for cell in cells:
                self.ids[place].add_widget(cell)
        self.bind(size=self.arrange)

    def arrange(self, *_: object) -> None:
        """Put every cell in its place; only a change of the screen's size moves anything."""
        u, top = self.u, self.height
        height = 1080 - BODY_TOP - BODY_FOOT
        small = (height - NEWEST - GAP * (CARDS - 1)) / (CARDS - 1)
        for n, cell in enumerate(self.calls):
            tall = small if n else NEWEST
            down = BODY_TOP + (NEWEST + GAP + (n - 1) * (small + GAP) if n else 0)
            _put(cell, u, LEFT * u, top - (down + tall) * u, CARD_WIDTH * u, tall * u)
        columns = 1 if len(self.rows) <= COLUMN else 2
        each = -(-len(self.rows) // columns)
        line = (height - HEADING) / max(each, 8)
        for n, row in enumerate(self.rows):
            column, place = divmod(n, each)
            width = TABLE_WIDTH / columns
            down = BODY_TOP + HEADING + (place + 1) * line
            row.type_size = min(40, line * 0.64) * u / (1 if columns == 1 else 1.3)
            _put(row, u, (TABLE + column * width) * u, top - down * u, width * u, line * u)
        for n, wait in enumerate(self.lines):
            _put(wait, u, (LEFT + n * 300) * u, 0, 290 * u, 152 * u)

    def show(self, told: View) -> None:
        self.clock, self.date, self.notice, self.more = told.clock, told.date, told.notice, told.more
        self.more_alone = not told.waits
        self.calm = not told.cards
        for n, cell in enumerate(self.calls):
            card = told.cards[n] if n < len(told.cards) else None
            if card is None:
                cell.say(ticket="", window="", stage="", words="")
            else:
                cell.say(ticket=card.ticket, window=card.window, stage=card.stage, words=card.words)
        for row, said in zip(self.rows, told.rows, strict=True):
            row.say(number=said.number, ticket=said.ticket, words=said.words, tone=said.tone)
        for n, line in enumerate(self.lines):
            wait = told.waits[n] if n < len(told.waits) else None
            if wait is None:
                line.say(name="", people="", minutes="")
            else:
                line.say(name=wait.name, people=wait.people, minutes=wait.minutes)
        self.canvas.ask_update()


def _put(cell: Cell, u: float, x: float, y: float, width: float, height: float) -> None:
    cell.u, cell.pos, cell.size = u, (x, y), (width, height)


class BoardApp(App):
    """The board's process: what the line says goes on the glass, what is on the glass is acknowledged."""

    def __init__(self, hall: Hall, board: Board, line: Line, stopped: Callable[[], bool]) -> None:
        super().__init__()
        self.hall, self.board, self.line, self.stopped = hall, board, line, stopped
        self.device = f"board-{board.id}"
        self.state: HallState | None = None
        self.emergency = EmergencyState(on=False)
        self.warned = self.emergency
        self.caller_there = True
        self.told: View | None = None
        self.drawn: frozenset[str] = frozenset()  # calls that are on the glass and acknowledged
        self.second = -1

    def load_kv(self, filename: str | None = None) -> None:
        """The looks are loaded in `build`, once, by their own name."""

    def build(self) -> Face:
        LabelBase.register("hall", str(fonts.regular()), fn_bold=str(fonts.bold()))
        look = str(Path(__file__).with_name("board.kv"))
        if look not in Builder.files:
            Builder.load_file(look)
        rows = len(view(self.hall, self.board, None, self.line.now()).rows)
        return Face(self.hall, rows)

    def on_start(self) -> None:
        self.line.listen(EMERGENCY, HALL, CALLER)
        glass.Window.bind(on_flip=self.flipped)
        Clock.schedule_interval(self.look, LOOK)
        notify.ready()

    def look(self, _: float) -> None:
        """Thirty times a second: has anything been said, is it another second?"""
        if self.stopped():
            self.stop()
            return
        fresh = False
        try:
            while True:
                fresh = self.take(self.line.bus.inbox.get_nowait()) or fresh
        except Empty:
            pass
        now = self.line.now()
        if fresh or now.second != self.second:
            self.second = now.second
            notify.watchdog()
            self.draw(view(self.hall, self.board, self.state, now, self.caller_there))

    def take(self, delivery: Delivery) -> bool:
        match self.line.read(delivery):
            case HallState() as state:
                self.state = state
            case Status() as status:
                self.caller_there = status.online
            case EmergencyState() as emergency:
                self.warn(emergency)
            case CallsState() | None:
                return False
        return True

    def warn(self, emergency: EmergencyState) -> None:
        """Over everything, at once, until it is called off."""
        if emergency == self.emergency:
            return
        self.emergency = emergency
        usual = self.hall.emergency
        words = (emergency.words or usual.words) if emergency.on else ""
        self.root.alarm = words.replace("，", "\n")  # Kivy would break a line in the middle of a word
        self.root.alarm_en = (emergency.words_en or usual.words_en) if emergency.on else ""
        self.root.canvas.ask_update()
        screen.picture(self.device)

    def draw(self, told: View) -> None:
        waiting = called(self.state, self.hall, self.board) if self.state else frozenset()
        if told == self.told and waiting <= self.drawn:
            return
        self.told = told
        self.root.show(told)
        screen.picture(self.device)

    def flipped(self, *_: object) -> None:
        """A frame is about to reach the glass; whoever is on it is acknowledged once it has."""
        if self.emergency != self.warned:
            self.warned = self.emergency
            Clock.schedule_once(lambda _: self.line.warned(self.device, self.warned), 0)
        if self.emergency.on:
            return  # nobody sees a call now
        if self.state is None or self.told is None:
            return
        shown = called(self.state, self.hall, self.board)
        if shown != self.drawn:
            fresh, self.drawn = shown - self.drawn, shown
            Clock.schedule_once(lambda _: self.acknowledge(fresh), 0)

    def acknowledge(self, calls: frozenset[str]) -> None:
        for call in sorted(calls):
            self.line.report(call, Channel.BOARD, self.device, Result.SHOWN)
