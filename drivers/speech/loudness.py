"""Loudness as people hear it: ITU-R BS.1770-4 for one channel, and the true peak of its Annex 2.

Two filters (the head's shelf, then a high pass) are the analogue prototypes of the Recommendation bent to our
sample rate; its tabled numbers are for 48 kHz only. Then blocks of 400 ms, a quarter of that apart, gated
first at -70 LUFS and then 10 LU below what is left.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cache

FULL = 32768.0
BLOCK, STEP = 0.4, 0.1  # seconds
OFFSET = -0.691  # dB, so that 997 Hz at full scale in one channel is -3.01 LUFS
SILENCE = -70.0  # LUFS, the absolute gate
RELATIVE = -10.0  # LU below the ungated mean, the relative gate
OVER = 4  # times as many points for the true peak
TAPS = 12  # samples on which each point between two samples rests
NEAR = 0.5  # true peaks stand beside samples of at least this share of the largest

Samples = Sequence[int]
Biquad = tuple[float, float, float, float, float]  # b0 b1 b2 a1 a2


def integrated(samples: Samples, rate: int) -> float:
    """LUFS of the whole; -inf for silence. What is shorter than a block is one block."""
    powers = block_powers(weighted(samples, rate), rate)
    loud = [power for power in powers if _lufs(power) > SILENCE]
    if not loud:
        return -math.inf
    gate = _lufs(sum(loud) / len(loud)) + RELATIVE
    loud = [power for power in loud if _lufs(power) > gate]
    return _lufs(sum(loud) / len(loud))


def true_peak(samples: Samples) -> float:
    """dBTP: the highest point of the curve through the samples; -inf for silence."""
    top = max(max(samples, default=0), -min(samples, default=0))
    if not top:
        return -math.inf
    highest = float(top)
    half = TAPS // 2
    padded = [0] * half + list(samples) + [0] * half
    for at in range(len(samples)):
        if abs(samples[at]) < NEAR * top:
            continue
        # The curve on either side of a sample: between it and the next, and between it and the one before.
        for start in (at, at + 1):
            around = padded[start : start + TAPS]
            for phase in between():
                point = abs(sum(a * b for a, b in zip(around, phase, strict=True)))
                highest = max(highest, point)
    return 20 * math.log10(highest / FULL)


def weighted(samples: Samples, rate: int) -> array[float]:
    """The samples (full scale is 1) behind the two filters of the Recommendation."""
    signal = array("d", (sample / FULL for sample in samples))
    for b0, b1, b2, a1, a2 in (shelf(rate), high_pass(rate)):
        x1 = x2 = y1 = y2 = 0.0
        for n, x in enumerate(signal):
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, y, y1
            signal[n] = y
    return signal


def block_powers(signal: array[float], rate: int) -> list[float]:
    """Mean squares of blocks that overlap by three quarters."""
    size, step = round(BLOCK * rate), round(STEP * rate)
    sums = [0.0]
    total = 0.0
    for value in signal:
        total += value * value
        sums.append(total)
    if len(signal) < size:
        return [total / len(signal)] if signal else []
    return [(sums[at + size] - sums[at]) / size for at in range(0, len(signal) - size + 1, step)]


@cache
def shelf(rate: int) -> Biquad:
    """The head: 4 dB more above some 1.7 kHz. The constants reproduce the table for 48 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    return (
        (high + band * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    )


@cache
def high_pass(rate: int) -> Biquad:
    """The ear hears little below some 38 Hz."""
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


@cache
def between() -> list[list[float]]:
    """Weights of the samples around each of the points that lie between two of them."""
    half = TAPS // 2
    phases = []
    for part in range(1, OVER):
        shift = part / OVER
        weights = []
        for n in range(TAPS):
            x = n - (half - 1) - shift
            window = 0.5 + 0.5 * math.cos(math.pi * x / half)
            weights.append(math.sin(math.pi * x) / (math.pi * x) * window)
        whole = sum(weights)
        phases.append([weight / whole for weight in weights])  # what does not move keeps its height
    return phases


def _lufs(power: float) -> float:
    return OFFSET + 10 * math.log10(power) if power > 0 else -math.inf
