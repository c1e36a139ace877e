"""Every kind of sign by the word that hall.toml uses for it, and the options that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from drivers.sign.bx import Series
from drivers.sign.sign import Sign


@dataclass(frozen=True)
class Kind:
    """Where a kind's driver is, what it calls each option of hall.toml, and what the kind itself decides."""

    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


ADDRESS, COLOUR, FONT = {"address": "address"}, {"colour": "colour"}, {"font_dots": "size"}
BX = ADDRESS | COLOUR | FONT | {"device_type": "device", "lit": "lit"}
KINDS = {
    "onbon": Kind("driver:OnbonSign", ADDRESS),
    "bx5": Kind("bxdriver:BxSign", BX, {"series": Series.BX5}),
    "bx6": Kind("bxdriver:BxSign", BX, {"series": Series.BX6}),
    "alpha": Kind("alphadriver:AlphaSign", ADDRESS | COLOUR | FONT | {"answers": "answers"}),
    "hub75": Kind("hub75:Hub75Sign", COLOUR | FONT),
    "strip": Kind("stripdriver:StripSign", ADDRESS | COLOUR),
    "candle": Kind("candledriver:CandleSign", ADDRESS),
}


def open_sign(kind: str, name: str, url: str, width: int, height: int, **options: Any) -> Sign:
    """A sign of this kind, to be entered: `with open_sign(…) as sign: sign.show([…])`. Opens nothing yet.

    `width` and `height` in dots; `options` as in hall.toml. ValueError for a kind, or an option of it, that
    does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of sign called {kind!r}; there are {', '.join(KINDS)}")
    row = KINDS[kind]
    unknown = sorted(set(options) - set(row.options))
    if unknown:
        raise ValueError(f"a sign of kind {kind} has no option {', '.join(unknown)}")
    module, _, class_name = row.driver.partition(":")
    driver = getattr(import_module(f"drivers.sign.{module}"), class_name)
    own = {row.options[option]: value for option, value in options.items()}
    return cast(Sign, driver(name, url, width, height, **row.fixed, **own))
