"""The pad at work: snapshots and keys in, commands out, and nothing that the queue has not said.

Everything happens on Kivy's thread; the bus is looked at between frames. Import it after
`drivers.screen.prepare`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from queue import Empty
from typing import Any
from uuid import uuid4

import msgspec
from kivy.app import App
from kivy.clock import Clock
from kivy.core import window as glass
from msgspec.structs import replace

from caller.keymap import Keymap, Unclear, command
from caller.messages import (
    CallsState,
    CallTicket,
    Command,
    HallState,
    Reason,
    ScreenState,
    Status,
    TransferTicket,
    WindowState,
    WindowStatus,
    decode,
    encode,
    topic,
)
from caller.pad import choices, offers, pages, view
from caller.pad.keyboard import KEYMAP, Keyboard
from caller.pad.truth import LINE, clauses, trouble, truth
from caller.padwire import PATIENCE, SAME_PRESS, WORDS_STAY, outcome_of
from config.schema import Hall, KeypadKind
from drivers import notify, screen
from drivers.keypad.press import Press
from drivers.mqtt import Bus, Delivery

log = logging.getLogger(__name__)

LOOK = 1 / 20  # seconds between two looks at the bus
ASK_FIRST = ("transfer-ticket", "resume-ticket", "pause-window", "park-ticket")
STILL = 0.05  # seconds that keys must have kept their places before these are told


class ClerksPad(App):
    """One window's pad. `alive` is asked between frames; when it says no the pad closes."""

    def __init__(
        self,
        hall: Hall,
        window: int,
        bus: Bus,
        of: screen.Glass,
        now: Callable[[], datetime],
        alive: Callable[[], bool],
    ) -> None:
        super().__init__(title=of.title)
        self.hall, self.window, self.bus, self.of, self.now, self.alive = hall, window, bus, of, now, alive
        self.keymap = Keymap(hall.keymap.get(KeypadKind.SCREEN, KEYMAP))
        self.keyboard = Keyboard(f"pad-{window}")
        self.state: HallState | None = None
        self.calls: CallsState | None = None
        self.caller_there = self.visible = True
        self.words, self.words_until = "", 0.0
        self.pending: list[Future[bytes]] = []
        self.unread, self.asking = 0, ""  # messages that did not decode; what the number page is for
        self.last: dict[str, float] = {}
        self.unexplained: CallTicket | None = None  # a call that may need a reason
        self.draft = TransferTicket(id="draft", window=window)
        self.standing: ScreenState | None = None
        self.told: ScreenState | None = None

    # ---- Kivy --------------------------------------------------------------------------------------------

    def build(self) -> pages.Pad:
        pages.load()
        self.pad = pages.Pad(self.pressed)
        self.tell = Clock.create_trigger(self.tell_screen, STILL)
        return self.pad

    def on_start(self) -> None:
        screen.watch(self.of)
        here = glass.Window
        here.bind(on_key_down=self.key_down, on_key_up=self.key_up, on_resize=lambda *_: self.tell())
        here.bind(on_minimize=lambda *_: self.seen(False), on_hide=lambda *_: self.seen(False))
        here.bind(on_restore=lambda *_: self.seen(True), on_show=lambda *_: self.seen(True))
        self.bus.subscribe("state/hall", "state/calls", "status/caller", f"status/keypad-{self.window}")
        Clock.schedule_interval(self.look, LOOK)
        Clock.schedule_interval(self.second, 1.0)
        self.refresh()
        notify.ready()

    def seen(self, visible: bool) -> None:
        self.visible = visible
        self.refresh()

    def second(self, _passed: float) -> None:
        notify.watchdog()
        if self.visible:
            self.refresh()

    def look(self, _passed: float) -> None:
        if not self.alive():
            self.stop()
        news = False
        while True:
            try:
                news = self.hear(self.bus.inbox.get_nowait()) or news
            except Empty:
                break
        over = [answer for answer in self.pending if answer.done()]
        for answer in over:
            self.pending.remove(answer)
            outcome = outcome_of(answer)
            self.speak(outcome.why)
            if outcome.reason is Reason.NEEDS_REASON and self.unexplained is not None:
                offers.reasons(self.pad.choice, self.unexplained.ticket)
                self.turn(self.pad.choice)
        if news or over:
            self.refresh()

    # ---- what the hall says ------------------------------------------------------------------------------

    def hear(self, delivery: Delivery) -> bool:
        """Whether it was news."""
        try:
            match delivery.topic:
                case "state/hall":
                    self.state = decode(delivery.payload, HallState)
                case "state/calls":
                    self.calls = decode(delivery.payload, CallsState)
                case "status/caller":
                    self.caller_there = decode(delivery.payload, Status).online
                case str(where) if where == f"status/keypad-{self.window}":
                    self.speak(decode(delivery.payload, Status).detail)
        except msgspec.MsgspecError as error:
            self.unread += 1
            log.warning("%s: %s (%d so far)", delivery.topic, error, self.unread)
            return False
        return True

    def speak(self, words: str) -> None:
        """Say why not, for a while; nothing to say is said at once."""
        self.words, self.words_until = words, time.monotonic() + WORDS_STAY

    def truth(self) -> str:
        words = self.words if time.monotonic() < self.words_until else ""
        lost = trouble(self.hall, self.here, self.state, self.calls, self.now())
        return truth(words, self.bus.connected, self.caller_there, lost)

    @property
    def here(self) -> WindowState | None:
        return view.window_of(self.state, self.window)

    def refresh(self) -> None:
        typed = self.keyboard.typed(time.monotonic())
        on_keys = self.pad.page is self.pad.keys
        shown = view.view(self.hall, self.window, self.here, self.now(), typed if on_keys else "")
        self.pad.keys.show(shown, clauses(self.truth(), LINE))
        self.pad.entry.typed = typed
        self.tell()

    def tell_screen(self, *_: object) -> None:
        """Where the keys are, for who tests or helps from elsewhere; and a picture, if anybody wants one.

        Only what has stood still for a moment is told: a finger that goes by it must not miss.
        """
        name = {self.pad.keys: "keys", self.pad.choice: "choice", self.pad.entry: "number"}[self.pad.page]
        ticket = self.here.ticket if self.here else ""
        told = ScreenState(kiosk=self.window, page=name, targets=self.pad.targets(), ticket=ticket)
        if told != self.standing:
            self.standing = told
            self.tell()
        elif told != self.told:
            self.told = told
            self.bus.keep(f"state/pad/{self.window}", encode(told))
        screen.picture(f"pad-{self.window}")

    # ---- what the clerk does -----------------------------------------------------------------------------

    def key_down(self, _glass: Any, code: int, _scan: int, _text: str | None, modifiers: list[str]) -> bool:
        press = self.keyboard.down(code, time.monotonic(), "shift" in modifiers)
        if press is None:
            return False
        if press.key == "ESC" and self.pad.page is not self.pad.keys:
            self.turn(self.pad.keys)
        elif self.pad.page is self.pad.entry and press.key == "KPENTER":
            self.confirm(press.digits)
        elif self.pad.page is self.pad.keys:
            self.meant(press)
        self.refresh()
        return True

    def key_up(self, _glass: Any, code: int, *_: object) -> None:
        self.keyboard.up(code)

    def pressed(self, what: str) -> None:
        """A key of the glass. The same one twice at once is one press."""
        at = time.monotonic()
        twice = at - self.last.get(what, float("-inf")) < SAME_PRESS and not what.startswith("KP")
        self.last[what] = at
        if twice:
            return
        if order := choices.order(what, uuid4().hex, self.draft, self.unexplained):
            self.chose(order)
        elif draft := choices.drafted(what, self.draft, self.hall):
            self.sends(draft)
        else:
            self.turned(what, at)
        self.refresh()

    def turned(self, what: str, at: float) -> None:
        """A key that leads to another page or belongs to the number that is being typed; else one of the main page."""
        match what.partition("-"):
            case ["back", *_]:
                self.turn(self.pad.keys)
            case ["confirm", *_]:
                self.confirm(self.keyboard.press("KPENTER", at).digits)
            case ["how", *_]:
                offers.notes(self.pad.choice, self.hall)
                self.turn(self.pad.choice)
            case ["badge", *_]:
                self.asking = offers.badge(self.pad.entry)
                self.turn(self.pad.entry)
            case ["return", *_]:
                self.act("return-ticket", self.keyboard.press("KPENTER", at).digits)
            case _ if what in ("BACKSPACE", "KP0") or what.startswith("KP"):
                self.keyboard.press(what, at)
            case _:
                self.key(what)

    def key(self, action: str) -> None:
        """An action of the main page: some ask first what it is about."""
        keys = {key.action: key for key in view.view(self.hall, self.window, self.here, self.now()).keys}
        typed = self.keyboard.typed(time.monotonic())
        if action in ASK_FIRST and keys[action].why:
            self.speak(keys[action].why)
        elif action == "transfer-ticket":
            self.sends(TransferTicket(id=uuid4().hex, window=self.window))
        elif action == "park-ticket":
            offers.parking(self.pad.choice, self.here.ticket if self.here else "")
            self.turn(self.pad.choice)
        elif action == "resume-ticket":
            offers.parked(self.pad.choice, self.hall, self.here)
            self.turn(self.pad.choice)
        elif action == "pause-window" and self.here and self.here.status is WindowStatus.OPEN:
            offers.pauses(self.pad.choice)
            self.turn(self.pad.choice)
        elif action == "call-ticket" and not typed:
            self.asking = offers.number(self.pad.entry)
            self.turn(self.pad.entry)
        else:
            self.act(action, typed if action == "call-ticket" else "")

    def sends(self, draft: TransferTicket) -> None:
        """Offer where to, with what is known of it so far."""
        self.draft = draft
        offers.transfer(self.pad.choice, self.hall, draft, self.state)
        self.turn(self.pad.choice)

    def confirm(self, digits: str) -> None:
        self.act(self.asking, digits)

    def turn(self, page: pages.Page) -> None:
        self.keyboard.forget()
        self.pad.turn(page)

    def meant(self, press: Press) -> None:
        action, digits = self.keymap.meaning(press)
        self.act(action, digits)

    def act(self, action: str, digits: str) -> None:
        try:
            order = command(action, digits, self.window, self.here, uuid4().hex)
        except Unclear as unclear:
            self.turn(self.pad.keys)
            self.speak(unclear.why)
            return
        if isinstance(order, CallTicket):
            order = replace(order, why=None)  # this pad has a list of reasons to choose from
        if order is not None:
            self.chose(order)

    def chose(self, order: Command) -> None:
        """Out to the queue, and back to the keys, where its answer will stand."""
        self.turn(self.pad.keys)
        self.unexplained = order if isinstance(order, CallTicket) else None
        self.pending.append(self.bus.post(topic(order), encode(order), PATIENCE))
