"""What a value in hall.toml can be, and what a table of it is. Units are in the names of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

# A wire by its URL. What may stand behind a question mark, its driver knows; of a serial line it is told here, too,
# because a misspelt `baud` should not be found out in front of a dead sign.
LINE = r"(baud=\d+|bits=[5-8]|parity=[NEOMSneoms]|stop=(1|1\.5|2)|flow=(none|hard|soft))"
SERIAL = rf"serial:/[^\s?]+(\?{LINE}(&{LINE})*)?"
TCP, FILE = r"tcp:\S+:\d{1,5}", r"file:/\S+"
USB = r"usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(\?\S+)?"
EVDEV, ALSA, SIM, HTTP = r"evdev:/\S+", r"alsa:\S*", r"sim:\S+", r"https?://\S+"
AS_SERIAL, AS_TCP = "serial:/dev/hall/pads?baud=9600", "tcp:192.168.10.41:9100"
AS_EVDEV, AS_ALSA = "evdev:/dev/hall/keypad-2", "alsa:plughw:1"


def like(forms: Sequence[str], *shown: str) -> Meta:
    """A text of one of these forms; how it looks is told to whoever wrote another, and stands on the page."""
    return Meta(pattern=f"^({'|'.join(forms)})$", examples=list(shown))


Name = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=32, examples=["east", "new-home"])]
Letter = Annotated[str, Meta(pattern=r"^[A-HJ-NP-Z]$", examples=["A", "Z"])]  # I and O read as 1 and 0
Clock = Annotated[str, like([r"([01]\d|2[0-3]):[0-5]\d"], "08:30")]
Hours = Annotated[str, like([r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"], "08:30-12:00")]
Url = Annotated[
    str,
    like(
        (SERIAL, TCP, FILE, USB, EVDEV, SIM, ALSA, "none:"),
        AS_SERIAL,
        AS_TCP,
        "usb:04b8:0202",
        "file:/dev/usb/lp0",
        AS_EVDEV,
        AS_ALSA,
    ),
]
PagerUrl = Annotated[
    str, like((SERIAL, TCP, FILE, EVDEV, SIM, HTTP), AS_SERIAL, AS_TCP, "https://sms.example.cn/hall/calls")
]
Touch = Annotated[str, like(("screen", EVDEV), "screen", "evdev:/dev/hall/touch-1")]
Evdev = Annotated[str, like((EVDEV, ""), AS_EVDEV)]
JackUrl = Annotated[str, like((EVDEV, ""), "evdev:/dev/hall/jack-1")]
Sound = Annotated[str, like((ALSA, FILE, ""), AS_ALSA)]
JournalUrl = Annotated[
    str,
    like(
        [r"(sqlite|postgresql)[+a-z]*:\S+"],
        "sqlite:////var/lib/hall/journal.db",
        "postgresql+psycopg://hall@db/hall",
    ),
]
Dates = Annotated[
    str, like([r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?"], "2026-05-01", "2026-10-01/2026-10-07")
]
Percent = Annotated[int, Meta(ge=0, le=100)]
Positive = Annotated[int, Meta(ge=1)]


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of hall.toml. A key that it does not have is an error, so no misspelt option is ever ignored."""
