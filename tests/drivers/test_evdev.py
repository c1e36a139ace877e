"""Glass and keys at evdev level: another process reads our devices as it reads the kernel's."""

from __future__ import annotations

import json
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from evdev import InputEvent

from drivers.errors import DeviceLost
from drivers.keypad.usb import Typing, UsbPad
from drivers.sim import host
from drivers.sim.evdev import EvdevDevice

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests" / "vectors" / "usb_pad.json").read_text("utf-8"))
PATIENCE = 40  # seconds; a first Kivy start on a slow machine


class Reader:
    """A child process whose lines can be waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._gather, daemon=True).start()

    def _gather(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def next(self) -> str:
        return self.lines.get(timeout=PATIENCE)

    def until(self, start: str) -> str:
        while not (line := self.next()).startswith(start):
            pass
        return line


@contextmanager
def reading(module: str, device: EvdevDevice, *args: str) -> Iterator[Reader]:
    command = [sys.executable, "-m", f"tests.drivers.{module}", *args]
    with subprocess.Popen(
        command, env=os.environ | device.env(), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()


def test_a_number_pad_is_read_grabbed_pulled_out_and_put_back() -> None:
    pad = EvdevDevice("keypad-8")
    with host.serve_own(pad) as served, reading("grabber", pad, served.url) as reader:
        assert reader.next() == "ready keypad-8 number pad usb-0000:00:14.0-keypad-8/input0"
        for key in ("KP1", "KP2", "KPENTER"):
            served.do("press", key=key)
        served.do("hold", key="KPPLUS")
        served.do("press", key="KPENTER")
        assert [reader.next() for _ in range(5)] == [
            "keypad-8 KP1 1",
            "keypad-8 KP2 12",
            "keypad-8 KPENTER 12",
            "keypad-8 KPPLUS",  # held down: still one press
            "keypad-8 KPENTER",
        ]
        served.do("unplug")
        for _ in range(60):  # it may stay away for as long as it likes
            assert reader.next() == "lost keypad-8"
        served.do("press", key="KP9")  # falls on the floor
        served.do("plug")
        reader.until("ready")
        served.do("press", key="KPMINUS")
        assert reader.next() == "keypad-8 KPMINUS"


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1280, 800)])
def test_a_finger_on_the_glass_is_a_kivy_touch_at_that_very_spot(width: int, height: int) -> None:
    panel = EvdevDevice("touch-1", kind="touch", width=width, height=height)
    path = panel.url().partition(":")[2]
    with (
        host.serve_own(panel) as served,
        reading("glass", panel, path, str(width), str(height)) as reader,
    ):
        reader.until("ready")
        while not served.do("is_read"):  # a touch before that is lost, as on a real panel
            assert reader.process.poll() is None
            time.sleep(0.01)
        for x, y in ((width // 4, height // 10), (3, 3), (width - 3, height - 3)):
            served.do("touch", x=x, y=y)
            assert_touch(reader.next(), "down", x, height - y)
            assert_touch(reader.next(), "up", x, height - y)
        served.do("double_touch", x=50, y=60)
        for action, double in (("down", 0), ("up", 0), ("down", 1), ("up", 1)):
            assert_touch(reader.next(), action, 50, height - 60, double)
        served.do("two_fingers", x=100, y=100, x2=700, y2=500)
        assert_touch(reader.next(), "down", 100, height - 100)
        assert_touch(reader.next(), "down", 700, height - 500)
        assert [reader.next().split()[0] for _ in range(2)] == ["up", "up"]


def assert_touch(line: str, action: str, x: int, y: int, double: int = 0) -> None:
    """Within a pixel: the panel's grid is finer than the screen, and Kivy counts from 0 to height - 1."""
    word, *numbers = line.split()
    got_x, got_y, got_double = map(int, numbers)
    assert (word, got_double) == (action, double), line
    assert abs(got_x - x) <= 1, line
    assert abs(got_y - y) <= 1, line


def test_a_headphone_socket_tells_what_is_put_in_and_pulled_out() -> None:
    socket = EvdevDevice("jack-1", kind="jack")
    with host.serve_own(socket) as served, reading("socketed", socket, served.url) as reader:
        assert reader.next() == "open False"
        for action, word in (("insert", "in"), ("remove", "out"), ("insert", "in")):
            served.do(action)
            assert reader.next() == word
        served.do("unplug")
        reader.until("lost")
        served.do("plug")
        reader.until("open")


def test_what_reports_no_headphones_is_no_socket() -> None:
    pad = EvdevDevice("keypad-7")
    with host.serve_own(pad) as served, reading("socketed", pad, served.url) as reader:
        assert reader.next().startswith("lost")


def test_all_devices_of_a_process_share_one_testbed_and_die_with_it() -> None:
    pad, panel = EvdevDevice("keypad-9"), EvdevDevice("touch-2", kind="touch")
    assert pad.env() == panel.env()
    assert pad.url() != panel.url()
    assert not pad.do("is_read")
    with pytest.raises(ValueError, match="touch"):
        pad.do("touch", x=1, y=1)
    with pytest.raises(ValueError, match="KPFOO"):
        pad.do("press", key="KPFOO")
    with pytest.raises(ValueError, match="not on the glass"):
        panel.do("touch", x=5000, y=1)
    code = "from drivers.sim.evdev import EvdevDevice as E; print(E('a').env()['UMOCKDEV_DIR'])"
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not Path(child.stdout.strip()).exists()


def test_a_pad_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost, match="keypad-8"), UsbPad("keypad-8", "evdev:/dev/input/event99"):
        pass
    with pytest.raises(ValueError, match="evdev:"), UsbPad("keypad-8", "serial:/dev/ttyS0"):
        pass


def test_digits_wait_for_their_key_and_are_forgotten() -> None:
    typing = Typing()
    assert typing.key("KP1", 0.0) == ("KP1", "1")
    assert typing.key("KP2", 1.0) == ("KP2", "12")
    assert typing.key("KPENTER", 2.0) == ("KPENTER", "12")
    assert typing.key("KPENTER", 3.0) == ("KPENTER", "")
    typing.key("KP5", 4.0)
    assert typing.key("BACKSPACE", 5.0) == ("BACKSPACE", "")
    typing.key("KP7", 6.0)
    assert typing.key("KPENTER", 60.0) == ("KPENTER", "")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_a_key_is_what_the_kernel_calls_so(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kind, code, value = struct.unpack("<HHi", bytes.fromhex(vector["hex"]))
    pad = UsbPad("keypad-8", "evdev:/dev/hall/keypad-8")
    monkeypatch.setattr(pad, "keys", lambda _: [InputEvent(0, 0, kind, code, value)])
    assert [press.key for press in pad.presses(0)] == [vector["key"]] * (vector["key"] is not None)
