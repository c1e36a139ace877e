"""`python -m tests.crash.till FOLDER VISITORS`: the caller service at work, for others to kill, starve and cut off.

It serves visitor after visitor, and writes a line into FOLDER/answers the moment each answer goes out: whatever is
there was promised to somebody. A refused command is said again, as every device of the hall does.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from caller import database
from caller.messages import (
    Answer,
    CallNext,
    Command,
    ConfirmTicket,
    FinishTicket,
    Reason,
    ReserveTicket,
    ServeTicket,
)
from config.load import load
from drivers.mqtt import Delivery
from tests.quiet import Ears, QuietHall

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in the hall
PATIENCE = 200  # times that a refused command is said again


def commands(visitors: int) -> list[Command]:
    """A ticket and a call for each visitor."""
    said: list[Command] = []
    for n in range(1, visitors + 1):
        said += [
            ReserveTicket(id=f"r{n}", service="transfer", token=f"t{n}"),
            ConfirmTicket(id=f"c{n}", ticket=f"A{n:03d}"),
            CallNext(id=f"n{n}", window=3),
            ServeTicket(id=f"s{n}", window=3),
            FinishTicket(id=f"f{n}", window=3),
        ]
    return said


class Witness(Ears):
    """Writes down each promise before anybody could hear of it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def answer(self, delivery: Delivery, payload: bytes) -> None:
        super().answer(delivery, payload)
        os.write(self._file, payload + b"\n")


def promised(file: Path) -> dict[str, Answer]:
    lines = file.read_bytes().splitlines() if file.exists() else []
    answers = [msgspec.json.decode(line, type=Answer) for line in lines]
    return {answer.id: answer for answer in answers if answer.reason is not Reason.JOURNAL_UNAVAILABLE}


def at_work(folder: Path, visitors: int) -> QuietHall:
    """The hall opened and every visitor served, each command repeated until it is answered."""
    quiet = QuietHall(load(HALL), folder / "journal.db", AT)
    quiet.ears.__class__ = Witness
    Witness.__init__(quiet.ears, folder / "answers")  # type: ignore[arg-type]  # it has just become one
    quiet.__enter__()
    for command in commands(visitors):
        for _ in range(PATIENCE):
            if quiet.does(command).reason is not Reason.JOURNAL_UNAVAILABLE:
                break
            time.sleep(0.001)
    return quiet


CARELESS = (("journal_mode", "WAL", "wal"), ("synchronous", "NORMAL", 1))
OFTEN = (*database.PRAGMAS, ("wal_autocheckpoint", "60", 60))

if __name__ == "__main__":
    if "--careless" in sys.argv:  # to show that the tests would find it
        database.PRAGMAS = CARELESS  # type: ignore[assignment]
    if "--often" in sys.argv:  # SQLite carries the log into the file every 60 pages instead of every 1,000
        database.PRAGMAS = OFTEN  # type: ignore[assignment]
    at_work(Path(sys.argv[1]), int(sys.argv[2])).__exit__(None, None, None)
