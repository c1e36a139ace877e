"""A place for hundreds of small disks; they may be quick, as nobody pulls their plug but the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.offline.outage import QUICK


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="hall-crash-", dir=QUICK) as place:
        yield Path(place)
