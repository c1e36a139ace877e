"""A checkout with the front door and hardly anything behind it: what set-up does is seen there, and what it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Checkout:
    """A copy of the front door with nothing behind it but a font module that has nothing to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "hall", folder / "hall")
        (folder / "requirements.lock").write_text("")
        (folder / "config").mkdir()
        (folder / "config/__init__.py").touch()
        (folder / "config/fonts.py").touch()

    def hall(self, *words: str, user: int | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "hall", *words],
            capture_output=True,
            text=True,
            user=user,
            timeout=100,
            cwd="/",
            env={**os.environ, **env},
        )

    @property
    def witness(self) -> Path:
        """Lies in .venv, and is gone when .venv was made anew."""
        return self.folder / ".venv/witness"

    def set_up(self) -> str:
        done = self.hall("python", "-c", "import sys; print(sys.prefix)")
        assert done.stdout.strip() == str(self.folder / ".venv"), done.stderr
        return done.stderr

    def was_made_anew(self) -> bool:
        before = self.witness.exists()
        self.set_up()
        anew = before and not self.witness.exists()
        self.witness.touch()
        return anew
