"""Button boxes: Modbus frames as mbpoll has them, mbpoll itself as the master, and our own master on a real pty."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.keypad import modbus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.modbus import Decoder, Frame, Function
from drivers.keypad.press import Press
from drivers.sim import host, make
from drivers.sim.buttons import ButtonBoxes as FarBoxes
from tests.drivers.waiting import until

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "modbus.json").read_text("utf-8")
)
READS = st.sampled_from([Function.COILS, Function.INPUTS, Function.REGISTERS])
QUESTIONS = st.builds(
    modbus.ask, st.integers(1, 247), READS, st.integers(0, 99), st.integers(1, 99)
) | st.builds(modbus.set_coil, st.integers(1, 247), st.integers(0, 99), st.booleans())
ANSWERS = st.builds(
    lambda question, bits: modbus.answer_bits(question, bits),
    st.builds(modbus.ask, st.integers(1, 247), st.just(Function.INPUTS), st.just(0), st.just(8)),
    st.lists(st.booleans(), min_size=1, max_size=60),
) | st.builds(
    lambda question, counts: modbus.answer_registers(question, counts),
    st.builds(modbus.ask, st.integers(1, 247), st.just(Function.REGISTERS), st.just(0), st.just(8)),
    st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=60),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_frames_as_mbpoll_has_them_both_ways(vector: dict[str, Any]) -> None:
    raw, values = bytes.fromhex(vector["hex"]), vector["frame"]
    frame = Frame(values["address"], values["function"], bytes.fromhex(values["data"]))
    assert modbus.encode(frame).hex(" ").upper() == vector["hex"]
    assert Decoder(answers=vector["direction"] == "answer").feed(raw) == [frame]
    if "bits" in vector:
        assert modbus.bits(frame, len(vector["bits"])) == tuple(vector["bits"])
        assert modbus.bits(frame, 99) is None
    if "registers" in vector:
        assert modbus.registers(frame, len(vector["registers"])) == tuple(vector["registers"])
        assert modbus.registers(frame, 99) is None


@pytest.mark.parametrize(("answers", "frames"), [(False, QUESTIONS), (True, ANSWERS)])
@given(data=st.data())
def test_any_chopping(answers: bool, frames: st.SearchStrategy[Frame], data: st.DataObject) -> None:
    sent = data.draw(st.lists(frames, min_size=1, max_size=4))
    cuts = sorted(data.draw(st.lists(st.integers(0, 300), max_size=9)))
    stream, decoder = b"".join(map(modbus.encode, sent)), Decoder(answers)
    found = []
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[start:stop])
    assert found == sent
    assert decoder.garbage == 0


@given(st.booleans(), st.binary(max_size=600))
def test_no_bytes_upset_the_decoder_and_silence_empties_it(answers: bool, noise: bytes) -> None:
    decoder = Decoder(answers)
    decoder.feed(noise)
    assert len(decoder._buffer) <= modbus.LARGEST
    decoder.silence()
    question = modbus.ask(5, Function.INPUTS, 0, 8)
    frame = modbus.answer_bits(question, [True]) if answers else question
    assert decoder.feed(modbus.encode(frame)) == [frame]


def mbpoll(served: host.Served, *options: str, write: str = "") -> subprocess.CompletedProcess[str]:
    line = ["mbpoll", "-m", "rtu", "-b", "9600", "-P", "none", "-1", "-o", "1", *options, served.path]
    return subprocess.run([*line, *([write] if write else [])], capture_output=True, text=True, timeout=20)


def polled(run: subprocess.CompletedProcess[str]) -> list[int]:
    assert run.returncode == 0, run.stdout + run.stderr
    return [int(value) for value in re.findall(r"^\[\d+\]:\s+(\d+)", run.stdout, re.M)]


def test_mbpoll_reads_keys_and_counters_and_lights_a_lamp() -> None:
    sim = FarBoxes("boxes", addresses="5,6")
    with host.serve_pty(sim) as served:
        served.do("hold", address=5, key="B3")
        for _ in range(7):
            served.do("press", address=6, key="B1", seconds=0)
        assert polled(mbpoll(served, "-a", "5", "-t", "1", "-r", "1", "-c", "8")) == [0, 0, 1, 0, 0, 0, 0, 0]
        assert polled(mbpoll(served, "-a", "6", "-t", "3", "-r", "1", "-c", "2")) == [7, 0]
        assert mbpoll(served, "-a", "5", "-t", "0", "-r", "2", write="1").returncode == 0
        assert polled(mbpoll(served, "-a", "5", "-t", "0", "-r", "1", "-c", "3")) == [0, 1, 0]
        assert served.do("lamps", address=5) == {"L1": True}
        refused = mbpoll(served, "-a", "5", "-t", "1", "-r", "5", "-c", "8")
        assert "Illegal data address" in refused.stdout + refused.stderr
        nobody = mbpoll(served, "-a", "9", "-t", "1", "-r", "1", "-c", "1")
        assert "timed out" in nobody.stdout + nobody.stderr


@pytest.fixture(params=["level", "latched", "counted"])
def inputs(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(inputs: str) -> Iterator[host.Served]:
    with host.serve_pty(make("buttons", "boxes", None, {"addresses": "5,6", "inputs": inputs})) as served:
        yield served


@pytest.fixture
def boxes(served: host.Served, inputs: str) -> Iterator[ButtonBoxes]:
    with ButtonBoxes("boxes", served.url, (5, 6), inputs=inputs) as boxes:
        boxes.presses(0)
        yield boxes


def gather(boxes: ButtonBoxes, count: int) -> list[tuple[str, str]]:
    found: list[Press] = []
    until(lambda: len(found.__iadd__(boxes.presses(0.02))) >= count, what=lambda: found)
    found += boxes.presses(0.05)
    return [(press.source, press.key) for press in found]


def test_keys_of_two_boxes_come_once_each(boxes: ButtonBoxes, served: host.Served) -> None:
    served.do("press", address=5, key="B3")
    assert gather(boxes, 1) == [("boxes:5", "B3")]
    served.do("press", address=6, key="B1")
    served.do("press", address=5, key="B8")
    assert sorted(gather(boxes, 2)) == [("boxes:5", "B8"), ("boxes:6", "B1")]


def test_a_key_that_is_let_go_between_two_polls_needs_a_box_that_remembers(
    boxes: ButtonBoxes, served: host.Served, inputs: str
) -> None:
    served.do("press", address=5, key="B2", seconds=0)
    served.do("press", address=5, key="B2", seconds=0)
    times = {"level": 0, "latched": 1, "counted": 2}[inputs]
    assert gather(boxes, times) == [("boxes:5", "B2")] * times


def test_a_key_held_down_is_one_press(boxes: ButtonBoxes, served: host.Served) -> None:
    served.do("hold", address=5, key="B4")
    assert gather(boxes, 1) == [("boxes:5", "B4")]
    served.do("let_go", address=5, key="B4")
    assert boxes.presses(0.05) == []


def test_a_silent_box_costs_its_neighbour_nothing_and_comes_back_without_old_keys(
    boxes: ButtonBoxes, served: host.Served
) -> None:
    served.do("die", address=5)
    until(lambda: boxes.presses(0) == [] and boxes.silent == (5,))
    served.do("press", address=6, key="B1")
    assert gather(boxes, 1) == [("boxes:6", "B1")]
    served.do("revive", address=5)
    served.do("hold", address=5, key="B7")  # it was down before we knew the box again
    until(lambda: boxes.presses(0) == [] and boxes.silent == ())
    served.do("let_go", address=5, key="B7")
    boxes.presses(0)
    served.do("press", address=5, key="B1")
    assert gather(boxes, 1) == [("boxes:5", "B1")]


def test_noise_and_a_restarted_counter_are_no_keys(
    boxes: ButtonBoxes, served: host.Served, inputs: str
) -> None:
    served.do("press", address=5, key="B2")
    assert gather(boxes, 1) == [("boxes:5", "B2")]
    served.do("noise")
    served.do("restart", address=5)
    assert boxes.presses(0.1) == []
    served.do("press", address=6, key="B1")
    assert gather(boxes, 1) == [("boxes:6", "B1")]


def test_a_lamp_is_lit_between_two_polls(boxes: ButtonBoxes, served: host.Served) -> None:
    boxes.lamp(5, 0, True)
    boxes.lamp(6, 1, True)
    boxes.lamp(6, 1, False)  # the newest wish counts
    boxes.presses(0)
    assert served.do("lamps", address=5) == {"L0": True}
    assert served.do("lamps", address=6) == {"L1": False}


def test_no_answer_from_any_box_is_a_lost_line(boxes: ButtonBoxes, served: host.Served) -> None:
    served.do("die", address=5)
    served.do("die", address=6)
    with pytest.raises(DeviceLost, match="没有一个按键盒应答"):
        for _ in range(9):
            boxes.presses(0)


def test_a_pulled_cable_is_lost(boxes: ButtonBoxes, served: host.Served) -> None:
    served.do("unplug")
    with pytest.raises(DeviceLost, match="boxes"):
        boxes.presses(1)


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one() -> None:
    sim = FarBoxes("boxes", addresses="5,6")
    with host.serve_pty(sim) as served, ButtonBoxes("boxes", served.url, (5, 6)) as boxes:
        boxes.presses(0)
        served.do("slow", seconds=0.2)
        served.do("hold", address=5, key="B1")
        assert boxes.presses(0) == []
        served.do("slow", seconds=0)
        until(lambda: [press.key for press in boxes.presses(0)] == ["B1"])


def test_physics_that_cannot_be() -> None:
    sim = FarBoxes("boxes", addresses="5")
    wrong: list[Callable[[], object]] = [
        lambda: sim.do("press", address=9),
        lambda: sim.do("press", key="B9"),
        lambda: sim.do("press", key="NEXT"),
        lambda: modbus.encode(Frame(300, 2)),
    ]
    for each in wrong:
        with pytest.raises(ValueError, match=r"no |fit"):
            each()
