"""An emergency outlasts everything but its being called off: a restart, and the end of the business day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caller.messages import (
    CallOff,
    EmergencyCalledOff,
    EmergencyState,
    EvacuateHall,
    Event,
    HallEvacuated,
)


def decided(on: HallEvacuated | None, command: EvacuateHall | CallOff, at: datetime) -> Sequence[Event]:
    """What the command makes happen while `on` is; nothing if it is so already."""
    match command:
        case CallOff():
            return [EmergencyCalledOff(at=at)] if on is not None else []
        case EvacuateHall(words=words, words_en=words_en):
            if on is not None and (on.words, on.words_en) == (words, words_en):
                return []
            return [HallEvacuated(at=at, words=words, words_en=words_en)]


def state(on: HallEvacuated | None) -> EmergencyState:
    """What the hall is told."""
    if on is None:
        return EmergencyState(on=False)
    return EmergencyState(on=True, since=on.at, words=on.words, words_en=on.words_en)
