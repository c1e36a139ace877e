"""Every sign shows what its window does now: state, not news, so one that comes back is right at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from caller.messages import Channel, EmergencyState, HallState, Result, SignsTried, Step, WindowState
from config.schema import Hall, Sign, Window
from display.line import CALLS, EMERGENCY, HALL, TRIED, Line, Said
from display.lookout import Lookout
from display.wording import alarm_lines, sign_lines, trial_lines
from drivers.sign.open import open_sign
from drivers.sign.sign import Sign as Device
from drivers.sign.wired import always
from drivers.worker import CLOSED, LOST, Worker

log = logging.getLogger("display")

TRIAL = timedelta(seconds=10)  # that a sign which is tried says whose it is
TURN = 3.0  # seconds that a sign of one line warns in one language
AGAIN = 2.0  # seconds after which a sign that is there, and could not show something, is asked once more


@dataclass(frozen=True)
class Shown:
    """What a sign has to show; `call` is acknowledged with it, "" when it tells of none."""

    lines: tuple[str, ...]
    call: str


class WindowSign:
    """One sign and what its window's visitors were told by it."""

    def __init__(self, line: Line, window: Window, sign: Sign) -> None:
        self.line = line
        self.window = window
        self.sign = sign
        self.device = f"sign-{sign.window}"
        self.wanted: Shown | None = None
        self.acknowledged = ""
        self.lost: str | None = None
        self.window_state: WindowState | None = None
        self.emergency = EmergencyState(on=False)
        self.warned = False
        self.turn, self.turned = 0, 0.0  # languages of the warning, and when the last one began
        self.tried: datetime | None = None  # since when it says whose it is, for whoever sets the hall up
        self.failed: Shown | None = None  # what the sign could not show, though it is there
        self.retry = 0.0  # on the monotonic clock
        self.worker: Worker[Device, Shown] = Worker(
            self.device,
            self._open,
            self._show,
            on_health=self._on_health,
            on_done=self._on_done,
            on_failed=self._on_failed,
            idle=lambda device: device.ping(),
        )

    def warn(self, emergency: EmergencyState) -> None:
        """Over everything, until it is called off; then what is true is shown again."""
        self.emergency = emergency
        if emergency.on:
            self.turn, self.turned = 0, time.monotonic()
            self._want(Shown(alarm_lines(self.line.hall, self.sign), ""))
        elif self.window_state is not None:
            self.see(self.window_state)
        else:
            self._want(Shown(("",), ""))

    def see(self, state: WindowState) -> None:
        self.window_state = state
        call = state.call if state.step is Step.CALLED else ""
        if self.emergency.on or (self.tried and not call):
            return
        self.tried = None  # a visitor who is called comes first
        self._want(Shown(sign_lines(state, self.window, self.sign), call))

    def attempt(self, at: datetime) -> None:
        """Say whose it is, unless somebody is called here."""
        state = self.window_state
        if self.emergency.on or (state is not None and state.step is Step.CALLED):
            return
        self.tried = at
        self._want(Shown(trial_lines(self.window, self.sign), ""))

    def look(self, now: datetime) -> None:
        """A trial ends by itself, a warning goes on in the other language; and what could not be shown is shown again,
        as the window may have nothing new to say for an hour."""
        if self.emergency.on and time.monotonic() - self.turned >= TURN:
            self.turn, self.turned = self.turn + 1, time.monotonic()
            self._want(Shown(alarm_lines(self.line.hall, self.sign, self.turn), ""))
        if self.tried and now - self.tried >= TRIAL:
            self.tried = None
            if self.window_state is not None:
                self.see(self.window_state)
        if self.failed is not None and time.monotonic() >= self.retry:
            self.retry = time.monotonic() + AGAIN
            if self.wanted is not None:
                self.worker.put("window", self.wanted)

    def _want(self, shown: Shown) -> None:
        if shown == self.wanted:
            return
        self.wanted = shown
        lost = self.lost
        if lost is not None:
            self._report(shown, Result.FAILED, lost)
        self.worker.put("window", shown)

    def _open(self) -> Device:
        sign = self.sign
        return open_sign(sign.kind, self.device, sign.url, sign.width_dots, sign.height_dots, **sign.options)

    def _show(self, device: Device, shown: Shown) -> None:
        device.wanted = lambda: shown == self.wanted
        try:
            lost = device.show(shown.lines)
        finally:
            device.wanted = always  # whether it is there is asked as often as ever
        if lost:
            log.info("%s cannot show %r of %r", self.device, lost, shown.lines)

    def _on_done(self, shown: Shown) -> None:
        self.failed = None
        self.acknowledged = shown.call
        self._report(shown, Result.SHOWN)
        if self.emergency.on or self.warned:
            self.warned = self.emergency.on
            self.line.warned(self.device, self.emergency)

    def _on_failed(self, shown: Shown, why: str) -> None:
        if why == CLOSED:
            return
        if self.failed != shown:
            self._report(shown, Result.FAILED, why)
        self.failed, self.retry = shown, time.monotonic() + AGAIN

    def _on_health(self, _: str, state: str, why: str) -> None:
        self.lost = why if state == LOST else None
        self.line.health(self.device, self.lost is None, why)
        wanted = self.wanted
        if wanted is None:
            return
        if self.lost is None:
            self.worker.put("window", wanted)  # a card that was without power has forgotten it
        elif wanted.call != self.acknowledged:
            self._report(wanted, Result.FAILED, why)

    def _report(self, shown: Shown, result: Result, why: str = "") -> None:
        if shown.call:
            self.line.report(shown.call, Channel.SIGN, self.device, result, why)


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False."""
    with Line(hall, "signs") as line, ExitStack() as workers:
        lookout = Lookout(line)
        signs = {s.window: WindowSign(line, hall.find_window(s.window), s) for s in hall.sign}
        for sign in signs.values():
            workers.enter_context(sign.worker)

        def see(said: Said) -> None:
            lookout.see(said)
            if isinstance(said, SignsTried) and line.now() - said.at < TRIAL:
                for sign in signs.values():
                    sign.attempt(said.at)
            if isinstance(said, EmergencyState):
                for sign in signs.values():
                    if said.on or sign.emergency.on:
                        sign.warn(said)
            if isinstance(said, HallState):
                for state in said.windows:
                    if state.number in signs:
                        signs[state.number].see(state)

        def look() -> None:
            lookout.look()
            for sign in signs.values():
                sign.look(line.now())

        line.listen(EMERGENCY, HALL, CALLS, TRIED)
        line.follow(see, running, look)
