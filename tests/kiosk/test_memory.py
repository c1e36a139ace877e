"""A kiosk that has shown many visitors many screens holds no more memory than one that has shown a few."""

from __future__ import annotations

import pytest

from tests.bench.kiosk import soaked

FLAT = 1.05


@pytest.mark.timeout(600)
def test_a_few_hundred_screens_and_memory_no_longer_grows() -> None:
    """Smoke: by the half of them each face, size and glyph has been drawn."""
    used = soaked(400)
    assert used[-1] <= used[4] * FLAT, used


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_screens_leave_no_trace() -> None:
    used = soaked(10_000)
    assert used[-1] <= used[0] * FLAT, used
