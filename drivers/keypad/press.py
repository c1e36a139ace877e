"""A key that a clerk pressed, whatever it was pressed on. What it means is the keymap's business."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Press:
    """`source` is the keypad's name (on a bus `name:address`), `digits` what was typed before the key.

    `at` is seconds on the reader's monotonic clock.
    """

    source: str
    key: str
    digits: str = ""
    at: float = 0.0
