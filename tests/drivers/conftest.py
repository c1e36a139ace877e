"""What the doctor's tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from drivers.doctor import asked


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulators answer at once."""
    monkeypatch.setattr(asked, "PATIENT", 0.4)
    monkeypatch.setattr(asked, "HASTY", 0.15)
