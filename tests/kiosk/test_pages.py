"""Every page of both kiosks as it is really drawn: large enough, apart, whole, and nothing on top of another."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from config import fonts
from config.schema import Hall
from kiosk.sizes import CAPITAL
from kiosk.tree import Node
from tests.kiosk.stage import ROOT

Colour = tuple[int, int, int]

pytestmark = pytest.mark.timeout(600)  # every page of a panel in five ways is drawn once

TOLERANCE = 1.0  # pixels lost in rounding


def rendered(out: Path, number: int, *more: str) -> Path:
    command = [sys.executable, "-m", "tests.kiosk.gallery", str(out), str(number), *more]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"SDL_VIDEODRIVER": "offscreen"}, check=True)
    return out


@pytest.fixture(scope="module", params=[1, 2], ids=["portrait", "landscape"])
def gallery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    return request.param, rendered(tmp_path_factory.mktemp("gallery"), request.param, "--colours")


def pages(out: Path) -> dict[str, list[Node]]:
    found = {}
    for file in sorted(out.glob("*.json")):
        nodes = [Node(**node) for node in json.loads(file.read_text("utf-8"))]
        found[file.stem] = [
            replace(n, rect=(n.rect[0], n.rect[1], n.rect[2], n.rect[3]), lines=tuple(n.lines)) for n in nodes
        ]
    assert len(found) > 140
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
            least = 25 if n.target in ("take", "ok", "more") else 20
            assert min(n.rect[2], n.rect[3]) >= least * mm - TOLERANCE, (name, n)
        for a, b in itertools.combinations(targets, 2):
            assert apart(a, b) >= 3 * mm - 2 * TOLERANCE, (name, a.label, b.label)


def test_no_letter_is_smaller_than_the_eye_needs(gallery: tuple[int, Path], hall: Hall) -> None:
    number, out = gallery
    mm = next(k.px_per_mm for k in hall.kiosk if k.id == number)
    for name, nodes in pages(out).items():
        for n in nodes:
            if n.px:
                least = 7.4 if "-elder-" in name else 4.8
                assert n.px * CAPITAL >= least * mm - 0.5, (name, n.label, n.px)
                large = n.role in ("heading", "number") and "1-elder" in name
                assert not large or n.px * CAPITAL >= 12 * mm - 0.5, (name, n.label, n.px)


def test_in_large_letters_every_chinese_key_is_as_high_as_the_panel_allows(
    gallery: tuple[int, Path], hall: Hall
) -> None:
    number, out = gallery
    least = 12 if number == 1 else 7.4  # a panel of 26 cm: kiosk.sizes says why
    mm = next(k.px_per_mm for k in hall.kiosk if k.id == number)
    for name, nodes in pages(out).items():
        if "-elder-" in name and "-zh-" in name:
            labels = {n.label for n in nodes if n.target}
            for n in nodes:
                if n.px and n.label in labels:
                    assert n.px * CAPITAL >= least * mm - 0.5, (name, n.label, n.px)


def test_what_is_low_is_within_reach(gallery: tuple[int, Path], hall: Hall) -> None:
    number, out = gallery
    height = next(k.height for k in hall.kiosk if k.id == number)
    seen = [n for name, nodes in pages(out).items() if "-low-" in name for n in nodes if n.target]
    assert bool(seen) is (number == 1)
    assert all(n.rect[1] >= height * 0.45 - TOLERANCE for n in seen)


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
            if n.lines:
                drawn = "".join("".join(n.lines).split())
                assert drawn == "".join(n.label.split()), (name, n.lines)
                assert not any(line[:1] and line[0] in "，。、？！；：）" for line in n.lines), (
                    name,
                    n.lines,
                )


def test_what_is_known_of_a_visitor_is_for_headphones_alone(gallery: tuple[int, Path]) -> None:
    _, out = gallery
    known = [
        n for nodes in pages(out).values() for n in nodes if n.label.startswith(("绿色通道：", "身份证："))
    ]
    spoken = [n for n in known if n.role != "heading"]
    assert len(spoken) >= 8 and {n.role for n in spoken} == {"personal"}


def luminance(colour: Colour) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (c / 255 for c in colour)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check_contrast(out: Path, number: int) -> int:
    """Of each word's pixels: the ground is the commonest colour; a full stroke is the commonest of the others
    that are far from it, so that a soft edge does not count as the letter. Returns of how many pages."""
    nodes_of = pages(out)
    pictures = sorted(out.glob("*.tga"))
    for path in pictures:
        name = path.stem
        nodes = nodes_of[name]
        least = 7.0 if name.startswith(f"{number}-contrast") else 4.5
        with Image.open(path) as file:
            picture = file.convert("RGB")
        for n in nodes:
            if not n.px:
                continue
            x, y, width, height = n.rect
            part = picture.crop((x, y, x + width, y + height))
            counted: Counter[Colour] = Counter()
            for times, seen in part.getcolors(1 << 16) or []:
                assert isinstance(seen, tuple)
                counted[seen[0], seen[1], seen[2]] = times
            ground = counted.most_common(1)[0][0]
            far = {c: k * contrast(c, ground) ** 2 for c, k in counted.items() if c != ground}
            stroke = max(far, key=lambda c: far[c])
            assert contrast(stroke, ground) >= least, (name, n.label, stroke, ground)
    return len(pictures)


def test_words_stand_out_from_their_ground_as_the_pixels_show(gallery: tuple[int, Path]) -> None:
    number, out = gallery
    assert check_contrast(out, number) > 240


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", [1, 2])
def test_words_stand_out_in_every_way_and_language(tmp_path: Path, number: int) -> None:
    assert check_contrast(rendered(tmp_path, number), number) == len(pages(tmp_path))


def test_vermilion_is_for_the_number_alone(gallery: tuple[int, Path]) -> None:
    number, out = gallery
    for name, loud in (("home", False), ("service", False), ("done", True), ("held", True)):
        with Image.open(out / f"{number}-plain-zh-{name}.tga") as picture:
            colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
        assert ((0xB8, 0x32, 0x1F) in colours) is loud, name


def test_the_page_of_a_ticket_says_where_to_sit_and_what_befalls_late_comers(
    gallery: tuple[int, Path],
) -> None:
    _, out = gallery
    for name, nodes in pages(out).items():
        if "-zh-done" in name:
            said = "".join(n.label for n in nodes)
            assert "30 分钟内" in said and "不用重新取号" in said and "东区" in said, name
            assert "号窗口" in said or "手机" in said, name


def test_a_finger_that_touches_twice_does_not_wave_the_number_away(gallery: tuple[int, Path]) -> None:
    """On the tall panel nothing stands where the middle of the key for a ticket was; the low one has no room for it."""
    number, out = gallery
    drawn = pages(out)
    for way in ("plain", "contrast", "elder", "low", "elder-low") if number == 1 else ():
        key = next(n for n in drawn[f"1-{way}-zh-service"] if n.target == "take")
        x, y, width, height = key.rect
        finger = replace(key, rect=(x + width // 2, y + height // 2, 1, 1))
        for page in ("done", "done-pager", "done-offline"):
            assert not any(inside(finger, n) for n in drawn[f"1-{way}-zh-{page}"] if n.target), (way, page)


def test_every_page_leads_on_or_says_that_it_goes_by_itself(gallery: tuple[int, Path]) -> None:
    _, out = gallery
    for name, nodes in pages(out).items():
        by_itself = any(page in name for page in ("printing", "out-"))
        assert by_itself or [n for n in nodes if n.target], name
