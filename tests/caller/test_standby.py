"""The first caller is killed in the middle of a morning: the standby goes on, and nobody in the hall is the wiser."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import msgspec

from caller.backup import verify
from caller.journal import Journal
from caller.messages import (
    Answer,
    Command,
    ConfirmTicket,
    ReserveTicket,
    TicketIssued,
    TicketReserved,
    encode,
    topic,
)
from config.schema import Hall
from drivers.mqtt import Bus
from tests.caller.started import ROOT, written
from tests.postgres import Postgres

KIOSKS = 6
SERVICES = ("transfer", "mortgage", "first")
BEFORE, AFTER = 60, 60  # answers


class Kiosks:
    """They give numbers as fast as they are answered; whoever is not answered asks again with the same id."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.heard: list[tuple[float, Answer]] = []
        self.closed = threading.Event()

    def serves(self, kiosk: int) -> None:
        broker = self._hall.broker
        with Bus(broker.host, broker.port, self._hall.hall.id, f"kiosk-{kiosk}") as bus:
            n = 0
            while not self.closed.is_set():
                n += 1
                service = SERVICES[kiosk % len(SERVICES)]
                given = self._asks(bus, ReserveTicket(id=f"r{kiosk}-{n}", service=service)).ticket
                assert given is not None
                self._asks(bus, ConfirmTicket(id=f"c{kiosk}-{n}", ticket=given.number))

    def _asks(self, bus: Bus, command: Command) -> Answer:
        answer = msgspec.json.decode(bus.ask(topic(command), encode(command), 60), type=Answer)
        assert answer.done, answer
        self.heard.append((time.monotonic(), answer))
        return answer

    def heard_at_least(self, many: int) -> None:
        end = time.monotonic() + 60
        while len(self.heard) < many:
            assert time.monotonic() < end, f"only {len(self.heard)} answers"
            time.sleep(0.02)


def test_killed_while_commands_flow_nothing_is_lost_and_nothing_done_twice(
    ours: Hall, postgres: Postgres, tmp_path: Path
) -> None:
    """The time is the promise itself, so here it is measured."""
    url = postgres.database()
    hall = msgspec.structs.replace(ours, caller=msgspec.structs.replace(ours.caller, journal=url))
    file, kiosks = written(hall, tmp_path), Kiosks(hall)

    def start(stack: ExitStack, *arguments: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "caller", "--config", str(file), *arguments]
        log = stack.enter_context((tmp_path / f"caller{''.join(arguments)}.log").open("wb"))
        process = subprocess.Popen(line, cwd=ROOT, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.kill)
        return process

    with ExitStack() as stack, ThreadPoolExecutor(KIOSKS) as threads:
        stack.callback(kiosks.closed.set)
        first = start(stack)
        giving = [threads.submit(kiosks.serves, kiosk) for kiosk in range(KIOSKS)]
        kiosks.heard_at_least(1)
        start(stack, "--standby")
        while "standing by" not in (tmp_path / "caller--standby.log").read_text():
            time.sleep(0.05)
        kiosks.heard_at_least(len(kiosks.heard) + BEFORE)
        first.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        kiosks.heard_at_least(len(kiosks.heard) + AFTER)
        kiosks.closed.set()
        for one in giving:
            one.result(60)
    times = sorted(at for at, _ in kiosks.heard)
    silence = max(after - before for before, after in pairwise(times) if after > killed)
    print(f"{len(times)} answers, nobody was answered for {silence:.2f} s")
    assert silence < 5
    given = [
        answer.ticket.number for _, answer in kiosks.heard if answer.id.startswith("r") and answer.ticket
    ]
    assert len(given) == len(set(given))
    with Journal(url) as journal:
        events = list(journal.today())
        said = journal.answers("2026-11-23", {answer.id for _, answer in kiosks.heard})
    assert said == {answer.id: answer for _, answer in kiosks.heard}, (
        "what was answered is what is written down"
    )
    for kind in (TicketReserved, TicketIssued):
        assert sorted(e.ticket for e in events if isinstance(e, kind)) == sorted(given)
    verify(url)
