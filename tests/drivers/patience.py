"""Waiting for what a device does in its own time, and no longer than a test may take."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(true: Callable[[], bool], what: str, timeout: float = 10.0) -> None:
    """Return as soon as it is true; AssertionError with `what` when it never is."""
    end = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.005)
