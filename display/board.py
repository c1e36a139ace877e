"""A board's process: a snapshot becomes pixels, and a call is acknowledged when its frame has been flipped.

Import it after `drivers.screen.prepare`. Between two calls a playlist may have part of the board; a call takes it
back with the next frame. A call is drawn as soon as it is heard; how many wait, where the hall is busy, twice a
second: where the processor draws, a frame of a large board takes half of the time that a call may.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty

import msgspec
from kivy.app import App
from kivy.clock import Clock
from kivy.core import window as glass
from kivy.input import MotionEvent

from caller.messages import CallsState, Channel, EmergencyState, HallState, Result, Status, VoiceState
from config.boards import Item, arrangement
from config.languages import _
from config.schema import Board, Hall
from display.boardview import View, view
from display.deskview import Desk, desk
from display.face import Face
from display.filmsound import FilmSound
from display.frames import PER_SECOND, Film, Stills, playable
from display.line import CALLER, EMERGENCY, HALL, VOICES, Line
from display.playlist import Playlist, spoken_over
from display.poster import Poster
from display.rating import Rating
from drivers import notify, screen
from drivers.mqtt import Delivery

LOOK = 1 / 30  # seconds between two looks at what time brings; what is said is looked at when it is heard
STILL = 0.5  # seconds that a board stands as it is while nobody is called: a call seldom waits behind such a frame
SPARING = PER_SECOND / 2  # frames of a film where the processor draws each: a call must not wait behind them

log = logging.getLogger("display")


class BoardApp(App):
    """What the line says goes on the glass, what is on the glass is acknowledged."""

    def __init__(self, hall: Hall, board: Board, line: Line, stopped: Callable[[], bool]) -> None:
        super().__init__()
        self.hall, self.board, self.line, self.stopped = hall, board, line, stopped
        self.device = f"board-{board.id}"
        self.state: HallState | None = None
        self.emergency = EmergencyState(on=False)
        self.warned = self.emergency
        self.caller_there = True
        self.view: View | None = None  # as they are drawn
        self.desk: Desk | None = None
        self.latest: tuple[View, Desk] | None = None  # as they will be
        self.still_until = 0.0  # seconds of the monotonic clock
        self.drawn: frozenset[str] = frozenset()  # calls that are on the glass and acknowledged
        self.second = -1
        self.poster = Poster(hall, board)
        self.playlist = Playlist(board.playlist)
        self.stills, self.pictures = Stills(), 0
        self.slide: str | None = None  # words of the playlist over the board, "" under a picture
        self.turn = 0
        self.busy_until = 0.0  # seconds of the monotonic clock
        self.film: Film | None = None
        self.voices: dict[str, VoiceState] = {}
        self.rating = Rating(line, board.window) if board.touch and board.window is not None else None
        self.sound = FilmSound(board.sound.partition(":")[2]) if board.sound else None

    def load_kv(self, filename: str | None = None) -> None:
        """There is none: the board's looks are data."""

    def build(self) -> Face:
        return Face(self.stills)

    def on_start(self) -> None:
        self.root.bind(size=self.hang, on_touch_down=self.touched)
        self.line.listen(EMERGENCY, HALL, CALLER, *([VOICES] if self.sound else []))
        films = {item.video for item in self.board.playlist if item.video}
        if films and not playable():
            self.playlist.cannot = films
            self.complain(_("这台机器没有 ffmpeg，视频以文字代替"))
        glass.Window.bind(on_flip=self.flipped)
        Clock.schedule_interval(self.look, LOOK)
        self.line.bus.wake = Clock.create_trigger(self.look)
        notify.ready()

    def on_stop(self) -> None:
        self.end_film()

    def hang(self, _face: object, size: tuple[float, float]) -> None:
        """The screen is not as large as hall.toml says: the same layout on what there is."""
        board = msgspec.structs.replace(self.board, width=int(size[0]), height=int(size[1]))
        if arrangement(self.hall.board_layout, board) is not None:
            self.poster = Poster(self.hall, board)
            self.view, self.second = None, -1

    def look(self, _: float) -> None:
        """Has anything been said, is it another second, is it the next picture's turn?"""
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
        if now.second != self.second:
            self.second = now.second
            notify.watchdog()
            fresh = True
        if fresh or self.latest is None:
            told = view(self.hall, self.board, self.state, now, self.caller_there)
            self.latest = told, desk(self.hall, self.board, self.state, self.caller_there)
        told, about = self.latest
        if self.rating is not None:
            asked = self.rating.look(self.state, time.monotonic())
            about = replace(about, asked=asked)
        if self.sound is not None:
            self.sound.ducked = spoken_over(self.hall, self.board, self.voices.values(), now)
        self.draw(told, about, self.play(told, about))

    def touched(self, _face: Face, touch: MotionEvent) -> bool:
        """A finger on the glass: the only thing that it can do is to give a mark."""
        if self.rating is None or self.desk is None or self.desk.asked is None or not self.desk.asked.keys:
            return False
        mark = self.poster.mark_at(touch.x, self.root.height - touch.y)
        if mark is not None and not self.emergency.on:
            self.rating.touch(mark, time.monotonic())
        return mark is not None

    def take(self, delivery: Delivery) -> bool:
        match self.line.read(delivery):
            case HallState() as state:
                self.state = state
            case Status() as status:
                self.caller_there = status.online
            case EmergencyState() as emergency:
                self.emergency = emergency
            case VoiceState() as voice:
                self.voices[delivery.topic] = voice
                return False
            case CallsState() | None:
                return False
        return True

    def play(self, told: View, about: Desk) -> str | None:
        """Where the playlist is now: the words over the board, "" under a picture, None for no playlist."""
        if told.told - self.drawn:  # however old a call is when it comes here, it is new to this board
            self.busy_until = time.monotonic() + self.board.playlist_after_seconds
        quiet = told.quiet and time.monotonic() >= self.busy_until
        free = quiet and not about.ticket and about.asked is None and not self.emergency.on
        ended = self.film is not None and self.film.over
        if self.film is not None and ended and self.film.fault:
            self.playlist.cannot.add(self.film.file)
            self.complain(f"{self.film.file}: {self.film.fault}")
        item = self.playlist.look(time.monotonic(), free, ended or self.nothing_in(self.playlist.item))
        if item is None or self.poster.stage is None or self.nothing_in(item):
            self.end_film()
            self.root.cover(self.poster.whole, None)
            return None
        if self.playlist.turn != self.turn:
            self.turn = self.playlist.turn
            self.end_film()
            self.root.cover(self.poster.stage, None)
            if item.video and item.video not in self.playlist.cannot:
                rate = SPARING if screen.in_software() else PER_SECOND
                self.film = Film(item.video, *self.poster.stage[2:], self.sound, rate, self.line.bus.wake)
                self.film.start()
        if self.film is not None and (frame := self.film.take()) is not None:
            self.root.cover(self.poster.stage, frame)
        if item.picture and not self.root.covered:
            self.root.cover(self.poster.stage, self.stills.get(item.picture, *self.poster.stage[2:]))
        return item.text if not item.picture and self.film is None else ""

    def nothing_in(self, item: Item | None) -> bool:
        """Whether there is nothing to show: a broken picture, or a film that cannot be played and has no words."""
        if item is None:
            return False
        if item.picture and item.picture in self.stills.faults:
            self.complain(f"{item.picture}: {self.stills.faults[item.picture]}")
            return True
        return item.video in self.playlist.cannot and not item.text

    def complain(self, words: str) -> None:
        self.line.health(f"{self.device}-playlist", False, words[:200])

    def end_film(self) -> None:
        if self.film is not None:
            self.film.stop()
            self.film = None

    def draw(self, told: View, about: Desk, slide: str | None) -> None:
        now = time.monotonic()
        at_once = bool(told.told - self.drawn) or now >= self.still_until
        arrived = self.pictures != self.stills.arrived
        changed = (about, slide, self.emergency) != (self.desk, self.slide, self.warned)
        if changed or arrived or (at_once and told != self.view):
            self.still_until = now + STILL
            self.view, self.desk, self.slide, self.pictures = told, about, slide, self.stills.arrived
            on = self.emergency.on
            ink = self.poster.alarm(self.emergency) if on else self.poster.ink(told, about, slide)
            self.root.draw(ink)
            screen.picture(self.device)

    def flipped(self, *_: object) -> None:
        """A frame is about to reach the glass; whoever is on it is acknowledged once it has."""
        screen.finish()  # it has been drawn; and where no display sets the pace, no undrawn frames pile up in memory
        if self.emergency != self.warned:
            self.warned = self.emergency
            Clock.schedule_once(lambda _: self.line.warned(self.device, self.warned), 0)
        if self.emergency.on or self.view is None:
            return  # nobody sees a call now
        shown = self.view.told
        if shown != self.drawn:
            fresh, self.drawn = shown - self.drawn, shown
            Clock.schedule_once(lambda _: self.acknowledge(fresh), 0)

    def acknowledge(self, calls: frozenset[str]) -> None:
        for call in sorted(calls):
            self.line.report(call, Channel.BOARD, self.device, Result.SHOWN)
