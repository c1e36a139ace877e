"""A clerk presses a button box on a Modbus line: the hall hears it, and a refusal lights its lamp."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from caller.keypads import serve
from config.schema import Hall, Keypad, KeypadKind
from drivers.sim.buttons import ButtonBoxes
from drivers.sim.host import Served, serve_pty
from tests.caller.witness import Witness
from tests.serving import serving


@pytest.fixture
def boxes() -> Iterator[Served]:
    with serve_pty(ButtonBoxes("boxes", addresses="3,4")) as served:
        yield served


@contextmanager
def keypads(hall: Hall, boxes: Served) -> Iterator[None]:
    table = tuple(Keypad(window=w, kind=KeypadKind.MODBUS, url=boxes.url, address=w) for w in (3, 4))
    with serving(serve, msgspec.structs.replace(hall, keypad=table)):
        yield


def test_a_button_calls_a_refusal_is_seen_and_a_silent_box_is_lost_alone(
    service: Hall, witness: Witness, boxes: Served
) -> None:
    with keypads(service, boxes):
        witness.takes("transfer")
        witness.until(lambda: (s := witness.status("keypad-3")) is not None and s.online)
        boxes.do("hold", address=3, key="B1")
        witness.until(lambda: witness.window(3).ticket == "A001")
        boxes.do("let_go", address=3, key="B1")
        boxes.do("press", address=4, key="B1")
        witness.until(lambda: "没有等候的群众" in witness.words("keypad-4"))
        witness.until(lambda: boxes.do("lamps", address=4) == {"L0": True})
        witness.until(lambda: boxes.do("lamps", address=4) == {"L0": False})
        assert boxes.do("lamps", address=3) == {}
        boxes.do("die", address=4)
        witness.until(lambda: (s := witness.status("keypad-4")) is not None and not s.online)
        status = witness.status("keypad-3")
        assert status is not None and status.online
        boxes.do("revive", address=4)
        witness.until(lambda: (s := witness.status("keypad-4")) is not None and s.online)
