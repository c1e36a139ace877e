"""The hall writes simplified Chinese as it is written here, and knows what it cannot write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTCollection, TTFont

from config import fonts

ROOT = Path(__file__).parents[2]
HALL_WORDS = "请到号窗口登记不动产权证转移抵押注销更正查封预告䶮㛃A0123456789，。（）"
NOWHERE = "\U000f0000"  # private use: no font of the hall has it


def outline(font: TTFont, char: str) -> list[object]:
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(char)]].draw(pen)
    return list(pen.value)


def shape(font: TTFont, char: str) -> list[tuple[float, ...]]:
    """The picture alone, however its curves are written."""
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(char)]].draw(pen)
    return [point for _, points in pen.value for point in points]


@pytest.fixture(scope="module")
def japanese() -> Iterator[TTFont]:
    """Face 0 of Debian's collection: what a program gets that opens the .ttc by path alone."""
    with TTCollection(fonts.CJK / "NotoSansCJK-Regular.ttc", lazy=True) as collection:
        yield collection.fonts[0]


@pytest.fixture(scope="module")
def ours() -> Iterator[TTFont]:
    with TTFont(fonts.regular(), lazy=True) as font:
        yield font


@pytest.mark.parametrize("char", "骨直角")
def test_characters_are_drawn_as_in_china_not_as_in_japan(char: str, ours: TTFont, japanese: TTFont) -> None:
    assert outline(ours, char) != outline(japanese, char)


def test_what_both_countries_write_alike_is_alike(ours: TTFont, japanese: TTFont) -> None:
    assert outline(ours, "一") == outline(japanese, "一")


def test_bold_is_bolder() -> None:
    with TTFont(fonts.regular(), lazy=True) as regular, TTFont(fonts.bold(), lazy=True) as bold:
        assert regular["OS/2"].usWeightClass < bold["OS/2"].usWeightClass


@pytest.mark.parametrize("font", [fonts.regular, fonts.bold, fonts.dots], ids=lambda font: font.__name__)
def test_no_word_of_the_hall_is_an_empty_box(font: Callable[[], Path]) -> None:
    assert fonts.missing(HALL_WORDS, font()) == set()


def test_what_cannot_be_drawn_is_named() -> None:
    assert fonts.missing(f"王{NOWHERE}\n", fonts.regular()) == {NOWHERE}


def test_two_processes_take_the_font_out_at_once(tmp_path: Path) -> None:
    target = tmp_path / "new" / "face.otf"
    with ThreadPoolExecutor(2) as both:
        collection = fonts.CJK / "NotoSansCJK-Regular.ttc"
        list(both.map(lambda _: fonts.take_out(collection, target), range(2)))
    assert fonts.missing("号", target) == set()
    assert [path.name for path in target.parent.iterdir()] == ["face.otf"]


def test_a_missing_font_names_the_package_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(fonts.FontMissing, match="fonts-noto-cjk"):
        fonts.take_out(tmp_path / "none.ttc", tmp_path / "face.otf")
    with pytest.raises(fonts.FontMissing, match="fonts-noto-cjk"):
        fonts.take_out(fonts.CJK / "NotoSansCJK-Regular.ttc", tmp_path / "face.otf", face="Noto Sans CJK XX")
    assert list(tmp_path.iterdir()) == []


def test_set_up_tells_where_the_fonts_are() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "config.fonts"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    whole, thin = (fonts.regular(), fonts.bold()), map(fonts.usual, fonts.WEIGHTS)
    assert set(said.stdout.split()) == {str(path) for path in (*whole, *thin, fonts.dots())}


@pytest.mark.parametrize("char", "骨直角号A，")
@pytest.mark.parametrize("weight", fonts.WEIGHTS)
def test_the_usual_face_draws_each_character_as_the_whole_one_does(weight: str, char: str) -> None:
    with TTFont(fonts.usual(weight), lazy=True) as usual, TTFont(fonts._face(weight), lazy=True) as whole:
        assert shape(usual, char) == shape(whole, char)
        assert usual["hmtx"][usual.getBestCmap()[ord(char)]] == whole["hmtx"][whole.getBestCmap()[ord(char)]]
        assert len(usual.getGlyphOrder()) < len(whole.getGlyphOrder()) / 6


def test_a_machine_where_nothing_may_be_kept_uses_the_whole_face(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(tmp_path)

    whole = fonts.regular()
    monkeypatch.setattr(fonts, "thin_out", refuse)
    monkeypatch.setattr(fonts, "_face", lambda weight: whole)
    monkeypatch.setattr(fonts, "OURS", tmp_path)
    assert fonts.usual.__wrapped__("Regular") == whole
