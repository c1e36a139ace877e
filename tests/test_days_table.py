"""docs/days.md says which script plays which case: everything that it names is there, and the scripts say why."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "days.md").read_text("utf-8")
SCRIPTS = {path.stem: path.read_text("utf-8") for path in (ROOT / "tests" / "days").glob("*.txt")}
ROWS = [line.split("|")[1:4] for line in TABLE.splitlines() if line.startswith("| ") and "script" not in line]
LEAST = 40


def test_every_case_is_played_or_proved() -> None:
    assert len(ROWS) > 35
    for case, scripts, tests in ROWS:
        assert scripts.strip() or tests.strip(), f"nothing plays{case}"


def test_every_script_is_named_and_is_there() -> None:
    named = {name for _, scripts, _ in ROWS for name in re.findall(r"`([^`]+)`", scripts)}
    assert len(named) >= LEAST and named <= SCRIPTS.keys(), named - SCRIPTS.keys()
    assert SCRIPTS.keys() <= named, SCRIPTS.keys() - named


def test_every_test_that_is_named_is_there() -> None:
    for file, _, test in re.findall(r"`(tests/[a-z_/]+\.py)(::([a-z_0-9]+))?`", TABLE):
        text = (ROOT / file).read_text("utf-8")
        assert f"def {test or 'test_'}" in text, f"{file} has no {test}"


def test_every_script_says_why_it_is_there_in_both_languages() -> None:
    for name, text in SCRIPTS.items():
        chinese, english = text.splitlines()[:2]
        assert re.search(r"[\u4e00-\u9fff]", chinese) and re.match(r"# [A-Z]", english), name
