"""`python -m caller.keypads`: every pad with a wire of its own, one thread a wire, all answered.

A wire that is gone hurts only its own pads: its thread tries again, less and less often, and says so under
`status/keypad-<window>`. What a pad shows is compared with the snapshot, so a wire that comes back is right
at once.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from queue import Empty

import msgspec

from caller.keymap import Keymap
from caller.messages import HallState, Status, WindowState, decode, encode
from caller.padwire import BoxWire, BusWire, Desk, UsbWire, Wire
from config import entry
from config.schema import Hall, Keypad, KeypadKind
from drivers import notify
from drivers.errors import DeviceLost
from drivers.keypad.bus import Bus as PadBus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.usb import UsbPad
from drivers.mqtt import Bus

log = logging.getLogger("caller.keypads")

TICK = 0.25  # seconds between two feedings of the watchdog, at most
# Seconds between two tries to open a wire: a pad that is plugged in again works within two seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.6


class Keypads:
    """The latest snapshot, and what every wire's thread needs of the bus. `window` may be asked by any thread."""

    def __init__(self, hall: Hall, bus: Bus) -> None:
        self.bus = bus
        self.stop = threading.Event()
        self.unread = 0  # snapshots that did not decode
        self._windows: dict[int, WindowState] = {}
        self._said: dict[int, Status] = {}
        self.workers = [
            threading.Thread(target=self._work, args=(wire,), name=wire.name) for wire in wires(hall, self)
        ]

    def window(self, number: int) -> WindowState | None:
        return self._windows.get(number)

    def say(self, window: int, online: bool, detail: str = "", again: bool = False) -> None:
        """The pad's health, on change; `again` for words that a screen must show once more."""
        status = Status(online=online, detail=detail)
        if again or self._said.get(window) != status:
            self._said[window] = status
            self.bus.keep(f"status/keypad-{window}", encode(status))

    def run(self, alive: Callable[[], bool], tick: Callable[[], None]) -> None:
        """Until `alive` says no. `tick` is called by the loop that hears the snapshots."""
        self.bus.subscribe("state/hall")
        for worker in self.workers:
            worker.start()
        try:
            while alive():
                tick()
                self._hear()
        finally:
            self.stop.set()
            for worker in self.workers:
                worker.join()

    def _hear(self) -> None:
        try:
            delivery = self.bus.inbox.get(timeout=TICK)
        except Empty:
            return
        if delivery.topic != "state/hall":
            return
        try:
            state = decode(delivery.payload, HallState)
        except msgspec.MsgspecError as error:
            self.unread += 1
            log.warning("state/hall: %s (%d so far)", error, self.unread)
            return
        self._windows = {window.number: window for window in state.windows}

    def _work(self, wire: Wire) -> None:
        """Open, work, lose, wait, open again. This is the thread's own entry point."""
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            try:
                with wire.device:
                    wire.opened()
                    pause = FIRST_PAUSE
                    while not self.stop.is_set():
                        wire.turn()
            except DeviceLost as lost:
                wire.lost(lost.why)
            except Exception as error:  # a bug met on one wire must not take the other pads with it
                log.exception("%s", wire.name)
                wire.lost(type(error).__name__)
            self.stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def wires(hall: Hall, pads: Keypads) -> list[Wire]:
    """One for each bus, whatever hangs on it, and one for each USB pad."""
    buses: dict[tuple[KeypadKind, str], list[Keypad]] = {}
    found: list[Wire] = []
    for pad in hall.keypad:
        if pad.kind in (KeypadKind.RS485, KeypadKind.MODBUS):
            buses.setdefault((pad.kind, pad.url), []).append(pad)
        elif pad.kind is KeypadKind.USB:
            name = f"keypad-{pad.window}"
            found.append(
                UsbWire(name, UsbPad(name, pad.url, pad.codes), Desk(pad.window, _keymap(hall, pad), pads))
            )
    for number, ((kind, url), here) in enumerate(buses.items(), 1):
        desks = {pad.address: Desk(pad.window, _keymap(hall, pad), pads, pad.evaluator) for pad in here}
        name = f"keypads-{number}"
        if kind is KeypadKind.RS485:
            charts = {pad.address: pad.codes for pad in here if pad.codes}
            found.append(BusWire(name, PadBus(name, url, charts), desks))
        else:
            boxes = ButtonBoxes(name, url, desks, keys=here[0].keys, inputs=here[0].inputs)
            found.append(BoxWire(name, boxes, desks))
    return found


def _keymap(hall: Hall, pad: Keypad) -> Keymap:
    """What this pad's keys mean: as its model says, or as its kind."""
    return Keymap(pad.keymap or hall.keymap.get(pad.kind, {}))


def main(arguments: list[str] | None = None) -> int:
    options = entry.parser("python -m caller.keypads", "叫号键盘 / the clerks' keypads").parse_args(arguments)
    hall = entry.hall(options.config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(hall, stop)
    return 0


def serve(hall: Hall, stop: threading.Event) -> None:
    """Until `stop` is set."""
    broker = hall.broker
    with Bus(
        broker.host, broker.port, hall.hall.id, "keypads", user=broker.user, password=broker.password
    ) as bus:
        pads = Keypads(hall, bus)
        notify.ready()
        pads.run(lambda: not stop.is_set(), notify.watchdog)
        notify.stopping()


if __name__ == "__main__":
    entry.run(main)
