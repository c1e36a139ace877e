"""A new pad is a table in hall.toml: its key codes, and what they mean; nothing of it is in the program."""

from __future__ import annotations

import queue
import tomllib
from pathlib import Path
from typing import Any

import pytest

from caller.keypads import wires
from config.load import ConfigError, parse
from drivers.sim.host import serve_pty
from drivers.sim.pad import PadSimulator
from tests.caller.onebus import Noted, running

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"
MODEL = """
[keypad_model.six-keys]
kind = "rs485"
codes = { GREEN = 0x21, RED = 0x22, F = 0x2F }
keymap = { GREEN = "call-next", RED = "mark-no-show", "digits F" = "open-window" }

[[keypad]]
window = 3
model = "six-keys"
url = "%s"
address = 5

[[keypad]]
window = 4
kind = "rs485"
url = "%s"
address = 6
"""


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8")) | {"keypad": []}


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as found:
        parse(raw)
    return [str(problem) for problem in found.value.problems]


def test_a_pad_that_stands_in_hall_toml_alone_calls_the_next(raw: dict[str, Any]) -> None:
    far = PadSimulator("pads", addresses="5", codes="GREEN:33+RED:34+F:47")
    posted: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
    with serve_pty(far) as line:
        hall = parse(raw | tomllib.loads(MODEL % (line.url, line.url)))
        assert [dict(pad.codes) for pad in hall.keypad] == [{"GREEN": 0x21, "RED": 0x22, "F": 0x2F}, {}]
        with running(
            hall, hall.keypad, Noted(lambda topic, body: posted.put((topic, body)), lambda *_: None)
        ):
            line.do("press", address=5, key="GREEN")
            assert (said := posted.get(timeout=10))[0] == "command/call-next" and said[1]["window"] == 3
            line.do("press", address=5, key="F", digits="1024")
            topic, body = posted.get(timeout=10)
            assert (topic, body["clerk"]) == ("command/open-window", "1024")


def test_a_usb_model_knows_its_own_keys(raw: dict[str, Any]) -> None:
    model = {"kind": "usb", "codes": {"F1": 59, "F2": 60}, "keymap": {"F1": "call-next"}}
    pads = [{"window": 3, "model": "deck", "url": "evdev:/dev/hall/deck-3"}]
    hall = parse(raw | {"keypad_model": {"deck": model}, "keypad": pads})
    [wire] = wires(hall, None)  # type: ignore[arg-type]
    assert wire.device.names == {59: "F1", 60: "F2"}  # type: ignore[union-attr]
    assert not wire.device.unfit({59, 30}) and wire.device.unfit({79, 80})  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("model", "pad", "said"),
    [
        ({"kind": "usb"}, {"model": "dek"}, "[keypad 1] model = dek：没有这种键盘，是不是要写 deck？"),
        ({"kind": "rs485", "codes": {"GO": 300}}, {}, "[keypad 1] codes.GO = 300：要是 0 到 255 之间的键码"),
        ({"kind": "rs485", "codes": {"GO": 3, "NO": 3}}, {}, "[keypad 1] codes.NO = 3：GO 已经用了"),
        ({"kind": "modbus", "codes": {"GO": 3}}, {}, "[keypad 1] codes = {…}：这一类设备没有这个选项"),
        (
            {"kind": "usb", "keymap": {"GO": "call-nxt"}},
            {},
            "[keypad_model.deck.keymap] GO = call-nxt：没有这个动作，是不是要写 call-next？",
        ),
    ],
)  # fmt: skip
def test_what_a_model_cannot_say(
    raw: dict[str, Any], model: dict[str, Any], pad: dict[str, Any], said: str
) -> None:
    row = {"window": 3, "model": "deck", "url": "serial:/dev/hall/deck", "address": 5} | pad
    row |= {"kind": "usb"} if row["model"] == "dek" else {}
    assert said in problems(raw | {"keypad_model": {"deck": model}, "keypad": [row]})
