"""What the pages of a kiosk say beside the services: what went wrong, how far a case is, and posters for passers-by."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from config.field import Id, Name, Positive, Table, like


class Case(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What can have gone wrong, for a visitor to choose before the window for unresolved matters (办不成事)."""

    id: Id
    name: Name
    name_en: str = ""


class Progress(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a kiosk asks how far a case is; drivers/progress.py says what is asked and answered. Without `url`
    no kiosk offers it. `digits` is the length of the longest number."""

    url: Annotated[
        str, like((r"https?://\S*\{number\}\S*", ""), "https://registry.example/cases/{number}")
    ] = ""
    timeout_seconds: Positive = 5
    digits: Annotated[int, Meta(ge=4, le=20)] = 18


class Setup(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The pages for whoever sets a kiosk up, behind five taps into the corner of the hall's name and a PIN. `pin_file`
    holds the PIN's hash, as `python -m kiosk.pin` writes it; without it there is no way in."""

    pin_file: str = ""


class Poster(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A few words for whoever passes by."""

    title: Name
    title_en: str = ""
    words: str = ""
    words_en: str = ""


class Idle(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kiosk shows when nobody has touched it for `after_seconds` (0: its first page, always): one poster
    after the other, each for `step_seconds`, and nothing moves between."""

    after_seconds: Annotated[int, Meta(ge=0)] = 180
    step_seconds: Annotated[int, Meta(ge=5)] = 12
    poster: tuple[Poster, ...] = ()
