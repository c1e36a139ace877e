"""What a disk is sure to have when somebody pulls the plug: each file as it was when it was last synced, under the
names that its folder had when the folder was.

Luck may keep more; nobody may count on that.
"""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR

import pytest


class Unplugged:
    """Stands in for `os.fsync`, which is carried out as well."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._sync = folder, os.fsync
        self._files: dict[int, bytes] = {}
        self._names: dict[str, int] = {}
        patch.setattr(os, "fsync", self._synced)

    def _synced(self, descriptor: int) -> None:
        self._sync(descriptor)
        about = os.fstat(descriptor)
        if S_ISDIR(about.st_mode):
            self._names = {path.name: path.stat().st_ino for path in self._folder.iterdir()}
        else:
            self._files[about.st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()

    def found(self, name: str) -> bytes:
        """Raises KeyError if there is no such file."""
        return self._files.get(self._names[name], b"")
