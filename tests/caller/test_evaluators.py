"""A visitor presses the evaluator on a real wire: asked when they leave, thanked once the mark is in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from caller.keypads import serve
from caller.messages import CallNext, FinishTicket
from config.schema import Hall, Keypad, KeypadKind
from drivers.sim.host import Served, serve_pty
from drivers.sim.pad import PadSimulator
from tests.caller.witness import Witness
from tests.serving import serving

EVALUATOR = 33


@pytest.fixture
def noticed() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def wire(service: Hall, noticed: list[dict[str, Any]]) -> Iterator[Served]:
    sim = PadSimulator("pads", addresses="3", evaluators=str(EVALUATOR))
    with serve_pty(sim, lambda _, event: noticed.append(event)) as served:
        pad = Keypad(window=3, kind=KeypadKind.RS485, url=served.url, address=3, evaluator=EVALUATOR)
        hall = msgspec.structs.replace(service, keypad=(pad,))
        with serving(serve, hall):
            yield served


def test_who_leaves_the_window_is_asked_and_thanked_and_a_second_press_is_not(
    witness: Witness, wire: Served, noticed: list[dict[str, Any]]
) -> None:
    def count(event: str) -> int:
        return sum(e["event"] == event and e["address"] == EVALUATOR for e in noticed)

    wire.do("rate", address=EVALUATOR, grade=0)
    witness.until(lambda: count("rated") == 1)
    witness.takes("transfer")
    witness.ask(CallNext(id="call", window=3))
    witness.ask(FinishTicket(id="finish", window=3))
    witness.until(lambda: count("asking") >= 1)
    assert count("stars") == 0, "nobody had been served when the first press came"
    wire.do("rate", address=EVALUATOR, grade=1)
    witness.until(lambda: count("stars") == 1)
    assert witness.window(3).may_rate == ""
    assert count("asking") == 1
