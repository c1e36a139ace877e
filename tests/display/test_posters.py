"""Every layout of ours at four sizes in full, empty, closed and long-named halls: large enough, whole and apart."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from caller.messages import EmergencyState
from config import fonts
from config.letters import CAPITAL, NUMBER_MM, WORDS_MM, Box
from config.schema import Hall
from display.boardview import view
from display.deskview import desk
from display.ink import RED, Colour, Fill, Ink, Picture, Words, first_fitting, fitted, measure, wrapped
from display.poster import Poster
from tests.display.poses import LAYOUTS, SIZES, Pose, board, busy, poses
from tests.display.scenes import NINE, morning
from tests.display.stage import ROOT

ASCENT, DESCENT = 0.86, 0.10  # em that Chinese takes above and below what it stands on
FINE = 0.03  # em: letters may touch the row below by so much
GLYPHS = 1.5  # px that a real line is wider than its measure: each letter starts on a whole pixel


def drawn(pose: Pose) -> Sequence[Ink]:
    if pose.alarm is not None:
        return Poster(pose.hall, pose.board).alarm(pose.alarm)
    told = view(pose.hall, pose.board, pose.state, NINE, pose.there)
    about = replace(desk(pose.hall, pose.board, pose.state, pose.there), asked=pose.asked)
    return Poster(pose.hall, pose.board).ink(told, about, pose.slide)


def all_poses(hall: Hall) -> Iterator[tuple[str, Pose]]:
    for layout, size in itertools.product(LAYOUTS, SIZES):
        for pose in poses(hall, layout, size):
            yield f"{layout} {size[0]}x{size[1]} {pose.name}", pose


def ink_of(words: Words, x: float, width: float) -> Box:
    """Where the letters are, without the space that a line has above and below."""
    high = (ASCENT + DESCENT) * words.size
    return Box(x, words.base - ASCENT * words.size, width, high)


def place(words: Words) -> Box:
    return ink_of(words, words.x - words.align * words.width, words.width)


def apart(a: Box, b: Box) -> float:
    return max(
        max(a.x, b.x) - min(a.x + a.width, b.x + b.width), max(a.y, b.y) - min(a.y + a.height, b.y + b.height)
    )


def test_no_letter_is_smaller_than_its_reader_needs(hall: Hall) -> None:
    for name, pose in all_poses(hall):
        mm = CAPITAL * pose.board.mm_per_px
        for words in (i for i in drawn(pose) if isinstance(i, Words) and i.text):
            assert words.size * mm >= WORDS_MM * pose.board.distance_m, (name, words)
            if words.colour == RED:
                assert words.size * mm >= NUMBER_MM * pose.board.distance_m * 1.5, (name, words)


def test_everything_is_on_the_glass_and_nothing_lies_over_another(hall: Hall) -> None:
    for name, pose in all_poses(hall):
        words = [i for i in drawn(pose) if isinstance(i, Words) and i.text]
        assert len(words) > 4, name
        for one in words:
            box = place(one)
            assert box.x >= 0 and box.x + box.width <= pose.board.width, (name, one)
            assert box.y >= 0 and box.y + box.height <= pose.board.height, (name, one)
        for one, other in itertools.combinations(words, 2):
            assert apart(place(one), place(other)) >= -FINE * max(one.size, other.size), (name, one, other)


def test_only_the_longest_names_lose_their_end(hall: Hall) -> None:
    for name, pose in all_poses(hall):
        cut = [i.text for i in drawn(pose) if isinstance(i, Words) and "…" in i.text]
        assert pose.name == "long" or not cut, (name, cut)
        assert not any("A988" in text or "号窗口" in text for text in cut), (name, cut)
        assert not any(text.startswith("阿") for text in cut), "a clerk's name is whole, or its first part is"


def test_every_character_has_a_glyph(hall: Hall) -> None:
    text = {True: "", False: ""}
    for _name, pose in all_poses(hall):
        for words in (i for i in drawn(pose) if isinstance(i, Words)):
            text[words.bold] += words.text
    assert len(set(text[False])) > 100
    assert fonts.missing(text[True], fonts.bold()) == set()
    assert fonts.missing(text[False], fonts.regular()) == set()


def luminance(colour: Colour) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_words_stand_out_from_what_they_stand_on(hall: Hall) -> None:
    for name, pose in all_poses(hall):
        ground: list[Fill] = []
        for piece in drawn(pose):
            if isinstance(piece, Fill):
                ground.append(piece)
            elif isinstance(piece, Words):
                box = place(piece)
                x, y = box.x + box.width / 2, box.y + box.height / 2
                under = [f for f in ground if f.box.x <= x <= f.box.x + f.box.width]
                below = [f for f in under if f.box.y <= y <= f.box.y + f.box.height][-1]
                assert contrast(piece.colour, below.colour) >= 4.5, (name, piece, below)


def test_vermilion_is_for_a_number_that_is_called_alone(hall: Hall) -> None:
    for name, pose in all_poses(hall):
        loud = [i for i in drawn(pose) if isinstance(i, Words | Fill) and i.colour == RED]
        called = pose.name in ("usual", "busy", "gone", "long") and not name.startswith(("sign", "zone"))
        assert bool(loud) >= called, name
        assert len(loud) <= 1 and all(isinstance(i, Words) and i.bold for i in loud), (name, loud)


def test_a_call_is_the_largest_thing_and_its_window_the_next(hall: Hall) -> None:
    for size in SIZES:
        words = [i for i in drawn(Pose("", hall, board("hall", size), morning(hall))) if isinstance(i, Words)]
        assert [w.text for w in sorted(words, key=lambda w: -w.size)[:2]] == ["A012", "3"]


def test_the_more_windows_the_smaller_the_table_and_all_are_there(hall: Hall) -> None:
    more = tuple(msgspec.structs.replace(hall.window[3], number=n) for n in range(13, 41))
    large = msgspec.structs.replace(hall, window=hall.window + more)
    for size in SIZES:
        words = [i for i in drawn(Pose("", large, board("hall", size), busy(large))) if isinstance(i, Words)]
        numbers = [w for w in words if w.text in {str(w.number) for w in large.window}]
        assert len({w.text for w in numbers}) == 40
        for one, other in itertools.combinations(words, 2):
            assert apart(place(one), place(other)) >= -FINE * max(one.size, other.size), (one, other)


def test_a_window_of_the_hall_says_in_its_line_what_is_done_there(hall: Hall) -> None:
    for size in SIZES:
        pose = next(poses(hall, "hall", size))
        lines: dict[float, set[str]] = {}
        for words in (i for i in drawn(pose) if isinstance(i, Words)):
            lines.setdefault(words.base, set()).add(words.text)
        for row in view(pose.hall, pose.board, pose.state, NINE).rows:
            (line,) = (said for said in lines.values() if {row.number, row.words} <= said)
            told = bool(line.intersection(row.serves))
            assert told == (row.number not in ("6", "12") and (row.number != "3" or pose.board.tall)), row


def test_an_evacuation_is_all_that_a_board_shows_and_stays_on_it(hall: Hall) -> None:
    for layout, size in itertools.product(LAYOUTS, SIZES):
        here = board(layout, size)
        ground, *words = Poster(hall, here).alarm(
            EmergencyState(on=True, words="大厅东侧有烟雾，请从西门离开")
        )
        assert isinstance(ground, Fill) and ground.box == Box(0, 0, *size)
        assert "".join(w.text for w in words if isinstance(w, Words)).startswith(
            "大厅东侧有烟雾请从西门离开Please"
        )
        for one, other in itertools.combinations((place(w) for w in words if isinstance(w, Words)), 2):
            assert apart(one, other) >= 0
        assert all(
            place(w).x >= 0 and place(w).x + place(w).width <= size[0] for w in words if isinstance(w, Words)
        )


def test_an_evacuation_is_read_from_the_last_seat(hall: Hall) -> None:
    """As large as there is room: a line as wide as the board, or lines as many as go into their part of it."""
    for layout, size in itertools.product(LAYOUTS, SIZES):
        _ground, *ink = Poster(hall, board(layout, size)).alarm(EmergencyState(on=True))
        words = [w for w in ink if isinstance(w, Words)]
        chinese = [w for w in words if w.bold]
        assert [w.text for w in chinese] == ["请保持镇静", "立即从最近的出口离开", "不要乘坐电梯"]
        wide = max(w.width for w in chinese) / size[0]
        high = sum(1.35 * w.size for w in chinese) / size[1]
        assert wide > 0.8 or high > 0.5, (layout, size, wide, high)
        assert all(w.size < chinese[0].size for w in words if not w.bold)


def test_words_of_a_playlist_are_large_where_they_are_few(hall: Hall) -> None:
    def said(text: str) -> list[Words]:
        poster = Poster(hall, board("hall", (1920, 1080)))
        told = view(hall, board("hall", (1920, 1080)), morning(hall), NINE)
        ink = poster.ink(told, desk(hall, board("hall", (1920, 1080)), morning(hall)), text)
        assert poster.stage is not None
        inside = [w for w in ink if isinstance(w, Words) and w.text and w.text in text]
        assert all(poster.stage.x <= place(w).x for w in inside)
        assert all(place(w).x + place(w).width <= poster.stage.x + poster.stage.width for w in inside)
        return inside

    (few,), usual = said("一窗受理"), said("办理不动产登记不收加急费，材料带齐一次办结，" * 4)
    assert few.size > 2 * usual[0].size and len(usual) > 3
    two = said("不动产登记一窗受理\n带齐材料")
    assert [w.text for w in two] == ["不动产登记一窗受理", "带齐材料"] and two[0].size > 1.3 * usual[0].size


def test_a_playlist_leaves_the_number_of_the_window_and_all_of_the_badge(hall: Hall) -> None:
    for size in SIZES:
        pose = next(pose for pose in poses(hall, "window", size) if pose.name == "words")
        photo = msgspec.structs.replace(pose.hall.clerk[0], photo="/photos/1203.jpg")
        ours = replace(pose, hall=msgspec.structs.replace(pose.hall, clerk=(photo,)))
        for slide in (pose.slide, ""):  # words, and under a picture
            ink = drawn(replace(ours, slide=slide))
            assert {"3", "王海", "工号 1203"} <= {i.text for i in ink if isinstance(i, Words)}, size
            assert [i.file for i in ink if isinstance(i, Picture)] == [photo.photo], size


def test_a_photo_has_its_place_and_none_has_an_outline(hall: Hall) -> None:
    pose = next(poses(hall, "window", (1920, 1080)))
    assert not [i for i in drawn(pose) if isinstance(i, Picture)]
    clerk = msgspec.structs.replace(pose.hall.clerk[0], photo="/photos/1203.jpg")
    with_photo = Pose("", msgspec.structs.replace(pose.hall, clerk=(clerk,)), pose.board, pose.state)
    (photo,) = (i for i in drawn(with_photo) if isinstance(i, Picture))
    assert photo.file == "/photos/1203.jpg" and 0.7 < photo.box.width / photo.box.height < 0.8


def test_words_get_smaller_before_they_lose_their_end() -> None:
    words = Words("不动产登记中心", 0, 0, 100, RED)
    assert fitted(words, 720) == words
    assert fitted(words, 680).size == 95 and fitted(words, 680).text == words.text
    assert fitted(words, 500).text == "不动产登…"
    assert first_fitting(("不动产登记中心", "登记中心"), words, 500).text == "登记中心"


def test_lines_are_about_equal_and_never_begin_with_a_comma() -> None:
    assert wrapped("过号请到原窗口，不用重新取号", 9, 3) == ["过号请到原窗口，", "不用重新取号"]
    assert wrapped("Your number is shown here", 7, 9) == ["Your number", "is shown here"]
    for em in range(2, 15):
        lines = wrapped("请带齐身份证、不动产权证书、买卖合同，到取号机取号。", em, 99)
        assert "".join(lines) == "请带齐身份证、不动产权证书、买卖合同，到取号机取号。"
        assert not any(line[0] in "，、。" for line in lines)
        assert all(measure(line) <= em + 1 for line in lines)


def rendered(out: Path, layout: str, size: tuple[int, int], *names: str) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.display.gallery",
        str(out),
        layout,
        f"{size[0]}x{size[1]}",
        *names,
    ]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"SDL_VIDEODRIVER": "offscreen"}, check=True)


def check_glass(out: Path, layout: str, size: tuple[int, int], *names: str) -> None:
    """What Kivy has really drawn is as wide as it was measured, and where it was meant to be."""
    rendered(out, layout, size, *names)
    files = sorted(out.glob(f"{layout}-{size[0]}x{size[1]}-*.json"))
    assert files
    for file in files:
        words = json.loads(file.read_text())
        boxes = []
        for word in words:
            x, _top, width, high = word["rect"]
            letters = Words(word["text"], x, word["base"], word["size"], RED)
            boxes.append((letters, ink_of(letters, x, width)))
            assert x >= 0 and x + width <= size[0], (file.name, word)
            assert high >= 1.3 * int(word["size"])  # a whole line of the face
            assert word["whole"], (file.name, word)
        for (one, a), (other, b) in itertools.combinations(boxes, 2):
            worst = -FINE * max(one.size, other.size) - GLYPHS
            assert apart(a, b) >= worst, (file.name, one.text, other.text)


def test_the_glass_agrees(tmp_path: Path) -> None:
    check_glass(tmp_path, "hall", (1280, 720), "busy", "long")


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_glass_agrees_everywhere(tmp_path: Path, layout: str, size: tuple[int, int]) -> None:
    check_glass(tmp_path, layout, size)
