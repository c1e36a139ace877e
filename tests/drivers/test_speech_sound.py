"""What the hall hears, measured: length, silence, level, order."""

from __future__ import annotations

import math
from array import array
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.speech import reading, sound
from drivers.speech.reading import Language, Rules, Way


def tone(seconds: float, amplitude: int) -> array[int]:
    return array("h", (round(amplitude * math.sin(n / 8)) for n in range(round(seconds * sound.RATE))))


def spans(samples: array[int]) -> list[tuple[bool, float]]:
    """Sound and silence in turn, in seconds; silence is 0.4 s or more."""
    step = sound.RATE // 50
    loud = [max(map(abs, samples[at : at + step])) > 60 for at in range(0, len(samples), step)]
    runs = [(heard, len(list(run)) * 0.02) for heard, run in groupby(loud)]
    merged: list[tuple[bool, float]] = []
    for heard, length in runs:
        heard = heard or length < 0.4
        if merged and merged[-1][0] == heard:
            merged[-1] = (heard, merged[-1][1] + length)
        else:
            merged.append((heard, length))
    return merged


@pytest.mark.parametrize(
    ("number", "window", "said"),
    [
        ("A001", 3, "请 A 零零一 号，到 三号窗口"),
        ("E120", 10, "请 E 一二零 号，到 十号窗口"),
        ("P999", 12, "请 P 九九九 号，到 十二号窗口"),
        ("A1234", 20, "请 A 一二三四 号，到 二十号窗口"),
        ("B005", 99, "请 B 零零五 号，到 九十九号窗口"),
    ],
)
def test_a_call_is_read_digit_by_digit_and_the_window_as_a_number(
    number: str, window: int, said: str
) -> None:
    assert reading.sentence(number, window) == said


def test_there_is_no_window_100() -> None:
    with pytest.raises(ValueError, match="100"):
        reading.window(100)
    with pytest.raises(ValueError, match="10000"):
        reading.numeral(10000)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Rules(yao=True), "请 A 幺幺零 号，到 十号窗口"),
        (Rules(ticket=Way.NUMBER), "请 A 一百一十 号，到 十号窗口"),
        (Rules(window=Way.DIGITS, yao=True), "请 A 幺幺零 号，到 幺零号窗口"),
        (Rules(Language.CANTONESE), "请 A 一一零 号，到 十号窗口"),
        (Rules(Language.ENGLISH), "Ticket A one one zero, please go to window ten"),
        (Rules(Language.ENGLISH, Way.NUMBER), "Ticket A one hundred ten, please go to window ten"),
    ],
)
def test_a_hall_reads_numbers_by_its_own_rules(rules: Rules, said: str) -> None:
    assert reading.sentence("A110", 10, rules) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (5, "五"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (112, "一百一十二"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"),
     (9999, "九千九百九十九")],
)  # fmt: skip
def test_numbers_as_they_are_said(number: int, said: str) -> None:
    assert reading.numeral(number) == said


@given(
    st.sampled_from([Rules(), Rules(yao=True), Rules(ticket=Way.NUMBER), Rules(window=Way.DIGITS),
                     Rules(Language.ENGLISH), Rules(Language.ENGLISH, Way.NUMBER, Way.DIGITS)]),
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"), st.integers(1, 999), st.integers(1, 12),
)  # fmt: skip
def test_whatever_is_called_has_been_recorded(rules: Rules, letter: str, number: int, window: int) -> None:
    recorded = set(reading.vocabulary("ABCDEFGHJKLMNPQRSTUVWXYZ", range(1, 13), rules))
    for half in reading.call(f"{letter}{number:03}", window, rules):
        parts = reading.fragments(half, rules)
        assert set(parts) <= recorded
        assert "".join(parts).replace(" ", "") == half.replace(" ", "")


def test_no_two_windows_sound_the_same() -> None:
    assert len({reading.window(number) for number in range(1, 100)}) == 99


def test_the_chime_is_short_and_softer_than_speech_and_ends_in_nothing() -> None:
    chime = sound.chime()
    assert 0.5 < sound.seconds(chime) <= 1.0
    assert -30 < sound.loudness(chime) < sound.TARGET
    assert abs(chime[0]) < 10
    assert abs(chime[-1]) < 10


def test_the_chime_has_two_tones() -> None:
    chime = sound.chime()

    def strength(part: array[int], pitch: float) -> float:
        turns = [math.tau * pitch * n / sound.RATE for n in range(len(part))]
        real = sum(s * math.cos(t) for s, t in zip(part, turns, strict=True))
        imaginary = sum(s * math.sin(t) for s, t in zip(part, turns, strict=True))
        return math.hypot(real, imaginary)

    first, second = chime[: len(chime) // 3], chime[len(chime) // 2 :]
    assert strength(first, 880.0) > 5 * strength(first, 659.26)
    assert strength(second, 659.26) > strength(second, 880.0)


def test_silence_at_both_ends_goes_and_silence_inside_stays() -> None:
    word = tone(0.3, 9000)
    said = sound.trim(sound.silence(0.7) + word + sound.silence(0.5) + word + sound.silence(1.0))
    assert sound.seconds(said) == pytest.approx(1.1 + 0.04, abs=0.01)
    assert sound.trim(sound.silence(1.0)) == array("h")


@settings(max_examples=25)
@given(st.integers(300, 32767), st.floats(0.5, 2.0))
def test_every_level_comes_out_the_same_and_nothing_is_clipped(amplitude: int, seconds: float) -> None:
    levelled = sound.level(tone(seconds, amplitude))
    assert sound.loudness(levelled) == pytest.approx(sound.TARGET, abs=0.2)
    assert sound.peak(levelled) <= sound.CEILING + 0.01


def test_a_single_bang_does_not_make_the_rest_quiet_nor_pass_the_ceiling() -> None:
    speech = tone(1.0, 1500) + tone(0.02, 32000) + tone(1.0, 1500)
    levelled = sound.level(speech)
    assert sound.peak(levelled) <= sound.CEILING + 0.01
    assert len(levelled) == len(speech)


def test_silence_cannot_be_made_louder() -> None:
    assert sound.level(sound.silence(1.0)) == sound.silence(1.0)


def test_wav_there_and_back_and_other_kinds_are_refused() -> None:
    samples = tone(0.1, 5000)
    assert sound.from_wav(sound.to_wav(samples)) == samples
    with pytest.raises(ValueError, match="not a WAV"):
        sound.from_wav(b"RIFF")
    with pytest.raises(ValueError, match="22050"):
        sound.from_wav(
            sound.to_wav(samples).replace((22050).to_bytes(4, "little"), (8000).to_bytes(4, "little"))
        )


def test_spans_measures_what_it_says() -> None:
    assert [h for h, _ in spans(tone(0.5, 9000) + sound.silence(1.0) + tone(0.5, 9000))] == [
        True,
        False,
        True,
    ]
