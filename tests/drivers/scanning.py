"""Prints what a keyboard wedge reads, and how it is: `python -m tests.drivers.scanning URL`."""

from __future__ import annotations

import queue
import sys

from drivers.reader.scanner import Scan
from drivers.reader.watch import Read, open_reader, watch

said: queue.SimpleQueue[str] = queue.SimpleQueue()


def on_read(read: Read) -> None:
    assert isinstance(read, Scan)
    said.put(f"{read.source} {read.code}")


with watch(
    "scanner-1",
    lambda: open_reader("wedge", "scanner-1", sys.argv[1]),
    on_read,
    lambda name, state, why: said.put(f"{state} {name} {why}"),
):
    while True:
        print(said.get(), flush=True)
