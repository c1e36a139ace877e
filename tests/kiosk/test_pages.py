"""Every page of both kiosks as it is really drawn: large enough, apart, whole, and nothing on top of another."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from config import fonts
from config.schema import Hall
from kiosk.sizes import CAPITAL
from kiosk.tree import Node
from tests.kiosk.stage import ROOT

TOLERANCE = 1.0  # pixels lost in rounding


@pytest.fixture(scope="module", params=[1, 2], ids=["portrait", "landscape"])
def gallery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    out = tmp_path_factory.mktemp("gallery")
    command = [sys.executable, "-m", "tests.kiosk.gallery", str(out), str(request.param)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"SDL_VIDEODRIVER": "offscreen"}, check=True)
    return request.param, out


def pages(out: Path) -> dict[str, list[Node]]:
    found = {}
    for file in sorted(out.glob("*.json")):
        nodes = [Node(**node) for node in json.loads(file.read_text("utf-8"))]
        found[file.stem] = [
            Node(n.role, n.label, n.value, n.target, (n.rect[0], n.rect[1], n.rect[2], n.rect[3]), n.px)
            for n in nodes
        ]
    assert len(found) > 30
    return found


def inside(a: Node, b: Node) -> bool:
    ax, ay, aw, ah = a.rect
    bx, by, bw, bh = b.rect
    return bx <= ax + TOLERANCE and by <= ay + 2 and ax + aw <= bx + bw + 2 and ay + ah <= by + bh + 2


def apart(a: Node, b: Node) -> float:
    """Pixels between two rectangles; negative where they overlap."""
    ax, ay, aw, ah = a.rect
    bx, by, bw, bh = b.rect
    return max(max(ax, bx) - min(ax + aw, bx + bw), max(ay, by) - min(ay + ah, by + bh))


def test_a_finger_of_seventy_five_hits_what_it_means(gallery: tuple[int, Path], hall: Hall) -> None:
    number, out = gallery
    mm = next(k.px_per_mm for k in hall.kiosk if k.id == number)
    for name, nodes in pages(out).items():
        targets = [n for n in nodes if n.target]
        for n in targets:
            least = 25 if n.target in ("take", "ok") else 20
            assert min(n.rect[2], n.rect[3]) >= least * mm - TOLERANCE, (name, n)
        for a, b in itertools.combinations(targets, 2):
            assert apart(a, b) >= 3 * mm - 2 * TOLERANCE, (name, a.label, b.label)


def test_no_letter_is_smaller_than_the_eye_needs(gallery: tuple[int, Path], hall: Hall) -> None:
    number, out = gallery
    mm = next(k.px_per_mm for k in hall.kiosk if k.id == number)
    for name, nodes in pages(out).items():
        for n in nodes:
            if n.px:
                assert n.px * CAPITAL >= 4.8 * mm - 0.5, (name, n.label, n.px)


def test_everything_is_on_the_glass_and_nothing_lies_over_another(
    gallery: tuple[int, Path], hall: Hall
) -> None:
    number, out = gallery
    kiosk = next(k for k in hall.kiosk if k.id == number)
    glass = Node("glass", "", "", "", (0, 0, kiosk.width, kiosk.height))
    for name, nodes in pages(out).items():
        for n in nodes:
            assert inside(n, glass), (name, n)
        words = [n for n in nodes if not n.target]
        for a, b in itertools.combinations(words, 2):
            assert apart(a, b) >= -TOLERANCE * 3, (name, a, b)
        for target in (n for n in nodes if n.target):
            within = [w for w in words if w.label in (target.label, target.value)]
            assert any(inside(w, target) for w in within), (name, target)


def test_no_character_is_a_box_and_no_line_is_cut_short(gallery: tuple[int, Path]) -> None:
    _, out = gallery
    for name, nodes in pages(out).items():
        for n in nodes:
            assert not fonts.missing(n.label, fonts.regular()), (name, n.label)


def test_vermilion_is_for_the_number_alone(gallery: tuple[int, Path]) -> None:
    number, out = gallery
    for name, loud in (("home", False), ("service", False), ("done", True), ("held", True)):
        with Image.open(out / f"{number}-zh-{name}.png") as picture:
            colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
        assert ((0xB8, 0x32, 0x1F) in colours) is loud, name


def test_every_page_leads_on_or_says_that_it_goes_by_itself(gallery: tuple[int, Path]) -> None:
    _, out = gallery
    for name, nodes in pages(out).items():
        by_itself = any(page in name for page in ("printing", "out-"))
        assert by_itself or [n for n in nodes if n.target], name
