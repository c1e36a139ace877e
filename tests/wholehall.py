"""A whole hall as it runs on real machines: a broker, every process, and a simulated device on every wire.

Used by the demonstration and by the tests alike; nothing here calls into a process, it only presses glass and
keys, and watches what the hall shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec
import tomli_w

from caller.messages import CallDelivered, CallsState, HallState, ScreenState, Status, Target
from config.load import parse
from config.schema import Hall, KeypadKind
from drivers import clock
from drivers.mqtt import Bus, Delivery
from tests.broker import Broker
from tests.street import Street

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config" / "hall.toml"
HEADLESS = {
    "SDL_VIDEODRIVER": "offscreen",
    "SDL_AUDIODRIVER": "dummy",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "LP_NUM_THREADS": "1",
}
DAEMONS = ("caller", "keypads", "signs", "voice", "pagers")


class WholeHall:
    """`kiosks` and `pads` (clerks' PC keypads, by window) say which faces are started besides the board."""

    def __init__(
        self,
        folder: Path,
        *,
        kiosks: Iterable[int] = (1,),
        pads: Iterable[int] = (),
        board: bool = True,
        headless: bool = True,
        begins: str = "2026-11-23T09:00:00",
        rules: dict[str, Any] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.kiosks, self.pads, self.board = tuple(kiosks), tuple(pads), board
        self.headless = headless
        self.raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
        self.raw["caller"]["journal"] = f"sqlite:///{folder}/journal.db"
        self.raw["caller"] |= rules or {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.broker = Broker(folder)
        self.street = Street(self._specs(), folder, folder / "street.log")
        self._clock = folder / "clock"
        self.put_clock(datetime.fromisoformat(begins))
        self.environment = os.environ | {
            "HALL_CLOCK": str(self._clock),
            "HALL_PICTURES": str(folder),
            "PYTHONUNBUFFERED": "1",
            "KIVY_NO_ARGS": "1",
        }
        self.environment |= HEADLESS if headless else {"HALL_WINDOWED": "1"}

    def wall(self) -> datetime:
        """What the clock on the hall's wall shows."""
        shown, put = self._clock.read_text("ascii").split()
        return datetime.fromisoformat(shown) + timedelta(seconds=time.time() - float(put))

    def put_clock(self, shown: datetime) -> None:
        """Put the clock of every process of the hall on."""
        clock.put(self._clock, shown)

    # ---- starting and ending -----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.broker.start()
        self.street.__enter__()
        self._rewire()
        self.watch = Watch(self.hall)
        self.watch.__enter__()
        for name in self.names:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.watch.__exit__()
        self.street.__exit__()
        self.broker.kill()

    @property
    def names(self) -> tuple[str, ...]:
        """Every process of this hall."""
        faces = [f"kiosk-{n}" for n in self.kiosks] + [f"pad-{n}" for n in self.pads]
        return (*DAEMONS, *(["board"] if self.board else []), *faces)

    def start(self, name: str) -> None:
        """Start (or start again) one process of the hall."""
        kind, _, number = name.partition("-")
        match kind:
            case "caller":
                command = ["caller"]
            case "keypads":
                command = ["caller.keypads"]
            case "kiosk":
                command = ["kiosk", "--kiosk", number]
            case "pad":
                command = ["caller.pad", "--window", number]
                command += ["--touch", self.street.urls[f"glass-pad-{number}"]] if self.headless else []
            case "board":
                command = ["display", "board", "--board", self.hall.board[0].id]
            case _:
                command = ["display", kind]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command, "--config", str(self.folder / "hall.toml")],
                cwd=ROOT,
                env=self.environment | self.street.env,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """kill -9."""
        self.processes[name].kill()
        self.processes[name].wait()

    def ready(self, timeout: float = 40.0) -> None:
        """Wait until every process and device says that it is there."""
        wanted = {"caller", *(f"sign-{s.window}" for s in self.hall.sign), "paging"}
        wanted |= {f"voice-{v.id}" for v in self.hall.voice} | {f"printer-{n}" for n in self.kiosks}
        there = self.watch.until(lambda w: all(map(w.online, wanted)), timeout)
        assert there, f"not there: {sorted(n for n in wanted if not self.watch.online(n))}"
        home = self.watch.until(lambda w: all(w.page(n) == "home" for n in self.kiosks), timeout)
        assert home, f"not ready: {[n for n in self.kiosks if self.watch.page(n) != 'home']}"

    # ---- people ------------------------------------------------------------------------------------------

    def touch(self, screen: str, label: str, timeout: float = 10.0, times: int = 1) -> None:
        """A finger on the glass of `kiosk-1` or `pad-11`, where its target with this label is; then the eye waits
        for the screen to answer."""
        target = self.watch.target(screen, label, timeout)
        assert target, f"{screen} shows no {label!r}: {self.watch.labels(screen)}"
        before = self.watch.screens[screen]
        x, y = target.x + target.width / 2, target.y + target.height / 2
        self.street.do(f"glass-{screen}", "double_touch" if times == 2 else "touch", x=x, y=y)
        self.watch.until(lambda w: w.screens[screen] != before, timeout)

    def press(self, window: int, key: str, digits: str = "") -> None:
        """A clerk's finger on the keypad of a window, whatever kind it is."""
        keypad = next(k for k in self.hall.keypad if k.window == window)
        match keypad.kind:
            case KeypadKind.RS485:
                self.street.do("pads", "press", address=keypad.address, key=key, digits=digits)
            case KeypadKind.USB:
                for character in digits:
                    self.street.do(f"keypad-{window}", "press", key=f"KP{character}")
                self.street.do(f"keypad-{window}", "press", key=key)
            case KeypadKind.SCREEN:
                self.touch(f"pad-{window}", key)

    # ---- wiring ------------------------------------------------------------------------------------------

    def _specs(self) -> list[str]:
        raw = self.raw
        specs = [f"printer:name=printer-{k['id']},paper={_paper(k)}" for k in raw["kiosk"]]
        specs += [f"onbon:name=sign-{s['window']},width=128,height=32" for s in raw["sign"]]
        addresses = "+".join(str(k["address"]) for k in raw["keypad"] if k["kind"] == "rs485")
        specs += [f"pad:name=pads,addresses={addresses}", "tap:name=paging"]
        specs += [f"evdev:name=keypad-{k['window']}" for k in raw["keypad"] if k["kind"] == "usb"]
        for kiosk in raw["kiosk"]:
            size = f"width={kiosk['width']},height={kiosk['height']}"
            specs.append(f"evdev:name=glass-kiosk-{kiosk['id']},kind=touch,{size}")
        specs += [f"evdev:name=glass-pad-{n},kind=touch,width=420,height=760" for n in self.pads]
        return specs

    def _rewire(self) -> None:
        raw, urls = self.raw, self.street.urls
        raw["broker"] = {"host": self.broker.host, "port": self.broker.port}
        for kiosk in raw["kiosk"]:
            kiosk["printer"]["url"] = urls[f"printer-{kiosk['id']}"]
            kiosk["touch"] = urls[f"glass-kiosk-{kiosk['id']}"] if self.headless else "screen"
        for sign in raw["sign"]:
            sign["url"] = urls[f"sign-{sign['window']}"]
        for keypad in raw["keypad"]:
            if keypad["kind"] == "rs485":
                keypad["url"] = urls["pads"]
            elif keypad["kind"] == "usb":
                keypad["url"] = urls[f"keypad-{keypad['window']}"]
        raw["pager_terminal"]["url"] = urls["paging"]
        for voice in raw["voice"]:
            voice["out"] = f"file:{self.folder}/voice-{voice['id']}"
        (self.folder / "hall.toml").write_bytes(tomli_w.dumps(raw).encode())
        self.hall: Hall = parse(raw)


def _paper(kiosk: dict[str, Any]) -> str:
    """Millimetres of paper that this kiosk's printer holds."""
    return str(kiosk["printer"]["profile"])[:2]


class Watch:
    """Somebody who reads the bus all day, as `mosquitto_sub` would, and remembers the latest of each state."""

    def __init__(self, hall: Hall) -> None:
        self.hall_state: HallState | None = None
        self.calls: CallsState | None = None
        self.screens: dict[str, ScreenState] = {}
        self.statuses: dict[str, Status] = {}
        self.delivered: list[CallDelivered] = []
        self.events: list[tuple[str, bytes]] = []
        self._bus = Bus(hall.broker.host, hall.broker.port, hall.hall.id, "watch")
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        self._bus.subscribe("event/+", "state/#", "status/+")
        self._bus.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.inbox.put(Delivery("$end", b""))
        self._thread.join(2)
        self._bus.__exit__()

    def until(self, what: Callable[[Watch], Any], timeout: float = 10.0) -> Any:
        """What `what` finds once it finds something, or its last falsy answer."""
        with self._news:
            self._news.wait_for(lambda: what(self), timeout)
            return what(self)

    def online(self, name: str) -> bool:
        return name in self.statuses and self.statuses[name].online

    def page(self, kiosk: int) -> str:
        screen = self.screens.get(f"kiosk-{kiosk}")
        return screen.page if screen else ""

    def labels(self, screen: str) -> list[str]:
        return [t.label for t in self.screens[screen].targets] if screen in self.screens else []

    def target(self, screen: str, label: str, timeout: float = 10.0) -> Target | None:
        """The live target whose label holds `label`, the shortest of them, waiting for it."""

        def find(watch: Watch) -> Target | None:
            shown = watch.screens.get(screen)
            fits = [t for t in shown.targets if t.enabled and label in t.label] if shown else []
            return min(fits, key=lambda t: len(t.label), default=None)

        found: Target | None = self.until(find, timeout)
        return found

    def reports(self, call: str) -> list[CallDelivered]:
        return [d for d in self.delivered if d.call == call]

    def _drain(self) -> None:
        while (delivery := self._bus.inbox.get()).topic != "$end":
            with self._news:
                self._take(delivery.topic, delivery.payload)
                self._news.notify_all()

    def _take(self, topic: str, payload: bytes) -> None:
        match topic.split("/"):
            case ["state", "hall"]:
                self.hall_state = msgspec.json.decode(payload, type=HallState)
            case ["state", "calls"]:
                self.calls = msgspec.json.decode(payload, type=CallsState)
            case ["state", ("kiosk" | "pad") as kind, number]:
                self.screens[f"{kind}-{number}"] = msgspec.json.decode(payload, type=ScreenState)
            case ["status", name]:
                self.statuses[name] = msgspec.json.decode(payload, type=Status)
            case ["event", "call-delivered"]:
                self.delivered.append(msgspec.json.decode(payload, type=CallDelivered))
            case ["event", name]:
                self.events.append((name, payload))
