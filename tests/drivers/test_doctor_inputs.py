"""The doctor on what is read as events, and on a printer of a model that nobody makes."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

from drivers.doctor import trial
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.sim import host
from drivers.sim.evdev import EvdevDevice
from tests.drivers.patients import one


def test_a_printer_model_that_does_not_exist_is_a_word_to_mend_and_no_mistake_of_the_program() -> None:
    misspelt = Device("printer:1", "printer", "tcp:127.0.0.1:1", {"profile": "80m"})
    found = one(misspelt)
    assert found.state is State.FAULT and not found.todo
    assert found.answer.startswith("[kiosk] printer.profile = 80m：可以写") and "80mm-epson" in found.answer
    with pytest.raises(ValueError, match="80mm-epson"):
        trial.attempt(misspelt, "", lambda _said: None)


EXAMINED = """
import sys
from drivers.doctor.devices import Device
from drivers.doctor.probe import examine
for kind, url in zip(("usb", "touch", "jack"), sys.argv[1:], strict=True):
    found = examine([Device(f"{kind}:1", kind, url)])
    print(found.state, found.answer)
"""


def test_what_is_read_as_events_tells_its_name_or_that_it_is_not_there() -> None:
    inputs = [
        EvdevDevice("pad-1"),
        EvdevDevice("glass-1", kind="touch"),
        EvdevDevice("socket-1", kind="jack"),
    ]
    with ExitStack() as stack:
        urls = [stack.enter_context(host.serve_own(each)).url for each in inputs]
        env, command = os.environ | inputs[0].env(), [sys.executable, "-c", EXAMINED]
        there = subprocess.run([*command, *urls], env=env, capture_output=True, text=True, check=True).stdout
        gone = [f"evdev:/dev/hall/no-{n}" for n in range(3)]
        away = subprocess.run([*command, *gone], env=env, capture_output=True, text=True, check=True).stdout
    assert [line.partition("-1 ")[0] for line in there.splitlines()] == [
        "fine 数字键盘 pad",
        "fine 触摸屏 glass",
        "fine 耳机插孔 socket",
    ]
    assert there.rstrip().endswith("，空着")
    assert [line.partition("：")[0] for line in away.splitlines()] == [
        "fault 打不开数字键盘",
        "fault 打不开触摸屏",
        "fault 打不开耳机插孔",
    ]
