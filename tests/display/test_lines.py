"""No line on a board or on a clerk's pad starts with what closes the line before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from display.ink import wrapped

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
for length in range(22):
    page.say("屏 3" + "号" * length + "，没有应答。已改语音，请口头叫号。")
    Clock.tick()
    label = next(w for w in page.walk() if getattr(w, "text", "") == page.truth)
    label.texture_update()
    told.append(["".join(word.text for word in line.words) for line in label._label._cached_lines])
print(json.dumps(told))
"""


@given(st.text(alphabet="登记过号A012，。：、（）！", max_size=60), st.floats(4, 30), st.integers(2, 9))
def test_no_line_of_a_board_starts_with_a_closing_mark(text: str, em: float, lines: int) -> None:
    assert not [line for line in wrapped(text, em, lines)[1:] if line[0] in CLOSING]


def test_no_line_of_a_pad_starts_with_a_closing_mark_as_it_is_really_drawn() -> None:
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    assert {len(lines) for lines in told} >= {2}
    assert not [lines for lines in told if any(line[0] in CLOSING for line in lines)], told
