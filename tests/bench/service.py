"""Durable tickets and calls through the real service, as a process, over Mosquitto: many clients, and one alone.

The floor is tests.bench.bare in the place of the service: the same clients, the same broker, as many rows, as many
messages. A ticket is two commands (the number, the paper), a call is one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import msgspec

from caller.messages import CallNext, Command, ConfirmTicket, ReserveTicket, encode, topic
from config.load import load
from drivers.mqtt import Bus
from tests.bench.queue import HALL, LETTER, SERVICES
from tests.bench.result import Result, compare
from tests.broker import Broker
from tests.caller.started import ROOT, written

CLIENTS = 8
OUTSTANDING = 8  # commands that a client has on their way; more would wait so long that they are repeated
Clients = Sequence[Bus]


def run(visitors: int, folder: str | None = None) -> Iterator[Result]:
    """Throughput with eight clients, then the latency of one, each next to the bare floor."""
    visitors = min(visitors, LETTER * len(SERVICES))
    alone = min(visitors, 200)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        (Path(place) / "ours").mkdir()
        (Path(place) / "bare").mkdir()
        with _clients(Path(place) / "ours", bare=False) as (clients, pid):
            ours = _measure(clients, visitors, alone)
            memory = _memory(pid)
        with _clients(Path(place) / "bare", bare=True) as (clients, pid):
            floor = _measure(clients, visitors, alone)
            bare = _memory(pid)
    for name, unit in (("tickets", "tickets/s"), ("calls", "calls/s")):
        yield compare(f"{name}, {CLIENTS} clients", unit, visitors / ours[name][0], visitors / floor[name][0])
    for name in ("one ticket", "one call"):
        for share in (50, 99):
            mine, theirs = (quantiles(times[name], n=100)[share - 1] * 1000 for times in (ours, floor))
            yield compare(f"{name}, p{share}", "ms", mine, theirs)
    yield compare("memory of the service", "MB", memory, bare)


def _measure(clients: Clients, visitors: int, alone: int) -> dict[str, list[float]]:
    """Seconds of each; the numbers are known beforehand as nobody else takes any."""
    began = perf_counter()
    _say(clients, [_reserve(n) for n in range(visitors)])
    _say(clients, [_confirm(n) for n in range(visitors)])
    tickets = perf_counter() - began
    began = perf_counter()
    _say(clients, [CallNext(id=f"n{n}", window=3 + n % 5) for n in range(visitors)])
    calls = perf_counter() - began
    one = [
        _timed(clients[0], ReserveTicket(id=f"a{n}", service="search", token="t" * 12)) for n in range(alone)
    ]
    call = [_timed(clients[0], CallNext(id=f"o{n}", window=3 + n % 5)) for n in range(alone)]
    return {"tickets": [tickets], "calls": [calls], "one ticket": one, "one call": call}


def _reserve(n: int) -> Command:
    return ReserveTicket(id=f"r{n}", service=SERVICES[n // LETTER % len(SERVICES)], kiosk="1", token="t" * 12)


def _confirm(n: int) -> Command:
    letter = _letter(SERVICES[n // LETTER % len(SERVICES)])
    return ConfirmTicket(id=f"c{n}", ticket=f"{letter}{n % LETTER + 1:03d}")


@cache
def _letter(service: str) -> str:
    return load(HALL).find_service(service).letter


def _say(clients: Clients, commands: Sequence[Command]) -> None:
    """All of them, shared among the clients; returns when the last is answered."""

    def one(client: Bus, mine: Sequence[Command]) -> None:
        waiting: list[Future[bytes]] = []
        for command in mine:
            if len(waiting) >= OUTSTANDING:
                waiting.pop(0).result(60)
            waiting.append(client.post(topic(command), encode(command), 60))
        for answer in waiting:
            answer.result(60)

    with ThreadPoolExecutor(len(clients)) as threads:
        parts = [threads.submit(one, client, commands[i :: len(clients)]) for i, client in enumerate(clients)]
        for part in parts:
            part.result()


def _timed(client: Bus, command: Command) -> float:
    payload, where = encode(command), topic(command)
    began = perf_counter()
    client.ask(where, payload, 20)
    return perf_counter() - began


@contextmanager
def _clients(folder: Path, bare: bool) -> Iterator[tuple[Clients, int]]:
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(folder))
        hall = load(HALL)
        hall = msgspec.structs.replace(
            hall,
            broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
            caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{folder}/journal.db"),
        )
        ours = ["caller", "--config", str(written(hall, folder))]
        line = ["tests.bench.bare", broker.host, str(broker.port), str(folder / "bare.db")] if bare else ours
        log = stack.enter_context((folder / "log").open("wb"))
        process = subprocess.Popen([sys.executable, "-m", *line], cwd=ROOT, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        clients = [
            stack.enter_context(Bus(broker.host, broker.port, hall.hall.id, f"client-{n}"))
            for n in range(CLIENTS)
        ]
        clients[0].ask("command/call-next", encode(CallNext(id="warm", window=3)), 30)
        for client in clients:
            while not client.connected:
                time.sleep(0.01)
        yield clients, process.pid


def _memory(pid: int) -> float:
    """Megabytes that the process behind the broker holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
