"""What every keypad promises, whatever it is made of: a key is one press, and a pad that comes back works again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.wired import KeypadKind
from drivers.sim.buttons import ButtonBoxes
from drivers.sim.evdev import EvdevDevice
from drivers.sim.host import Served, serve_own, serve_pty
from drivers.sim.pad import PadSimulator
from drivers.sim.testbed import EV_KEY, EV_MSC
from tests.drivers.pressed import OPENED
from tests.drivers.test_evdev import Reader, reading

KEYS = {"rs485": ("NEXT", "RECALL"), "modbus": ("B1", "B2"), "usb": ("KPENTER", "KPPLUS")}
KEY_A = 30
SMOKE, LONG = 5, 200


class Desk:
    """A pad and whoever reads it, a process of its own."""

    def __init__(self, kind: str, served: Served, reader: Reader) -> None:
        self.kind, self.served, self.reader = kind, served, reader
        self.source = "pad" if kind == "usb" else "pad:5"

    def press(self, key: str, action: str = "press") -> None:
        where = {} if self.kind == "usb" else {"address": 5}
        self.served.do(action, key=key, **where)

    def heard(self) -> str:
        """The next key, told by the right pad."""
        source, key = self.reader.next().split()[:2]
        assert source == self.source
        return key

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.reader.process.pid}/fd").iterdir()))

    def noise(self) -> None:
        """What may come over this wire and is no key of ours."""
        if isinstance(self.served.sim, EvdevDevice):
            self.served.sim.node.send((EV_MSC, 4, 0xFFFF), (EV_KEY, KEY_A, 1), (EV_KEY, KEY_A, 0))
        else:
            self.served.do("noise")


@pytest.fixture(params=KEYS)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    usb = EvdevDevice("pad")  # its testbed is what the reading process runs in; the others do not mind
    match request.param:
        case "rs485":
            served = serve_pty(PadSimulator("pad", addresses="5"))
        case "modbus":
            served = serve_pty(ButtonBoxes("pad", addresses="5", inputs="counted"))
        case _:
            served = serve_own(usb)
    with served, reading("pressed", usb, request.param, served.url) as reader:
        assert reader.next() == "ready"
        yield Desk(request.param, served, reader)


def test_no_kind_is_left_out() -> None:
    assert set(KEYS) == set(OPENED) == {str(kind) for kind in KeypadKind} - {"screen"}


def test_each_key_is_one_press_in_the_order_in_which_they_were_pressed(desk: Desk) -> None:
    first, second = KEYS[desk.kind]
    for key in (first, second, first):
        desk.press(key)
        assert desk.heard() == key
    desk.press(second, "hold" if desk.kind != "rs485" else "press")  # an RS-485 pad sends a held key once
    assert desk.heard() == second
    desk.noise()
    desk.press(first)
    assert desk.heard() == first, "and nothing came between"


@pytest.mark.parametrize(
    "times", [SMOKE, pytest.param(LONG, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
)
def test_pulled_out_and_put_back_no_key_is_lost_or_doubled(desk: Desk, times: int) -> None:
    before = desk.descriptors()
    for turn in range(times):
        key = KEYS[desk.kind][turn % 2]
        desk.served.do("unplug")
        desk.reader.until("lost pad")
        desk.served.do("plug")
        desk.noise()
        while (line := desk.reader.next()) != "ready":
            assert line == "lost pad"
        desk.press(key)
        assert desk.heard() == key
    assert desk.descriptors() == before
