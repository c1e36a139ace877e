"""A call on its way into the hall: from the clerk's key to the sign's first byte, the pager's frame, the first sample
of sound and the board's pixels. As `wires`, with a board that is drawn in software, and its hop in the floor."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import wires
from tests.bench.result import Result


def run(count: int, folder: str | None = None) -> Iterator[Result]:
    yield from wires.run(count, folder, board=True)
