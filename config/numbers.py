"""Numbers as a hall gives them: where they begin, how wide they are, and what comes after the last one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from config.field import Positive, Table


class After(StrEnum):
    """What follows the last number: nothing that day, numbers of one digit more (A1000), or those before `first`."""

    REFUSE = "refuse"
    WIDEN = "widen"
    WRAP = "wrap"


class Numbers(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Numbers of one letter on one day; services with the same letter share one run of them. `after_last`: `refuse`,
    `widen` to one digit more (A1000), or `wrap` to 1 and on to the number before `first`. Whatever is chosen, no number
    is given twice on one day."""

    first: Annotated[int, Meta(ge=0)] = 1
    last: Positive = 999
    width: Annotated[int, Meta(ge=3, le=5)] = 3
    after_last: After = After.REFUSE
