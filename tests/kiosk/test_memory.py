"""A kiosk that has shown many visitors many screens holds no more memory than one that has shown a few."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.kiosk import soaked
from tests.broker import Broker
from tests.kiosk.stage import Stage

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


@pytest.mark.timeout(120)
def test_a_page_that_has_gone_is_held_no_longer_not_even_the_first(tmp_path: Path, broker: Broker) -> None:
    with Stage(tmp_path, 1, broker, "tests.kiosk.leaving") as stage:
        stage.page("home")
        stage.touch("全部业务")
        stage.page("all")
        counted = tmp_path / "sheets.txt"
        stage.until(lambda: len(counted.read_text().split()) >= 2, "two pages counted")
    assert set(counted.read_text().split()) == {"1"}
