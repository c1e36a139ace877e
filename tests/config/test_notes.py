"""What the check says of a hall that may be meant: no error."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from config.__main__ import main
from config.load import parse
from config.notes import notes

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"


def hall_with(*near: list[str]) -> dict[str, Any]:
    """The example with so many voices, and whom each of them hears."""
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    voices = [
        {"id": f"v{n}", "zones": [("east", "west", "north")[n]], "out": f"file:/tmp/v{n}", "near": heard}
        for n, heard in enumerate(near)
    ]
    return raw | {"voice": voices, "zone": [*raw["zone"], {"id": "north", "name": "北区"}]}


def test_voices_that_do_not_know_of_each_other_are_noted_and_the_hall_is_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(tomli_w.dumps(hall_with([], [])), "utf-8")
    assert main(["check", str(file)]) == 0
    said = "提醒：[voice] v0、v1 都没有写 near，会同时出声；互相听得见的，在其中一个里写上另一个"
    assert capsys.readouterr().out.splitlines()[-1] == said
    assert main(["check", str(EXAMPLE)]) == 0
    assert "提醒" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("near", "noted"),
    [
        ([[]], False),
        ([["v1"], []], False),
        ([[], ["v0"], []], False),
        ([[], [], []], True),
        ([["v0"], ["v1"]], True),  # each hears itself, which says nothing
    ],
)
def test_one_that_names_another_is_enough(near: list[list[str]], noted: bool) -> None:
    assert bool(list(notes(parse(hall_with(*near))))) == noted
