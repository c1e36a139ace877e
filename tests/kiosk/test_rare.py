"""A name that hardly any font has stands on the glass and on the paper as it is written, never as a box."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from config import fonts
from drivers.printer.paper import Paper
from drivers.printer.profile import PROFILES
from drivers.printer.raster import RASTER
from drivers.printer.typeface import Typeface
from tests.kiosk.stage import ROOT

NAMES = "䶮𬍛𠮷㐂鿰"  # the last one is in no face of Noto
NOWHERE = "\U000f0000"  # private use: no font of the hall has it
DRAW = """
import hashlib, json, sys
from drivers import screen
screen.prepare(screen.Glass("names", 400, 200))
from kiosk import rare, widgets
rare.register()
drawn = {}
for name in sys.argv[1]:
    words = widgets.Words(words=f"&[{name}]", em=40, width=300, font_name=rare.FONT)
    drawn[name] = [hashlib.sha256(words.texture.pixels).hexdigest(), list(words.lines), words.texture.width]
print(json.dumps(drawn))
"""


def test_each_is_drawn_on_the_glass_and_none_is_the_box() -> None:
    command = [sys.executable, "-c", DRAW, NAMES + NOWHERE + "?"]
    env = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    drawn = json.loads(done.stdout)
    pictures = {name: seen for name, (seen, _, _) in drawn.items()}
    assert pictures[NOWHERE] == pictures["?"], "what nobody can draw is a question mark"
    assert len(set(pictures.values())) == len(NAMES) + 1
    for name in NAMES:
        assert drawn[name][1] == [f"&[{name}]"], "whoever reads the page reads the name, not how it is drawn"


def test_each_goes_to_the_paper_as_a_picture() -> None:
    for name in NAMES:
        paper = Paper(PROFILES["80mm"], fonts.usual())
        paper.text(f"请{name}女士")
        assert RASTER in paper.bytes and "请".encode("gbk") not in paper.bytes, name


def test_what_no_font_has_is_a_question_mark_on_paper_and_not_a_box() -> None:
    face = Typeface(fonts.usual())
    assert face.draw(f"王{NOWHERE}", 24).tobytes() == face.draw("王?", 24).tobytes()
