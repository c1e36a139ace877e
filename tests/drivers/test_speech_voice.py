"""The voice of the hall is tried before it speaks, and a synthesiser that hangs is left behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.speech import reading, sound, voice
from drivers.speech.voice import Speech
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


def test_a_hall_without_a_chinese_voice_is_told_at_once() -> None:
    with pytest.raises(DeviceLost, match="no voice reads Chinese") as lost:
        Speech("voice-west", candidates=("en", "no-such-voice")).choose()
    assert lost.value.device == "voice-west"


def test_an_announcement_is_chime_sentence_pause_sentence(speech: Speech) -> None:
    said = sound.from_wav(speech.announce([reading.sentence("A001", 3)]))
    assert [heard for heard, _ in spans(said)] == [True, False, True]
    (_, first), (_, pause), (_, second) = spans(said)
    assert 1.0 <= pause <= 1.5
    assert first - second == pytest.approx(sound.seconds(sound.chime()) + 0.15, abs=0.1)
    assert sound.seconds(said) == pytest.approx(first + pause + second, abs=0.05)


def test_speech_is_level_and_at_a_pace_that_people_follow(speech: Speech) -> None:
    once = speech.say(reading.sentence("A001", 3))
    assert sound.loudness(once) == pytest.approx(sound.TARGET, abs=1.0)
    assert sound.peak(once) <= -1.0
    assert 120 <= 11 / sound.seconds(once) * 60 <= 185  # 请A零零一号到三号窗口


def test_once_if_the_hall_wants_it_once(speech: Speech) -> None:
    once = sound.from_wav(speech.announce([reading.sentence("A001", 3)], times=1))
    assert all(heard for heard, _ in spans(once))


def test_the_same_sentence_sounds_the_same_every_time(speech: Speech) -> None:
    """pyttsx3 left alone speaks one sentence in twenty at a rate of its own, or writes nothing."""
    fresh = Speech("voice-east")  # no cache
    fresh.voice = speech.voice
    assert len({fresh.say(reading.ticket("A001")).tobytes() for _ in range(20)}) == 1


def test_a_sentence_is_rendered_once_and_a_half_written_one_again(speech: Speech) -> None:
    sentence = reading.sentence("B001", 4)
    first = speech.say(sentence)
    assert speech.cache is not None
    kept = max(speech.cache.glob("*.wav"), key=lambda p: p.stat().st_mtime_ns)
    deaf = Speech("voice-east", cache=speech.cache, renderer=DIES)
    deaf.voice = speech.voice
    assert deaf.say(sentence) == first
    kept.write_bytes(b"RIFF")
    assert speech.say(sentence) == first
    slower = Speech("voice-east", words_per_minute=110, cache=speech.cache)
    assert len(slower.say(sentence)) > 1.2 * len(first)


def test_the_cache_does_not_fill_the_disk(
    speech: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "KEPT", 2)
    short = Speech("voice-east", cache=tmp_path)
    for number in ("A001", "A002", "A003"):
        short.say(reading.ticket(number))
    assert len(list(tmp_path.glob("*.wav"))) == 2


def test_a_synthesiser_that_hangs_is_killed_and_tried_once_more(tmp_path: Path) -> None:
    flag = tmp_path / "hung"
    stumbles = (sys.executable, "-c", STUMBLES.format(flag=str(flag)))
    assert Speech("voice-east", ("cmn",), timeout=1.0, renderer=stumbles).choose() == "cmn"
    assert flag.exists()


@pytest.mark.parametrize(("renderer", "why"), [(HANGS, "hung for 0.3 s"), (DIES, "no voice data")])
def test_a_synthesiser_that_never_answers_is_a_lost_device(renderer: tuple[str, ...], why: str) -> None:
    with pytest.raises(DeviceLost, match=why):
        Speech("voice-east", timeout=0.3, renderer=renderer).choose()
