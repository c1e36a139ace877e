"""A stage for one display process: a broker, a caller that says what the test wants, and the real process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from caller.messages import (
    Answer,
    CallsState,
    HallState,
    ReportDelivery,
    Status,
    decode,
    encode,
)
from config.schema import Hall
from drivers.mqtt import Bus
from tests.broker import Broker

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0  # seconds; a loaded machine is slow, a broken process is silent for ever


def wait_for(true: Callable[[], bool], what: str | Callable[[], str]) -> None:
    """`what` may be asked for only when it did not happen: what was seen instead is then up to date."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what if isinstance(what, str) else what()}")
        time.sleep(0.02)


class Caller:
    """Stands where the caller service stands: tells states, answers reports and keeps them."""

    def __init__(self, broker: Broker, hall: Hall) -> None:
        self.bus = Bus(broker.host, broker.port, hall.hall.id, "caller")
        self.reports: list[ReportDelivery] = []
        self.health: dict[str, Status] = {}
        self.version = 0

    def __enter__(self) -> Caller:
        self.bus.__enter__()
        self.bus.subscribe("command/report-delivery", "status/+")
        return self

    def __exit__(self, *_: object) -> None:
        self.bus.__exit__()

    def tell(self, state: HallState | CallsState) -> None:
        self.version += 1
        topic = "state/hall" if isinstance(state, HallState) else "state/calls"
        self.bus.keep(topic, encode(msgspec.structs.replace(state, version=self.version)))

    def hear(self) -> None:
        """Everything that has come since the last time."""
        while not self.bus.inbox.empty():
            delivery = self.bus.inbox.get()
            if delivery.topic == "command/report-delivery":
                said = decode(delivery.payload, ReportDelivery)
                self.bus.answer(delivery, encode(Answer(id=said.id, done=True)))
                if said.id not in {report.id for report in self.reports}:
                    self.reports.append(said)
            elif delivery.topic.startswith("status/"):
                self.health[delivery.topic.removeprefix("status/")] = decode(delivery.payload, Status)

    def said(self) -> list[str]:
        """Reports in the order in which they came, as "A001 sign-3 shown"."""
        self.hear()
        return [f"{r.call.split('-')[3]} {r.device} {r.result}" for r in self.reports]

    def wait_for(self, *said: str) -> None:
        wait_for(lambda: set(said) <= set(self.said()), lambda: f"{said}, only {self.said()}")

    def healthy(self, device: str) -> bool | None:
        self.hear()
        status = self.health.get(device)
        return None if status is None else status.online

    def detail(self, device: str) -> str:
        self.hear()
        status = self.health.get(device)
        return "" if status is None else status.detail


def write(hall: Hall, path: Path) -> Path:
    """The hall as a file that a process can be started with."""
    path.write_bytes(tomli_w.dumps(_without_none(msgspec.to_builtins(hall))).encode())
    return path


def _without_none(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_none(each) for key, each in value.items() if each is not None}
        case list() | tuple():
            return [_without_none(each) for each in value]
        case _:
            return value


@contextmanager
def process(part: str, file: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m display part`, ended at the end."""
    log = file.with_name(f"{part}.log")
    with log.open("ab") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "display", part, "--config", str(file)],
            cwd=ROOT,
            env=os.environ | env,
            stdout=out,
            stderr=out,
        )
    try:
        yield started
    except BaseException:
        print(log.read_text()[-4000:])
        raise
    finally:
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
