"""What a hall may be, and has perhaps been forgotten: said by the check, and no error."""

from __future__ import annotations

from collections.abc import Iterator

from config.languages import _
from config.schema import Hall


def notes(hall: Hall) -> Iterator[str]:
    """A sentence for each thing, with what to write if it was meant otherwise."""
    if len(hall.voice) > 1 and not any(set(voice.near) - {voice.id} for voice in hall.voice):
        ids = _("、").join(voice.id for voice in hall.voice)
        said = _("[voice] {ids} 都没有写 near，会同时出声；互相听得见的，在其中一个里写上另一个")
        yield said.format(ids=ids)
