"""How visitors are called, written in hall.toml: what cannot work is said before the doors open."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.load import ConfigError, parse

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"
VOICE = [{"act": "voice"}]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"stages": []}, "[calling 1] stages"),
        ({"stages": [{"act": "pager"}], "wish": "aloud"}, "[calling 1] stages"),
        ({"stages": [{"act": "voice", "after_seconds": 60}]}, "[calling 1] after_seconds = 60"),
        ({"stages": VOICE, "zones": ["north"]}, "[calling 1] zones = north"),
        ({"stages": VOICE, "services": ["transfers"]}, "[calling 1] services = transfers"),
        ({"stages": [{"act": "shout"}]}, "[calling 1.stages 1] act"),
        ({"stages": VOICE, "volume": 3}, "[calling 1] volume = 3"),
    ],
)
def test_what_a_rule_cannot_say(rule: dict[str, Any], said: str) -> None:
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    raw["calling"] = [{"name": "规矩", **rule}]
    with pytest.raises(ConfigError) as found:
        parse(raw)
    assert [str(problem) for problem in found.value.problems if str(problem).startswith(said)]
