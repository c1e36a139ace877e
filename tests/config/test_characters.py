"""Whatever a person may be called, or read in a form, is drawn as it is written here: no box, no Japanese form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from config import fonts
from drivers.printer.typeface import Typeface
from drivers.sign import dots

LIST = Path(__file__).parents[1] / "vectors" / "standard-characters.txt"
ROWS, CELLS = range(0xB0, 0xF8), range(0xA1, 0xFF)  # of the hanzi in GB/T 2312-1980
RARE = "䶮𬍛𠮷㐂"  # what people are called: one of the list, one of GBK, two of neither
SIMPLIFIED, JAPANESE = 2, 0  # faces of Debian's collection


def gb2312() -> str:
    """Its 6,763 hanzi; five cells of the last row of the first level are empty."""
    both = bytes(byte for row in ROWS for cell in CELLS for byte in (row, cell))
    return both.decode("gb2312", errors="ignore").translate({0xFFFD: None})


def standard() -> str:
    """通用规范汉字表, in its order."""
    lines = LIST.read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


EVERY = frozenset(gb2312() + standard() + RARE)


def test_the_lists_are_whole() -> None:
    listed = standard()
    assert len(gb2312()) == len(set(gb2312())) == 6763
    assert len(listed) == len(set(listed)) == 8105
    assert (listed[3499], listed[3500], listed[6499], listed[6500]) == ("矗", "乂", "齉", "亍")


@pytest.mark.parametrize("font", [fonts.regular, fonts.bold], ids=lambda font: font.__name__)
def test_the_glass_and_the_boards_have_them_all(font: Callable[[], Path]) -> None:
    assert fonts.missing("".join(EVERY), font()) == set()


@pytest.mark.parametrize("font", [fonts.regular, fonts.bold], ids=lambda font: font.__name__)
def test_the_paper_has_them_all(font: Callable[[], Path]) -> None:
    face = Typeface(font())
    assert {c for c in EVERY if not face.has(c)} == set()


def test_a_sign_of_dots_has_them_all() -> None:
    assert {c for c in EVERY if not dots.known(c)} == set()


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_each_is_drawn_with_the_glyph_of_the_chinese_face(weight: str) -> None:
    """The faces of the collection share their outlines, so a glyph's name says which one it is."""
    ours = fonts.regular() if weight == "Regular" else fonts.bold()
    with (
        TTFont(ours, lazy=True) as font,
        TTCollection(fonts.CJK / f"NotoSansCJK-{weight}.ttc", lazy=True) as faces,
    ):
        assert "SC" in (faces.fonts[SIMPLIFIED]["name"].getDebugName(1) or "")
        drawn, chinese, japanese = (
            f.getBestCmap() for f in (font, faces.fonts[SIMPLIFIED], faces.fonts[JAPANESE])
        )
        assert {c for c in EVERY if drawn[ord(c)] != chinese[ord(c)]} == set()
        otherwise = [c for c in EVERY if ord(c) in japanese and japanese[ord(c)] != chinese[ord(c)]]
        assert len(otherwise) > 2000, "the two faces draw much alike: this test would prove nothing"


def test_every_word_of_the_catalogue_and_of_the_example_halls_is_drawn() -> None:
    room = Path(fonts.__file__).parent
    written = [*room.glob("languages/*/LC_MESSAGES/*.po"), *room.rglob("*.toml")]
    assert len(written) > 1
    for path in written:
        assert fonts.missing(path.read_text("utf-8"), fonts.regular()) == set(), path


@pytest.mark.parametrize("weight", fonts.WEIGHTS)
def test_the_usual_face_has_all_of_gb2312_and_every_word_of_the_catalogue(weight: str) -> None:
    """A page is set in it, and only a name or a place that is rare opens the whole face (kiosk.rare)."""
    room = Path(fonts.__file__).parent
    written = [*room.glob("languages/*/LC_MESSAGES/*.po"), *room.rglob("*.toml")]
    marks = bytes(b for row in range(0xA1, 0xAA) for cell in CELLS for b in (row, cell))
    said = gb2312() + marks.decode("gb2312", errors="ignore") + "".join(p.read_text("utf-8") for p in written)
    assert fonts.missing(said, fonts.usual(weight)) - {"\ufffd"} == set()
