"""The voice of the hall is tried before it speaks, and a synthesiser that hangs is left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.speech import announcement, kept, reading, sound, voice
from drivers.speech.ahead import Ahead
from drivers.speech.reading import Language, Rules
from drivers.speech.voice import Speech
from tests.drivers.test_speech_loudness import their_peak, theirs
from tests.drivers.test_speech_sound import spans

HANGS = (sys.executable, "-c", "import time; time.sleep(60)")
DIES = (sys.executable, "-c", "raise SystemExit('no voice data')")
# Hangs the first time, works the second: what pyttsx3 does.
STUMBLES = """
import json, pathlib, time
flag = pathlib.Path({flag!r})
if not flag.exists():
    flag.touch()
    time.sleep(60)
print(json.dumps({{"cmn": " ".join(["S;'iE51_|"] * 8)}}))
"""


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    said = Speech("voice-east", cache=tmp_path_factory.mktemp("speech"))
    said.choose()
    return said


def test_a_voice_that_reads_pinyin_as_english_is_refused() -> None:
    assert not voice.reads_chinese("(en)kI55NTr'i:55(cmn)_| 'ei51_|")
    assert not voice.reads_chinese("")
    assert not voice.reads_chinese("tSaIn'i:z_| l'Et3_|", "谢谢")  # an English voice, at a loss
    assert voice.reads_chinese("S;'iE51_| S;'iE51_|", "谢谢")  # espeak-ng 1.51
    assert voice.reads_chinese("S;iE51S;'iE11_|", "谢谢")  # 1.52


def test_the_chosen_voice_reads_calls_in_chinese_with_the_letter_aloud(speech: Speech) -> None:
    seen = set()
    for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ":
        said = speech.phonemes(reading.sentence(f"{letter}012", 12))
        please, spoken, *digits = said.split()
        assert please.startswith("tS;h'i")  # qǐng
        assert digits[:3] == ["l'i35N_|", "j'i55_|", "'@r51_|"]  # líng yī èr
        assert digits[-1].endswith("kh'ou214_|")  # kǒu
        assert voice.FOREIGN not in please + "".join(digits), said
        seen.add(spoken)
    assert len(seen) == 24  # no letter is swallowed, and none sounds like another


def test_a_surname_is_read_as_one_and_not_as_the_word_that_it_also_is(speech: Speech) -> None:
    for surname, sound_of_it in (
        ("单", "s."),
        ("查", "ts.'a55"),
        ("仇", "tS;h"),
        ("尉迟", "y51"),
        ("张", "ts.'a55N"),
    ):
        said = speech.phonemes(reading.address(f"{surname}*先生"))
        assert sound_of_it.lower() in said.split("_|")[0].lower(), said  # one espeak says A, the next a
    assert reading.address("张*女士", Rules(Language.ENGLISH)) == reading.address("") == ""
    assert reading.address("单*女士", Rules(Language.CANTONESE)) == "单女士", (
        "another tongue reads it otherwise"
    )


def test_a_hall_without_a_chinese_voice_is_told_at_once() -> None:
    with pytest.raises(DeviceLost, match="没有一个嗓音会说这种话") as lost:
        Speech("voice-west", candidates=("en", "no-such-voice")).choose()
    assert lost.value.device == "voice-west"


@pytest.mark.parametrize("language", list(Language))
def test_every_language_speaks_for_itself(language: Language, tmp_path: Path) -> None:
    spoken = Speech("voice-east", language=language, cache=tmp_path)
    spoken.choose()
    rules = Rules(language)
    for half in reading.call("A012", 12, rules):
        phonemes = spoken.phonemes(half)
        # A letter is an English word to a newer espeak-ng, and in Cantonese; nothing else is.
        phonemes = re.sub(r"\(en\)'?eI\d*\((yue|cmn)\)", "", phonemes)
        assert "(" not in phonemes, phonemes


def test_espeaks_own_program_says_the_same_of_the_voice_that_was_chosen(speech: Speech) -> None:
    """Without the letter, which is English to some. The program tells the tones of some syllables otherwise."""
    sentence = reading.sentence("A012", 10).replace("A ", "")
    command = ["espeak-ng", "-v", speech.voice, "-q", "-x", sentence]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert voice.FOREIGN not in theirs and voice.reads_chinese(theirs, sentence)
    assert syllables(theirs) == syllables(speech.phonemes(sentence))
    refused = subprocess.run([*command[:2], "en", *command[3:]], capture_output=True, text=True, check=True)
    assert not voice.reads_chinese(refused.stdout, sentence)


def syllables(phonemes: str) -> list[str]:
    return [re.sub(r"[\d.]", "", each) for each in phonemes.split()]


@pytest.mark.parametrize("language", list(Language))
def test_every_announcement_measured(language: Language, tmp_path: Path) -> None:
    rules = Rules(language)
    for number, window in (("A001", 3), ("E120", 10), ("P999", 12)):
        spoken = announcement.speaker("voice-east", rules=rules, cache=tmp_path)
        halves = reading.call(number, window, rules)
        said = sound.from_wav(announcement.announce(spoken, halves))
        assert [heard for heard, _ in spans(said)] == [True, False, True], "chime and call, pause, call"
        (_, first), (_, pause), (_, second) = spans(said)
        assert 1.0 <= pause <= 1.5
        assert sound.seconds(sound.chime()) <= 1.0
        assert first - second == pytest.approx(sound.seconds(sound.chime()) + 0.15, abs=0.1)
        assert theirs(said, sound.RATE) == pytest.approx(-16.0, abs=1.0), "by a meter that is not ours"
        assert their_peak(said) <= -1.0
        words = "".join(halves) if language is not Language.ENGLISH else " ".join(halves)
        count = sum(c.isalpha() for c in words) if language is not Language.ENGLISH else len(words.split())
        assert 120 <= count / second * 60 <= 180, (number, count / second * 60)


def test_whoever_speaks_does_no_arithmetic_meanwhile(
    speech: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = Speech("voice-east", (speech.voice,), cache=tmp_path)
    spoken.choose()
    for work in ("level", "trim", "loudness"):
        monkeypatch.setattr(sound, work, None)  # it is done by the process that renders
    said = spoken.say(reading.sentence("A002", 3))
    monkeypatch.undo()
    assert theirs(said, sound.RATE) == pytest.approx(-16.0, abs=1.0)
    assert sound.trim(said) == said


def test_a_synthesiser_that_says_nothing_is_a_lost_device(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(sound.to_wav(sound.silence(0)))
    silent = (
        f"import json, shutil, sys; shutil.copy({str(tmp_path / 'empty.wav')!r}, json.load(sys.stdin)['out'])"
    )
    speech = Speech("voice-east", renderer=(sys.executable, "-c", silent + "; print('{}')"))
    speech.voice = "cmn"
    with pytest.raises(DeviceLost, match="没有声音"):
        speech.say("请")


def test_once_if_the_hall_wants_it_once(speech: Speech) -> None:
    once = sound.from_wav(announcement.announce(speech, reading.call("A001", 3), times=1))
    assert all(heard for heard, _ in spans(once))


def test_a_sentence_is_rendered_once_and_a_half_written_one_again(speech: Speech) -> None:
    sentence = reading.sentence("B001", 4)
    first = speech.say(sentence)
    assert speech.kept.folder is not None
    file = max(speech.kept.folder.glob("*.wav"), key=lambda p: p.stat().st_mtime_ns)
    deaf = Speech("voice-east", cache=speech.kept.folder, renderer=DIES)
    deaf.voice = speech.voice
    assert deaf.say(sentence) == first
    file.write_bytes(b"RIFF")
    assert speech.say(sentence) == first
    slower = Speech("voice-east", words_per_minute=110, cache=speech.kept.folder)
    assert len(slower.say(sentence)) > 1.2 * len(first)


def test_the_cache_does_not_fill_the_disk(
    speech: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Speech("voice-east", cache=tmp_path)
    short.say(reading.who("A001"))
    (first,) = tmp_path.glob("*.wav")
    monkeypatch.setattr(kept, "MOST", int(first.stat().st_size * 2.5))
    os.utime(first, (1, 1))
    short.say(reading.who("A002"))
    assert short.has(reading.who("A001"))
    short.say(reading.who("A001"))  # said again: A002 is now the one that was not said for longest
    os.utime(max(set(tmp_path.glob("*.wav")) - {first}), (1, 1))
    short.say(reading.who("A003"))
    assert short.has(reading.who("A001")) and short.has(reading.who("A003"))
    assert not short.has(reading.who("A002"))


def test_what_is_prepared_needs_no_synthesiser_any_more(speech: Speech, tmp_path: Path) -> None:
    ready = Speech("voice-east", cache=tmp_path)
    for half in reading.call("A007", 5):
        assert not ready.has(half)
        ready.prepare(half)
        assert ready.has(half)
    ready.renderer = DIES
    assert len(announcement.announce(ready, reading.call("A007", 5))) > 200_000


def test_a_thread_prepares_what_is_wanted_and_survives_a_synthesiser_that_does_not(tmp_path: Path) -> None:
    spoken = Speech("voice-east", cache=tmp_path)
    with Ahead(spoken, later=0.01) as ahead:
        ahead.want([reading.where(3), reading.where(3), reading.who("A001")])
        assert ahead.idle(20)
        assert spoken.has(reading.where(3)) and spoken.has(reading.who("A001"))
        spoken.renderer = DIES
        ahead.want([reading.where(4)])
        assert ahead.idle(20)
        assert not spoken.has(reading.where(4))


def test_what_is_wanted_first_goes_before_what_waits_and_nothing_is_made_twice() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        device = "voice-east"

        def __init__(self) -> None:
            self.made: list[str] = []

        def prepare(self, half: str) -> None:
            begun.set()
            go_on.wait(5)
            self.made.append(half)

    slow = Slow()
    with Ahead(slow) as ahead:  # type: ignore[arg-type]  # it only prepares
        ahead.want("abc")
        assert begun.wait(5)
        ahead.want("dc", first=True)
        ahead.want("ab")
        assert not ahead.idle(0.01)
        go_on.set()
        assert ahead.idle(5)
    assert "".join(slow.made) == "adcb"


def test_a_synthesiser_that_hangs_is_killed_and_tried_once_more(tmp_path: Path) -> None:
    flag = tmp_path / "hung"
    stumbles = (sys.executable, "-c", STUMBLES.format(flag=str(flag)))
    assert Speech("voice-east", ("cmn",), timeout=1.0, renderer=stumbles).choose() == "cmn"
    assert flag.exists()


@pytest.mark.parametrize(("renderer", "why"), [(HANGS, "0.3 秒没有反应"), (DIES, "no voice data")])
def test_a_synthesiser_that_never_answers_is_a_lost_device(renderer: tuple[str, ...], why: str) -> None:
    with pytest.raises(DeviceLost, match=why):
        Speech("voice-east", timeout=0.3, renderer=renderer).choose()
