"""The pad on a clerk's PC: a real process, a real Kivy window, and a finger on a simulated panel."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from caller.messages import (
    CallNext,
    OpenWindow,
    ReportDelivery,
    ScreenState,
    Status,
    Target,
    WindowStatus,
    encode,
)
from caller.messages.words import Channel, Result
from caller.padwire import SAME_PRESS
from config.schema import Hall
from drivers.sim.evdev import EvdevDevice
from drivers.sim.host import Served, serve_own
from tests.broker import Broker
from tests.caller.started import ROOT, started, written
from tests.caller.witness import Witness

WIDTH, HEIGHT = 420, 760


class Finger:
    """A finger over the pad of one window; it finds keys by what stands on them."""

    def __init__(self, panel: Served, witness: Witness, window: int) -> None:
        self.panel, self.witness, self.window = panel, witness, window
        self.last = time.monotonic()

    def sees(self, label: str) -> Target | None:
        screen = self.witness.screen(self.window)
        return next((t for t in screen.targets if t.label == label), None) if screen else None

    def touches(self, label: str) -> None:
        """No finger is faster than what a pad takes for one press that bounced."""
        rested = self.last + 2 * SAME_PRESS
        self.witness.until(lambda: self.sees(label) is not None and time.monotonic() > rested)
        self.last = time.monotonic()
        key = self.sees(label)
        assert key is not None
        self.panel.do("touch", x=key.x + key.width / 2, y=key.y + key.height / 2)


@pytest.fixture
def pad(service: Hall, witness: Witness, tmp_path: Path) -> Iterator[Finger]:
    panel = EvdevDevice("pad-glass", kind="touch", width=WIDTH, height=HEIGHT)
    with serve_own(panel) as served:
        more = {"SDL_VIDEODRIVER": "offscreen", "HALL_PICTURES": str(tmp_path), "LP_NUM_THREADS": "1"}
        touch = ("--window", "3", "--touch", served.url)
        with started(service, tmp_path, "caller.pad", *touch, env=served.env | more) as process:
            finger = Finger(served, witness, 3)
            witness.until(lambda: finger.sees("叫下一个") is not None or process.poll() is not None)
            yield finger


def test_a_finger_calls_parks_and_brings_back(pad: Finger, witness: Witness, tmp_path: Path) -> None:
    for service in ("transfer", "mortgage", "mortgage"):
        witness.takes(service)
    witness.until(lambda: (key := pad.sees("叫下一个")) is not None and key.enabled)
    pad.touches("叫下一个")
    witness.until(lambda: witness.window(3).ticket == "A001")
    witness.until(lambda: (s := witness.screen(3)) is not None and s.ticket == "A001")

    pad.touches("挂起")
    pad.touches("不持件")
    witness.until(lambda: witness.window(3).parked == ("A001",))
    witness.until(lambda: (key := pad.sees("恢复")) is not None and key.enabled)
    pad.touches("恢复")
    pad.touches("A001")
    witness.until(lambda: witness.window(3).ticket == "A001")

    pad.touches("转移")
    pad.touches("带一句话")
    pad.touches("只差盖章")
    pad.touches("8 抵押")
    witness.until(lambda: witness.window(8).waiting == 3)
    assert witness.window(3).ticket == ""
    witness.ask(CallNext(id="next-8", window=8))
    witness.until(lambda: witness.window(8).ticket == "A001")
    assert witness.window(8).note == "只差盖章" and witness.window(8).first_window == 3

    pad.touches("暂停")
    pad.touches("午餐")
    witness.until(lambda: witness.window(3).status is WindowStatus.PAUSED)
    assert witness.window(3).why == "午餐", "the hall is told why"
    pad.touches("开放")
    witness.until(lambda: witness.window(3).status is WindowStatus.OPEN)

    pad.touches("呼叫指定号")
    pad.touches("2")
    witness.until(lambda: pad.sees("呼叫") is not None)
    pad.touches("呼叫")
    pad.touches("主管安排")
    witness.until(lambda: witness.window(3).ticket == "B002")

    pad.touches("办结")
    witness.until(lambda: witness.window(3).ticket == "")
    pad.touches("登录 · 下班")
    pad.touches("下班关窗")
    witness.until(lambda: witness.window(3).status is WindowStatus.CLOSED)
    with Image.open(tmp_path / "pad-3.png") as picture:
        assert picture.size == (WIDTH, HEIGHT)


def reached(witness: Witness, attempt: int) -> bool:
    return witness.window(3).attempt == attempt


def test_who_missed_the_call_is_put_where_the_ticket_promises(pad: Finger, witness: Witness) -> None:
    for _ in range(2):
        witness.takes("transfer")
    witness.until(lambda: (key := pad.sees("叫下一个")) is not None and key.enabled)
    pad.touches("叫下一个")
    for attempt in (2, 3):
        witness.until(lambda: (key := pad.sees("重呼")) is not None and key.enabled)
        pad.touches("重呼")
        witness.until(partial(reached, witness, attempt))
    witness.until(lambda: (key := pad.sees("过号")) is not None and key.enabled)
    pad.touches("过号")
    witness.until(lambda: witness.window(3).ticket == "" and witness.window(3).waiting == 1)
    pad.touches("呼叫指定号")
    pad.touches("1")
    pad.touches("过号回来，排队")
    witness.until(lambda: witness.window(3).waiting == 2)
    assert witness.window(3).ticket == "", "in line again, not called at once"


def test_a_double_touch_calls_one_visitor(pad: Finger, witness: Witness) -> None:
    for _ in range(3):
        witness.takes("transfer")
    witness.until(lambda: (key := pad.sees("叫下一个")) is not None and key.enabled)
    key = pad.sees("叫下一个")
    assert key is not None
    pad.panel.do("double_touch", x=key.x + key.width / 2, y=key.y + key.height / 2)
    witness.until(lambda: witness.window(3).ticket == "A001")
    pad.touches("开始办理")
    witness.until(lambda: witness.window(3).step == "serving")
    assert witness.window(3).ticket == "A001" and witness.window(3).waiting == 2


def test_the_pad_survives_what_it_cannot_read(pad: Finger, witness: Witness) -> None:
    """Rubbish on its topics costs nothing; the next snapshot is right."""
    witness.bus.keep("status/keypad-3", b"\xff{")
    witness.bus.keep("state/calls", b"[]")
    witness.bus.keep("status/keypad-3", encode(Status(online=True, detail="窗口正在办理")))
    witness.takes("transfer")
    assert witness.ask(OpenWindow(id="o", window=3, clerk="018")).done
    assert witness.ask(CallNext(id="n", window=3)).done
    witness.until(lambda: witness.window(3).call != "")
    lost = ReportDelivery(
        id="lost",
        call=witness.window(3).call,
        channel=Channel.SIGN,
        device="sign-3",
        result=Result.FAILED,
        why="test",
    )
    assert witness.ask(lost).done
    witness.until(lambda: witness.window(3).trouble == ("sign:sign-3",))
    pad.touches("办结")
    witness.until(lambda: witness.window(3).ticket == "")


def test_the_broker_comes_and_goes(pad: Finger, witness: Witness, broker: Broker) -> None:
    witness.takes("transfer")
    witness.until(lambda: (key := pad.sees("叫下一个")) is not None and key.enabled)
    broker.kill()
    witness.until(lambda: not witness.bus.connected)
    broker.start()
    witness.until(lambda: witness.bus.connected)
    witness.takes("transfer")
    pad.touches("叫下一个")
    witness.until(lambda: witness.window(3).ticket != "")


def test_a_window_that_is_not_there(hall: Hall, tmp_path: Path) -> None:
    for arguments in (["--window", "77"], ["--window", "3", "--touch", "mouse"]):
        command = [sys.executable, "-m", "caller.pad", "--config", str(written(hall, tmp_path)), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=30)
        assert done.returncode == 78, done.stderr.decode()


def screen_of(pad: Finger) -> ScreenState:
    state = pad.witness.screen(pad.window)
    assert state is not None
    return state


def test_every_key_can_be_hit(pad: Finger, witness: Witness) -> None:
    """No key is covered, cut off or smaller than a fingertip of a clerk with a mouse."""
    witness.until(lambda: len(screen_of(pad).targets) == 11)
    for target in screen_of(pad).targets:
        assert target.x >= 0 and target.x + target.width <= WIDTH, target
        assert target.y >= 0 and target.y + target.height <= HEIGHT, target
        assert target.width >= 80 and target.height >= 36, target
