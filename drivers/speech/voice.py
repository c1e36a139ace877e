"""A sentence becomes sound in a process that may hang and be killed; the hall never waits for it longer.

Which voice speaks is found out, not assumed: Debian 12's `cmn` reads pinyin as English, so a voice whose
phonemes for a Chinese sentence leave Chinese is refused (espeak-ng marks that with "(en)"), and so is one
that does not give every character one syllable with its tone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drivers.errors import DeviceLost
from drivers.speech import sound

CANDIDATES = ("cmn", "cmn-latn-pinyin")
PROBE = "请到三号窗口，谢谢"
FOREIGN = "(en)"
PAUSE = 1.2  # seconds between two sayings; quality asks for 1 to 1.5
BREATH = 0.35  # seconds between two parts of one saying
KEPT = 400  # sentences in the cache, about 80 MB
ROOT = Path(__file__).resolve().parents[2]


class Speech:
    """A voice that says sentences as WAV. `device` is the name in hall.toml that errors carry.

    `cache` is a directory for sentences that were rendered once, or None; `timeout` (seconds) bounds each of
    the two attempts at a sentence.
    """

    def __init__(
        self,
        device: str,
        candidates: Sequence[str] = CANDIDATES,
        words_per_minute: int = 150,
        cache: Path | None = None,
        timeout: float = 8.0,
        renderer: Sequence[str] = (sys.executable, "-m", "drivers.speech.render"),
    ) -> None:
        self.device = device
        self.candidates = tuple(candidates)
        self.words_per_minute = words_per_minute
        self.cache = cache
        self.timeout = timeout
        self.renderer = tuple(renderer)
        self.voice = ""

    def choose(self) -> str:
        """The self-test: the first candidate that reads Chinese as Chinese; DeviceLost if there is none."""
        said = self._run({"do": "phonemes", "voices": list(self.candidates), "text": PROBE})
        good = [voice for voice in self.candidates if voice in said and reads_chinese(said[voice])]
        if not good:
            why = ", ".join(f"{v}: {said.get(v) or 'not installed'}" for v in self.candidates)
            raise DeviceLost(self.device, f"no voice reads Chinese ({why})")
        self.voice = good[0]
        return self.voice

    def phonemes(self, text: str) -> str:
        """How the chosen voice pronounces `text`, in espeak's mnemonics."""
        return self._run({"do": "phonemes", "voices": [self._chosen()], "text": text})[self.voice]

    def say(self, sentence: str) -> sound.Samples[int]:
        """The sentence once, trimmed and levelled. Raises DeviceLost."""
        key = hashlib.sha256(f"{sentence}\0{self._chosen()}\0{self.words_per_minute}".encode()).hexdigest()
        kept = self.cache / f"{key[:32]}.wav" if self.cache else None
        if kept:
            try:
                samples = sound.from_wav(kept.read_bytes())
                os.utime(kept)
                return samples
            except (OSError, ValueError):
                pass  # not there, or half written by a power cut: render it again
        samples = sound.level(sound.trim(self._render(sentence)))
        if kept:
            self._keep(kept, sound.to_wav(samples))
        return samples

    def announce(self, parts: Sequence[str], times: int = 2) -> bytes:
        """A chime, then the parts one after the other, said `times` times with a pause between: one WAV."""
        whole = sound.chime() + sound.silence(0.15)
        for turn in range(times):
            whole += sound.silence(PAUSE) if turn else sound.silence(0)
            for index, part in enumerate(parts):
                whole += (sound.silence(BREATH) if index else sound.silence(0)) + self.say(part)
        return sound.to_wav(whole)

    def _chosen(self) -> str:
        return self.voice or self.choose()

    def _render(self, sentence: str) -> sound.Samples[int]:
        with tempfile.TemporaryDirectory(prefix="hall-speech-") as folder:
            out = Path(folder) / "said.wav"
            ask = {"do": "render", "voice": self.voice, "rate": self.words_per_minute}
            self._run(ask | {"text": sentence, "out": str(out)})
            try:
                samples = sound.from_wav(out.read_bytes())
            except (OSError, ValueError) as error:
                raise DeviceLost(self.device, f"the synthesiser wrote nothing: {error}") from None
        if sound.loudness(samples) < -60:
            raise DeviceLost(self.device, f"the synthesiser was silent for “{sentence}”")
        return samples

    def _run(self, ask: dict[str, Any]) -> dict[str, str]:
        """One request to a short-lived renderer; a second one if the first hangs or dies."""
        why = ""
        for _ in range(2):
            process = subprocess.Popen(
                self.renderer, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
            )
            try:
                out, err = process.communicate(json.dumps(ask).encode(), self.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                why = f"the synthesiser hung for {self.timeout:g} s"
                continue
            if process.returncode == 0:
                answer: dict[str, str] = json.loads(out)
                return answer
            why = (err.decode(errors="replace").strip().splitlines() or ["the synthesiser died"])[-1]
        raise DeviceLost(self.device, why)

    def _keep(self, path: Path, wav: bytes) -> None:
        """Into the cache, whole or not at all; a full disk costs only the next rendering."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(wav)
            fresh.replace(path)
            kept = sorted(path.parent.glob("*.wav"), key=lambda p: p.stat().st_mtime)
            for old in kept[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError:
            return


def reads_chinese(phonemes: str, text: str = PROBE) -> bool:
    """Whether a voice that gave these phonemes for Chinese `text` spoke Mandarin: one tone per character."""
    characters = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return FOREIGN not in phonemes and len(re.findall(r"\d{2,3}", phonemes)) == characters
