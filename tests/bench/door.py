"""What the front door costs at a second start, before anything of ours runs: set-up that finds nothing to do.

The floor is the same Python without the door, taking turns with it.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.result import Result, compare
from tests.front.checkout import Checkout

LEAST, MOST = 3, 20  # starts


def run(count: int, folder: str | None = None) -> Iterator[Result]:
    """In a checkout of its own, whose set-up is over when the first start is."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        checkout = Checkout(Path(place).resolve())
        checkout.set_up()
        doors, floors = list[float](), list[float]()
        for _ in range(max(LEAST, min(MOST, count))):
            began = perf_counter()
            started = checkout.hall("python", "-c", "pass")
            between = perf_counter()
            subprocess.run([checkout.folder / ".venv/bin/python", "-c", "pass"], check=True)
            doors.append((between - began) * 1000)
            floors.append((perf_counter() - between) * 1000)
            assert (started.returncode, started.stderr) == (0, ""), "this was no second start"
    yield compare("second start, p50", "ms", median(doors), median(floors))
    yield compare(f"second start, slowest of {len(doors)}", "ms", max(doors), median(floors))
