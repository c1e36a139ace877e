"""A whole hall as it runs on real machines: a broker, every process, and a simulated device on every wire.

Used by the demonstration and by the tests alike; nothing here calls into a process, it only presses glass and
keys, and watches what the hall shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import tomli_w

from config.load import parse
from config.schema import Hall, KeypadKind
from drivers import clock
from kiosk.pin import sealed
from tests import people
from tests.arranged import arranged
from tests.broker import Broker, free_port
from tests.street import Street
from tests.watch import Watch

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config" / "hall.toml"
HEADLESS = {
    "SDL_VIDEODRIVER": "offscreen",
    "SDL_AUDIODRIVER": "dummy",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "LP_NUM_THREADS": "1",
}
PIN = "135790"  # of whoever sets its kiosks up
PATIENCE = 30.0  # seconds; a slow machine, not a slow product
DAEMONS = ("caller", "keypads", "signs", "voice", "pagers", "phone")


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
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.kiosks, self.pads, self.board = tuple(kiosks), tuple(pads), board
        self.headless = headless
        self.raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
        self.raw["caller"]["journal"] = f"sqlite:///{folder}/journal.db"
        if headless:
            self.raw["idle"]["after_seconds"] = 0  # nobody is there to wake it
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.broker = Broker(folder)
        self.street = Street(self._specs(), folder, folder / "street.log")
        self.phone_port = free_port()
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

    def ready(self, timeout: float = 120.0) -> None:
        """Wait until every process and device says that it is there."""
        wanted = {"caller", *(f"sign-{s.window}" for s in self.hall.sign), "paging", "phone"}
        wanted |= {f"voice-{v.id}" for v in self.hall.voice} | {f"printer-{n}" for n in self.kiosks}
        there = self.watch.until(lambda w: all(map(w.online, wanted)), timeout)
        assert there, f"not there: {sorted(n for n in wanted if not self.watch.online(n))}"
        home = self.watch.until(lambda w: all(w.page(n) in ("home", "closed") for n in self.kiosks), timeout)
        assert home, f"not ready: {[n for n in self.kiosks if self.watch.page(n) != 'home']}"

    def rule(self, options: Iterable[tuple[str, str]]) -> None:
        """Another hall.toml, for the caller alone; a caller that runs by another is started again."""
        changed = arranged(self._plain, options)
        if self.raw == changed:
            return
        self.raw = changed
        self._write()
        self.kill("caller")
        assert self.watch.until(lambda w: not w.online("caller"))
        self.start("caller")
        assert self.watch.until(lambda w: w.online("caller"), 40)
        assert self.watch.until(lambda w: all(w.page(n) in ("home", "closed") for n in self.kiosks), 40)

    def gives_numbers(self) -> bool:
        """Whether somebody may have one now, as the caller says."""
        state = self.watch.hall_state
        return state is not None and any(service.refused is None for service in state.services)

    def next_day(self) -> None:
        """Put the clock on to the next working day's morning, and wait until the caller has opened it."""
        morning = self.wall().replace(hour=8, minute=0, second=0) + timedelta(days=1)
        while morning.weekday() > 4:
            morning += timedelta(days=1)
        self.put_clock(morning)
        day = morning.date().isoformat()
        opened = self.watch.until(lambda w: w.hall_state and w.hall_state.day == day)
        assert opened, f"the caller did not open {day}"
        # A finger on a page that is just about to change touches nothing: let the kiosks close for the night.
        shut = self.watch.until(
            lambda w: self.gives_numbers() or all(w.page(n) == "closed" for n in self.kiosks), PATIENCE
        )
        assert shut, f"the kiosks did not close: {[self.watch.page(n) for n in self.kiosks]}"

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
        rated = "+".join(str(k["evaluator"]) for k in raw["keypad"] if k.get("evaluator"))
        specs += [f"pad:name=pads,addresses={addresses},evaluators={rated}", "tap:name=paging"]
        specs += [f"evdev:name=keypad-{k['window']}" for k in raw["keypad"] if k["kind"] == "usb"]
        for kiosk in raw["kiosk"]:
            size = f"width={kiosk['width']},height={kiosk['height']}"
            specs.append(f"evdev:name=glass-kiosk-{kiosk['id']},kind=touch,{size}")
            specs += [f"idcard:name=idcard-{kiosk['id']}", f"scanner:name=scanner-{kiosk['id']}"]
        specs += [f"evdev:name=glass-pad-{n},kind=touch,width=420,height=760" for n in self.pads]
        return specs

    def _rewire(self) -> None:
        raw, urls = self.raw, self.street.urls
        raw["phone"] = {"port": self.phone_port}
        raw["broker"] = {"host": self.broker.host, "port": self.broker.port}
        for kiosk in raw["kiosk"]:
            kiosk["printer"]["url"] = urls[f"printer-{kiosk['id']}"]
            kiosk["book"] = f"{self.folder}/kiosk-{kiosk['id']}.book"
            kiosk["touch"] = urls[f"glass-kiosk-{kiosk['id']}"] if self.headless else "screen"
        for sign in raw["sign"]:
            sign["url"] = urls[f"sign-{sign['window']}"]
        key = self.folder / "id.key"
        key.write_bytes(people.KEY)
        key.chmod(0o600)
        raw["appointments"]["key_file"] = str(key)
        (self.folder / "setup.pin").write_text(sealed(PIN), "ascii")
        raw["setup"]["pin_file"] = f"{self.folder}/setup.pin"
        for reader in raw["reader"]:
            reader["url"] = urls[f"{reader['kind']}-{reader['kiosk']}"]
            if reader["kind"] == "idcard":
                reader["key_file"] = str(key)
        for keypad in raw["keypad"]:
            if keypad["kind"] == "rs485":
                keypad["url"] = urls["pads"]
            elif keypad["kind"] == "usb":
                keypad["url"] = urls[f"keypad-{keypad['window']}"]
        raw["pager_terminal"]["url"] = urls["paging"]
        for voice in raw["voice"]:
            voice["out"] = f"file:{self.folder}/voice-{voice['id']}"
        self._plain = raw
        self._write()

    def _write(self) -> None:
        (self.folder / "hall.toml").write_bytes(tomli_w.dumps(self.raw).encode())
        self.hall: Hall = parse(self.raw)


def _paper(kiosk: dict[str, Any]) -> str:
    """Millimetres of paper that this kiosk's printer holds."""
    return str(kiosk["printer"]["profile"])[:2]
