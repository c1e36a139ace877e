"""The kiosk's one loop: what the bus, the printer and the finger say goes into the session; what it asks for
goes out; the glass changes only when the words did.

Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

import gc
import logging
import math
import time
from functools import cached_property

from kivy.app import App
from kivy.base import ExceptionManager
from kivy.clock import Clock
from kivy.core import window
from kivy.properties import StringProperty

from caller.messages import encode
from config.languages import _
from config.schema import Hall, Kiosk
from drivers import notify, screen
from drivers.clock import now
from kiosk import focus, glass, pin, tree
from kiosk.about import about
from kiosk.beside import Beside
from kiosk.patience import IDLE, left
from kiosk.session import afresh, start, step
from kiosk.sizes import Sizes
from kiosk.steps import (
    BookRead,
    CheckPin,
    Enquire,
    Event,
    Keyed,
    Page,
    PinSaid,
    Pointed,
    Session,
    Ticked,
    Touched,
)
from kiosk.themes import LOOKS, Theme
from kiosk.view import Place, View, view
from kiosk.wires import Wires

log = logging.getLogger(__name__)

EACH_FRAME = 0.0
TICK = 0.25
SETTLED = 0.3  # seconds after which a new page takes touches (session.DEBOUNCE) and has been drawn
STILL = 0.1  # seconds in which a layout that is ready does not move
QUIET = 5.0  # seconds without a finger or a key, after which the loop rests
RESTING = 25  # times that a resting loop looks in a second: the first finger waits 15 ms longer
GONE = 10.0  # seconds without a key after which a first page is not read to anybody
STEP = 6.0  # dB that the voice is louder at each press of the key
CALM = 3.0  # seconds that the safe page stays


class KioskApp(App):
    """One kiosk on its glass. `run` is unique to this start of the process."""

    page = StringProperty("home")

    def __init__(
        self, hall: Hall, kiosk: Kiosk, wires: Wires, beside: Beside, run: str, title: screen.Glass,
        seal: str = "",
    ) -> None:  # fmt: skip
        self.hall, self.kiosk, self.wires, self.bus = hall, kiosk, wires, wires.bus
        self._way = Theme.PLAIN, False
        self.look, self.sizes = LOOKS[Theme.PLAIN], Sizes.of(kiosk)
        self.session: Session = start(kiosk.id, run, time.monotonic())
        self._window = title
        self.beside, self.pad, self.ear = beside, beside.pad, beside.ear
        self._seal = seal  # of the service PIN
        self.focus = ""
        self._heard = True  # whether the page has been read
        self._by_ear = False  # this visitor uses the pad
        self._keyed_at = -1e9
        self._seen: View | None = None
        self._scene = -1
        self._screen: bytes = b""
        self._nodes: tuple[tree.Node, ...] = ()
        self._calm_until = 0.0
        super().__init__()

    @cached_property
    def _about(self) -> tuple[tuple[str, str], ...]:
        return about(self.hall, self.kiosk)

    def build(self) -> glass.Glass:
        glass.load_looks()
        self.glass = glass.Glass()
        return self.glass

    def on_start(self) -> None:
        screen.watch(self._window)
        # Alt+F4, a window manager: nobody closes a kiosk from its glass; a signal still does.
        window.Window.bind(on_request_close=lambda *_, **__: self._window.full_screen)
        ExceptionManager.add_handler(glass.Shelter(self._shelter))
        self.bus.subscribe("state/hall", "state/queue/+", "status/+")
        self._publish = Clock.create_trigger(self._tell_screen, SETTLED)
        gc.collect()
        gc.freeze()  # what is here stays, so that a page that goes is found at once; the first page goes, too
        self._render()
        Clock.schedule_interval(self._drain, EACH_FRAME)
        Clock.schedule_interval(self._tick, TICK)
        watched = notify.interval()
        if watched:
            Clock.schedule_interval(lambda _: notify.watchdog(), watched / 2)
        notify.ready()

    def on_stop(self) -> None:
        notify.stopping()

    def touched(self, target: str) -> None:
        """A finger was lifted from a target of the screen that is shown."""
        self.feed(Touched(target, self._scene, time.monotonic()))

    def feed(self, *events: Event) -> None:
        for event in events:
            self.session, effects = step(self.session, event, self.hall)
            for effect in effects:
                if isinstance(effect, Enquire):
                    self.beside.enquiries.do(effect)
                elif isinstance(effect, CheckPin):
                    self._check_pin(effect)
                else:
                    self.wires.do(effect)
        self.ear.decibels = STEP * self.session.volume
        self._render()

    def pointed(self, x: float, y: float) -> None:
        """A finger was put down there, in pixels from the top left."""
        screen.pace(self._window.frames)
        mm = self.kiosk.px_per_mm
        self.feed(Pointed(x / mm, y / mm, self._scene, time.monotonic()))

    def _check_pin(self, asked: CheckPin) -> None:
        right = pin.opens(asked.pin, self._seal)
        self.feed(PinSaid(asked.job, right, time.monotonic()))
        if right:
            log.warning("the service PIN was given: set-up is open")
        else:
            log.warning("a wrong service PIN%s", ": locked" if self.session.bench.locked_until else "")

    def _tick(self, _: float) -> None:
        if not self.wires.press.alive:
            raise RuntimeError("the printer's thread has died")
        at = time.monotonic()
        if at - max(self.session.tapped_at, self.session.shown_at, self._keyed_at) > QUIET:
            screen.pace(RESTING)
        if self._by_ear and self.ear.speaking and self.page != Page.STILL:
            # Who listens is not idle: nobody is asked "are you there?" in the middle of a long page.
            self._keyed_at = at
            self.feed(Keyed(at))
        self.feed(BookRead(self.wires.books.book, now(self.hall.hall.timezone), at), Ticked(at))

    def _drain(self, _: float) -> None:
        if events := [*self.wires.heard(self.session), *self.beside.said()]:
            self.feed(*events)
        for name, status in self.beside.health():
            self.bus.keep(f"status/{name}", encode(status))
        while not self.beside.headphones.changed.empty():
            self._plugged(self.beside.headphones.changed.get_nowait())
        while not self.pad.pressed.empty():
            self._arrow(self.pad.pressed.get_nowait())

    def _arrow(self, arrow: focus.Arrow) -> None:
        """The first key only says where one is; after that each goes on, back, or in."""
        screen.pace(self._window.frames)
        at = time.monotonic()
        newcomer = not self._by_ear or (self.page == Page.HOME and at - self._keyed_at > IDLE)
        self._keyed_at = at
        if newcomer:
            self._by_ear = True
            self.feed(Keyed(at))
            self._hear_page()
            return
        if arrow is focus.Arrow.OK and self.focus:
            self.feed(Keyed(at), Touched(self.focus, self._scene, at))
            return
        louder = {focus.Arrow.LOUDER: 1, focus.Arrow.SOFTER: -1}.get(arrow, 0)
        self.feed(Keyed(at, louder))
        match arrow:
            case focus.Arrow.AGAIN:
                self.ear.again()
            case focus.Arrow.HUSH:
                self.ear.forget()
            case focus.Arrow.LOUDER | focus.Arrow.SOFTER:
                self.ear.say(
                    (focus.volume(self.session.volume, self.session.language),), self.session.language
                )
            case _:
                self._look_at(focus.move(tree.tree(self.glass, self.glass.height), self.focus, arrow))

    def _plugged(self, inside: bool) -> None:
        """Who puts headphones in wants to hear; what they heard is not for the loudspeaker when they pull them out."""
        if not inside:
            self.ear.hush()
            return
        self._by_ear, self._keyed_at = True, time.monotonic()
        self.feed(Keyed(self._keyed_at))
        self._hear_page()

    def _look_at(self, target: str) -> None:
        self.focus = target
        self.glass.frame(target)
        spoken = focus.said(tree.tree(self.glass, self.glass.height), target)
        if spoken:
            self.ear.say((spoken,), self.session.language)

    def _hear_page(self) -> None:
        """A page that is new is read whole, then its first target."""
        nodes = tree.tree(self.glass, self.glass.height)
        self.focus = focus.move(nodes, "", focus.Arrow.NEXT)
        self.glass.frame(self.focus)
        first = focus.said(nodes, self.focus)
        self.ear.say(
            (*focus.page(nodes, self.session.language), *([first] if first else [])), self.session.language
        )

    def _render(self) -> None:
        at = time.monotonic()
        if at < self._calm_until:
            return
        if (self.session.theme, self.session.low) != self._way:
            self._way = self.session.theme, self.session.low
            self.look, self.sizes = LOOKS[self._way[0]], Sizes.of(self.kiosk, *self._way)
        place = Place(
            self.hall, self.kiosk, now(self.hall.hall.timezone), math.ceil(left(self.session, at)),
            self.sizes.sheets(), self._about if self.session.page is Page.ABOUT else (),
        )  # fmt: skip
        seen = view(self.session, place)
        if seen == self._seen and self.session.scene == self._scene:
            return
        fresh = self._seen is None or self.session.scene != self._scene
        self.page = str(seen.page)
        self.glass.show(seen, fresh)
        self._seen, self._scene = seen, self.session.scene
        if fresh:
            self._heard = False
        self._publish()

    def _tell_screen(self, _: float) -> None:
        nodes = tree.tree(self.glass, self.glass.height)
        if nodes != self._nodes:
            # Still moving: nobody shall press where a target was a moment ago.
            self._nodes = nodes
            Clock.schedule_once(self._tell_screen, STILL)
            return
        self._tell_ear()
        screen.let_go()  # of the page before
        ticket = self.session.ticket.number if self.session.ticket else ""
        state = encode(tree.screen(self.kiosk.id, self.page, nodes, ticket))
        if state != self._screen:
            self._screen = state
            # The picture first: whoever hears of this screen may touch it at once.
            screen.picture_now(f"kiosk-{self.kiosk.id}-{self.page}")
            self.bus.keep(f"state/kiosk/{self.kiosk.id}", state)

    def _tell_ear(self) -> None:
        """Once a page has settled: to who uses the pad, every page; to anybody, that the kiosk will forget them."""
        if self._heard:
            return
        self._heard = True
        if self.page == Page.HOME and time.monotonic() - self._keyed_at > GONE:
            self._by_ear, self.focus = False, ""
            self.glass.frame("")
            self.ear.hush()
        elif self._by_ear or self.page == Page.STILL:
            self._hear_page()

    def _shelter(self) -> None:
        """After an error: calm words, and then from the beginning; a number that was on its way is voided."""
        at = time.monotonic()
        self._calm_until = at + CALM
        self.session = afresh(self.session, at)
        self._seen, self._scene = None, -1
        self._way = Theme.PLAIN, False
        self.look, self.sizes = LOOKS[Theme.PLAIN], Sizes.of(self.kiosk)
        self._calm()
        Clock.schedule_once(lambda _: self._render(), CALM + 0.1)

    def _calm(self) -> None:
        say = View(Page.SORRY, "zh", _("请稍候，马上就好"), _("请重新选择要办的业务。"))
        self.page = str(say.page)
        self.glass.show(say, fresh=True)
        self._publish()
