"""The import contracts are no decoration: each forbidden way from room to room, once tried, breaks one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import ROOMS, ROOT

FACES = "the faces hear only caller.messages"
LAYERS = "rooms, top to bottom"


def linted(house: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == ("BROKEN" in done.stdout), done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy in which a module was added to the queue that no contract has heard of."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=lambda _, names: _not_python(names))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "caller" / "brandnew.py").write_text("SECRET = 1\n")
    return tmp_path


def _not_python(names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith(".py")} | {"__pycache__"}


@pytest.mark.parametrize(
    ("where", "line", "contract"),
    [
        ("kiosk/slip.py", "from caller.brandnew import SECRET", FACES),
        ("display/slip.py", "from caller import brandnew", FACES),
        ("display/slip.py", "from caller.pad.view import View", FACES),
        ("kiosk/slip.py", "from caller.messages.words import Step", FACES),
        ("kiosk/slip.py", "import display.policy", LAYERS),
        ("drivers/slip.py", "import config.schema", LAYERS),
        ("config/slip.py", "from caller.messages import Step", LAYERS),
    ],
)
def test_a_forbidden_import_breaks_its_contract(house: Path, where: str, line: str, contract: str) -> None:
    (house / where).write_text(line + "\n")
    assert f"{contract} BROKEN" in linted(house)


def test_what_is_allowed_breaks_none(house: Path) -> None:
    (house / "kiosk" / "slip.py").write_text("from caller.messages import Step\n")
    (house / "caller" / "slip.py").write_text("from caller.brandnew import SECRET\n")
    assert "BROKEN" not in linted(house)
