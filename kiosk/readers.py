"""What reads at this kiosk, each on a thread of its own: cards and codes become events, health becomes status.

A number lives in the driver alone; what comes out here is a keyed hash, a masked name and an age band, or a code.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from caller.messages import Status
from config.schema import Hall, Kiosk, Reader, ReaderKind
from drivers.clock import now
from drivers.reader.idcard import Again
from drivers.reader.person import Person
from drivers.reader.watch import Read, open_reader, watch
from drivers.reader.watch import Reader as Device
from drivers.worker import LOST
from kiosk.happenings import Carded, Misread, Scanned


class Readers:
    """`said` are events for the session, `health` is (name under status/, status), on change only."""

    def __init__(self, hall: Hall, kiosk: Kiosk) -> None:
        self.hall = hall
        self.said: SimpleQueue[Carded | Misread | Scanned] = SimpleQueue()
        self.health: SimpleQueue[tuple[str, Status]] = SimpleQueue()
        self._readers = [reader for reader in hall.reader if reader.kiosk == kiosk.id]
        self._watches = ExitStack()

    def __enter__(self) -> Self:
        for reader in self._readers:
            name = named(reader)
            self._watches.enter_context(
                watch(name, lambda reader=reader: self._open(reader), self._read, self._feel)  # type: ignore[misc]
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watches.close()

    def _open(self, reader: Reader) -> Device:
        return open_reader(
            reader.kind, named(reader), reader.url, key_file=reader.key_file,
            today=lambda: now(self.hall.hall.timezone).date(),
        )  # fmt: skip

    def _read(self, read: Read) -> None:
        at = time.monotonic()
        match read:
            case Person():
                self.said.put(Carded(read, at))
            case Again():
                self.said.put(Misread(at))
            case _:
                self.said.put(Scanned(read.code, at))

    def _feel(self, name: str, state: str, why: str) -> None:
        self.health.put((name, Status(online=state != LOST, detail=why)))


def named(reader: Reader) -> str:
    """Under status/, in logs and on the set-up pages."""
    return f"{ReaderKind(reader.kind)}-{reader.kiosk}"
