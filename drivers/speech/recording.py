"""A recording as people make them (any usual rate, one channel or two, 8 to 32 bits) becomes our kind of sound."""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import lru_cache

from drivers.speech.sound import FULL, RATE, Samples
from drivers.words import _

RATES = (16000, 22050, 24000, 32000, 44100, 48000, 96000)
LARGEST = 16 * 1024 * 1024  # bytes: more than three minutes of the best quality are no fragment
CLIPPED = 20  # samples at full scale: a recording that was too loud when it was made
REACH = 12  # samples of the lower rate on either side on which a new sample rests


def read(data: bytes) -> Samples[int]:
    """The samples of a WAV file, mixed to one channel, at our rate; ValueError says what is wrong with it."""
    if len(data) > LARGEST:
        raise ValueError(_("文件太大，不像一个词的录音"))
    try:
        with wave.open(io.BytesIO(data)) as wav:
            channels, width, rate = wav.getnchannels(), wav.getsampwidth(), wav.getframerate()
            frames = wav.readframes(wav.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(_("不是 PCM 的 WAV 文件（{why}）").format(why=error)) from None
    if rate not in RATES:
        raise ValueError(_("采样率是 {rate}，要是 {rates} 之一").format(rate=rate, rates=RATES))
    if channels not in (1, 2) or width not in (1, 2, 3, 4):
        raise ValueError(
            _("有 {channels} 个声道、每个采样 {bits} 位：要单声道或立体声，8 到 32 位").format(
                channels=channels, bits=8 * width
            )
        )
    values = _decoded(frames, width)
    if sum(1 for value in values if not -FULL < value < FULL - 0xFF * (width == 1)) >= CLIPPED:
        raise ValueError(_("录得太响，削顶了：离话筒远一点再录"))
    return resample(_mixed(values, channels), rate)


def resample(samples: Samples[int], rate: int) -> Samples[int]:
    """From `rate` to ours, through a windowed sinc that leaves out what ours cannot carry."""
    if rate == RATE:
        return samples
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    narrow = min(1.0, RATE / rate)
    reach = math.ceil(REACH / narrow)
    padded = array("h", bytes(2 * reach)) + samples + array("h", bytes(2 * (reach + 1)))
    out = array("h")
    for n in range(len(samples) * up // down):
        at, phase = divmod(n * down, up)
        weights = _weights(phase, up, reach, narrow)
        value = sum(w * s for w, s in zip(weights, padded[at + 1 : at + 1 + 2 * reach], strict=True))
        out.append(max(-FULL - 1, min(FULL, round(value))))
    return out


@lru_cache(maxsize=4096)
def _weights(phase: int, up: int, reach: int, narrow: float) -> tuple[float, ...]:
    """Weights of the samples from `reach - 1` before to `reach` after; they add up to one."""
    weights = []
    for k in range(-reach + 1, reach + 1):
        x = (k - phase / up) * narrow
        sinc = math.sin(math.pi * x) / (math.pi * x) if x else 1.0
        weights.append(sinc * (0.5 + 0.5 * math.cos(math.pi * x / (reach * narrow))))
    whole = sum(weights)
    return tuple(w / whole for w in weights)


def _decoded(frames: bytes, width: int) -> list[int]:
    """16-bit values, whatever the width; 8 bits are unsigned, the others are not (RIFF)."""
    count = len(frames) // width
    if width == 1:
        return [(byte - 128) << 8 for byte in frames]
    cut = 8 * (width - 2)
    return [
        int.from_bytes(frames[n * width : (n + 1) * width], "little", signed=True) >> cut
        for n in range(count)
    ]


def _mixed(values: list[int], channels: int) -> Samples[int]:
    if channels == 1:
        return array("h", values)
    return array("h", ((a + b) // 2 for a, b in zip(values[::2], values[1::2], strict=False)))
