"""What a visitor waits for at a kiosk, and what it costs to stand there: a touch until the glass answers, a tap until
the printer hears of the ticket, its processor and memory while nobody comes, its start.

The floor of a touch, of the processor, the memory and the start is a bare Kivy window on the same panel that changes
one colour. That of a ticket is such a touch, and the bare answers of tests.bench.service: a commit over the same
broker. The memory after many screens stands next to that after a tenth of them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from caller.messages import ReserveTicket, ScreenState, encode, topic
from config.load import load
from drivers.clock import put
from drivers.mqtt import Bus
from drivers.sim import host
from drivers.sim.evdev import BTN_TOUCH, DOWN, UP, EvdevDevice
from drivers.sim.testbed import EV_KEY
from tests.bench.result import Result, compare
from tests.bench.rig import MORNING
from tests.broker import Broker
from tests.kiosk.stage import ROOT, Stage

GLASS = "tests.bench.glass"
JOB = b"\x1b@"  # ESC @: a ticket begins
MOST_TOUCHES, MOST_TICKETS = 100, 30
WATCHED, SETTLED = 20.0, 3.0  # seconds
BETWEEN = 0.6  # seconds between two touches: a page has settled and takes them
PATIENCE = 60.0


def run(count: int, folder: str | None = None) -> Iterator[Result]:
    """`--count` touches, at most MOST_TOUCHES, a third as many tickets, and so many screens; of a few everything is
    looked at for a shorter time, too."""
    touches, tickets = min(count, MOST_TOUCHES), max(1, min(count // 3, MOST_TICKETS))
    watched = min(WATCHED, count / 5)
    with tempfile.TemporaryDirectory(dir=folder) as place, Broker(Path(place)) as broker:
        bare = Bare(Path(place), broker)
        floor = bare.measure(touches, watched)
        with Kiosk(Path(place), broker) as kiosk:
            ours = kiosk.measure(touches, tickets, watched)
        answer = bare.answers(tickets)
    for share in (50, 95, 99):
        touch = at(floor.touches, share)
        yield compare(f"touch to first pixel, p{share} of {touches}", "ms", at(ours.touches, share), touch)
        least = touch + at(answer, share)
        yield compare(
            f"tap to first printer byte, p{share} of {tickets}", "ms", at(ours.tickets, share), least
        )
    yield compare("a kiosk, idle", "% of a core", ours.idle, floor.idle)
    yield compare("memory of a kiosk", "MB", ours.memory, floor.memory)
    yield compare("cold start to ready", "ms", ours.start, floor.start)
    used = soaked(max(count, 10))
    yield compare(f"memory after {max(count, 10):,} screens", "MB", used[-1], used[0])


def soaked(screens: int) -> list[float]:
    """MB after each tenth of so many screens."""
    command = [sys.executable, "-m", "tests.kiosk.soak", str(screens)]
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    told = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(told, type=list[float])


class Seen(msgspec.Struct):
    """Milliseconds, percent of a core, MB."""

    touches: list[float] = []
    tickets: list[float] = []
    idle: float = 0.0
    memory: float = 0.0
    start: float = 0.0


class Finger:
    """The panel's own account of when a finger came down and went up."""

    def __init__(self, panel: EvdevDevice) -> None:
        self.down = self.up = 0.0
        self._send = panel.node.send
        panel.node.send = self.send  # type: ignore[method-assign]

    def send(self, *events: tuple[int, int, int]) -> None:
        if (EV_KEY, BTN_TOUCH, DOWN) in events:
            self.down = time.monotonic()
        if (EV_KEY, BTN_TOUCH, UP) in events:
            self.up = time.monotonic()
        self._send(*events)


