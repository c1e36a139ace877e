"""How visitors are called, written in hall.toml: what cannot work is said before the doors open."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from config.__main__ import main
from config.inwords import told
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


def test_a_supervisor_reads_the_rules_in_words() -> None:
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    rule = {
        "name": "西区查档",
        "zones": ["west"],
        "services": ["search"],
        "wish": "aloud",
        "aloud_from_attempt": 2,
    }
    raw["calling"] = [raw["calling"][0], {**rule, "stages": [*VOICE, {"act": "voice", "after_seconds": 20}]}]
    assert list(told(parse(raw))) == [
        "1  拿了震动牌：先震，没人来再出声 · 拿了震动牌的",
        "   震动牌震动；15 秒后没来，大屏闪；25 秒后没来，再震一次；40 秒后没来，用语音叫",
        "2  西区查档 · 没拿震动牌的、西区、不动产登记信息查询",
        "   用语音叫；20 秒后没来，再用语音叫；第 2 次叫起马上出声",
    ]


def test_a_hall_without_rules_has_the_usual_ones(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    raw = tomllib.loads(EXAMPLE.read_text("utf-8"))
    del raw["calling"]
    (tmp_path / "hall.toml").write_text(tomli_w.dumps(raw), "utf-8")
    assert main(["check", str(tmp_path / "hall.toml")]) == 0
    assert "  2  没拿震动牌：马上出声 · 所有人" in capsys.readouterr().out
