"""No key, no finger and no window manager leaves the kiosk; a signal does, and so does a loop that hangs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.broker import Broker
from tests.kiosk.escaping import COMBOS
from tests.kiosk.stage import Stage


@pytest.mark.timeout(120)
def test_no_key_combination_and_no_window_manager_leaves_the_kiosk(tmp_path: Path, broker: Broker) -> None:
    module = "tests.kiosk.escaping"
    with Stage(tmp_path, 1, broker, module) as stage:
        stage.page("home")
        tried = tmp_path / "left.txt"
        stage.until(tried.exists, "the keys were pressed")
        stage.until(lambda: tried.read_text("utf-8") == str(len(COMBOS)), "each of them came to the window")
        assert stage.screen.page == "home"
        stage.touch("全部业务")
        stage.page("all")
        assert stage.stop(module) == 0


@pytest.mark.timeout(120)
def test_a_long_press_is_a_touch_and_opens_nothing(tmp_path: Path, broker: Broker) -> None:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        stage.touch("全部业务", seconds=2.5)
        stage.page("all")
        stage.touch("返回", seconds=7.0)
        stage.page("home")
        stage.touch("全部业务")
        stage.page("all")


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


@pytest.mark.timeout(120)
def test_a_loop_that_hangs_stops_feeding_the_watchdog(tmp_path: Path, broker: Broker) -> None:
    module = "tests.kiosk.hanging"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        stage = Stage(tmp_path, 1, broker, module)
        stage.watched = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "4000000"}
        with stage:
            stage.page("home")
            fed(systemd)
            fed(systemd)
            stage.touch("全部业务")
            systemd.settimeout(4.0)  # what systemd itself would wait
            with pytest.raises(TimeoutError):
                for _ in range(40):  # what was fed before still lies in the socket
                    fed(systemd)
            stage.stop(module, kill=True)  # as systemd does
            assert stage.screen.page == "home"


def fed(systemd: socket.socket) -> None:
    while systemd.recv(64) != b"WATCHDOG=1":
        pass
