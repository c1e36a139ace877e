"""What many tests stand on: the example hall, and a private broker on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.load import load
from config.schema import Hall
from tests.broker import Broker

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def hall() -> Hall:
    return load(ROOT / "config" / "hall.toml")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path) as broker:
        yield broker


@pytest.fixture(scope="session", autouse=True)
def no_desktop() -> None:
    """Kivy draws off screen in tests; set before anything imports it."""
    import os

    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    for name in ("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG"):
        os.environ.setdefault(name, "1")
