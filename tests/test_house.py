"""The house stands as it is drawn: rooms, who may import whom, short modules, words of the field."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("kiosk", "caller", "display", "drivers", "config")
NOT_OURS = {"node_modules", "__pycache__"}
LONGEST = 300
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "core", "stuff", "shared"}
NOT_ROOMS = {".git", ".venv", "out", "dist", "build"}  # what a checkout may also hold


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not NOT_OURS & set(path.parts):
                yield path


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nobody_imports_whom_they_may_not() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_the_contracts_know_every_room() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert set(told["root_packages"]) == set(ROOMS)
    layers = next(c["layers"] for c in told["contracts"] if c["type"] == "layers")
    assert {room.strip() for layer in layers for room in layer.split("|")} == set(ROOMS)


def test_no_module_is_over_300_lines() -> None:
    counted = {named(path): len(path.read_text("utf-8").splitlines()) for path in modules(*ROOMS, "tests")}
    assert len(counted) > 50, "the house was not found"
    assert {name: lines for name, lines in counted.items() if lines > LONGEST} == {}


def test_no_look_is_over_300_lines_and_each_is_loaded() -> None:
    looks = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.kv"))]
    assert looks
    assert {named(path) for path in looks if len(path.read_text("utf-8").splitlines()) > LONGEST} == set()
    glass = (ROOT / "kiosk" / "glass.py").read_text("utf-8")
    assert {path.stem for path in (ROOT / "kiosk").rglob("*.kv") if f'"{path.stem}"' not in glass} == set()


def test_no_module_has_a_vague_name() -> None:
    words = {named(path): set(re.split(r"[_/.]", named(path))) for path in modules(*ROOMS, "tests")}
    assert {name for name, parts in words.items() if parts & VAGUE} == set()


def test_every_module_opens_with_its_law() -> None:
    silent = {
        named(path)
        for path in modules(*ROOMS, "tests")
        if (source := path.read_text("utf-8").strip()) and not ast.get_docstring(ast.parse(source))
    }
    assert silent == set()


def test_every_folder_of_tests_is_a_package() -> None:
    """Two files of one name would otherwise be one module, and one of them would not run."""
    folders = {path.parent for path in modules("tests")}
    assert {named(folder) for folder in folders if not (folder / "__init__.py").exists()} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_tests(room: str) -> None:
    assert any((ROOT / "tests" / room).glob("test_*.py"))


def test_the_readmes_rooms_are_the_folders() -> None:
    listed = set(re.findall(r"^([a-z]+)/ {2,}\S", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - NOT_ROOMS
    assert listed == {folder for folder in folders if not folder.startswith(".")}


def test_each_decision_has_a_number_of_its_own() -> None:
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name.partition("-")[0]) for name in pages] == list(range(1, len(pages) + 1))
