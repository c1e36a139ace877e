"""The hall's own voice: fragments that a person recorded, joined into calls; nothing is guessed, everything checked.

`build` makes one folder of recordings (as they come from a telephone or a recorder) into another of clips:
trimmed, in our format, equally loud. What is missing or bad is told all at once. A half of a call for which
a clip is missing is said by the synthesiser, whole, because a call that is not said is worse than two voices.
"""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.speech import reading, recording, sound
from drivers.speech.kept import Kept
from drivers.speech.loudness import true_peak
from drivers.speech.reading import Rules, fragments
from drivers.speech.voice import Speech
from drivers.words import Words, _, of

READY = "ready"  # the folder of clips inside the folder of recordings
GAP = 0.045  # seconds between two fragments
LONGEST = 4.0  # seconds of one fragment; longer is a recording of something else
QUIETEST = -45.0  # LUFS; below it the noise of the room would be amplified
WINDOW, KEEP = 0.01, 0.03  # seconds: what is looked at together, and what stays on either side of a word
ABOVE_ROOM = 25.0  # dB that a word must stand out of its room
FADE, HISS = 40.0, 8.0  # dB: a word ends that far below its top, or that near its room

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one recording, for the person who recorded it."""

    fragment: str
    why: Words

    def __str__(self) -> str:
        return f"{self.fragment}.wav：{self.why}"


class Clips:
    """Says halves of calls from the clips in `folder`/ready; `instead` speaks what they lack. What was joined and
    levelled once is kept in `cache`: levelling takes longer than a visitor should wait."""

    def __init__(
        self, device: str, folder: Path, rules: Rules, instead: Speech, cache: Path | None = None
    ) -> None:
        self.device = device
        self.folder = folder / READY
        self.rules = rules
        self.instead = instead
        self.kept = Kept(cache)

    def choose(self) -> str:
        """How many clips there are; without any it is the synthesiser that must be fit to speak."""
        count = sum(1 for _ in self.folder.glob("*.wav"))
        if not count:
            log.warning("%s: no clips in %s: run ./hall voice build", self.device, self.folder)
            return self.instead.choose()
        return f"{count} clips in {self.folder}"

    def say(self, half: str) -> sound.Samples[int]:
        """The half, joined and levelled. Raises DeviceLost."""
        try:
            kept = self.kept.read(self._key(half))
            return self._joined(half) if kept is None else kept
        except (OSError, ValueError) as error:
            if not half.endswith(reading.TITLES):  # nobody records every surname, and no log names a visitor
                log.warning("%s: “%s” from the synthesiser: %s", self.device, half, error)
            return self.instead.say(half)

    def has(self, half: str) -> bool:
        """Whether it was joined before, or the synthesiser has said it before."""
        return self.instead.has(half) if self._missing(half) else self.kept.has(self._key(half))

    def prepare(self, half: str) -> None:
        """Have it joined, or what the clips lack said. Raises DeviceLost."""
        if self._missing(half):
            self.instead.prepare(half)
        elif self.kept.folder and not self.has(half):
            self.say(half)

    def _missing(self, half: str) -> list[str]:
        return [part for part in fragments(half, self.rules) if not self._file(part).exists()]

    def _file(self, fragment: str) -> Path:
        return self.folder / f"{fragment}.wav"

    def _key(self, half: str) -> str:
        """Of the very clips that are there now: a recording that was made again is heard at once."""
        stats = (self._file(part).stat() for part in fragments(half, self.rules))
        made = " ".join(f"{stat.st_mtime_ns}.{stat.st_size}" for stat in stats)
        return f"{half}\0{self.folder}\0{made}\0{sound.TARGET}"

    def _joined(self, half: str) -> sound.Samples[int]:
        whole: sound.Samples[int] = array("h")
        for part in fragments(half, self.rules):
            whole += (sound.silence(GAP) if whole else array("h")) + sound.from_wav(
                self._file(part).read_bytes()
            )
        levelled = sound.level(whole)
        self.kept.keep(self._key(half), levelled)
        return levelled


def build(folder: Path, wanted: Iterable[str]) -> tuple[list[str], list[Fault]]:
    """Make the recordings in `folder` into clips in `folder`/ready. Returns the clips made and every fault.

    A fragment with a fault gets no clip, and an old clip of it goes.
    """
    ready = folder / READY
    ready.mkdir(exist_ok=True)
    made: list[str] = []
    faults: list[Fault] = []
    for fragment in wanted:
        file, clip = folder / f"{fragment}.wav", ready / f"{fragment}.wav"
        try:
            samples = finished(recording.read(file.read_bytes()))
        except FileNotFoundError:
            faults.append(Fault(fragment, _("没有录")))
        except (OSError, ValueError) as error:
            faults.append(Fault(fragment, of(error)))
        else:
            fresh = clip.with_suffix(".part")
            fresh.write_bytes(sound.to_wav(samples))
            fresh.replace(clip)
            made.append(fragment)
            continue
        clip.unlink(missing_ok=True)
    return made, faults


def finished(raw: sound.Samples[int]) -> sound.Samples[int]:
    """A recording trimmed and levelled; ValueError says what is wrong with it."""
    loud = sound.loudness(raw)
    if loud == -math.inf:
        raise ValueError(_("里面没有声音"))
    if loud < QUIETEST:
        raise ValueError(_("录得太轻（{loudness:.0f} LUFS）：离话筒近一点再录").format(loudness=loud))
    samples = sound.level(spoken(raw))
    if sound.seconds(samples) > LONGEST:
        raise ValueError(
            _("有 {seconds:.1f} 秒，一段最多 {most:g} 秒").format(
                seconds=sound.seconds(samples), most=LONGEST
            )
        )
    return samples


def spoken(raw: sound.Samples[int]) -> sound.Samples[int]:
    """Without the room before and after the word; ValueError if the room is as loud as the word."""
    size = round(WINDOW * sound.RATE)
    levels = [sound.power(raw[at : at + size]) for at in range(0, len(raw) - size + 1, size)]
    top, room = max(levels), sorted(levels)[len(levels) // 10]
    if top - room < ABOVE_ROOM:
        raise ValueError(
            _("周围太吵：话音只比底噪高 {ratio:.0f} dB，要 {least:.0f} dB 以上，前后也要留半秒安静").format(
                ratio=top - room, least=ABOVE_ROOM
            )
        )
    edge = max(top - FADE, room + HISS)
    loud = [n for n, level in enumerate(levels) if level > edge]
    margin = round(KEEP * sound.RATE)
    return raw[max(0, loud[0] * size - margin) : (loud[-1] + 1) * size + margin]


def measured(folder: Path) -> Iterator[tuple[str, float, float, float]]:
    """Every clip: its name, seconds, LUFS, dBTP."""
    for clip in sorted((folder / READY).glob("*.wav")):
        samples = sound.from_wav(clip.read_bytes())
        yield clip.stem, sound.seconds(samples), sound.loudness(samples), true_peak(samples)
