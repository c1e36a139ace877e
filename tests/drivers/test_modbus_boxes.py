"""Our master against button boxes that we did not write: pymodbus answers, as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.keypad.buttons import ButtonBoxes, Inputs
from drivers.keypad.press import Press
from tests.drivers.waiting import until

Tell = Callable[[str], str]


@pytest.fixture(scope="module")
def boxes() -> Iterator[tuple[str, Tell]]:
    """The URL of the line with the boxes 5 and 6, and how to press their keys."""
    command = [sys.executable, "-m", "tests.drivers.boxserver", "5", "6"]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        say, hear = server.stdin, server.stdout

        def tell(line: str) -> str:
            say.write(line + "\n")
            say.flush()
            return hear.readline().strip()

        yield f"tcp:127.0.0.1:{hear.readline().strip()}", tell
        say.close()


def gathered(line: ButtonBoxes, count: int) -> list[tuple[str, str]]:
    found: list[Press] = []
    until(lambda: len(found.__iadd__(line.presses(0.02))) >= count, what=lambda: found)
    found += line.presses(0.05)
    return [(press.source, press.key) for press in found]


def test_keys_of_two_boxes_a_lamp_and_a_box_that_is_not_there(boxes: tuple[str, Tell]) -> None:
    url, tell = boxes
    with ButtonBoxes("boxes", url, (5, 6, 7)) as line:
        assert line.presses(0) == []
        tell("down 5 3")
        tell("down 6 8")
        assert sorted(gathered(line, 2)) == [("boxes:5", "B3"), ("boxes:6", "B8")]
        tell("up 5 3")
        assert line.presses(0) == []
        tell("down 5 3")
        assert gathered(line, 1) == [("boxes:5", "B3")]
        line.lamp(6, 1, True)
        until(lambda: line.presses(0) == [] and tell("lamp 6 1") == "[True]")
        line.lamp(6, 1, False)
        until(lambda: line.presses(0) == [] and tell("lamp 6 1") == "[False]")
        until(lambda: line.presses(0) == [] and line.silent == (7,))


def test_boxes_that_count_tell_how_often(boxes: tuple[str, Tell]) -> None:
    url, tell = boxes
    with ButtonBoxes("boxes", url, (5, 6), inputs=Inputs.COUNTED) as line:
        assert line.presses(0) == []
        tell("counts 6 1 2")
        assert gathered(line, 2) == [("boxes:6", "B1")] * 2
        tell("counts 6 1 65535")  # it was restarted, or it is another box
        assert line.presses(0.05) == []
        tell("counts 6 1 1")
        assert gathered(line, 2) == [("boxes:6", "B1")] * 2, "over the end of a counter"


def test_more_keys_than_a_box_has_are_refused_by_it_and_are_no_presses(boxes: tuple[str, Tell]) -> None:
    url, _ = boxes
    with ButtonBoxes("boxes", url, (5, 6), keys=16, inputs=Inputs.COUNTED) as line:
        assert line.presses(0) == []
        assert [box.before for box in line.boxes.values()] == [None, None]
