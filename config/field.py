"""What a value in hall.toml can be, and what a table of it is. Units are in the names of the fields."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=32)]
Letter = Annotated[str, Meta(pattern=r"^[A-HJ-NP-Z]$")]  # I and O read as 1 and 0
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Hours = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Url = Annotated[str, Meta(pattern=r"^(serial|tcp|file|usb|evdev|sim|alsa|none):\S*$")]
PagerUrl = Annotated[str, Meta(pattern=r"^(serial|tcp|file|usb|evdev|sim|https?):\S+$")]
Dates = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?$")]
Percent = Annotated[int, Meta(ge=0, le=100)]
Positive = Annotated[int, Meta(ge=1)]


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of hall.toml. A key that it does not have is an error, so no misspelt option is ever ignored."""
