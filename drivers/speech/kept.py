"""What was made once is kept on disk, within bounds; what cannot be kept or read is made again."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from drivers.speech import sound

MOST = 64 * 1024 * 1024  # bytes on disk; a half of a call takes some 80 KB


class Kept:
    """Sounds by a key that says how each was made. Without a `folder` nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def has(self, key: str) -> bool:
        return self.folder is not None and self._file(self.folder, key).exists()

    def read(self, key: str) -> sound.Samples[int] | None:
        """None for what is not there, or was half written when the power went."""
        if self.folder is None:
            return None
        file = self._file(self.folder, key)
        try:
            samples = sound.from_wav(file.read_bytes())
            os.utime(file)
        except (OSError, ValueError):
            return None
        return samples

    def keep(self, key: str, samples: sound.Samples[int]) -> None:
        """Whole or not at all; a full disk costs only the next making."""
        if self.folder is None:
            return
        file = self._file(self.folder, key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            fresh.write_bytes(sound.to_wav(samples))
            fresh.replace(file)
            self._forget(self.folder)
        except OSError:
            return

    def _file(self, folder: Path, key: str) -> Path:
        return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"

    def _forget(self, folder: Path) -> None:
        """What was not said for the longest time goes, until the rest fits."""
        found = sorted(((f.stat().st_mtime, f.stat().st_size, f) for f in folder.glob("*.wav")), reverse=True)
        total = 0
        for _, size, file in found:
            total += size
            if total > MOST:
                file.unlink(missing_ok=True)
