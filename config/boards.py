"""What hangs on a wall: each board, what it shows and where. A layout is data: panels on a grid, and no code.

`layouts.toml` has the layouts that everybody has; `[board_layout.NAME]` in hall.toml adds one or replaces one.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from config.field import ALSA, AS_ALSA, EVDEV, Id, Positive, Table, like

OURS = Path(__file__).with_name("layouts.toml")
Cells = Annotated[float, Meta(ge=0, le=200)]
Metres = Annotated[float, Meta(gt=0, le=100)]


class Shows(StrEnum):
    """What a panel can show. The last four are about one window, or about a zone on a sign."""

    HEAD = "head"
    CALLS = "calls"
    WINDOWS = "windows"
    WAITS = "waits"
    FOOT = "foot"
    PLAYLIST = "playlist"
    PLACE = "place"
    TICKET = "ticket"
    CLERK = "clerk"
    SERVES = "serves"


class Panel(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing in its place. `at` is column, row, columns, rows, from the top left; `letter` is the size of its
    smallest letters, in cells too.

    `lines` is how many calls, waits or services it has room for, in so many `across`; windows always all are there,
    in smaller letters if need be. A playlist lies over what else is there, between two calls.
    """

    shows: Shows
    at: tuple[Cells, Cells, Cells, Cells]
    letter: Annotated[float, Meta(gt=0, le=20)] = 0.9
    lines: Positive = 4
    across: Positive = 1


class Arrangement(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Panels on a grid that is stretched over the whole screen."""

    columns: Positive
    rows: Positive
    panel: tuple[Panel, ...]


class BoardLayout(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a board looks lying (`wide`) and standing (`tall`)."""

    wide: Arrangement | None = None
    tall: Arrangement | None = None


class Item(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One piece of a playlist: a picture or a video by its file, or words. A video's words stand in for it on a
    machine that cannot play it; `seconds` 0 is a video's own length."""

    picture: str = ""
    video: str = ""
    text: str = ""
    seconds: Annotated[int, Meta(ge=0, le=3600)] = 10


class Board(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One screen. `zones` narrows it to these zones, `window` makes it the screen of one window.

    `distance_m` is how far the last seat is from which it has to be read, and `panel_height_mm` how high the lit
    picture is; 0 stands for a 55-inch panel, 685 mm lying or 1218 mm standing. `sound` is where the sound of its
    videos goes (alsa:DEVICE), "" for none; it is silent while a voice speaks. With `touch` (screen, or an evdev: panel
    of its own) the screen of a window asks whoever was served there for a mark; "" where nobody can touch it.
    """

    id: Id
    layout: Id = "hall"
    zones: tuple[Id, ...] = ()
    window: Positive | None = None
    width: Positive = 1920
    height: Positive = 1080
    distance_m: Metres = 4.0
    panel_height_mm: Annotated[int, Meta(ge=0, le=20000)] = 0
    playlist: tuple[Item, ...] = ()
    playlist_after_seconds: Annotated[int, Meta(ge=3, le=3600)] = 20
    sound: Annotated[str, like((ALSA, ""), AS_ALSA)] = ""
    touch: Annotated[str, like(("screen", EVDEV, ""), "screen", "evdev:/dev/hall/touch-1")] = ""

    @property
    def tall(self) -> bool:
        return self.height > self.width

    @property
    def mm_per_px(self) -> float:
        return (self.panel_height_mm or (1218 if self.tall else 685)) / self.height


def with_layouts(raw: dict[str, Any]) -> dict[str, Any]:
    """Parsed TOML with the layouts that everybody has, under the hall's own."""
    own = raw.get("board_layout", {})
    if not isinstance(own, dict):
        return raw
    return raw | {"board_layout": _ours() | own}


@cache
def _ours() -> dict[str, Any]:
    return tomllib.loads(OURS.read_text("utf-8"))


def arrangement(layouts: dict[str, BoardLayout], board: Board) -> Arrangement | None:
    """The panels of this board; None where its layout does not know this way of hanging."""
    layout = layouts.get(board.layout)
    if layout is None:
        return None
    return layout.tall if board.tall else layout.wide
