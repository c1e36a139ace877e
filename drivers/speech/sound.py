"""Sound is 22050 Hz mono 16-bit samples in an array, and everything here is arithmetic on them."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from functools import cache
from itertools import pairwise

from drivers.speech.loudness import integrated

RATE = 22050
FULL = 32767
TARGET = -16.0  # LUFS of an announcement
CEILING = -1.5  # dBFS for samples: leaves half a decibel for what lies between them below -1 dBTP
TRIES, NEAR = 4, 0.1  # of levelling, and the decibels at which it is good enough
SILENT = 200  # a sample below this is silence when trimming

Samples = array  # of "h"


def seconds(samples: Samples[int]) -> float:
    return len(samples) / RATE


def silence(length: float) -> Samples[int]:
    """`length` in seconds."""
    return array("h", bytes(2 * round(length * RATE)))


@cache
def chime(length: float = 0.9, level: float = -12.0) -> Samples[int]:
    """Two soft tones, a falling fourth, that ask for attention and no more. Seconds, dBFS of the peak.

    It is made once: what is returned is not to be changed.
    """
    peak = FULL * 10 ** (level / 20)
    second = length * 0.42
    samples = array("h")
    for n in range(round(length * RATE)):
        t = n / RATE
        value = _bell(880.0, t, length) + (_bell(659.26, t - second, length - second) if t >= second else 0.0)
        samples.append(round(peak * value / 1.3))
    return samples


def _bell(pitch: float, t: float, length: float) -> float:
    """A struck tone with its octave: 8 ms up, a decay, and 60 ms down to nothing at its end."""
    swell = min(1.0, t / 0.008) * min(1.0, (length - t) / 0.06) * math.exp(-4.5 * t / length)
    return swell * (math.sin(math.tau * pitch * t) + 0.25 * math.sin(math.tau * 2 * pitch * t))


def trim(samples: Samples[int], keep: float = 0.02) -> Samples[int]:
    """Without the silence at both ends, but for `keep` seconds."""
    first = next((n for n, s in enumerate(samples) if abs(s) > SILENT), len(samples))
    last = next((n for n in range(len(samples) - 1, -1, -1) if abs(samples[n]) > SILENT), -1)
    margin = round(keep * RATE)
    return samples[max(0, first - margin) : last + 1 + margin] if first <= last else array("h")


def loudness(samples: Samples[int]) -> float:
    """LUFS of what is not silence; -inf for silence."""
    return integrated(samples, RATE)


def peak(samples: Samples[int]) -> float:
    """dBFS of the largest sample; -inf for silence."""
    top = max(max(samples, default=0), -min(samples, default=0))
    return 20 * math.log10(top / FULL) if top else -math.inf


def power(samples: Samples[int]) -> float:
    """dB of the mean square, full scale 0; at least -100."""
    mean = sum(s * s for s in samples) / max(1, len(samples)) / FULL**2
    return 10 * math.log10(max(mean, 1e-10))


def level(samples: Samples[int], target: float = TARGET, ceiling: float = CEILING) -> Samples[int]:
    """As loud as `target`; what would pass `ceiling` is held down for its 10 ms, never clipped."""
    loud = loudness(samples)
    if loud == -math.inf:
        return samples
    out, wanted = samples, target - loud
    for _ in range(TRIES):
        out = amplify(samples, wanted, ceiling)
        if peak(samples) + wanted <= ceiling:
            break  # nothing was held down: it is as loud as was wanted
        missing = target - loudness(out)  # what was held down is missing from the loudness
        if abs(missing) < NEAR:
            break
        wanted += missing
    return out


def amplify(samples: Samples[int], decibels: float, ceiling: float = CEILING) -> Samples[int]:
    """Louder by so much, except where that would pass the ceiling (dBFS)."""
    gain = 10 ** (decibels / 20)
    top = FULL * 10 ** (ceiling / 20)
    if peak(samples) + decibels <= ceiling:
        return array("h", [round(s * gain) for s in samples])
    block = round(0.01 * RATE)
    tops = [max(1, max(map(abs, samples[at : at + block]))) * gain for at in range(0, len(samples), block)]
    hold = [min(1.0, top / t) for t in tops]
    # A block's edge is as low as the lower of its two neighbours, so that no point in between is too loud.
    edges = [hold[0], *(min(pair) for pair in pairwise(hold)), hold[-1]]
    out = array("h")
    for index, before, after in zip(range(len(hold)), edges, edges[1:], strict=False):
        part = samples[index * block : (index + 1) * block]
        slope = (after - before) / block
        out.extend(round(s * gain * (before + slope * n)) for n, s in enumerate(part))
    return out


def to_wav(samples: Samples[int]) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(_little(samples).tobytes())
    return file.getvalue()


def from_wav(data: bytes) -> Samples[int]:
    """The samples of a WAV file of our kind; ValueError for any other."""
    try:
        with wave.open(io.BytesIO(data)) as wav:
            kind = wav.getnchannels(), wav.getsampwidth(), wav.getframerate()
            frames = wav.readframes(wav.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file: {error}") from None
    if kind != (1, 2, RATE):
        raise ValueError(f"channels, bytes, rate are {kind}, expected {(1, 2, RATE)}")
    return _little(array("h", frames))


def _little(samples: Samples[int]) -> Samples[int]:
    """WAV is little-endian whatever the machine is."""
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples
