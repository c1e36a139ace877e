"""No line on a board or on a clerk's pad starts with what closes the line before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from caller.messages import CallsState, Channel, Report, Result, WindowState, WindowStatus
from caller.pad.truth import LINE, clauses, trouble
from config.schema import Hall
from display.ink import wrapped
from tests.display.scenes import NINE, call

ROOT = Path(__file__).parents[2]
CLOSING = "，。、？！；：）"
SHOW = """
import json, sys
from drivers import screen
screen.prepare(screen.Glass("pad", 420, 760))
from kivy.clock import Clock
from caller.pad import pages
pages.load()
page = pages.KeysPage(lambda what: None, size=(420, 760))
told = []
for sentence in json.load(sys.stdin):
    page.say(sentence)
    Clock.tick()
    label = next(w for w in page.walk() if getattr(w, "text", "") == page.truth)
    label.texture_update()
    told.append(["".join(word.text for word in line.words) for line in label._label._cached_lines])
print(json.dumps(told))
"""
SLIDING = ["屏 3" + "号" * length + "，没有应答。已改语音，请口头叫号。" for length in range(22)]


def worst(hall: Hall) -> list[str]:
    """As much as can go wrong with one call and still have another channel, or none: the voice too late as well."""
    channels = "pager:pager-12", "sign:sign-12", "board:board-main", "voice:voice-east"
    late = Report(channel=Channel.VOICE, device="voice-east", result=Result.EXPIRED, at=NINE)
    phone = Report(channel=Channel.PHONE, device="phone", result=Result.SHOWN, at=NINE)
    gone = NINE + timedelta(minutes=5)
    said = []
    for reports in ((late,), (late, phone)):
        made = call("A012", 3, reports=reports)
        window = WindowState(number=3, status=WindowStatus.OPEN, call=made.id, trouble=channels)
        said.append(trouble(hall, window, None, CallsState(version=1, calls=(made,)), gone))
    return said


@given(st.text(alphabet="登记过号A012，。：、（）！", max_size=60), st.floats(4, 30), st.integers(2, 9))
def test_no_line_of_a_board_starts_with_a_closing_mark(text: str, em: float, lines: int) -> None:
    assert not [line for line in wrapped(text, em, lines)[1:] if line[0] in CLOSING]


def drawn(sentences: list[str]) -> list[list[str]]:
    """The lines of each that are seen on the pad: those that have no room are not."""
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=env,
        input=json.dumps(sentences).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return [list(map(str, lines)) for lines in json.loads(done.stdout)]


def test_a_pad_as_it_is_really_drawn(hall: Hall) -> None:
    """No line starts with a closing mark, and whatever went wrong with a call is seen whole."""
    told = drawn([*SLIDING, *(clauses(sentence, LINE) for sentence in worst(hall))])
    sliding, whole = told[: len(SLIDING)], told[len(SLIDING) :]
    assert {len(lines) for lines in sliding} >= {2}
    assert not [lines for lines in told if any(line[0] in CLOSING for line in lines)], told
    assert whole == [
        ["震动牌 12、屏 12、大屏没有应答，", "语音太迟没播，请口头叫号"],
        ["震动牌 12、屏 12、大屏没有应答，", "语音太迟没播，已改手机"],
    ]
