"""Text as dots: the same picture for every sign, rare surnames in it, and nothing invented where a face has none."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.sign import dots, pcf


def art(image: Image.Image) -> str:
    pixels = image.convert("L").tobytes()
    rows = [pixels[y * image.width : (y + 1) * image.width] for y in range(image.height)]
    return "\n".join("".join(".#"[v > 0] for v in row) for row in rows)


def test_sixteen_dots_are_unifonts_own() -> None:
    assert art(dots.glyph("口")) == (
        "................\n................\n"
        "..###########...\n" + "..#.........#...\n" * 10 + "..###########...\n"
        "..#.........#...\n................"
    )


def test_twenty_four_dots_are_drawn_by_hand_too() -> None:
    """A hand gives corners a serif, level strokes one dot and upright ones two; no outline without grey does."""
    left, both = "....#.............##....\n", "....##............##....\n"
    blank = "........................\n"
    assert art(dots.glyph("口", 24)) + "\n" == (
        blank * 4
        + left
        + "....#################...\n"
        + both * 12
        + "....################....\n"
        + both * 2
        + "....#.............#.....\n"
        + blank * 2
    )


def test_every_character_of_gb2312_is_drawn_on_24_dots() -> None:
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = [raw.decode("gb2312", errors="ignore") for raw in rows]
    own = {c for c in characters if c}
    assert len(own) == 6763  # GB 2312-1980, both levels
    song = pcf.load(dots.SONG)
    for character in own:
        row, cell = character.encode("gb2312")
        image = song.glyph((row & 0x7F) << 8 | cell & 0x7F)
        assert image is not None and image.size == (24, 24) and image.getbbox(), character
        assert dots.glyph(character, 24).tobytes() == image.tobytes()


def test_a_letter_beside_them_is_half_as_wide_and_as_bold() -> None:
    assert dots.width_of("请A012号", 24) == 2 * 24 + 4 * 12
    upright = art(dots.glyph("H", 24)).splitlines()[12]
    assert upright.strip(".").split(".....") == ["##", "##"], upright


def test_what_is_no_face_says_so(tmp_path: Path) -> None:
    file = tmp_path / "gb24st.pcf.gz"
    with gzip.open(file, "wb") as packed:
        packed.write(b"STARTFONT 2.1")
    with pytest.raises(ValueError, match="no PCF font"):
        pcf.load(file)


@pytest.mark.parametrize("size", dots.FACES)
def test_a_chinese_character_fills_its_cell_and_no_more(size: int) -> None:
    for character in "请号窗口不动产登记":
        image = dots.glyph(character, size)
        assert image.size == (size, size)
        left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
        assert right - left > size * 0.6 and bottom - top > size * 0.6, character


@pytest.mark.parametrize("size", dots.FACES)
@pytest.mark.parametrize("surname", "䶮𠮷㐂堃頔")
def test_rare_surnames_are_drawn(surname: str, size: int) -> None:
    image = dots.glyph(surname, size)
    assert image.getbbox() is not None
    assert image.tobytes() != dots.glyph("?", size, image.width).tobytes()
    assert dots.render([f"请{surname}先生"], 128, 24, size).lost == ""


def test_what_no_face_has_becomes_a_question_mark_and_is_told() -> None:
    picture = dots.render(["请\U0002a6a5先生"], 128, 16)
    assert picture.lost == "\U0002a6a5"
    assert picture.pages[0].tobytes() == dots.render(["请?先生"], 128, 16).pages[0].tobytes()


def test_two_lines_stand_in_the_middle_of_their_halves() -> None:
    [page] = dots.render(["请A012号", "到3号窗口"], 128, 48, 24).pages
    above, below = page.crop((0, 0, 128, 24)), page.crop((0, 24, 128, 48))
    for half in (above, below):
        left, _, right, _ = half.getbbox() or (0, 0, 0, 0)
        assert abs(left - (128 - right)) <= 6


def test_a_line_too_wide_is_set_smaller_and_then_in_pages() -> None:
    assert len(dots.render(["请A012号到3号窗口"], 160, 24, 24).pages) == 1
    text = "请保管好您的号票谢谢配合"
    pages = dots.render([text, "A012"], 96, 32).pages
    assert len(pages) == 2
    assert pages[0].crop((0, 16, 96, 32)).tobytes() == pages[1].crop((0, 16, 96, 32)).tobytes()
    with pytest.raises(ValueError, match="3 lines"):
        dots.render(["一", "二", "三"], 96, 32)


@given(st.lists(st.text(max_size=12), max_size=2), st.sampled_from([16, 24]))
def test_any_text_makes_a_picture_of_the_sign(lines: list[str], size: int) -> None:
    picture = dots.render(lines, 96, 48, size)
    assert picture.pages and all((page.size, page.mode) == ((96, 48), "1") for page in picture.pages)
    assert set(picture.lost) <= set("".join(lines))
