"""Durable tickets and calls through the real service, as a process, over Mosquitto: eight clients, and one alone.

The floor is tests.bench.bare in the place of the service: the same clients, a broker of its own, as many rows, as many
messages. Both run all the time and take turns, so that whatever else the machine does slows both. A ticket is two
commands (the number, the paper), a call is one; latency is that of one command.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import msgspec

from caller.messages import CallNext, Command, ConfirmTicket, ReserveTicket, encode, topic
from config.load import load
from config.schema import Hall
from drivers.mqtt import Bus
from tests.bench.crowd import CLIENTS, NUMBER, Crowd, crowd
from tests.bench.result import Result, compare
from tests.bench.rows import HALL, LETTER, SERVICES
from tests.broker import Broker
from tests.caller.started import ROOT, written

ROUNDS = 10
WINDOWS = (3, 4, 5, 6, 7)
ALONE = 400  # commands whose latency is taken, at most


class End:
    """A service behind its broker, and who asks it: a crowd, or one bus."""

    def __init__(self, crowd: Crowd, bus: Bus, pid: int) -> None:
        self.crowd, self.bus, self.pid = crowd, bus, pid
        self._ids, self._visitors = count(), count()
        self.seconds = {"tickets": 0.0, "calls": 0.0}
        self.done = {"tickets": 0, "calls": 0}
        self.latency: dict[str, list[float]] = {}

    def tickets(self, many: int) -> None:
        self._crowd_says("tickets", [self._reserve() for _ in range(many)])

    def calls(self, many: int) -> None:
        self._crowd_says("calls", [self._call() for _ in range(many)])

    def _crowd_says(self, what: str, commands: Sequence[Command]) -> None:
        self.seconds[what] += self.crowd.says(commands)
        self.done[what] += len(commands)

    def alone(self) -> None:
        number = NUMBER.search(self._asks("ticket", self._reserve()))
        assert number
        self._asks("paper", ConfirmTicket(id=f"c{next(self._ids)}", ticket=number[1].decode()))
        self._asks("call", self._call())

    def _asks(self, what: str, command: Command) -> bytes:
        payload, where = encode(command), topic(command)
        began = perf_counter()
        answer = self.bus.ask(where, payload, 20)
        self.latency.setdefault(what, []).append((perf_counter() - began) * 1000)
        assert b'"done":false' not in answer, answer
        return answer

    def memory(self) -> float:
        """Megabytes that the service holds."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def _reserve(self) -> Command:
        service = SERVICES[next(self._visitors) // LETTER]
        return ReserveTicket(id=f"r{next(self._ids)}", service=service, kiosk="1", token="t" * 12)

    def _call(self) -> Command:
        n = next(self._ids)
        return CallNext(id=f"n{n}", window=WINDOWS[n % len(WINDOWS)])


def run(visitors: int, folder: str | None = None) -> Iterator[Result]:
    """Throughput with eight clients, then the latency of one, each next to the bare floor."""
    alone = min(visitors, ALONE)
    each = min(visitors, LETTER * len(SERVICES) - alone) // ROUNDS or 1
    with tempfile.TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        ours = stack.enter_context(_end(Path(place) / "ours", _ours))
        floor = stack.enter_context(_end(Path(place) / "bare", _bare))
        for what, many in ((End.tickets, each), (End.calls, each // 2 or 1)):
            for _ in range(ROUNDS):
                for end in (ours, floor):
                    what(end, many)
        for _ in range(alone):
            for end in (ours, floor):
                end.alone()
        for name in ("tickets", "calls"):
            rates = [end.done[name] / end.seconds[name] for end in (ours, floor)]
            yield compare(f"{name}, {CLIENTS} clients", f"{name}/s", *rates)
        for name in ("ticket", "call"):
            for share in (50, 99):
                times = [quantiles(end.latency[name], n=100)[share - 1] for end in (ours, floor)]
                yield compare(f"one {name}, p{share}", "ms", *times)
        yield compare("memory of the service", "MB", ours.memory(), floor.memory())


def open_all_day() -> Hall:
    """The example hall in a place where it is noon, on a day that is worked, and nobody goes home: a hall that is
    closed, or about to close, gives no numbers."""
    hall = load(HALL)
    ahead = 12 - datetime.now(UTC).hour
    place = msgspec.structs.replace(hall.hall, timezone=f"Etc/GMT{-ahead:+d}", hours=("00:00-23:59",))
    days = msgspec.structs.replace(hall.calendar, weekend=(), holidays=(), workdays=())
    calling = msgspec.structs.replace(hall.caller, overtime_minutes=1_000_000)
    return msgspec.structs.replace(hall, hall=place, calendar=days, caller=calling)


def _ours(hall: Hall, broker: Broker, folder: Path) -> Sequence[str]:
    ours = msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
        caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{folder}/journal.db"),
    )
    return "caller", "--config", str(written(ours, folder))


def _bare(hall: Hall, broker: Broker, folder: Path) -> Sequence[str]:
    return "tests.bench.bare", broker.host, str(broker.port), str(folder / "bare.db")


@contextmanager
def _end(folder: Path, line: Callable[[Hall, Broker, Path], Sequence[str]]) -> Iterator[End]:
    folder.mkdir()
    with ExitStack() as stack:
        broker, hall = stack.enter_context(Broker(folder)), open_all_day()
        log = stack.enter_context((folder / "log").open("wb"))
        command = [sys.executable, "-m", *line(hall, broker, folder)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        bus = stack.enter_context(Bus(broker.host, broker.port, hall.hall.id, "alone"))
        bus.ask("command/call-next", encode(CallNext(id="warm", window=WINDOWS[0])), 30)
        yield End(stack.enter_context(crowd(broker.port, hall.hall.id)), bus, process.pid)
