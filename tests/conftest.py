"""What many tests stand on: the example hall, and a private broker on a free loopback port."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from config.load import load
from config.schema import Hall
from drivers import clock
from tests.broker import Broker

ROOT = Path(__file__).parent.parent

settings.register_profile("hall", deadline=None)  # how fast something is, a benchmark says
settings.load_profile("hall")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes first (every page, whole halls): beside it the other worker goes through the short files, and
    at the end neither waits for the other."""
    items.sort(key=lambda item: (item.path.name != "test_pages.py", item.path.parent.name != "whole"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was not run has shown nothing: where something that it needs is missing, it fails."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that was not run, too."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def hall() -> Hall:
    return load(ROOT / "config" / "hall.toml")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path) as broker:
        yield broker


@pytest.fixture(scope="session", autouse=True)
def a_monday_morning(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whenever the tests run, in the hall it is nine on a Monday: this process and whatever it starts reads it."""
    import os

    file = tmp_path_factory.mktemp("wall") / "clock"
    clock.put(file, datetime(2026, 11, 23, 9, 0))
    os.environ["HALL_CLOCK"] = str(file)


@pytest.fixture(scope="session", autouse=True)
def no_desktop() -> None:
    """Kivy draws off screen in tests; set before anything imports it."""
    import os

    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    for name in ("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG"):
        os.environ.setdefault(name, "1")
