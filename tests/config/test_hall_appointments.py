"""What a hall promises about appointments must hold together."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.load import ConfigError, parse

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"quota": [{"service": "divorce", "per_slot": 1}]}, "[appointments.quota 1] service = divorce"),
        (
            {"quota": [{"service": "transfer", "per_slot": 1}] * 2},
            "[appointments.quota 2] service = transfer",
        ),
        ({"back_after_minutes": 9, "back_within_minutes": 8}, "[appointments] back_within_minutes = 8"),
        ({"key_file": "/etc/hall/other"}, "[reader 1] key_file = /etc/hall/id.key"),
        ({"late": "maybe"}, "[appointments] late"),
        ({"server": {"url": "ftp://city"}}, "[appointments.server] url"),
        ({"days_ahead": 15}, "[appointments] days_ahead"),
    ],
)
def test_what_cannot_be_promised(changes: dict[str, Any], where: str) -> None:
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    raw["appointments"] |= changes
    raw["reader"] = [
        {"kiosk": 1, "kind": "idcard", "url": "serial:/dev/hall/card", "key_file": "/etc/hall/id.key"}
    ]
    with pytest.raises(ConfigError) as found:
        parse(raw)
    (problem,) = found.value.problems
    assert str(problem).startswith(where)
