"""While the hall is being left, every loudspeaker says so again and again; a synthesiser that fails costs words only.

What hall.toml says is made ready before it is needed. Words that are not ready are preceded by the bare tone, and
a call that is being spoken is cut short.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from types import TracebackType
from typing import Self

from caller.messages import EmergencyState
from display.line import Line
from drivers.errors import DeviceLost
from drivers.speech import sound
from drivers.speech.announcement import PAUSE, Speaker
from drivers.speech.player import Player, length

AGAIN = 1.0  # seconds between two sayings
SETTLED = 8.0  # seconds after the start when there is time for words that may never be needed
LATER = 0.5  # seconds before a loudspeaker that failed is tried again

log = logging.getLogger(__name__)


class Siren:
    """One loudspeaker's warning. `warn` returns at once."""

    def __init__(
        self, line: Line, name: str, player: Player, speaker: Speaker, english: Speaker | None
    ) -> None:
        self.line = line
        self.name = name
        self.player = player
        self.speaker = speaker
        self.english = english
        self.emergency = EmergencyState(on=False)
        self.tone = sound.to_wav(_tone())
        self._ready: dict[tuple[str, str], bytes] = {}
        self._begun: set[tuple[str, str]] = set()
        self._news = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"siren {name}", daemon=True)

    @property
    def on(self) -> bool:
        return self.emergency.on

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._news:
            self._closing = True
            self._news.notify_all()
        if self.on:
            self.player.hush()
        self._thread.join(2.0)

    def warn(self, emergency: EmergencyState) -> None:
        if emergency == self.emergency:
            return
        with self._news:
            self.emergency = emergency
            self._news.notify_all()
        self.player.hush()
        if not emergency.on:
            self.line.warned(self.name, emergency)

    def _run(self) -> None:
        usual = self.line.hall.emergency
        with self._news:  # whoever is called just now goes first
            self._news.wait_for(lambda: self.on or self._closing, SETTLED)
        self._begin((usual.words, usual.words_en))
        while True:
            with self._news:
                self._news.wait_for(lambda: self.on or self._closing)
                if self._closing:
                    return
                emergency = self.emergency
            words = emergency.words or usual.words, emergency.words_en or usual.words_en
            self._begin(words)
            rest = self._play(self._ready.get(words, self.tone), emergency)
            with self._news:
                self._news.wait_for(partial(self._changed_from, emergency), rest)

    def _changed_from(self, emergency: EmergencyState) -> bool:
        return self._closing or self.emergency != emergency

    def _play(self, wav: bytes, emergency: EmergencyState) -> float:
        """Seconds to wait before the next time."""
        begun = time.monotonic()
        try:
            self.player.play(wav, "emergency")
        except DeviceLost as error:
            log.error("%s cannot warn: %s", self.name, error)
            return LATER
        if self.emergency == emergency:
            self.line.warned(self.name, emergency)
        return max(0.0, length(wav) - (time.monotonic() - begun)) + AGAIN

    def _begin(self, words: tuple[str, str]) -> None:
        """Make these words ready, on a thread of their own: the tone must not wait for a synthesiser."""
        if words not in self._begun:
            self._begun.add(words)
            name = f"words of siren {self.name}"
            threading.Thread(target=self._compose, args=(words,), name=name, daemon=True).start()

    def _compose(self, words: tuple[str, str]) -> None:
        """The tone, then Chinese twice, then English; whatever cannot be said is left out."""
        whole = _tone()
        for speaker, text, times in ((self.speaker, words[0], 2), (self.english, words[1], 1)):
            if speaker is None:
                continue
            try:
                said = speaker.say(text)
            except DeviceLost as error:
                log.error("%s has no voice to warn with: %s", self.name, error)
                continue
            for _ in range(times):
                whole += sound.silence(PAUSE / 2) + said
        self._ready[words] = sound.to_wav(whole)


def _tone() -> sound.Samples[int]:
    """Three times the chime, quick and louder: nobody takes it for a call."""
    return sound.chime(0.4, -6.0) + sound.chime(0.4, -6.0) + sound.chime(0.4, -6.0)
