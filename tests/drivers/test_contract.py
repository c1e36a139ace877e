"""What every device driver and every simulator promises, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.keypad.bus import Bus
from drivers.keypad.usb import UsbPad
from drivers.pager.driver import TapTerminal
from drivers.sign.driver import OnbonSign
from drivers.sim import make
from drivers.sim.device import Simulator

# Each driver with a URL where nothing is, and one with a simulator at its far end.
DRIVERS: dict[str, tuple[Callable[[str], AbstractContextManager[Any]], str, str]] = {
    "sign": (lambda url: OnbonSign("the device", url), "tcp:127.0.0.1:1", "sim:onbon?name=contract-sign"),
    "pager": (lambda url: TapTerminal("the device", url), "serial:/dev/no-such", "sim:tap?name=contract-tap"),
    "pads": (lambda url: Bus("the device", url), "serial:/dev/no-such", "sim:pad?addresses=1,2"),
    "usb pad": (lambda url: UsbPad("the device", url), "evdev:/dev/input/no-such", ""),
}
WIRED = [name for name, (_, _, url) in DRIVERS.items() if url]
KINDS = (
    "onbon",
    "pad",
    "buttons",
    "idcard",
    "scanner",
    "tap",
    "evdev",
    "jtech",
    "waveware",
    "lrs",
    "pocsag",
    "webhook",
)


@pytest.mark.parametrize("name", DRIVERS)
def test_a_device_that_is_not_there_is_lost_by_its_own_name(name: str) -> None:
    driver, nowhere, _ = DRIVERS[name]
    with pytest.raises(DeviceLost, match="the device") as lost, driver(nowhere):
        pass
    assert lost.value.device == "the device"


@pytest.mark.parametrize("name", WIRED)
def test_a_driver_opens_closes_and_opens_again(name: str) -> None:
    driver, _, url = DRIVERS[name]
    for _ in range(2):
        with driver(url) as device:
            assert device.wire is not None
        assert device.wire is None


@pytest.mark.parametrize("name", DRIVERS)
def test_making_a_driver_touches_nothing(name: str) -> None:
    driver, nowhere, _ = DRIVERS[name]
    driver(nowhere)


@pytest.fixture(params=KINDS)
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Simulator]:
    sim = make(request.param, "device-1", tmp_path, {})
    yield sim
    if hasattr(sim, "close"):
        sim.close()


def test_a_simulator_knows_only_its_own_physics(far: Simulator) -> None:
    with pytest.raises(ValueError, match="fly"):
        far.do("fly")
    assert far.poll() == b""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_upset_a_simulator(far: Simulator, chunks: list[bytes]) -> None:
    for chunk in chunks:
        assert isinstance(far.receive(chunk), bytes)
        assert isinstance(far.poll(), bytes)


def test_an_option_that_nobody_knows_is_an_error() -> None:
    for kind in KINDS:
        with pytest.raises(ValueError, match="colur"):
            make(kind, "device-1", None, {"colur": "red"})
