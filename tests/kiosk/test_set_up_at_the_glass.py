"""An integrator without a keyboard: fingers on a real panel, paper from a real printer, and no ticket for anybody."""

from __future__ import annotations

from pathlib import Path

from config.load import load
from kiosk.bench import crosses
from tests.broker import Broker
from tests.kiosk.stage import PIN, Stage


def types(stage: Stage, digits: str) -> None:
    for left, digit in zip(range(5, -1, -1), digits, strict=True):
        stage.touch(digit)
        label = f"还差 {left} 位" if left else "进入"
        stage.until(lambda label=label: stage.shows(label), label)  # type: ignore[misc]
    stage.touch("进入")


def test_whoever_sets_it_up_tries_it_with_a_finger(broker: Broker, tmp_path: Path) -> None:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        stage.until(lambda: stage.glass.do("is_read"), "the panel being read")
        for _ in range(5):
            stage.glass.do("touch", x=20, y=20)
            stage.settle(0.35)
        stage.page("pin")
        types(stage, "000000")
        stage.until(lambda: "a wrong service PIN" in stage.log("kiosk"), "a wrong PIN in the log")
        stage.until(lambda: stage.shows("还差 6 位"), "an empty field again")
        types(stage, PIN)
        stage.page("setup")
        assert "service PIN was given" in stage.log("kiosk") and PIN not in stage.log("kiosk")
        stage.touch("触摸校准")
        stage.page("cross")
        kiosk = load(stage.config).kiosk[0]
        for x, y in crosses(kiosk):
            stage.settle(1.0)
            stage.glass.do("touch", x=round(x * kiosk.px_per_mm), y=round(y * kiosk.px_per_mm))
        stage.page("crossed")
        stage.touch("返回")
        stage.page("setup")
        stage.touch("打印试纸")
        stage.until(lambda: stage.papers(), "the paper")
        stage.settle(0.5)  # a second tap at once is the first one's echo
        stage.touch("试窗口屏")
        stage.until(lambda: stage.said("signs-tried"), "the signs being told")
        stage.lay("甲")
        stage.codes.do("scan", code="BJ01")
        stage.settle(0.5)
        stage.touch("版本和地址")
        stage.page("about")
        stage.touch("退出维护")
        stage.page("home")
        assert not stage.said("ticket-reserved") and len(stage.papers()) == 1
