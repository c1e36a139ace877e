"""Of a serial line on which nothing answers the doctor says which URL would, or which rates were tried."""

from __future__ import annotations

import os
import termios
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.doctor import probe
from drivers.doctor.asked import SILENT_SIGNS
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.sign.open import KINDS as SIGNS
from drivers.sim import make
from tests.drivers.patients import one, pty, told

pytestmark = pytest.mark.usefixtures("hurry")

ASKED_SIGNS = sorted(set(SIGNS) - set(SILENT_SIGNS))


class AtBaud:
    """A device on a pty that hears only what is sent at its own speed, as on a real line."""

    def __init__(self, stack: ExitStack, kind: str, speed: int) -> None:
        self.sim = make(kind, kind, None, {})
        self.speed = speed
        self.master, slave = os.openpty()
        self.path = os.ttyname(slave)
        self.done = threading.Event()
        thread = threading.Thread(target=self.run)
        thread.start()
        stack.callback(os.close, self.master)
        stack.callback(os.close, slave)
        stack.callback(thread.join)
        stack.callback(self.done.set)
        os.set_blocking(self.master, False)

    def run(self) -> None:
        while not self.done.wait(0.01):
            try:
                heard = os.read(self.master, 4096)
            except OSError:
                continue
            if termios.tcgetattr(self.master)[4] == self.speed:
                os.write(self.master, self.sim.receive(heard))


def test_a_wrong_baud_rate_is_found_and_the_right_url_is_told(stack: ExitStack) -> None:
    card = AtBaud(stack, "onbon", termios.B57600)
    found = one(Device("sign:1", "onbon", f"serial:{card.path}?baud=9600"))
    assert found.state is State.FAULT
    right = f"serial:{card.path}?baud=57600"
    assert found.todo == f"波特率 57600 有应答：把 url 改成 {right}"
    assert one(Device("sign:1", "onbon", right)).state is State.FINE


def test_the_rate_that_a_maker_prescribes_is_not_tried_twice_and_the_usual_one_is(
    stack: ExitStack, tmp_path: Path
) -> None:
    """An old card reader at 9600, and a URL that names no rate: 115200 was asked."""
    key = tmp_path / "id.key"
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    old = AtBaud(stack, "idcard", termios.B9600)
    found = one(Device("reader:1-idcard", "idcard", f"serial:{old.path}", {"key_file": str(key)}))
    assert found.todo == f"波特率 9600 有应答：把 url 改成 serial:{old.path}?baud=9600"
    deaf = one(Device("reader:1-idcard", "idcard", pty(stack, "pad").url, {"key_file": str(key)}))
    assert deaf.todo.startswith("试过波特率 115200、9600、19200")


def test_a_misspelt_option_is_told_as_one_and_not_as_a_mistake_of_the_program(stack: ExitStack) -> None:
    url = f"{pty(stack, 'pad').url}?buad=9600"
    for device in (
        Device("printer:1", "printer", url, {"profile": "80mm"}),
        Device("sign:1", "onbon", url),
        Device("pagers:terminal", "tap", url),
        Device("keypad:3", "modbus", url, {"address": 3}),
    ):
        found = one(device)
        assert found.state is State.FAULT and "不认识选项 buad" in found.answer, found
        assert "程序" not in found.todo, found


def test_every_kind_that_could_answer_and_does_not_tells_the_rates_that_were_tried(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Device(f"sign:{n}", kind, pty(stack, "pad").url, {}) for n, kind in enumerate(ASKED_SIGNS, 1)]
    rows.append(Device("printer:1", "printer", pty(stack, "pad").url, {"profile": "80mm"}))
    rows.append(Device("pagers:terminal", "tap", pty(stack, "pad").url))
    rows.append(Device("reader:1-idcard", "idcard", pty(stack, "pad").url, {"key_file": "/dev/null"}))
    rows.append(Device("keypad:3", "modbus", pty(stack, "pad").url, {"address": 3}))
    monkeypatch.setattr(
        probe, "BAUDS", (9600, 19200, 57600)
    )  # an Alpha sign alone wants a second and a half for each
    findings = told(rows)
    assert "寻呼台没有应答" in [found.answer for found in findings]
    for found in findings:
        assert found.state is State.FAULT and "没有" in found.answer, found
        rates = "115200、9600、19200、57600" if "身份证" in found.answer else "9600、19200、57600"
        assert found.todo.startswith(f"试过波特率 {rates}，都没有应答"), found