class Eye:
    """What tests.bench.glass saw."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch()

    def next(self, act: Callable[[], object]) -> float:
        """The moment of the first changed pixel after doing this."""
        before = self.file.read_text().count("\n")
        act()
        until(lambda: self.file.read_text().count("\n") > before, "a changed pixel")
        return float(self.file.read_text().splitlines()[before])


class Bare:
    """A window that changes one colour, and a service that commits and answers."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker

    def measure(self, touches: int, watched: float) -> Seen:
        kiosk, seen = load(ROOT / "config" / "hall.toml").kiosk[0], Seen()
        panel = EvdevDevice("bench", kind="touch", width=kiosk.width, height=kiosk.height)
        with host.serve_own(panel) as glass, Notified(self.folder / "notify") as notified:
            eye, finger = Eye(self.folder / "bare.txt"), Finger(panel)
            size = str(kiosk.width), str(kiosk.height)
            command = [sys.executable, "-m", GLASS, "bare", *size, panel.url().partition(":")[2]]
            env = os.environ | panel.env() | {"SDL_VIDEODRIVER": "offscreen"}
            env |= {"HALL_EYE": str(eye.file), "NOTIFY_SOCKET": str(notified.path)}
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=ROOT, env=env)
            try:
                notified.ready()
                seen.start = (time.monotonic() - began) * 1000
                until(lambda: glass.do("is_read"), "the panel being read")
                time.sleep(min(SETTLED, watched))
                seen.idle, seen.memory = processor(process.pid, watched), resident(process.pid)
                for _ in range(touches):
                    shown = eye.next(lambda: glass.do("touch", x=300, y=300))
                    seen.touches.append((shown - finger.down) * 1000)
                    time.sleep(BETWEEN)
            finally:
                process.terminate()
                process.wait()
        return seen

    def answers(self, count: int) -> list[float]:
        """Of a command to tests.bench.bare, there and back, with what it commits in between."""
        line = [sys.executable, "-m", "tests.bench.bare", self.broker.host, str(self.broker.port)]
        process = subprocess.Popen([*line, str(self.folder / "bare.db")], cwd=ROOT)
        times = []
        try:
            with Bus(self.broker.host, self.broker.port, "bare", "bench") as bus:
                for n in range(count + 1):
                    ask = ReserveTicket(id=f"r{n}", service="transfer", kiosk="1", token="t" * 12)
                    began = time.monotonic()
                    bus.ask(topic(ask), encode(ask), 30)
                    times.append((time.monotonic() - began) * 1000)
        finally:
            process.terminate()
            process.wait()
        return times[1:]


class Kiosk(ExitStack):
    """The whole kiosk with its caller, printer and panel: tests.kiosk.stage, without its pictures."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        super().__init__()
        self.eye = Eye(folder / "eye.txt")
        self.stage = Stage(folder, 1, broker, GLASS)
        put(folder / "clock", MORNING)
        self.stage.given = {"HALL_EYE": str(self.eye.file), "HALL_CLOCK": str(folder / "clock")}
        self.first = 0.0  # when the latest ticket's first byte reached the printer

    def __enter__(self) -> Kiosk:
        self.enter_context(self.stage)
        self.finger = Finger(self.stage.panel)
        self.receive = self.stage.printer.sim.receive
        self.stage.printer.sim.receive = self.received  # type: ignore[method-assign]
        return self

    def received(self, data: bytes) -> bytes:
        if JOB in data and not self.first:
            self.first = time.monotonic()
        return self.receive(data)

    def measure(self, touches: int, tickets: int, watched: float) -> Seen:
        seen, stage = Seen(), self.stage
        stage.page("home")
        stage.stop(GLASS)
        stage.screen = ScreenState(kiosk=1, page="", targets=())
        began = time.monotonic()
        stage.start(GLASS, "--kiosk", "1")
        stage.page("home")
        seen.start = (time.monotonic() - began) * 1000
        stage.until(lambda: stage.glass.do("is_read"), "the panel being read")
        time.sleep(min(SETTLED, watched))
        seen.idle = processor(stage.pid(GLASS), watched)
        for n in range(touches):
            label, page = (("全部业务", "all"), ("返回", "home"))[n % 2]
            shown = self.eye.next(lambda label=label: stage.touch(label))  # type: ignore[misc]
            seen.touches.append((shown - self.finger.down) * 1000)
            stage.page(page)
            time.sleep(BETWEEN)
        seen.tickets = [self.ticket() for _ in range(tickets)]
        seen.memory = resident(stage.pid(GLASS))
        return seen

    def ticket(self) -> float:
        """Milliseconds from the lifted finger to the first byte of the ticket."""
        stage = self.stage
        if stage.screen.page == "home":
            stage.touch("全部业务")
            stage.page("all")
            time.sleep(BETWEEN)
        stage.touch("买房卖房过户")
        stage.page("service")
        time.sleep(BETWEEN)
        self.first = 0.0
        stage.touch("取号")
        stage.page("done")
        took = (self.first - self.finger.up) * 1000
        time.sleep(BETWEEN)
        stage.touch("好了")
        stage.page("home")
        return took


class Notified:
    """The socket that systemd would give to a process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self) -> Notified:
        self.socket.bind(str(self.path))
        self.socket.settimeout(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
        self.path.unlink()

    def ready(self) -> None:
        assert self.socket.recv(64) == b"READY=1"


def processor(pid: int, seconds: float) -> float:
    """Percent of a core that a process takes."""
    began, used = time.monotonic(), ticks(pid)
    time.sleep(seconds)
    took = max(1, ticks(pid) - used)  # less than one cannot be told
    return 100 * took / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)


def ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident(pid: int) -> float:
    """Megabytes that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def until(seen: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.005)


def at(times: list[float], share: int) -> float:
    ordered = sorted(times)
    return median(ordered) if share == 50 else ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
