"""A sound card at the far end of aplay's wire: it plays at many times the pace of a hall, keeps every sound with the
moment it began and ended, and can be pulled out in the middle of one. An ear reads the calls back off its samples.

Every fragment that the hall says is a tone of its own, "recorded" into the hall's own clips, so that what was said
is read from what was played, by nothing that took part in saying it.
"""

from __future__ import annotations

import math
import re
import stat
import wave
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

RATE = 22050
LOWEST, APART, LASTS = 400, 60, 0.06  # Hz, Hz, seconds of one fragment's tone
ROOM = 0.3  # seconds of silence that a recording has on either side
QUIET = re.compile(rb"(?:\x00\x00){400,}")  # 18 ms between two fragments
CALL = re.compile(
    "请?([A-Z])([零一二三四五六七八九]{3})号?到?([一二三四五六七八九十]+)号窗口"
)  # in full, or shortly

APLAY = """#!/bin/bash
# aplay -q -t wav -D CARD -
card={folder}/$5
mkdir -p "$card"
gone() {{ echo "aplay: main:831: audio open error: No such device" >&2; exit 1; }}
[ -e "$card.pulled" ] && gone
[ -e "$card.stuck" ] && exec sleep 600
sound="$card/$$"
head -c 4096 > "$sound.part"
begun=$EPOCHREALTIME
cat >> "$sound.part"
bytes=$(stat -c %s "$sound.part")
sleep "$(printf '0.%06d' $((bytes * 1000000 / 44100 / {faster})))"
[ -e "$card.pulled" ] && gone
mv "$sound.part" "$card/$begun-$EPOCHREALTIME-$$.wav"
"""


@dataclass(frozen=True)
class Sound:
    """What was heard out of a card, in seconds since 1970; a call was read so many times."""

    card: str
    begun: float
    ended: float
    ticket: str
    window: int
    times: int


class SoundCards:
    """`folder` holds what was played; `path` is to be before $PATH of whoever plays."""

    def __init__(self, folder: Path, faster: int) -> None:
        self.folder, self.path = folder / "played", folder / "bin"
        for each in (self.folder, self.path):
            each.mkdir(parents=True)
        aplay = self.path / "aplay"
        aplay.write_text(APLAY.format(folder=self.folder, faster=faster))
        aplay.chmod(aplay.stat().st_mode | stat.S_IXUSR)

    def pull(self, card: str) -> None:
        (self.folder / f"{card}.pulled").touch()

    def plug(self, card: str) -> None:
        (self.folder / f"{card}.pulled").unlink(missing_ok=True)

    def hang(self, card: str) -> None:
        """From now on it takes what is played and never comes to the end of it."""
        (self.folder / f"{card}.stuck").touch()

    def begun(self, card: str) -> list[float]:
        """When the first samples of each sound came, in seconds since 1970; not of the player's own self-test."""
        long = (file for file in sorted(self.folder.glob(f"{card}/*.wav")) if file.stat().st_size > RATE)
        return [float(file.stem.split("-")[0]) for file in long]

    def heard(self, ear: Ear) -> Iterator[Sound]:
        """What has been played to its end since the last time; it is forgotten here."""
        for file in sorted(self.folder.glob("*/*.wav")):
            begun, ended, _pid = file.stem.split("-")
            said = ear.read(file)
            file.unlink()
            if said is not None:
                yield Sound(file.parent.name, float(begun), float(ended), *said)


class Ear:
    """Knows the fragments by their tones."""

    def __init__(self, fragments: Iterable[str]) -> None:
        self.tones = {word: LOWEST + APART * n for n, word in enumerate(fragments)}

    def record(self, folder: Path) -> None:
        """Every fragment as a person would have recorded it."""
        folder.mkdir(parents=True, exist_ok=True)
        room = bytes(2 * round(ROOM * RATE))
        for word, pitch in self.tones.items():
            turn = math.tau * pitch / RATE
            tone = array("h", (round(9000 * math.sin(turn * n)) for n in range(round(LASTS * RATE))))
            with wave.open(str(folder / f"{word}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(room + tone.tobytes() + room)

    def read(self, file: Path) -> tuple[str, int, int] | None:
        """Ticket, window and how often; None for a sound that calls nobody."""
        with wave.open(str(file), "rb") as sound:
            played = sound.readframes(sound.getnframes())
        words = "".join(word for word in map(self._word, self._parts(played)) if word)
        calls = CALL.findall(words)
        if len(set(calls)) != 1:
            return (words, 0, 0) if words else None
        letter, digits, window = calls[0]
        number = "".join(str("零一二三四五六七八九".index(digit)) for digit in digits)
        return letter + number, _number(window), len(calls)

    def _parts(self, played: bytes) -> Iterator[array[int]]:
        at = 0
        for quiet in (*QUIET.finditer(played), None):
            end = len(played) if quiet is None else quiet.start()
            part = played[at + at % 2 : end - end % 2]
            at = len(played) if quiet is None else quiet.end()
            if len(part) > RATE // 25:
                yield array("h", part)

    def _word(self, part: array[int]) -> str:
        """The fragment of this tone; nothing for a sound that is none of them, like a chime."""
        if len(part) > 2 * LASTS * RATE:
            return ""
        turns = sum((a < 0) != (b < 0) for a, b in pairwise(part))
        pitch = turns * RATE / 2 / len(part)
        word, tone = min(self.tones.items(), key=lambda each: abs(each[1] - pitch))
        return word if abs(tone - pitch) < APART / 2 else ""


def _number(said: str) -> int:
    ten, _, ones = said.rpartition("十")
    value = "零一二三四五六七八九".index
    return (10 * (value(ten) if ten else 1) if "十" in said else 0) + (value(ones) if ones else 0)
