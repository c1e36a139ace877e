"""How visitors are called, as a supervisor would write it down: one rule after the other, the first that fits.

Boards and window screens show every call, whatever a rule says; a rule says what is done besides, and when.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from config.field import Hours, Id, Name, Table, like


class Act(StrEnum):
    """What is done to reach a visitor: the pager vibrates, the boards flash, the zone's voice speaks."""

    PAGER = "pager"
    FLASH = "flash"
    VOICE = "voice"


class Wish(StrEnum):
    """Whom a rule is for: who took a pager (silent), who did not (aloud)."""

    ANYBODY = ""
    SILENT = "silent"
    ALOUD = "aloud"


class Stage(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Done if the visitor has not come `after_seconds` after the call; 0 is at once."""

    act: Act
    after_seconds: Annotated[int, Meta(ge=0, le=300)] = 0


class Calling(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule. What is left empty fits everything.

    `aloud_from_attempt`: from this call of the same visitor on the voice speaks at once, 0 for never.
    `by_name`: who took the number with an ID card is addressed too, masked: 请 A零零一 号，张女士，到 三号窗口.
    `times` is how often the voice reads a call, 0 for as often as the voice itself says; `volume_db` makes it
    louder or quieter. From `busy_from` calls that wait for one voice, each is read once, shortly, without chime.
    """

    name: Name
    zones: tuple[Id, ...] = ()
    services: tuple[Id, ...] = ()
    hours: tuple[Hours, ...] = ()
    wish: Wish = Wish.ANYBODY
    stages: tuple[Stage, ...]
    aloud_from_attempt: Annotated[int, Meta(ge=0, le=9)] = 0
    by_name: bool = False
    times: Annotated[int, Meta(ge=0, le=3)] = 0
    volume_db: Annotated[float, Meta(ge=-30, le=6)] = 0.0
    busy_from: Annotated[int, Meta(ge=2, le=50)] = 4


class Emergency(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What everything says while the hall is being left; `sign` and `pager` are for where little fits."""

    words: Name = "请保持镇静，立即从最近的出口离开，不要乘坐电梯"
    words_en: Name = "Please stay calm and leave by the nearest exit now. Do not use the lifts."
    sign: tuple[Name, Name] = ("请立即撤离", "LEAVE NOW")
    pager: Annotated[str, like([r"[ -~]{1,20}"], "LEAVE NOW")] = "LEAVE NOW"


USUAL = (
    Calling(
        name="拿了震动牌：先震，没人来再出声",
        wish=Wish.SILENT,
        stages=(
            Stage(act=Act.PAGER),
            Stage(act=Act.FLASH, after_seconds=15),
            Stage(act=Act.PAGER, after_seconds=25),
            Stage(act=Act.VOICE, after_seconds=40),
        ),
    ),
    Calling(name="没拿震动牌：马上出声", stages=(Stage(act=Act.VOICE),)),
)
