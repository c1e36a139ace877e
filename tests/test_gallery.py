"""The gallery's small pictures show the colours that mean something."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tests.gallery import shrink

DEEP, RED, AMBER = (14, 42, 48), (184, 50, 31), (255, 212, 146)


def test_a_called_number_stays_vermilion_among_many_other_colours(tmp_path: Path) -> None:
    board = Image.new("RGB", (1920, 1080), DEEP)
    draw = ImageDraw.Draw(board)
    for n in range(1400):  # what soft edges of many letters come to
        draw.line((n, 300, n, 1080), (14 + n * 171 // 1000, 42 + n * 150 // 1000, 48 + n * 150 // 1000))
    draw.rectangle((40, 40, 120, 140), RED)
    draw.rectangle((200, 40, 230, 140), AMBER)
    board.save(tmp_path / "board.png")
    shrink(tmp_path / "board.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as small:
        colours = small.convert("RGB")
    for colour, x in ((DEEP, 400), (RED, 22), (AMBER, 60)):
        seen = colours.getpixel((x, 25))
        assert isinstance(seen, tuple)
        assert all(abs(a - b) <= 16 for a, b in zip(seen, colour, strict=True)), (colour, seen)
