"""`./hall demo --headless` as whoever has just cloned the project starts it: one process, a folder, an exit code."""

from __future__ import annotations

import re
import subprocess
import sys
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from PIL import Image

from tests import day, demo
from tests.pace import Pace
from tests.wholehall import ROOT

LONGEST = 90  # seconds of a machine that is ours, after set-up
CONTRACT = ("kiosk.png", "board.png", "ticket.png", "sign.png")
VISITORS = 12


@pytest.mark.timeout(900)
def test_the_demo_plays_its_day_and_leaves_what_it_promises(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tests.demo", "--headless", "--out", str(out)]
    with Pace() as pace:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    told = re.search(r"^0 missing; (\d+) announcements; (\d+) s; ", done.stdout, re.MULTILINE)
    assert told and int(told[1]) > VISITORS, done.stdout[-500:]
    took = int(told[2])
    assert took <= LONGEST * pace.slower, f"{took} s with {1 / pace.slower:.0%} of a core"
    print(f"{took} s with {1 / pace.slower:.0%} of a core")
    for name in (*CONTRACT, *demo.KEPT):
        with Image.open(out / name) as picture:
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 1, f"nothing is on {name}"
    with wave.open(str(out / "call.wav"), "rb") as sound:
        assert sound.getnframes() / sound.getframerate() > int(told[1]), "each takes more than a second"
    lines = (out / "day.txt").read_text("utf-8").splitlines()
    steps = day.load(demo.SCRIPT).steps
    assert [line.split(maxsplit=1)[1] for line in lines] == [step.text.split(maxsplit=1)[1] for step in steps]
    assert sum("touches" in line for line in lines) >= VISITORS


class Nobody:
    """A hall in which nothing is to be waited for, and a player who missed what he was told to miss."""

    missed: tuple[str, ...] = ()

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def ready(self) -> None: ...

    def play(self, script: day.Day) -> list[str]:
        return list(self.missed)


@pytest.mark.parametrize(
    ("missed", "lacks", "ends"),
    [
        ((), "", 0),
        (("line 3: 09:00 window 3 presses next: missing board A001 3",), "", 1),
        ((), "sign.png", 1),
    ],
)
def test_one_line_or_one_picture_that_is_missing_is_told_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missed: tuple[str, ...], lacks: str, ends: int
) -> None:
    out = tmp_path / "out"
    (out / "hall" / "voice-east").mkdir(parents=True)
    with wave.open(str(out / "hall" / "voice-east" / "a.wav"), "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
    for name, made in demo.KEPT.items():
        if name != lacks:
            (out / "hall" / made).write_bytes(b"a picture")
    monkeypatch.setattr(Nobody, "missed", missed)
    monkeypatch.setattr(demo, "WholeHall", Nobody)
    monkeypatch.setattr(demo, "Player", Nobody)
    assert demo.play(out) == ends
    told = (out / "day.txt").read_text("utf-8")
    assert all(f"MISSING  {line}" in told for line in missed)
