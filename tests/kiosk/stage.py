"""A whole kiosk on a table: a broker, the caller, a printer and a glass panel, each as real as software can be.

The kiosk is a process of its own, touched only through its panel and seen only through its retained topics.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

import tomli_w

from caller.messages import (
    EVENTS,
    HallState,
    ScreenState,
    Status,
    decode,
)
from drivers.mqtt import Bus, Delivery
from drivers.sim import host, make
from drivers.sim.evdev import EvdevDevice
from kiosk.pin import sealed
from tests import people
from tests.broker import Broker

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
PIN = "135790"
T = TypeVar("T")


class Stage:
    """`number` is the kiosk of hall.toml; its printer and panel are simulated. `kiosk` is the module to run."""

    def __init__(
        self, folder: Path, number: int, broker: Broker, kiosk: str = "kiosk", by_ear: bool = False
    ) -> None:
        self.kiosk, self.by_ear = kiosk, by_ear
        self.folder, self.number, self.broker = folder, number, broker
        self.given = {"HALL_PICTURES": str(folder)}  # what the processes find in their environment
        self.watched: dict[str, str] = {}  # and the kiosk alone
        self.screen = ScreenState(kiosk=number, page="", targets=())
        self.hall: HallState | None = None
        self.printer_health = Status(online=False)
        self.health: dict[str, bool] = {}  # of everything else that says how it is
        self.events: list[tuple[str, bytes]] = []
        self._stack = ExitStack()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        raw = tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))
        kiosk = next(k for k in raw["kiosk"] if k["id"] == self.number)
        self.panel = EvdevDevice(
            f"touch-{self.number}", kind="touch", width=kiosk["width"], height=kiosk["height"]
        )
        self.glass = self._stack.enter_context(host.serve_own(self.panel))
        printer = make("printer", f"printer-{self.number}", self.folder, {})
        self.printer = self._stack.enter_context(host.serve_tcp(printer))
        kiosk["touch"] = self.panel.url()
        key = self.folder / "id.key"
        key.write_bytes(people.KEY)
        key.chmod(0o600)
        raw["appointments"]["key_file"] = str(key)
        (self.folder / "setup.pin").write_text(sealed(PIN), "ascii")
        raw["setup"]["pin_file"] = f"{self.folder}/setup.pin"
        self.cards = self._stack.enter_context(host.serve_pty(make("idcard", "idcard", self.folder, {})))
        self.codes = self._stack.enter_context(host.serve_pty(make("scanner", "scanner", self.folder, {})))
        raw["reader"] = [
            {"kiosk": self.number, "kind": "idcard", "url": self.cards.url, "key_file": str(key)},
            {"kiosk": self.number, "kind": "scanner", "url": self.codes.url},
        ]
        if self.by_ear:
            arrows = EvdevDevice(f"arrows-{self.number}", kind="pad")
            self.arrows = self._stack.enter_context(host.serve_own(arrows))
            kiosk["keypad"], kiosk["speaker"] = arrows.url(), f"file:{self.folder}/said"
            socket = EvdevDevice(f"jack-{self.number}", kind="jack")
            self.jack = self._stack.enter_context(host.serve_own(socket))
            kiosk["jack"], kiosk["headphones"] = socket.url(), f"file:{self.folder}/private"
        kiosk["printer"]["url"] = self.printer.url
        raw["broker"] = {"host": self.broker.host, "port": self.broker.port}
        raw["caller"]["journal"] = f"sqlite:///{self.folder}/journal.db"
        self.config = self.folder / "hall.toml"
        self.config.write_text(tomli_w.dumps(raw), "utf-8")
        self.bus = self._stack.enter_context(
            Bus(self.broker.host, self.broker.port, raw["hall"]["id"], "watcher")
        )
        self.bus.subscribe("state/#", "status/#", "event/#")
        self.start("caller")
        self.start(self.kiosk, "--kiosk", str(self.number))
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self.stop(name)
        self._stack.close()

    def start(self, module: str, *more: str) -> None:
        env = os.environ | {"SDL_VIDEODRIVER": "offscreen"} | self.given
        if module != "caller":
            env |= self.panel.env() | self.watched
        command = [sys.executable, "-m", module, "--config", str(self.config), *more]
        with (self.folder / f"{module}.log").open("ab") as log:
            self._running[module] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)

    def pid(self, module: str) -> int:
        return self._running[module].pid

    def wait(self, module: str) -> int:
        """The exit code of a process that is to end by itself."""
        return self._running.pop(module).wait(timeout=30)

    def stop(self, module: str, kill: bool = False) -> int:
        process = self._running.pop(module)
        process.kill() if kill else process.terminate()
        return process.wait(timeout=30)

    def until(self, seen: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
        """Wait for something to be seen on the bus."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            self._drain()
            found = seen()
            if found:
                return found
            time.sleep(0.02)
        logs = "\n".join(
            f"{p.name}:\n{p.read_text('utf-8', 'replace')[-2500:]}" for p in self.folder.glob("*.log")
        )
        raise AssertionError(f"never seen: {what}; the screen is {self.screen}\n{logs}")

    def page(self, page: str) -> ScreenState:
        return self.until(lambda: self.screen if self.screen.page == page else None, f"page {page}")

    def shows(self, label: str) -> bool:
        """Whether there is a target with this label."""
        return any(target.label == label for target in self.screen.targets)

    def touch(self, label: str, seconds: float = 0.06) -> None:
        """A finger on the middle of the target with this label, for so long."""
        target = self.until(
            lambda: next((t for t in self.screen.targets if t.label == label), None), f"target {label}"
        )
        self.until(lambda: self.glass.do("is_read"), "the panel being read")
        middle = {"x": target.x + target.width // 2, "y": target.y + target.height // 2}
        self.glass.do("touch", **middle, seconds=seconds)

    def settle(self, seconds: float) -> None:
        """A person's pause between two touches."""
        time.sleep(seconds)

    def log(self, module: str) -> str:
        """What this process has logged."""
        return (self.folder / f"{module}.log").read_text("utf-8", "replace")

    def lay(self, person: str) -> None:
        """This person's ID card on the reader."""
        self.cards.do("lay", **people.card(person))

    def heard(self) -> list[str]:
        """What was read aloud so far, sentence by sentence: all that a blind visitor knows of the screen."""
        told = self.folder / f"kiosk-{self.number}-spoken.txt"
        return told.read_text("utf-8").splitlines() if told.exists() else []

    def said(self, kind: str) -> list[Any]:
        """Events of this kind so far."""
        return [decode(payload, EVENTS[kind]) for topic, payload in self.events if topic == f"event/{kind}"]

    def papers(self) -> list[dict[str, Any]]:
        return [event for event in self.printer.sim.events if event.get("event") == "cut"]

    def _drain(self) -> None:
        while not self.bus.inbox.empty():
            self._hear(self.bus.inbox.get_nowait())

    def _hear(self, delivery: Delivery) -> None:
        match delivery.topic.split("/"):
            case ["state", "kiosk", _]:
                self.screen = decode(delivery.payload, ScreenState)
            case ["state", "hall"]:
                self.hall = decode(delivery.payload, HallState)
            case ["status", name] if name == f"printer-{self.number}":
                self.printer_health = decode(delivery.payload, Status)
            case ["status", name]:
                self.health[name] = decode(delivery.payload, Status).online
            case ["event", _]:
                self.events.append((delivery.topic, delivery.payload))
