"""A sentence becomes sound in a process that may hang and be killed; the hall never waits for it longer.

Which voice speaks is found out, not assumed: Debian 12's `cmn` reads pinyin as English, so a voice whose
phonemes for a Chinese sentence leave Chinese is refused (espeak-ng marks that with "(en)"), and so is one
that does not give every character one syllable with its tone. What was said once is kept on disk, within
bounds, so that a call does not wait for synthesis.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drivers.errors import DeviceLost
from drivers.speech import sound
from drivers.speech.kept import Kept
from drivers.speech.reading import Language
from drivers.words import NOTHING, _, plain

CANDIDATES = {
    Language.MANDARIN: ("cmn", "cmn-latn-pinyin"),
    Language.CANTONESE: ("yue",),
    Language.ENGLISH: ("en-gb", "en-us", "en"),
}
PROBE = "请到三号窗口，谢谢"
PROBES = {Language.ENGLISH: "Please go to window three, thank you"}
TONES = {Language.MANDARIN: r"\d{2,3}", Language.CANTONESE: r"\d"}  # 214 is one tone of Mandarin
SPEED = {Language.CANTONESE: 0.75}  # espeak-ng's yue speaks as much faster than its cmn at the same rate
FOREIGN = "(en)"
BEHIND = ("nice", "-n", "15")  # what is rendered ahead of time takes only what nobody else wants
ROOT = Path(__file__).resolve().parents[2]


class Speech:
    """A voice that says sentences as WAV. `device` is the name in hall.toml that errors carry.

    `cache` is a directory for sentences that were rendered once, or None; `timeout` (seconds) bounds each of
    the two attempts at a sentence. At 140 words a minute a call is read at some 165 characters a minute.
    """

    def __init__(
        self,
        device: str,
        candidates: Sequence[str] = (),
        words_per_minute: int = 140,
        cache: Path | None = None,
        timeout: float = 8.0,
        renderer: Sequence[str] = (sys.executable, "-m", "drivers.speech.render"),
        language: Language = Language.MANDARIN,
    ) -> None:
        self.device = device
        self.language = language
        self.candidates = tuple(candidates) or CANDIDATES[language]
        self.words_per_minute = words_per_minute
        self.kept = Kept(cache)
        self.timeout = timeout
        self.renderer = tuple(renderer)
        self.voice = ""

    def choose(self) -> str:
        """The self-test: the first candidate that speaks its language; DeviceLost if there is none."""
        probe = PROBES.get(self.language, PROBE)
        said = self._run({"do": "phonemes", "voices": list(self.candidates), "text": probe})
        good = [voice for voice in self.candidates if speaks(said.get(voice, ""), self.language, probe)]
        if not good:
            why = [_("{what}：{why}").format(what=v, why=said.get(v) or _("没有装")) for v in self.candidates]
            raise DeviceLost(
                self.device, _("没有一个嗓音会说这种话（{why}）：请装 espeak-ng-data").format(why=why)
            )
        self.voice = good[0]
        return self.voice

    def phonemes(self, text: str) -> str:
        """How the chosen voice pronounces `text`, in espeak's mnemonics."""
        return self._run({"do": "phonemes", "voices": [self._chosen()], "text": text})[self.voice]

    def say(self, sentence: str) -> sound.Samples[int]:
        """The sentence once, trimmed and levelled. Raises DeviceLost."""
        kept = self.kept.read(self._key(sentence))
        return self._fresh(sentence) if kept is None else kept

    def has(self, sentence: str) -> bool:
        """Whether `say` would answer without synthesis."""
        return self.kept.has(self._key(sentence))

    def prepare(self, sentence: str) -> None:
        """Have it ready, at low priority; nothing to do without a cache. Raises DeviceLost."""
        if self.kept.folder and not self.has(sentence):
            self._fresh(sentence, BEHIND)

    def _key(self, sentence: str) -> str:
        return f"{sentence}\0{self._chosen()}\0{self.words_per_minute}\0{sound.TARGET}"

    def _fresh(self, sentence: str, under: Sequence[str] = ()) -> sound.Samples[int]:
        samples = self._render(sentence, under)
        self.kept.keep(self._key(sentence), samples)
        return samples

    def _chosen(self) -> str:
        return self.voice or self.choose()

    def _render(self, sentence: str, under: Sequence[str] = ()) -> sound.Samples[int]:
        with tempfile.TemporaryDirectory(prefix="hall-speech-") as folder:
            out = Path(folder) / "said.wav"
            ask = {
                "do": "render",
                "voice": self.voice,
                "rate": round(self.words_per_minute * SPEED.get(self.language, 1)),
            }
            self._run(ask | {"text": sentence, "out": str(out)}, under)
            try:
                samples = sound.from_wav(out.read_bytes())
            except (OSError, ValueError) as error:
                raise DeviceLost(
                    self.device, _("语音合成器什么也没写出来：{why}").format(why=error)
                ) from None
        if not samples:
            raise DeviceLost(self.device, _("语音合成器说“{sentence}”没有声音").format(sentence=sentence))
        return samples

    def _run(self, ask: dict[str, Any], under: Sequence[str] = ()) -> dict[str, str]:
        """One request to a short-lived renderer; a second one if the first hangs or dies."""
        why = NOTHING
        for _try in range(2):
            process = subprocess.Popen(
                [*under, *self.renderer],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=ROOT,
            )
            try:
                out, err = process.communicate(json.dumps(ask).encode(), self.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                why = _("语音合成器 {seconds:g} 秒没有反应").format(seconds=self.timeout)
                continue
            if process.returncode == 0:
                answer: dict[str, str] = json.loads(out)
                return answer
            said = err.decode(errors="replace").strip().splitlines()
            why = plain(said[-1]) if said else _("语音合成器自己退出了")
        raise DeviceLost(self.device, why)


def reads_chinese(phonemes: str, text: str = PROBE, language: Language = Language.MANDARIN) -> bool:
    """Whether a voice that gave these phonemes for Chinese `text` spoke it: one tone per character."""
    characters = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return FOREIGN not in phonemes and len(re.findall(TONES[language], phonemes)) == characters


def speaks(phonemes: str, language: Language, text: str) -> bool:
    """Whether a voice that gave these phonemes for `text` spoke the language."""
    if language is Language.ENGLISH:
        return bool(phonemes) and "(" not in phonemes
    return reads_chinese(phonemes, text, language)
