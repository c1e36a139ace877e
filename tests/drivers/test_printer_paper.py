"""What is composed is Chinese, whole, and can never command the printer by accident."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.printer import PROFILES, Paper
from drivers.printer.layout import NOT_FIRST, NOT_LAST, columns_of, pair, wrap
from drivers.printer.raster import disarm, has_real_time
from drivers.printer.typeface import Typeface

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "escpos.json").read_text())
RASTER = b"\x1dv0"


@pytest.mark.parametrize("vector", VECTORS["paper"], ids=lambda v: str(v["do"]))
def test_bytes_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    paper = Paper(PROFILES["80mm"])
    for method, *args in vector["do"]:
        getattr(paper, method)(*args)
    assert paper.bytes == bytes.fromhex(vector["bytes"])


@pytest.mark.parametrize("name", ["王㐂", "𠮷先生", "䶮女士"])
def test_a_line_with_a_rare_name_is_one_picture(name: str) -> None:
    paper = Paper(PROFILES["80mm"])
    paper.text(f"请{name}到3号窗口")
    assert RASTER in paper.bytes
    assert "请".encode("gbk") not in paper.bytes
    assert b"?" not in paper.bytes.replace(b"\x1c&", b"")[:12]


def test_a_wrapped_paragraph_has_one_look() -> None:
    paper = Paper(PROFILES["58mm"])
    paper.text("请䶮女士到三号窗口，" + "带好身份证和不动产权证书原件" * 3)
    assert paper.bytes.count(RASTER) >= 4
    assert "身份证".encode("gbk") not in paper.bytes


def test_without_a_chinese_rom_every_line_is_a_picture() -> None:
    paper = Paper(PROFILES["80mm-raster"])
    paper.text("请A012号到3号窗口")
    paper.pair("前面还有", "6 人")
    assert paper.bytes.count(RASTER) == 2
    assert b"A012" not in paper.bytes


def test_a_rare_character_is_drawn_and_is_not_the_missing_box() -> None:
    face = Typeface()
    boxes = {face.draw(c, 24).tobytes() for c in "\U000e0fff\U000f0000"}
    for rare in "㐂𠮷䶮":
        assert face.has(rare)
        assert face.draw(rare, 24).tobytes() not in boxes


def test_simplified_shapes_not_japanese_ones() -> None:
    from PIL import ImageDraw, ImageFont

    path = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    japanese = Image.new("L", (48, 60), 255)
    ImageDraw.Draw(japanese).text((0, 48), "骨", fill=0, font=ImageFont.truetype(path, 48), anchor="ls")
    drawn = Typeface().draw("骨", 48)
    as_japanese = japanese.point(lambda shade: 0 if shade < 145 else 255, "1")
    assert drawn.tobytes() != as_japanese.tobytes()


def test_a_name_cannot_command_the_printer() -> None:
    paper = Paper(PROFILES["80mm"])
    paper.text("张\x10\x05\x02\x1b@\x1dV\x00三\n李四")
    paper.qr("\x10\x04\x01\x1dV")
    assert paper.bytes.count(b"\x1b@") == 1
    assert b"\x1dV" not in paper.bytes
    assert not has_real_time(paper.bytes)


@given(st.lists(st.sampled_from(b"\x10\x04\x05\x14\x06\x00\x12"), max_size=200).map(bytes))
def test_dots_are_disarmed_one_dot_each(dots: bytes) -> None:
    safe = disarm(dots)
    assert not has_real_time(safe)
    assert len(safe) == len(dots)
    armed = sum(a == 0x10 and b in b"\x04\x05\x14" for a, b in pairwise(dots))
    flipped = sum((a ^ b).bit_count() for a, b in zip(dots, safe, strict=True))
    assert flipped == armed


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(PROFILES)),
    st.lists(st.sampled_from(b"\x10\x04\x05\x14\xef\xfb\xfa\xeb"), min_size=72, max_size=720),
    st.text(max_size=30),
    st.integers(1, 8),
    st.sampled_from(["left", "center", "right"]),
)
def test_no_ticket_contains_a_real_time_command(
    profile: str, dots: list[int], text: str, size: int, align: str
) -> None:
    paper = Paper(PROFILES[profile])
    picture = Image.frombytes("1", (576, len(dots) // 72), bytes(dots)[: len(dots) // 72 * 72])
    paper.image(picture.crop((0, 0, PROFILES[profile].width_dots, picture.height)), align=align)
    paper.text(text, size=(size, size), align=align, bold=True)
    paper.pair(text, text)
    paper.qr(text or "A012", 2 * size)  # modules of 16 dots make a feed of 10 hex
    paper.feed(16)
    paper.image(picture.crop((0, 0, 128, picture.height)).resize((128, 16)))
    paper.rule()
    paper.feed(16)
    paper.cut()
    assert not has_real_time(paper.bytes)


def test_a_long_picture_goes_in_bands_and_a_wide_one_is_made_smaller() -> None:
    paper = Paper(PROFILES["58mm"])
    paper.image(Image.new("1", (768, 1200), 0))
    headers = [paper.bytes[at : at + 8] for at in _all(paper.bytes, RASTER + b"\x00\x30\x00")]
    heights = [header[6] | header[7] << 8 for header in headers]
    assert sum(heights) == 600
    assert max(heights) <= 256


def _all(data: bytes, what: bytes) -> list[int]:
    return [at for at in range(len(data)) if data.startswith(what, at)]


def test_composing_says_nothing_on_stdout_and_leaves_the_log_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paper = Paper(PROFILES["80mm"])
    paper.image(Image.new("1", (100, 300), 0))
    assert capsys.readouterr() == ("", "")


def test_sizes_are_those_that_printers_have() -> None:
    with pytest.raises(ValueError, match="no text of size"):
        Paper(PROFILES["80mm"]).text("A012", size=(9, 1))
    with pytest.raises(ValueError, match="middle"):
        Paper(PROFILES["80mm"]).text("A012", align="middle")


@given(st.text(alphabet="登记A012 ，。（）“”abc:", max_size=80), st.integers(6, 48))
def test_lines_fit_and_keep_every_character(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_no_line_begins_with_a_comma_or_ends_with_an_opening_bracket() -> None:
    text = "叫号三次未到算过号；过号五位内，可直接找原窗口。（监督电话 12345）取到号的，今天都会办完。"
    for columns in range(12, 48):
        for line in wrap(text, columns):
            assert line[0] not in NOT_FIRST, (columns, line)
            assert line[-1] not in NOT_LAST, (columns, line)


def test_a_number_is_not_torn_apart() -> None:
    assert wrap("请拨打监督电话 12345", 16) == ["请拨打监督电话", "12345"]


def test_a_pair_stands_at_both_edges() -> None:
    assert pair("前面还有", "6 人", 16) == "前面还有    6 人"
    assert columns_of(pair("前面还有", "6 人", 48)) == 48


def test_models_of_python_escpos_are_profiles_too() -> None:
    epson, star, zijiang = PROFILES["tm-t88v"], PROFILES["tsp600"], PROFILES["zj-5870"]
    assert (epson.width_dots, epson.asb, epson.gs_lpar_h, epson.cut) == (512, True, True, True)
    assert not (star.dle_eot or star.asb or star.gs_r), "what Star's emulation says cannot be trusted"
    assert (zijiang.width_dots, zijiang.columns, zijiang.cut) == (384, 32, False)
    assert "tm-u220" not in PROFILES, "an impact printer cannot draw what it has no characters for"
    for name, profile in PROFILES.items():
        assert name == name.lower()
        assert profile.width_dots % 8 == 0 and profile.columns * 12 <= profile.width_dots
