"""A board that has shown a whole year's calls is no larger than one that has shown a morning's."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.display.stage import ROOT


def used(calls: int) -> list[float]:
    command = [sys.executable, "-m", "tests.display.soak", str(calls)]
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    told: list[float] = json.loads(done.stdout)
    return told


def test_three_hundred_calls_leave_nothing_behind() -> None:
    megabytes = used(300)
    assert megabytes[-1] - megabytes[2] < 6, megabytes  # one number kept for each call would be 12 MB


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_twelve_thousand_calls_leave_nothing_behind() -> None:
    megabytes = used(12_000)
    assert megabytes[-1] - megabytes[0] < 6, megabytes
