"""Read-aloud has a thread of its own: the newest words win, and what is personal never reaches the loudspeaker.

What is said stops in the middle of a word when a visitor goes on. Without headphones, in hall.toml or in their socket,
personal words are not spoken at all.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.schema import Kiosk
from drivers.errors import DeviceError
from drivers.speech import sound
from drivers.speech.player import Player, open_player
from drivers.speech.reading import Language
from drivers.speech.voice import Speech
from kiosk.focus import Spoken

log = logging.getLogger(__name__)

SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


class Ear:
    """`say` returns at once; nothing is said where the kiosk has no output. `worn`: whether headphones are in."""

    def __init__(self, kiosk: Kiosk, worn: Callable[[], bool] = lambda: True) -> None:
        self.kiosk, self._worn = kiosk, worn
        self.aloud = _player(kiosk.speaker, f"speaker-{kiosk.id}")
        self.private = _player(kiosk.headphones, f"headphones-{kiosk.id}")
        self.decibels = 0.0  # louder than usual
        self._voices: dict[str, Speech] = {}
        self._changed = threading.Condition()
        self._words: tuple[Spoken, ...] = ()
        self._language = ""
        self._turn = 0
        self._told = 0  # the last turn that was said to its end
        self._hushed = 0  # the turn that says nothing
        self._over = False
        self._thread = threading.Thread(target=self._run, name=f"ear-{kiosk.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._over = True
            self._turn += 1
            self._changed.notify()
        self._thread.join(timeout=15)

    @property
    def there(self) -> bool:
        """Whether anything can be heard at this kiosk."""
        return bool(self.aloud or self.private)

    @property
    def speaking(self) -> bool:
        """Whether something is still being said."""
        return self.there and self._told != self._turn

    def say(self, words: Sequence[Spoken], language: str) -> None:
        """These words instead of whatever was being said."""
        with self._changed:
            self._words, self._language = tuple(words), language
            self._turn += 1
            self._changed.notify()
        self._silence()

    def hush(self) -> None:
        """Not another word; `again` says them all once more."""
        with self._changed:
            self._turn += 1
            self._hushed = self._turn
            self._changed.notify()
        self._silence()

    def forget(self) -> None:
        """The visitor has gone, and what was said with them."""
        self.say((), self._language)

    def again(self) -> None:
        """The last words once more."""
        self.say(self._words, self._language)

    def _run(self) -> None:
        heard = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda last=heard: self._turn != last)  # type: ignore[misc]
                if self._over:
                    return
                heard, words, language = self._turn, self._words, self._language
                if heard == self._hushed:
                    self._told = heard
                    continue
            for spoken in words:
                for sentence in SENTENCE.findall(spoken.text):
                    if self._turn != heard:
                        break
                    self._speak(sentence.strip(), spoken.personal, language)
            if self._turn == heard:
                self._told = heard
                if words:
                    _note(self.kiosk.id, "")

    def _speak(self, sentence: str, personal: bool, language: str) -> None:
        private = self.private if self._worn() else None
        player = private or (None if personal else self.aloud)
        if player is None or not any(character.isalnum() for character in sentence):
            return
        try:
            said = self._voice(language).say(sentence)
            wav = sound.to_wav(sound.amplify(said, self.decibels) if self.decibels else said)
            _note(self.kiosk.id, sentence)
            player.play(wav, "said")
        except DeviceError as error:
            log.warning("%s", error)

    def _silence(self) -> None:
        for player in (self.private, self.aloud):
            if player is not None:
                player.hush()

    def _voice(self, language: str) -> Speech:
        if language not in self._voices:
            tongue = Language.ENGLISH if language == "en" else Language.MANDARIN
            self._voices[language] = Speech(f"kiosk-{self.kiosk.id}", language=tongue)
        return self._voices[language]


def _player(url: str, name: str) -> Player | None:
    return open_player(url, name) if url else None


def _note(kiosk: int, sentence: str) -> None:
    """Where pictures of the screen are wanted, what was heard is wanted too; an empty line is silence."""
    folder = os.environ.get("HALL_PICTURES")
    if folder:
        with (Path(folder) / f"kiosk-{kiosk}-spoken.txt").open("a", encoding="utf-8") as file:
            file.write(sentence + "\n")
