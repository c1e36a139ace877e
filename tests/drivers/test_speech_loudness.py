"""Our loudness meter against one that we did not write (pyloudnorm), and against what the Recommendation says."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable

import numpy
import pyloudnorm
import pytest
import scipy.signal

from drivers.speech import loudness, sound
from drivers.speech.voice import Speech


def sine(pitch: float, amplitude: float, seconds: float, rate: int) -> array[int]:
    turn = math.tau * pitch / rate
    return array("h", (round(amplitude * math.sin(turn * n)) for n in range(round(seconds * rate))))


def noise(amplitude: int, seconds: float, rate: int) -> array[int]:
    dice = random.Random(1770)
    return array("h", (dice.randint(-amplitude, amplitude) for _ in range(round(seconds * rate))))


def with_gaps(rate: int) -> array[int]:
    """Loud, then so quiet that the relative gate takes it out, in turn, and a second of nothing."""
    return (noise(12000, 1.5, rate) + noise(300, 2.0, rate)) * 2 + array("h", bytes(2 * rate))


SOUNDS: dict[str, Callable[[int], array[int]]] = {
    "a low tone": lambda rate: sine(60, 9000, 2, rate),
    "a tone": lambda rate: sine(997, 9000, 2, rate),
    "a high tone": lambda rate: sine(5000, 9000, 2, rate),
    "noise": lambda rate: noise(8000, 3, rate),
    "noise with gaps": with_gaps,
    "faint noise": lambda rate: noise(60, 2, rate),
}


def theirs(samples: array[int], rate: int) -> float:
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")  # the filters of the Recommendation at any rate
    return float(meter.integrated_loudness(numpy.array(samples) / 32768))


def their_peak(samples: array[int]) -> float:
    """dBTP by SciPy's own four times finer samples, as BS.1770 asks."""
    finer = scipy.signal.resample_poly(numpy.array(samples) / 32768, 4, 1)
    return float(20 * math.log10(max(abs(finer).max(), 1e-9)))


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
@pytest.mark.parametrize("name", SOUNDS)
def test_it_agrees_with_an_independent_meter(name: str, rate: int) -> None:
    samples = SOUNDS[name](rate)
    assert loudness.integrated(samples, rate) == pytest.approx(theirs(samples, rate), abs=0.05)


def test_it_agrees_on_speech() -> None:
    said = Speech("voice-east").say("请 A 零零一 号，到 三号窗口")
    # The last block is counted differently by the two; EBU Tech 3341 allows meters a tenth.
    assert sound.loudness(said) == pytest.approx(theirs(said, sound.RATE), abs=0.1)


def test_the_tone_that_defines_the_scale() -> None:
    """BS.1770: a sine of 997 Hz at full scale in one front channel is -3.01 LKFS."""
    assert loudness.integrated(sine(997, 32767, 3, 48000), 48000) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("shelf", (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)),
     ("high_pass", (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621))],
)  # fmt: skip
def test_the_filters_are_those_of_the_recommendations_tables(name: str, expected: tuple[float, ...]) -> None:
    assert getattr(loudness, name)(48000) == pytest.approx(expected, abs=1e-6)


def test_silence_and_almost_nothing() -> None:
    assert loudness.integrated(array("h", bytes(44100)), sound.RATE) == -math.inf
    assert loudness.integrated(array("h"), sound.RATE) == -math.inf
    assert loudness.true_peak(array("h", bytes(100))) == -math.inf
    short = sine(997, 9000, 0.2, sound.RATE)
    assert loudness.integrated(short, sound.RATE) == pytest.approx(
        loudness.integrated(sine(997, 9000, 2, sound.RATE), sound.RATE), abs=0.3
    )


def test_a_peak_between_two_samples_is_found() -> None:
    """A quarter of the rate, sampled where it is never at its top: 3 dB that a sample meter does not see."""
    hidden = array("h", (round(20000 * math.sin(math.pi / 4 + math.pi / 2 * n)) for n in range(2000)))
    true = 20 * math.log10(20000 / 32768)
    assert sound.peak(hidden) == pytest.approx(true - 3.01, abs=0.05)
    assert true <= loudness.true_peak(hidden) <= true + 0.3
