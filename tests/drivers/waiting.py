"""Waiting for what must come, without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 15.0  # seconds; a slow machine, not a slow product


def until(
    true: Callable[[], bool], what: Callable[[], object] = lambda: "", patience: float = PATIENCE
) -> None:
    """Returns as soon as `true()`; AssertionError with `what()` when it does not come."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"it did not come: {what()}"
        time.sleep(0.005)
