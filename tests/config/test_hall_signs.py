"""Signs in hall.toml: every kind with its own options, models that are tables, and wires that are shared."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.load import ConfigError, parse
from config.signs import OPTIONS, RULES, SignKind
from drivers.sign.open import KINDS

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"
LINE = "serial:/dev/hall/signs?baud=9600"


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8")) | {"sign": []}


def sign(
    window: int = 1, kind: str = "onbon", url: str = "tcp:192.168.10.101:5005", **more: Any
) -> dict[str, Any]:
    return {"window": window, "kind": kind, "url": url} | more


def problems(raw: dict[str, Any], *signs: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as found:
        parse(raw | {"sign": list(signs)})
    return [str(problem) for problem in found.value.problems]


def test_the_file_and_the_drivers_know_the_same_kinds_and_options() -> None:
    assert {str(kind) for kind in SignKind} == set(KINDS) == {str(kind) for kind in RULES}
    for kind, rule in RULES.items():
        assert set(rule.options) == set(KINDS[kind].options), kind
        assert set(rule.options) <= set(OPTIONS)


def test_a_model_is_a_table_and_a_sign_has_what_it_says(raw: dict[str, Any]) -> None:
    raw["sign_model"] = {
        "thirty": {"kind": "bx6", "width_dots": 192, "height_dots": 48, "font_dots": 24, "lit": 1}
    }
    one = {"window": 3, "model": "thirty", "url": "tcp:192.168.10.103:5005"}
    two = {"window": 4, "model": "thirty", "url": "tcp:192.168.10.104:5005", "width_dots": 128}
    hall = parse(raw | {"sign": [one, two]})
    assert [(s.kind, s.width_dots, s.height_dots) for s in hall.sign] == [("bx6", 192, 48), ("bx6", 128, 48)]
    assert hall.sign[0].options == {"font_dots": 24, "lit": 1}


def test_options_are_said_in_the_drivers_words(raw: dict[str, Any]) -> None:
    [alpha] = parse(raw | {"sign": [sign(kind="alpha", address=4, colour="green", answers=False)]}).sign
    assert alpha.options == {"address": 4, "colour": "green", "answers": False}
    assert type(alpha.options["colour"]) is str


def test_a_model_that_is_nowhere(raw: dict[str, Any]) -> None:
    raw["sign_model"] = {"thirty": {}}
    assert problems(raw, sign(model="thirti")) == [
        "[sign 1] model = thirti：没有这种显示屏，是不是要写 thirty？"
    ]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (sign(lit=1), "[sign 1] lit"),
        (sign(kind="strip", url=LINE, font_dots=24), "[sign 1] font_dots"),
        (sign(kind="candle", url=LINE, address=5), "[sign 1] address"),
        (sign(kind="alpha", url=LINE, colour="white"), "[sign 1] colour"),
        (sign(kind="hub75", url="tcp:192.168.10.101:5005"), "[sign 1] url"),
        (sign(kind="onbon", url="hub75:regular"), "[sign 1] url"),
        (sign(kind="bx6", font_dots=20), "[sign 1] font_dots"),
        (sign(kind="bx7"), "[sign 1] kind"),
    ],
)
def test_what_a_sign_cannot_be_is_told_by_table_and_key(
    raw: dict[str, Any], wrong: dict[str, Any], where: str
) -> None:
    [told] = problems(raw, wrong)
    assert told.startswith(where)


def test_signs_share_a_line_by_address(raw: dict[str, Any]) -> None:
    three = [sign(n, "strip", LINE, address=n) for n in (1, 2, 3)]
    assert len(parse(raw | {"sign": three}).sign) == 3
    assert problems(raw, sign(1, "strip", LINE, address=2), sign(2, "strip", LINE, address=2)) == [
        "[sign 2] address = 2：sign 1 已经用了"
    ]
    assert problems(raw, sign(1, "strip", LINE, address=1), sign(2, "strip", LINE)) == [
        f"[sign 2] url = {LINE}：sign 1 已经用了"
    ]
    [told] = problems(raw, sign(1, "strip", LINE, address=1), sign(2, "strip", LINE + "&bits=8", address=2))
    assert told.startswith("[sign 2] url")
    hub75 = "hub75:regular?chain=2"
    [told] = problems(raw, sign(1, "hub75", hub75), sign(2, "hub75", hub75))
    assert told.startswith("[sign 2] url")


def test_a_sign_does_not_share_its_line_with_a_pad(raw: dict[str, Any]) -> None:
    pads = next(k["url"] for k in raw["keypad"] if k["kind"] == "rs485")
    assert any("已经用了" in told for told in problems(raw, sign(1, "strip", pads, address=9)))


def test_a_model_is_checked_like_any_table(raw: dict[str, Any]) -> None:
    raw["sign_model"] = {"thirty": {"kind": "bx6", "font": 24}}
    assert problems(raw) == ["[sign_model.thirty] font = 24：没有这个选项，是不是要写 font_dots？"]
    raw["sign_model"] = {"thirty": 3}
    assert len(problems(raw)) == 1
