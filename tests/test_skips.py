"""A skip is a failure: where something that a test needs is missing, nothing was shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ONE = "import pytest\n\ndef test_it() -> None:\n    pytest.skip('no printer here')\n"
ALL = "import pytest\n\npytest.importorskip('no_such_module_anywhere')\n\ndef test_it() -> None: ...\n"


@pytest.mark.parametrize(("content", "says"), [(ONE, "no printer here"), (ALL, "no_such_module_anywhere")])
def test_what_was_skipped_has_failed(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "test_one.py").write_text(content)
    line = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q"]
    done = subprocess.run([*line, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2), done.stdout
    assert says in done.stdout and "skipped" not in done.stdout.splitlines()[-1]
