"""What the doctor's tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from drivers.doctor import probe


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulators answer at once."""
    monkeypatch.setattr(probe, "PATIENT", 0.4)
    monkeypatch.setattr(probe, "HASTY", 0.15)
