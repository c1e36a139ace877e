"""What one wire's thread does in a turn: keys in, commands out, answers and displays back to the pads.

A desk is a window's pad whatever it is made of: it posts each press once and gathers what became of it. How
that is shown to the clerk's fingers is the wire's part.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

import msgspec

from caller.evaluators import Evaluators
from caller.keymap import Keymap, Unclear, command
from caller.messages import Answer, Command, Reason, WindowState, decode, encode, say, topic
from config.languages import _
from drivers.keypad.bus import Bus as PadBus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.ff68 import RATE
from drivers.keypad.press import Press
from drivers.keypad.usb import UsbPad

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds until a command without an answer is given up
SAME_PRESS = 0.3  # seconds in which the same key is one press
WORDS_STAY = 5.0  # seconds that a refusal stays under status/keypad-<window>
IDLE, WAITING = 0.1, 0.02  # seconds to wait for a key: nothing else to do, or an answer is due
REFUSED_LAMP = 0  # of a button box
OK_STAYS, FAIL_STAYS = 0.2, 2.0  # seconds that a verdict stands on a pad before the digits come back


class Post(Protocol):
    """The part of drivers.mqtt.Bus that a pad needs."""

    def post(self, topic: str, payload: bytes, timeout: float = ...) -> Future[bytes]: ...


class Hearing(Protocol):
    """What a pad may ask and say: the latest snapshot, commands, and its own health."""

    @property
    def bus(self) -> Post: ...

    def window(self, number: int) -> WindowState | None: ...

    def say(self, window: int, online: bool, detail: str = "", again: bool = False) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What became of a press: done, or `why` not. A press that only types has none."""

    done: bool
    why: str = ""
    reason: Reason | None = None


def outcome_of(answer: Future[bytes]) -> Outcome:
    """The answer that has come, in the clerk's words."""
    try:
        said = decode(answer.result(0), Answer)
    except TimeoutError:
        return Outcome(False, _("叫号服务没有应答"))
    except msgspec.MsgspecError:
        return Outcome(False, say(Reason.MALFORMED))
    return Outcome(said.done, say(said.reason) if said.reason else "", said.reason)


@dataclass
class Desk:
    """A window's pad: presses go out once, outcomes come back in the order of the presses."""

    window: int
    keymap: Keymap
    hall: Hearing
    evaluator: int = 0  # its address, where there is one beside the pad
    _sent: list[Future[bytes] | Outcome] = field(default_factory=list)
    _last: tuple[str, str] = ("", "")
    _last_at: float = float("-inf")
    _words_until: float = float("inf")

    def press(self, press: Press) -> None:
        """Post what the key means; a key that bounced is not pressed again."""
        same = (press.key, press.digits) == self._last and press.at - self._last_at < SAME_PRESS
        self._last, self._last_at = (press.key, press.digits), press.at
        if same:
            return
        action, digits = self.keymap.meaning(press)
        try:
            order = command(action, digits, self.window, self.state, uuid4().hex)
        except Unclear as unclear:
            self._sent.append(Outcome(False, unclear.why))
            return
        if order is not None:
            self._sent.append(self.post(order))

    @property
    def state(self) -> WindowState | None:
        return self.hall.window(self.window)

    def post(self, order: Command) -> Future[bytes]:
        return self.hall.bus.post(topic(order), encode(order), PATIENCE)

    @property
    def waiting(self) -> bool:
        return bool(self._sent)

    def outcomes(self, now: float) -> list[Outcome]:
        """What has become of presses since the last look; refusals are also put into words for the screen."""
        found: list[Outcome] = []
        while self._sent:
            first = self._sent[0]
            if isinstance(first, Outcome):
                found.append(first)
            elif first.done():
                found.append(outcome_of(first))
            else:
                break
            del self._sent[0]
        for outcome in found:
            self.hall.say(self.window, True, outcome.why, again=not outcome.done)
            self._words_until = float("inf") if outcome.done else now + WORDS_STAY
        if now >= self._words_until:
            self._words_until = float("inf")
            self.hall.say(self.window, True)
        return found

    def opened(self) -> None:
        self.hall.say(self.window, True)

    def lost(self, why: str) -> None:
        """Verdicts on presses from before would only puzzle whoever plugs the pad in again."""
        self._sent.clear()
        self._words_until = float("inf")
        self.hall.say(self.window, False, why)


class Wire(Protocol):
    """One wire and its pads. `device` is entered for as long as the wire holds; then come turns."""

    name: str

    @property
    def device(self) -> PadBus | UsbPad | ButtonBoxes: ...

    def opened(self) -> None: ...

    def turn(self) -> None: ...

    def lost(self, why: str) -> None: ...


