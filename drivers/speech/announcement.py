"""An announcement is a chime, then what is said, twice, with a pause between: one WAV, whoever the speaker is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from drivers.speech import sound
from drivers.speech.reading import Rules
from drivers.speech.voice import Speech

AFTER_CHIME = 0.15  # seconds
PAUSE = 1.2  # seconds between two sayings; quality asks for 1 to 1.5
BREATH = 0.3  # seconds between two halves of one saying


class Speaker(Protocol):
    """Whoever says halves of calls: a synthesiser, or recordings of a person."""

    device: str

    def choose(self) -> str:
        """The self-test: the name of the voice that will speak; DeviceLost if none can."""

    def say(self, half: str) -> sound.Samples[int]:
        """Trimmed and levelled. Raises DeviceLost."""

    def has(self, half: str) -> bool:
        """Whether `say` would answer at once."""

    def prepare(self, half: str) -> None:
        """Have it ready, at low priority. Raises DeviceLost."""


def announce(speaker: Speaker, halves: Sequence[str], times: int = 2) -> bytes:
    """The whole announcement as a WAV file. Raises DeviceLost."""
    said = sound.silence(0)
    for index, half in enumerate(halves):
        said += (sound.silence(BREATH) if index else sound.silence(0)) + speaker.say(half)
    whole = sound.chime() + sound.silence(AFTER_CHIME)
    for turn in range(times):
        whole += (sound.silence(PAUSE) if turn else sound.silence(0)) + said
    return sound.to_wav(whole)


def speaker(
    device: str,
    *,
    engine: str = "espeak",
    rules: Rules,
    words_per_minute: int = 140,
    clips: str = "",
    cache: Path | None = None,
) -> Speaker:
    """The speaker that a table of hall.toml asks for. `clips` is the folder that `./hall voice build` filled."""
    voice = Speech(device, language=rules.language, words_per_minute=words_per_minute, cache=cache)
    if engine == "espeak":
        return voice
    from drivers.speech.clips import Clips

    return Clips(device, Path(clips), rules, instead=voice, cache=cache)
