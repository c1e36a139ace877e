"""The kiosk asks whether anybody is there, is seen and heard to ask, waits as often as it is told, and then forgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broker import Broker
from tests.kiosk.stage import Stage


@pytest.mark.timeout(240)
def test_a_visitor_gets_more_time_as_often_as_asked_and_then_leaves_nothing_behind(
    tmp_path: Path, broker: Broker
) -> None:
    with Stage(tmp_path, 1, broker, "tests.kiosk.hurried", by_ear=True) as stage:
        stage.page("home")
        stage.touch("长辈版")
        stage.until(lambda: "普通版" in labels(stage), "large letters")
        stage.touch("English")
        stage.until(lambda: "中文" in labels(stage), "English")
        for _ in range(2):  # tests/kiosk/test_session.py has it a dozen times
            stage.page("still")
            stage.touch("I need more time")
            stage.page("home")
            assert "中文" in labels(stage), "what was chosen is still there"
        stage.page("still")
        stage.until(lambda: any("still there" in line for line in stage.heard()), "the question, aloud")
        stage.page("home")
        assert {"English", "长辈版"} <= labels(stage), "the first screen after it is the next visitor's"


def labels(stage: Stage) -> set[str]:
    return {target.label for target in stage.screen.targets}
