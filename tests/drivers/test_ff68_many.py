"""Twelve pads, or thirty-two, on one pair of wires: whatever the order and the chopping, each key counts once."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.keypad import ff68
from drivers.keypad.bus import Bus
from drivers.keypad.press import Press
from drivers.sim.pad import AGAIN, SENDS, PadSimulator

KEYS = st.tuples(st.sampled_from(sorted(ff68.CODES)), st.text("0123456789", max_size=5))
Pressed = tuple[int, str, str]


class Pair:
    """Two wires without a kernel: what the pads say comes after a while, in pieces, and sometimes late."""

    url = "pair:"

    def __init__(self, pads: PadSimulator, clock: list[float], pieces: list[int]) -> None:
        self.pads = pads
        self.clock = clock
        self.pieces = pieces or [1000]
        self.turn = 0
        self.coming = bytearray()

    def write(self, data: bytes) -> None:
        self.pads.receive(data)

    def read(self, timeout: float) -> bytes:
        self.coming += self.pads.poll()
        if not self.coming:
            self.clock[0] += max(timeout, 0.01)
            return b""
        self.clock[0] += 0.001
        size = self.pieces[self.turn % len(self.pieces)]
        self.turn += 1
        piece = bytes(self.coming[:size])
        del self.coming[:size]
        return piece

    def close(self) -> None: ...

    def __enter__(self) -> Pair:
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize("count", [12, 32])
@settings(max_examples=60)
@given(data=st.data())
def test_every_key_of_every_pad_counts_once_and_in_the_pads_own_order(
    count: int, data: st.DataObject
) -> None:
    clock = [0.0]
    pads = PadSimulator("pads", addresses=f"1-{count}", evaluators="101", clock=lambda: clock[0])
    pieces = data.draw(st.lists(st.integers(1, 40), max_size=8), label="pieces")
    pair = Pair(pads, clock, pieces)
    rounds = data.draw(
        st.lists(
            st.dictionaries(st.integers(1, count), KEYS, min_size=1, max_size=count), min_size=1, max_size=4
        ),
        label="who presses what, round by round",
    )
    shown = data.draw(st.lists(st.integers(1, count), max_size=5), label="displays in between")
    pressed: dict[int, list[Pressed]] = defaultdict(list)
    heard: list[Press] = []
    with Bus("pads", "pair:", clock=lambda: clock[0], open_wire=lambda url, name: pair) as bus:
        for at_once in rounds:
            for address, (key, digits) in at_once.items():
                pads.do("press", address=address, key=key, digits=digits)
                pressed[address].append((address, key, digits))
            for address in shown:
                bus.display(address, waiting=7, ticket="A012")
                bus.beep(address)
            # Longer than a pad goes on asking; the same key again is then a new one, not a repetition.
            end = clock[0] + AGAIN * (SENDS + 1)
            while clock[0] < end:
                heard += bus.presses(0.05)
    by_pad: dict[int, list[Pressed]] = defaultdict(list)
    for press in heard:
        address = int(press.source.rpartition(":")[2])
        by_pad[address].append((address, press.key, press.digits))
    assert by_pad == pressed
    assert not [event for event in pads.events if event["event"] == "unanswered"]
    acknowledged = [event["address"] for event in pads.events if event["event"] == "acknowledged"]
    assert len(acknowledged) == sum(map(len, pressed.values()))
    assert (bus.decoder.garbage, bus.decoder.bad_checksum) == (0, 0)
    for address in shown:
        assert pads.do("show", address=address)["ticket"] == "012"