class UsbWire:
    """A USB number pad: it can show nothing, so a refusal is only put into words."""

    def __init__(self, name: str, device: UsbPad, desk: Desk) -> None:
        self.name = name
        self.device = device
        self.desk = desk

    def opened(self) -> None:
        self.desk.opened()

    def turn(self) -> None:
        for press in self.device.presses(WAITING if self.desk.waiting else IDLE):
            self.desk.press(press)
        self.desk.outcomes(time.monotonic())

    def lost(self, why: str) -> None:
        self.desk.lost(why)


class BoxWire:
    """The Modbus button boxes of one line. A box can show one thing: its first lamp is lit after a refusal."""

    def __init__(self, name: str, device: ButtonBoxes, desks: dict[int, Desk]) -> None:
        self.name = name
        self.device = device
        self.desks = desks
        self._lit_until: dict[int, float] = {}
        self._silent: tuple[int, ...] = ()

    def opened(self) -> None:
        self._lit_until.clear()
        self._silent = ()
        for desk in self.desks.values():
            desk.opened()

    def turn(self) -> None:
        for press in self.device.presses(IDLE):
            self.desks[int(press.source.rpartition(":")[2])].press(press)
        now = time.monotonic()
        for address, desk in self.desks.items():
            for outcome in desk.outcomes(now):
                if not outcome.done:
                    self.device.lamp(address, REFUSED_LAMP, True)
                    self._lit_until[address] = now + FAIL_STAYS
            if now >= self._lit_until.get(address, float("inf")):
                self.device.lamp(address, REFUSED_LAMP, False)
                del self._lit_until[address]
        self._tell_silence()

    def lost(self, why: str) -> None:
        for desk in self.desks.values():
            desk.lost(why)

    def _tell_silence(self) -> None:
        """One box of many that stops answering is lost alone."""
        silent = self.device.silent
        for address in set(silent) - set(self._silent):
            self.desks[address].lost(_("按键盒没有应答"))
        for address in set(self._silent) - set(silent):
            self.desks[address].opened()
        self._silent = silent


Shown = tuple[int, str]  # people waiting, ticket


class BusWire:
    """The RS-485 pads of one bus, each told what became of its key and what its window is doing."""

    def __init__(self, name: str, device: PadBus, desks: dict[int, Desk]) -> None:
        self.name = name
        self.device = device
        self.desks = desks
        self.evaluators = Evaluators(self.device, desks)
        self._shown: dict[int, Shown] = {}
        self._verdict_until: dict[int, float] = {}

    def opened(self) -> None:
        self._shown.clear()
        self._verdict_until.clear()
        for desk in self.desks.values():
            desk.opened()

    def turn(self) -> None:
        now = time.monotonic()
        busy = any(desk.waiting for desk in self.desks.values()) or self._stale(now) is not None
        for press in self.device.presses(WAITING if busy else IDLE):
            self._press(press)
        now = time.monotonic()
        for address, desk in self.desks.items():
            for outcome in desk.outcomes(now):
                self._tell(address, outcome, now)
        if (
            self.device.unsaid
        ):  # eight displays take half a second of the wire: the next is what is true by then
            return
        stale = self._stale(now)
        if stale is not None:
            self._show(*stale)
        else:
            self.evaluators.turn()

    def lost(self, why: str) -> None:
        for desk in self.desks.values():
            desk.lost(why)

    def _press(self, press: Press) -> None:
        address = int(press.source.rpartition(":")[2])
        if press.key == RATE:
            self.evaluators.press(address, int(press.digits))
            return
        desk = self.desks.get(address)
        if desk is not None:
            desk.press(press)
            return
        log.warning("%s: a key of pad %d, which is at no window", self.name, address)
        self.device.fail(address)

    def _tell(self, address: int, outcome: Outcome, now: float) -> None:
        if outcome.done:
            self.device.ok(address)
        else:
            self.device.fail(address)
        self.device.beep(address)
        self._shown.pop(address, None)  # the verdict stands where the digits were
        self._verdict_until[address] = now + (OK_STAYS if outcome.done else FAIL_STAYS)

    def _stale(self, now: float) -> tuple[int, Shown] | None:
        """The first pad that does not show what is true."""
        for address, desk in self.desks.items():
            state = desk.state
            if state is None or now < self._verdict_until.get(address, now):
                continue
            if self._shown.get(address) != (state.waiting, state.ticket):
                return address, (state.waiting, state.ticket)
        return None

    def _show(self, address: int, shown: Shown) -> None:
        waiting, ticket = shown
        self.device.display(address, waiting, ticket)
        self._shown[address] = shown
