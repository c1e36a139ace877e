"""All of the queue: its rows, its service over the broker with eight clients, a crowd that waits, a start.

`--count N` says how much: 4 N visitors, up to 200 N who wait, 2,000 N events in the journal at the start.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import long, rows, service
from tests.bench.result import Result


def run(count: int, folder: str | None = None) -> Iterator[Result]:
    yield from rows.run(4 * count, folder)
    yield from service.run(4 * count, folder)
    yield from long.waiting(200 * count, folder)
    yield from long.start(2000 * count, folder)
