"""A loudspeaker plays one sound at a time and comes back, whatever the sound card does.

alsa:DEVICE     any ALSA device, through aplay of Debian's alsa-utils
file:DIRECTORY  every sound as DIRECTORY/0001-<name>.wav, numbered on after a restart
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drivers.errors import DeviceLost
from drivers.speech import sound
from drivers.words import _

GRACE = 5.0  # seconds that a sound card may take longer than the sound


def always() -> bool:
    return True


class Player(Protocol):
    """Something that makes a WAV loud. `play` returns when it is over; raises DeviceLost. `wanted` is asked when
    nothing but `hush` can end it any more: what was hushed a moment before it began is not played either."""

    def check(self) -> None:
        """Raises DeviceLost if nothing could be played now."""

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None: ...

    def hush(self) -> None:
        """End what is being played now, from any thread; its `play` returns as if it had been heard out."""


def open_player(url: str, device: str) -> Player:
    """The player behind a URL; ValueError for any other kind of URL. Opens nothing yet."""
    scheme, _colon, where = url.partition(":")
    match scheme:
        case "alsa":
            return AlsaPlayer(where or "default", device)
        case "file":
            return FilePlayer(Path(where), device)
        case _:
            raise ValueError(_("“{url}”要写成 alsa:设备 或 file:目录").format(url=url))


class AlsaPlayer:
    """aplay in a process of its own: a stuck card costs one process, which is killed, and never the hall."""

    def __init__(self, card: str, device: str, command: str = "aplay", grace: float = GRACE) -> None:
        self.card = card
        self.device = device
        self.command = command
        self.grace = grace
        self._one = threading.Lock()
        self._playing: subprocess.Popen[bytes] | None = None
        self._hushed = False

    def check(self) -> None:
        self.play(sound.to_wav(sound.silence(0.05)), "check")

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        with self._one:
            limit = length(wav) + self.grace
            try:
                process = subprocess.Popen(
                    [self.command, "-q", "-t", "wav", "-D", self.card, "-"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=os.environ | {"LC_ALL": "C"},
                )
            except OSError as error:
                raise DeviceLost(self.device, f"{self.command}: {error.strerror}") from None
            self._hushed, self._playing = False, process
            if not wanted():
                self.hush()
            try:
                _nothing, said = process.communicate(wav, limit)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise DeviceLost(
                    self.device,
                    _("{card} 放了 {seconds:.0f} 秒还没有放完").format(card=self.card, seconds=limit),
                ) from None
            finally:
                self._playing = None
            if process.returncode and not self._hushed:
                raise DeviceLost(self.device, f"{self.card}: {_cause(said)}")

    def hush(self) -> None:
        process = self._playing
        if process is not None:
            self._hushed = True
            process.kill()


class FilePlayer:
    """A directory instead of a loudspeaker: for the demonstration, for tests, for a hall without sound."""

    def __init__(self, folder: Path, device: str) -> None:
        self.folder = folder
        self.device = device
        self._one = threading.Lock()

    def check(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceLost(self.device, f"{self.folder}: {error.strerror}") from None
        if not os.access(self.folder, os.W_OK):
            raise DeviceLost(self.device, _("{folder} 不能写").format(folder=self.folder))

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        with self._one:
            self.check()
            if not wanted():
                return
            numbers = [int(m[1]) for p in self.folder.iterdir() if (m := re.match(r"(\d{4,})-", p.name))]
            safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
            path = self.folder / f"{max(numbers, default=0) + 1:04d}-{safe}.wav"
            fresh = path.with_suffix(".part")
            try:
                fresh.write_bytes(wav)
                fresh.replace(path)
            except OSError as error:
                raise DeviceLost(self.device, f"{path}: {error.strerror}") from None

    def hush(self) -> None:
        """A file is written at once; there is nothing to cut short."""


def length(wav: bytes) -> float:
    """Seconds of a WAV file."""
    with wave.open(io.BytesIO(wav)) as file:
        return file.getnframes() / file.getframerate()


def _cause(said: bytes) -> str:
    """What aplay says is wrong, from "aplay: main:831: audio open error: No such device"."""
    lines = [line for line in said.decode(errors="replace").splitlines() if "error" in line.lower()]
    return lines[-1].rpartition(": ")[2] if lines else "aplay failed"
