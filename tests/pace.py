"""How fast this machine is for us just now: the time that a little work takes, beside the time that it needs.

A machine that is busy with something else gives each process a share of its cores. Someone who works and measures in
the same moments finds out which; on a calm machine it is all of one core, and nothing is forgiven.
"""

from __future__ import annotations

import threading
import time
from typing import Self

WORK, REST = 0.01, 0.09  # seconds of a core that are used, and left to others, in turn


class Pace:
    """`slower` is how many times longer than its own time the work took, at least 1, from start to end of the block."""

    def __init__(self) -> None:
        self._took = self._needed = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def slower(self) -> float:
        return max(1.0, self._took / self._needed) if self._needed else 1.0

    def _work(self) -> None:
        while not self._over.is_set():
            began, needed = time.monotonic(), time.thread_time()
            while time.thread_time() - needed < WORK:
                pass
            self._took += time.monotonic() - began
            self._needed += time.thread_time() - needed
            self._over.wait(REST)
