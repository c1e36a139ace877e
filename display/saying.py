"""How one call is said: in full to a quiet hall, shortly when many wait, louder or softer as the hour asks.

Where the rule calls by name, the surname and title of who laid an ID card on the kiosk stand between number and window.
A call that waits behind others for a minute is never said at all, so from the rule's `busy_from` on each is said
once, without chime and without the polite words; a visitor who cannot see is always told in full.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from caller.messages import Call, Need
from config.calling import Calling
from config.schema import Hall, Voice
from drivers.speech import reading, sound
from drivers.speech.announcement import AFTER_CHIME, BREATH, PAUSE, Speaker
from drivers.speech.reading import Language, Rules

IN_A_ROW = 3.0  # seconds after one announcement in which the next needs no chime
SHORT_BREATH = 0.15  # seconds between the halves of a short call
ENGLISH = Rules(Language.ENGLISH)


@dataclass(frozen=True)
class Manner:
    """How a call is said. Decibels against the level that announcements are made at."""

    chime: bool = True
    short: bool = False
    times: int = 2
    decibels: float = 0.0
    english: bool = False
    address: str = ""  # 张*女士, where it is said


def manner(call: Call, voice: Voice, rule: Calling, waiting: int, quiet_for: float) -> Manner:
    """`waiting` calls are in this zone's queue, with this one; it has been quiet for so many seconds."""
    busy = waiting >= rule.busy_from and call.need is not Need.BLIND
    return Manner(
        chime=not busy or quiet_for >= IN_A_ROW,
        short=busy,
        times=1 if busy else rule.times or voice.times,
        decibels=voice.volume_db + rule.volume_db,
        english=call.language == "en" and voice.language != "en",
        address=call.address if rule.by_name and not busy else "",
    )


def rules_of(voice: Voice) -> Rules:
    """How this zone reads numbers, in the words of drivers.speech."""
    ticket, window = reading.Way(voice.read_ticket), reading.Way(voice.read_window)
    return Rules(Language(voice.language), ticket, window, voice.yao)


def services_of(hall: Hall, voice: Voice) -> frozenset[str]:
    """What the windows of this zone may call for: a call sounds where its window is, wherever its service belongs."""
    here = (window for window in hall.window if window.zone in voice.zones)
    return frozenset(service for window in here for service in (*hall.serves(window), *window.also))


def letters_of(hall: Hall, voice: Voice) -> tuple[str, ...]:
    """The letters of those services."""
    served = services_of(hall, voice)
    return tuple(dict.fromkeys(service.letter for service in hall.service if service.id in served))


def halves(call: Call, rules: Rules, short: bool = False) -> tuple[str, str]:
    """请 A 零零一 号, 到 三号窗口; or shortly: A 零零一, 三号窗口."""
    if short:
        return reading.ticket(call.ticket, rules), reading.window(call.window, rules)
    return reading.call(call.ticket, call.window, rules)


def say(call: Call, how: Manner, speaker: Speaker, rules: Rules, english: Speaker | None = None) -> bytes:
    """The announcement as a WAV file. Raises DeviceLost."""
    who, where = halves(call, rules, how.short)
    name = reading.address(how.address, rules)
    parts = (who, name, where) if name else (who, where)
    said = _joined(speaker, parts, SHORT_BREATH if how.short else BREATH)
    whole = sound.chime() + sound.silence(AFTER_CHIME) if how.chime else array("h")
    for turn in range(how.times):
        whole += (sound.silence(PAUSE) if turn else sound.silence(0)) + said
    if how.english and english is not None:
        whole += sound.silence(PAUSE)
        whole += _joined(english, reading.call(call.ticket, call.window, ENGLISH), BREATH)
    if how.decibels:
        whole = sound.amplify(whole, how.decibels)
    return sound.to_wav(whole)


def _joined(speaker: Speaker, said: Sequence[str], breath: float) -> sound.Samples[int]:
    whole: sound.Samples[int] = array("h")
    for index, half in enumerate(said):
        whole += (sound.silence(breath) if index else sound.silence(0)) + speaker.say(half)
    return whole
