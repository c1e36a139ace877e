"""What a visitor reads off a ticket: words where the printer set them in type, dot for dot where it drew a picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image, ImageChops

from config.languages import _
from config.schema import Hall
from drivers.printer import PROFILES
from kiosk.paper import draw
from kiosk.ticket import Mark, Pair
from tests.street import Seen
from tests.wholehall import WholeHall


def ahead(count: int, language: str) -> Pair:
    return Pair("前面还有", f"{count} 人", _other("前面还有 {count} 人", language).format(count=count))


def green(language: str) -> Pair:
    return Pair("绿色通道", "工作人员将核验", _other("绿色通道，工作人员将核验", language))


def again(language: str = "zh") -> Mark:
    return Mark(f"补打 {_other('补打', language)}".strip())


def _other(sentence: str, language: str) -> str:
    return _(sentence, language) if language != "zh" else ""


def code_on(paper: Path) -> str:
    """What a visitor's phone reads off the paper."""
    done = subprocess.run(["zbarimg", "-q", "--raw", str(paper)], capture_output=True, text=True, check=False)
    return done.stdout


def cut_by(hall: WholeHall, kiosk: int, since: int) -> list[Seen]:
    """What this kiosk's printer has cut since a mark."""
    seen = hall.street.seen[since:]
    return [e for e in seen if (e["device"], e["event"]) == (f"printer-{kiosk}", "cut")]


def says(cut: Seen, hall: Hall, number: int, block: Pair | Mark) -> bool:
    """Whether this piece of paper, which the kiosk's printer cut, has the block on it."""
    kiosk = next(k for k in hall.kiosk if k.id == number)
    profile = PROFILES[kiosk.printer.profile]
    if profile.gbk:
        words = [block.text] if isinstance(block, Mark) else [block.left, block.right]
        return words in [line.strip().split(maxsplit=len(words) - 1) for line in cut["lines"]]
    return _lies_in(draw((block,), profile.width_dots), Path(cut["png"]))


def _lies_in(block: Image.Image, paper: Path) -> bool:
    """Dot for dot, wherever it is: the rows that have the block's first row in the middle of the paper."""
    ink = ImageChops.invert(block.convert("L")).getbbox()
    assert ink, "an empty block is on every paper"
    wanted = block.convert("L").crop((0, ink[1], block.width, ink[3]))
    with Image.open(paper) as picture:
        roll = picture.convert("L").point(lambda shade: 0 if shade < 128 else 255)
    left = (roll.width - wanted.width) // 2
    strip = roll.crop((left, 0, left + wanted.width, roll.height))
    dots, rows, width = strip.tobytes(), wanted.tobytes(), wanted.width
    at = dots.find(rows[:width])
    while at >= 0:
        if at % width == 0 and dots[at : at + len(rows)] == rows:
            return True
        at = dots.find(rows[:width], at + 1)
    return False
