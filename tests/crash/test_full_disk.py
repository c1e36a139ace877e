"""A disk that is full or fails, as a kiosk meets it over the wire: it is told so, nobody was given anything, and when
there is room again the service goes on by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from caller.backup import verify
from caller.journal import Journal
from caller.messages import Answer, HallState, Reason, ReserveTicket, TicketReserved, decode, encode, topic
from config.schema import Hall
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.caller.started import ROOT, written
from tests.caller.witness import Witness

ENOUGH = 400  # visitors; the disk is well again long before


@contextmanager
def caller_with(hall: Hall, folder: Path, failure: str) -> Iterator[None]:
    """The service as it runs in a hall, on a disk that fails at these of its writes or syncs."""
    strace = ["strace", "-D", "-f", "-qq", "-e", "trace=pwrite64,fdatasync", "-e", f"inject={failure}"]
    line = [*strace, "-o", "/dev/null", "--", sys.executable, "-m", "caller", "--config"]
    with (folder / "caller.log").open("wb") as log:
        process = subprocess.Popen([*line, str(written(hall, folder))], cwd=ROOT, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
        print((folder / "caller.log").read_text())  # pytest shows it when the test fails


@pytest.mark.parametrize(
    "failure",
    [
        "pwrite64:error=ENOSPC:when=70..130",
        "pwrite64:error=EIO:when=70..130",
        "fdatasync:error=EIO:when=25..35",
    ],
)
def test_a_full_disk_is_told_to_who_asks_and_nothing_is_given(
    hall: Hall, broker: Broker, folder: Path, failure: str
) -> None:
    url = f"sqlite:///{folder}/journal.db"
    ours = msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
        caller=msgspec.structs.replace(hall.caller, journal=url),
    )
    given: list[str] = []
    refused: list[int] = []
    with caller_with(ours, folder, failure), Bus(broker.host, broker.port, hall.hall.id, "kiosk") as kiosk:
        witness = Witness(kiosk)
        for visitor in range(ENOUGH):
            command = ReserveTicket(id=f"r{visitor}", service="transfer", token=f"t{visitor}")
            answer = decode(kiosk.ask(topic(command), encode(command), 30), Answer)
            if answer.ticket is not None:
                given.append(answer.ticket.number)
            else:
                assert (answer.done, answer.reason) == (False, Reason.JOURNAL_UNAVAILABLE)
                refused.append(visitor)
            if refused and visitor > refused[-1] + 5:
                break
        witness.until(lambda: shown(witness) == given)
    assert refused and refused[0] > 0, "the disk failed in the middle of the day"
    assert given == [f"A{n:03d}" for n in range(1, len(given) + 1)], "no number was lost or given twice"
    with Journal(url) as journal:
        written_down = [e for e in journal.today() if isinstance(e, TicketReserved)]
        told = journal.answers("2026-11-23", {f"r{visitor}" for visitor in refused})
    assert [e.ticket for e in written_down] == given and told == {}, "who was refused has no number"
    verify(url)


def shown(witness: Witness) -> list[str]:
    """The numbers that the hall was shown last."""
    state = witness.heard.get("state/hall")
    return [ticket for ticket, _ in decode(state, HallState).reserved] if state else []
