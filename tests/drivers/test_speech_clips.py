"""The hall speaks with a person's recorded voice: every clip checked, every call joined, nothing left unsaid."""

from __future__ import annotations

import io
import math
import random
import shutil
import wave
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.speech import announcement, clips, reading, recording, sound
from drivers.speech.reading import Rules
from drivers.speech.voice import Speech
from tests.drivers.test_speech_loudness import their_peak, theirs

WINDOWS = (3, 10)
WANTED = reading.vocabulary("AB", WINDOWS)


def utterance(
    seconds: float = 0.4, amplitude: int = 6000, rate: int = 48000, pitch: float = 220
) -> array[int]:
    """Something like a word: a voiced sound that swells and fades, in a quiet room."""
    dice = random.Random(int(pitch))
    room = [dice.randint(-8, 8) for _ in range(round(rate * 0.5))]
    length = round(rate * seconds)
    word = [
        round(
            amplitude
            * math.sin(math.pi * n / length)
            * sum(math.sin(math.tau * pitch * k * n / rate) / k for k in range(1, 6))
            / 1.8
        )
        for n in range(length)
    ]
    return array("h", room + word + room)


def wav(samples: array[int], rate: int = 48000, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        frames = b""
        if width == 2:
            frames = b"".join(s.to_bytes(2, "little", signed=True) * channels for s in samples)
        elif width == 3:
            frames = b"".join((s << 8).to_bytes(3, "little", signed=True) * channels for s in samples)
        else:
            frames = b"".join(bytes([(s >> 8) + 128]) * channels for s in samples)
        out.writeframes(frames)
    return file.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything recorded, each at its own level, by recorders of different makes, and made into clips once."""
    folder = tmp_path_factory.mktemp("voice")
    for n, word in enumerate(WANTED):
        rate = (16000, 22050, 44100, 48000)[n % 4]
        recorded = utterance(amplitude=1500 + 1200 * (n % 9), rate=rate, pitch=180 + 7 * n)
        (folder / f"{word}.wav").write_bytes(wav(recorded, rate, 1 + n % 2, 3 if n % 5 == 0 else 2))
    made, faults = clips.build(folder, WANTED)
    assert (tuple(made), faults) == (WANTED, [])
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "voice"))


def test_recordings_become_clips_that_are_equally_loud(built: Path) -> None:
    measured = list(clips.measured(built))
    assert len(measured) == len(WANTED)
    for _, seconds, loud, peak in measured:
        assert 0.3 < seconds < 0.5, "the half second of room before and after is cut off"
        assert loud == pytest.approx(-16, abs=1)
        assert peak <= -1.0


def test_everything_missing_and_everything_bad_is_told_at_once(folder: Path) -> None:
    (folder / "A.wav").unlink()
    (folder / "零.wav").write_bytes(b"RIFF, perhaps")
    (folder / "一.wav").write_bytes(wav(utterance(rate=8000), 8000))
    (folder / "二.wav").write_bytes(wav(array("h", bytes(96000))))
    (folder / "三.wav").write_bytes(wav(utterance(amplitude=60)))
    (folder / "五.wav").write_bytes(wav(utterance(seconds=4.5, rate=16000), 16000))
    loud = array("h", (max(-32768, min(32767, 8 * s)) for s in utterance()))
    (folder / "四.wav").write_bytes(wav(loud))
    dice = random.Random(6)
    noisy = array("h", (s + dice.randint(-1500, 1500) for s in utterance()))
    (folder / "六.wav").write_bytes(wav(noisy))
    wanted = ("A", *"零一二三四五六七八", "请")
    made, faults = clips.build(folder, wanted)
    told = {fault.fragment: str(fault.why) for fault in faults}
    assert set(made) == set(wanted) - set(told)
    for word, why in {
        "A": "没有录", "零": "不是 PCM", "一": "8000", "二": "没有声音", "三": "太轻", "四": "削顶", "五": "最多 4 秒",
        "六": "太吵",
    }.items():  # fmt: skip
        assert why in told[word], (word, told[word])
    assert len(told) == 8


def test_a_recording_that_went_bad_takes_its_old_clip_away(folder: Path) -> None:
    assert (folder / "ready" / "A.wav").exists()
    (folder / "A.wav").unlink()
    clips.build(folder, ("A", "B"))
    assert (folder / "ready" / "B.wav").exists()
    assert not (folder / "ready" / "A.wav").exists()


def test_a_call_is_joined_from_clips_and_measured(folder: Path, tmp_path: Path) -> None:
    mute = Speech("voice-east", renderer=("false",))  # so that whatever is heard is a recording
    voice = clips.Clips("voice-east", folder, Rules(), mute, tmp_path / "cache")
    assert voice.choose().startswith(f"{len(WANTED)} clips")
    halves = reading.call("A031", 10)
    assert not any(voice.has(half) for half in halves)
    for half in halves:
        voice.prepare(half)
    assert all(voice.has(half) for half in halves)
    said = voice.say(halves[0])
    lengths = {name: seconds for name, seconds, _, _ in clips.measured(folder)}
    parts = ("请", "A", "零", "三", "一", "号")
    assert sound.seconds(said) == pytest.approx(sum(lengths[p] for p in parts) + 5 * clips.GAP, abs=0.01)
    whole = sound.from_wav(announcement.announce(voice, halves))
    assert theirs(whole, sound.RATE) == pytest.approx(-16, abs=1), "by a meter that is not ours"
    assert their_peak(whole) <= -1.0
    again = folder / "ready" / "A.wav"
    again.write_bytes(sound.to_wav(sound.from_wav(again.read_bytes())[:-100]))
    assert not voice.has(halves[0]), "recorded anew, and nobody hears the old recording"


def test_what_was_not_recorded_is_said_by_the_synthesiser(folder: Path, tmp_path: Path) -> None:
    instead = Speech("voice-east", cache=tmp_path / "cache")
    voice = clips.Clips("voice-east", folder, Rules(), instead)
    half = reading.where(4)
    assert not voice.has(half)
    voice.prepare(half)
    assert voice.has(half)
    assert voice.say(half) == instead.say(half)
    with pytest.raises(DeviceLost):
        clips.Clips("voice-east", folder, Rules(), Speech("voice-east", renderer=("false",))).say(half)


def test_without_any_clip_the_synthesiser_must_be_fit(tmp_path: Path) -> None:
    voice = clips.Clips("voice-east", tmp_path, Rules(), Speech("voice-east", ("cmn", "cmn-latn-pinyin")))
    assert voice.choose() in ("cmn", "cmn-latn-pinyin")


@pytest.mark.parametrize("rate", recording.RATES)
def test_a_tone_keeps_its_pitch_and_its_height_at_every_rate(rate: int) -> None:
    tone = array("h", (round(8000 * math.sin(math.tau * 997 * n / rate)) for n in range(rate)))
    ours = recording.read(wav(tone, rate))
    assert sound.seconds(ours) == pytest.approx(1.0, abs=0.001)
    middle = ours[4000:-4000]
    crossings = sum(1 for a, b in pairwise(middle) if a < 0 <= b)
    assert crossings == pytest.approx(997 * len(middle) / sound.RATE, abs=1.5)
    assert sound.peak(middle) == pytest.approx(20 * math.log10(8000 / 32767), abs=0.1)


def test_what_our_rate_cannot_carry_is_left_out() -> None:
    shrill = array("h", (round(8000 * math.sin(math.tau * 18000 * n / 48000)) for n in range(24000)))
    assert sound.peak(recording.read(wav(shrill))[500:-500]) < -45


def test_eight_bits_and_two_channels_are_understood() -> None:
    tone = array("h", (round(8000 * math.sin(math.tau * 300 * n / 22050)) & ~0xFF for n in range(4000)))
    assert recording.read(wav(tone, 22050, 2, 1)) == tone
    with pytest.raises(ValueError, match="太大"):
        recording.read(bytes(recording.LARGEST + 1))
