"""Whoever wrote a value of another form is told how it should look, in the language that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tomli_w

from config.__main__ import main
from config.field import SERIAL
from config.schema import Hall
from drivers.transport import BITS, FLOWS, PARITIES, SERIAL_OPTIONS, STOPS, check_url
from tests.config.test_hall_file import problems, raw

__all__ = ["raw"]  # a fixture


def test_a_text_of_another_form_is_told_how_it_should_look(raw: dict[str, Any]) -> None:
    raw["sign"][0]["url"] = "serial:ttyUSB0"
    raw["hall"]["hours"] = ["8:30"]
    raw["hall"]["day_starts"] = 4
    assert problems(raw) == [
        "[hall] day_starts = 4：Expected `str`, got `int`",
        '[hall] hours = ["8:30"]：要写成这样：08:30-12:00',
        '[sign 1] url = "serial:ttyUSB0"：要写成这样：tcp:192.168.10.103:5005、serial:/dev/hall/signs?baud=57600',
    ]


def formed(schema: Any) -> Iterator[dict[str, Any]]:
    """Every text of the schema that has a form."""
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from formed(inner)
    if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
        yield schema


def test_every_form_is_shown_by_examples_that_have_it() -> None:
    forms = list(formed(msgspec.json.schema(Hall)))
    assert len(forms) > 20
    for form in forms:
        assert form.get("examples"), form
        assert all(re.search(form["pattern"], each) for each in form["examples"]), form


@pytest.mark.parametrize(
    "url",
    [
        *("serial:ttyUSB0", "tcp:192.168.10.41", "tcp::", "file:lp0", "usb:04b8", "/dev/usb/lp0", "hid:1:2"),
        *(
            f"serial:/dev/ttyUSB0?{said}"
            for said in ("buad=9600", "baud=fast", "bits=9", "parity=X", "stop=3", "flow=xon", "baud=9600&")
        ),
    ],
)
def test_a_wire_that_no_driver_could_open_is_found_before_it_is_tried(raw: dict[str, Any], url: str) -> None:
    assert check_url(url) is not None
    raw["kiosk"][0]["printer"]["url"] = url
    (told,) = problems(raw)
    assert told.startswith(f'[kiosk 1.printer] url = "{url}"：要写成这样：serial:/dev/')


def test_whatever_the_driver_of_a_serial_line_knows_may_be_written() -> None:
    kept = re.compile(f"^{SERIAL}$")
    known = {"baud": ("1200", "115200"), "bits": BITS, "parity": PARITIES, "stop": STOPS, "flow": FLOWS}
    assert set(known) == set(SERIAL_OPTIONS)
    for name, values in known.items():
        for value in values:
            url = f"serial:/dev/ttyUSB0?{name}={value}"
            assert check_url(url) is None and kept.match(url), url
    url = "serial:/dev/hall/paging?baud=1200&bits=7&parity=e&stop=2&flow=soft"
    assert check_url(url) is None and kept.match(url)


def test_whoever_reads_english_is_told_every_problem_in_english(
    raw: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw["hall"] |= {"nmae": "x", "name": "Hall", "hours": ["8:30"]}
    raw["sign"][0] |= {"window": 99, "colour": "red"}
    raw["pager_terminal"] = {"url": "serial:/dev/hall/paging", "kind": "pocsag", "form": "mp3"}
    raw["keypad"][0]["address"] = 300
    file = tmp_path / "hall.toml"
    file.write_text(tomli_w.dumps(raw), "utf-8")
    assert copy_context().run(main, ["check", str(file), "--language", "en"]) == 78
    said = capsys.readouterr().err
    assert len(said.splitlines()) >= 6 and not re.search(r"[\u3000-\u9fff\uff00-\uffef]", said), said
    assert "did you mean name?" in said and "can only be raw, spi, wav" in said
