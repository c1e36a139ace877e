"""The example hall in haste: calls live for seconds, windows do all that their zone does, voices hear each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from config.calling import Act, Calling, Stage, Wish
from config.schema import Hall
from config.voices import VoiceEngine

LIVES, SILENCE = 12, 4  # seconds: a call lives, a silent one is silent
QUIET_RULES = (
    Calling(
        name="先震，没人来再出声",
        wish=Wish.SILENT,
        stages=(
            Stage(act=Act.PAGER),
            Stage(act=Act.FLASH, after_seconds=1),
            Stage(act=Act.PAGER, after_seconds=2),
            Stage(act=Act.VOICE, after_seconds=SILENCE),
        ),
    ),
    Calling(name="马上出声", stages=(Stage(act=Act.VOICE),)),
)


def hurried(
    hall: Hall, port: int, folder: Path, signs: Mapping[int, str], paging: str, lives: int = LIVES
) -> Hall:
    """On this broker, with its journal and its clips in the folder; `signs` and `paging` are the URLs of wires."""
    change = msgspec.structs.replace
    assert hall.caller is not None and hall.pager_terminal is not None
    return change(
        hall,
        broker=change(hall.broker, port=port),
        caller=change(
            hall.caller,
            journal=f"sqlite:///{folder}/journal.db",
            seconds_between_calls=0,
            call_lives_seconds=lives,
        ),
        window=tuple(change(w, kind="integrated", serves=done_in(hall, w.zone)) for w in hall.window),
        sign=tuple(change(sign, url=signs[sign.window]) for sign in hall.sign),
        board=(change(hall.board[0], width=1280, height=720),),
        voice=tuple(
            change(
                voice,
                out=f"alsa:{voice.id}",
                engine=VoiceEngine.CLIPS,
                clips=str(folder / "clips"),
                near=tuple(other.id for other in hall.voice if other is not voice),
            )
            for voice in hall.voice
        ),
        pager_terminal=change(hall.pager_terminal, url=paging),
        calling=QUIET_RULES,
        keypad=(),
    )


def done_in(hall: Hall, zone: str) -> tuple[str, ...]:
    return tuple(service.id for service in hall.service if service.zone == zone)
