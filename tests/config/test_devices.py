"""Whatever hall.toml names is on the doctor's list: a wire, a file or an address that nobody asks is found out by a
visitor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Meta

from config.devices import SEAL, devices
from config.load import parse
from config.schema import Hall, Table
from kiosk.pin import sealed

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"
NAMES = re.compile(
    r"(^|_)(url|file|host|journal|book|logo|photo|picture|video|sound|out|clips|scanner)$|^(speaker|headphones)$"
)
SCHEMES = re.compile(r"\((serial|tcp|evdev|alsa|file|screen|https?)")  # a pattern that wants a URL
EVERYTHING = """
[appointments]
key_file = "/e/appointments.key"
day_keys_file = "/e/day.keys"
[appointments.server]
url = "https://city.example/bookings"
token_file = "/e/token"
[broker]
host = "broker.example"
user = "hall"
password_file = "/e/broker.password"
[caller]
journal = "postgresql+psycopg://hall:hunter2@db.example/hall"
[[clerk]]
badge = "7"
name = "王"
photo = "/e/photo.png"
[progress]
url = "https://registry.example/{number}"
[setup]
pin_file = "/e/pin"
[phone]
host = "phone.example"
[rack]
scanner = "serial:/e/rack"
[pager_terminal]
kind = "webhook"
url = "https://sms.example/calls"
secret_file = "SECRET"
[[kiosk]]
id = 1
touch = "evdev:/e/panel"
keypad = "evdev:/e/arrows"
speaker = "alsa:speaker"
headphones = "alsa:headphones"
jack = "evdev:/e/jack"
book = "/e/kiosk.book"
printer = { url = "usb:04b8:0202" }
[[board]]
id = "window-3"
layout = "window"
window = 3
sound = "alsa:films"
touch = "evdev:/e/board"
playlist = [{ picture = "/e/picture.png" }, { video = "/e/film.mp4" }]
[[voice]]
id = "east"
zones = ["east"]
out = "alsa:east"
engine = "clips"
clips = "/e/clips"
"""


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    (tmp_path / "secret").write_text("sixteen characters or more")
    said = tomllib.loads(EVERYTHING.replace("SECRET", str(tmp_path / "secret")))
    for name, table in said.items():
        raw[name] = raw.get(name, {}) | table if isinstance(table, dict) else table
    raw["hall"]["logo"] = "/e/logo.png"
    raw["reader"] = [
        {"kiosk": 1, "kind": "idcard", "url": "serial:/e/card", "key_file": "/e/appointments.key"}
    ]
    return parse(raw)


def named(row: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every wire, file and address in this table, with the key that names it."""
    for key, hint in get_type_hints(type(row), include_extras=True).items():
        if key == "options" or key not in row.__struct_fields__:
            continue
        value = getattr(row, key)
        for each in (
            value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else [value]
        ):
            if isinstance(each, Table):
                yield from named(each, f"{path}.{key}".strip("."))
            elif isinstance(each, str) and (NAMES.search(key) or SCHEMES.search(pattern(hint))):
                yield f"{path}.{key}".strip("."), each


def pattern(hint: Any) -> str:
    metas = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((m.pattern for m in metas if isinstance(m, Meta) and m.pattern), "")


def test_every_wire_file_and_address_of_the_schema_is_asked(hall: Hall) -> None:
    told = list(devices(hall))
    listed = msgspec.json.encode(told).decode()
    found: dict[str, set[str]] = {}
    for key, value in named(hall):
        found.setdefault(key, set()).add(value)
    assert len(found) > 25, "the schema was not walked"
    assert {key for key, values in found.items() if not any(values)} == set(), "this hall does not name these"
    for key, values in found.items():
        for value in values - {"", "none:", "screen"}:
            assert value in listed, f"nobody asks {key} = {value}"


def test_no_secret_is_on_the_list_to_be_shown(hall: Hall) -> None:
    (journal,) = (row for row in devices(hall) if row["name"] == "journal:main")
    assert journal["url"] == "postgresql+psycopg://hall:***@db.example/hall"
    assert "sixteen characters" not in msgspec.json.encode(list(devices(hall))).decode()


def test_the_seal_of_a_pin_is_known() -> None:
    assert re.fullmatch(SEAL, sealed("123456"))
