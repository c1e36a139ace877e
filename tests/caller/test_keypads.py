"""A clerk presses a key on a real wire: the hall hears it, and the pad says what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caller.keypads import serve
from caller.messages import CallNext
from config.schema import Hall, Keypad, KeypadKind
from drivers.sim.evdev import EvdevDevice
from drivers.sim.host import Served, serve_own, serve_pty
from drivers.sim.pad import PadSimulator
from tests.broker import Broker
from tests.caller.started import started
from tests.caller.witness import Witness
from tests.serving import serving


class Pads:
    """Simulated pads on one pty, and what a person standing there noticed."""

    def __init__(self, addresses: str) -> None:
        self.noticed: list[dict[str, Any]] = []
        sim = PadSimulator("pads", addresses=addresses)
        self.wire: Served = serve_pty(sim, lambda _, event: self.noticed.append(event))

    def press(self, address: int, key: str, digits: str = "") -> None:
        self.wire.do("press", address=address, key=key, digits=digits)

    def shows(self, address: int) -> tuple[str, str]:
        pad = self.wire.do("show", address=address)
        return pad["waiting"], pad["ticket"]

    def count(self, event: str, address: int) -> int:
        return sum(e["event"] == event and e["address"] == address for e in self.noticed)


@pytest.fixture
def east() -> Iterator[Pads]:
    pads = Pads("3,4")
    with pads.wire:
        yield pads


@pytest.fixture
def west() -> Iterator[Pads]:
    pads = Pads("9")
    with pads.wire:
        yield pads


@contextmanager
def keypads(hall: Hall, *pads: tuple[int, int, Pads]) -> Iterator[None]:
    """The keypads process's own loop, with (window, address, bus) in the place of the hall's pads."""
    table = tuple(Keypad(window=w, kind=KeypadKind.RS485, url=bus.wire.url, address=a) for w, a, bus in pads)
    with serving(serve, msgspec.structs.replace(hall, keypad=table)):
        yield


def test_a_key_calls_and_the_pad_shows_it(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east), (4, 4, east)):
        witness.takes("transfer")
        witness.takes("transfer")
        witness.until(lambda: east.shows(3) == ("002", "000"))
        east.press(3, "NEXT")
        witness.until(lambda: east.shows(3) == ("001", "001"))
        assert witness.window(3).ticket == "A001"
        assert east.count("accepted", 3) == 1 and east.count("beep", 3) == 1
        witness.until(lambda: east.shows(4) == ("001", "000"))
        assert east.count("beep", 4) == 0, "only the pad that was pressed makes a sound"


def test_digits_before_the_key_call_that_ticket(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        for _ in range(3):
            witness.takes("transfer")
        east.press(3, "NEXT", "3")
        witness.until(lambda: east.shows(3) == ("002", "003"))


def test_a_refused_key_fails_beeps_and_says_why(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        east.press(3, "NEXT")
        witness.until(lambda: east.count("beep", 3) == 1)
        assert east.count("refused", 3) == 1 and east.count("accepted", 3) == 0
        witness.until(lambda: "没有等候的群众" in witness.words("keypad-3"))
        status = witness.status("keypad-3")
        assert status is not None and status.online
        east.press(3, "LINE")
        witness.until(lambda: "这个键在这里没有用" in witness.words("keypad-3"))
        witness.until(lambda: east.count("refused", 3) == 2)


def test_words_leave_again(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        east.press(3, "RECALL")
        witness.until(lambda: "窗口现在没有号" in witness.words("keypad-3"))
        witness.until(lambda: witness.words("keypad-3")[-1] == "")


def test_nobody_answers(ours: Hall, witness: Witness, east: Pads) -> None:
    """The broker is there, the caller service is not."""
    with keypads(ours, (3, 3, east)):
        east.press(3, "NEXT")
        witness.until(lambda: east.count("refused", 3) == 1)
        witness.until(lambda: "叫号服务没有应答" in witness.words("keypad-3"))


def test_the_same_key_again_at_once_is_one_press(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        for _ in range(3):
            witness.takes("transfer")
        witness.until(lambda: east.shows(3)[0] == "003")
        east.press(3, "NEXT")
        witness.until(lambda: east.count("acknowledged", 3) == 1)
        east.press(3, "NEXT")
        witness.until(lambda: east.count("acknowledged", 3) == 2)
        witness.until(lambda: east.shows(3)[1] != "000")
        assert witness.window(3).ticket == "A001"
        assert east.count("accepted", 3) == 1


def test_a_dead_wire_hurts_only_its_own_pads(service: Hall, witness: Witness, east: Pads, west: Pads) -> None:
    with keypads(service, (3, 3, east), (9, 9, west)):
        witness.takes("transfer")
        witness.takes("search")
        witness.until(lambda: (east.shows(3), west.shows(9)) == (("002", "000"), ("001", "000")))
        east.wire.do("unplug")
        witness.until(lambda: (s := witness.status("keypad-3")) is not None and not s.online)
        west.press(9, "NEXT")
        witness.until(lambda: west.shows(9) == ("000", "001"))
        status = witness.status("keypad-9")
        assert status is not None and status.online


def test_a_pad_that_comes_back_is_right_at_once(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        witness.takes("transfer")
        witness.until(lambda: east.shows(3) == ("001", "000"))
        east.wire.do("unplug")
        witness.until(lambda: (s := witness.status("keypad-3")) is not None and not s.online)
        assert witness.ask(CallNext(id="by-screen", window=3)).done
        east.wire.do("revive", address=3)
        east.wire.do("plug")
        witness.until(lambda: east.shows(3) == ("000", "001"))
        witness.until(lambda: (s := witness.status("keypad-3")) is not None and s.online)


def test_the_broker_comes_and_goes(service: Hall, witness: Witness, east: Pads, broker: Broker) -> None:
    def shows_the_truth() -> bool:
        state = witness.window(3)
        return east.shows(3) == (f"{state.waiting:03d}", state.ticket[1:] or "000")

    with keypads(service, (3, 3, east)):
        witness.takes("transfer")
        witness.until(lambda: east.shows(3) == ("001", "000"))
        broker.kill()
        east.press(3, "NEXT")
        witness.until(lambda: east.count("refused", 3) == 1)
        broker.start()
        witness.until(lambda: witness.bus.connected)
        witness.takes("transfer")
        witness.until(lambda: witness.window(3).waiting > 0 and shows_the_truth())
        before = witness.window(3).ticket
        east.press(3, "NEXT")
        witness.until(lambda: witness.window(3).ticket != before and shows_the_truth())


def test_a_pad_at_no_window_is_told_so(service: Hall, witness: Witness, east: Pads) -> None:
    with keypads(service, (3, 3, east)):
        east.press(4, "NEXT")
        witness.until(lambda: east.count("refused", 4) == 1)


def test_a_number_pad_of_usb(service: Hall, witness: Witness, tmp_path: Path) -> None:
    """The process itself, with a pad that can show nothing: it is unplugged, and comes back."""
    with serve_own(EvdevDevice("keypad-8")) as pad:
        table = (Keypad(window=8, kind=KeypadKind.USB, url=pad.url),)
        hall = msgspec.structs.replace(service, keypad=table)
        with started(hall, tmp_path, "caller.keypads", env=pad.env):
            for _ in range(3):
                witness.takes("mortgage")
            witness.until(lambda: bool(pad.do("is_read")))
            pad.do("press", key="KPENTER")
            witness.until(lambda: witness.window(8).ticket == "B001")
            pad.do("press", key="KP3")
            pad.do("press", key="KPENTER")
            witness.until(lambda: witness.window(8).ticket == "B003")
            pad.do("press", key="KPMINUS")
            witness.until(lambda: "叫满次数才能过号" in witness.words("keypad-8"))
            pad.do("unplug")
            witness.until(lambda: (s := witness.status("keypad-8")) is not None and not s.online)
            pad.do("plug")
            witness.until(lambda: (s := witness.status("keypad-8")) is not None and s.online)
            witness.until(lambda: bool(pad.do("is_read")))
            pad.do("hold", key="KPENTER")
            witness.until(lambda: witness.window(8).ticket == "B002")
            pad.do("press", key="KPDOT")
            witness.until(lambda: witness.window(8).step == "serving")
