"""A plan that cannot be drawn is told, with what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.load import ConfigError, load, read

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("area = [51, 15, 48, 70]", "area = [51, 15, 50, 70]", "不能超出 100"),
        ("area = [51, 15, 48, 70]", "area = [51, 15, 0, 70]", "都是百分数"),
        ("area = [51, 15, 48, 70]", "area = [51, 15, 48]", "都是百分数"),
        ("area = [51, 15, 48, 70]", "area = [40, 15, 48, 70]", "和 东区 重叠了"),
        ("spot = [50, 94]", "spot = [50]", "要写 [左, 上]"),
    ],
)
def test_what_is_wrong_is_said(was: str, now: str, told: str) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert was in text
    with pytest.raises(ConfigError, match=re.escape(told)) as wrong:
        read(text.replace(was, now).encode(), "hall.toml")
    assert len(wrong.value.problems) == 1


def test_a_hall_needs_no_plan() -> None:
    text = re.sub(r"^(area|spot) = .*\n", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    plain = read(text.encode(), "hall.toml")
    assert not any(zone.area for zone in plain.zone) and any(zone.area for zone in load(EXAMPLE).zone)
