"""No key and no window manager leaves the kiosk; a signal does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broker import Broker
from tests.kiosk.stage import Stage


@pytest.mark.timeout(120)
def test_escape_f1_and_alt_f4_leave_the_kiosk_where_it_is(tmp_path: Path, broker: Broker) -> None:
    module = "tests.kiosk.escaping"
    with Stage(tmp_path, 1, broker, module) as stage:
        stage.page("home")
        tried = tmp_path / "left.txt"
        stage.until(tried.exists, "the keys were pressed")
        assert tried.read_text("utf-8") == "stays"
        stage.touch("全部业务")
        stage.page("all")
        assert stage.stop(module) == 0


@pytest.mark.timeout(120)
def test_a_touch_panel_that_is_plugged_in_again_is_felt_again(tmp_path: Path, broker: Broker) -> None:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        stage.until(lambda: stage.glass.do("is_read"), "the panel being read")
        stage.glass.do("unplug")
        stage.until(lambda: not stage.glass.do("is_read"), "the kiosk letting go of the panel")
        stage.glass.do("plug")
        stage.touch("全部业务")
        stage.page("all")
