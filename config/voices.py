"""How a hall speaks: the loudspeaker zones of hall.toml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from config.field import Id, Table, Url


class VoiceEngine(StrEnum):
    ESPEAK = "espeak"
    CLIPS = "clips"


class Language(StrEnum):
    MANDARIN = "zh"
    CANTONESE = "yue"
    ENGLISH = "en"


class NumberReading(StrEnum):
    DIGITS = "digits"
    NUMBER = "number"


class Voice(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A loudspeaker zone. `out` is alsa:DEVICE or file:DIRECTORY.

    `clips` is the folder of the hall's own recordings, for `engine = "clips"`. `read_ticket` and `read_window`
    say how numbers are read, `yao` that a 1 read as a digit is 幺. `volume_db` is this zone's own level. `near`
    names voices that are heard here too: these never speak at the same time. It is enough to write it at one of them;
    where nobody does, all speak when they like, and `./hall check` notes that. While one speaks the others wait. A
    sound card that hangs makes them wait once, for its sound and five seconds; then that voice is lost, and they go on.
    """

    id: Id
    zones: tuple[Id, ...]
    out: Url
    engine: VoiceEngine = VoiceEngine.ESPEAK
    clips: str = ""
    language: Language = Language.MANDARIN
    read_ticket: NumberReading = NumberReading.DIGITS
    read_window: NumberReading = NumberReading.NUMBER
    yao: bool = False
    words_per_minute: Annotated[int, Meta(ge=80, le=300)] = 140
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    volume_db: Annotated[float, Meta(ge=-30, le=6)] = 0.0
    near: tuple[Id, ...] = ()
