"""A board is told what is wrong with it before it hangs: too small to be read, panels over each other, no file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.__main__ import main
from config.boards import Board, arrangement
from config.letters import CAPITAL, NUMBER_MM, TRIM, WORDS_MM, letters, services, windows
from config.load import ConfigError, parse
from config.schema import Hall

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
ONE = {"columns": 4, "rows": 3, "panel": [{"shows": "calls", "at": [0, 0, 4, 3], "letter": 0.2}]}


def with_boards(*boards: dict[str, Any], **layouts: Any) -> dict[str, Any]:
    raw = tomllib.loads(HALL.read_text("utf-8"))
    named = [{"id": f"b{n}"} | board for n, board in enumerate(boards)]
    return raw | {"board": named, "board_layout": layouts}


def told(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        parse(raw)
    return [str(problem) for problem in error.value.problems]


def test_letters_that_are_too_small_are_told_with_what_would_do() -> None:
    (said,) = told(with_boards({"distance_m": 9, "panel_height_mm": 685}))
    assert said.startswith("[board 1] distance_m = 9：") and "米以外看不清" in said
    far, high = (
        float(word.split()[0]) for word in (said.split("最多 ")[1].split("，")[0], said.split("至少 ")[1])
    )
    parse(with_boards({"distance_m": far, "panel_height_mm": 685}))
    parse(with_boards({"distance_m": 9, "panel_height_mm": int(high)}))
    told(with_boards({"distance_m": far + 0.2, "panel_height_mm": 685}))
    told(with_boards({"distance_m": 9, "panel_height_mm": int(high) - 5}))


def test_more_windows_make_smaller_letters_and_the_check_counts_them() -> None:
    raw = with_boards({"distance_m": 4, "panel_height_mm": 685})
    parse(raw)
    more = [{"number": n, "name": "综合", "zone": "east"} for n in range(13, 40)]
    (said,) = told(raw | {"window": raw["window"] + more})
    assert "windows 的字" in said


def test_every_problem_of_every_board_at_once() -> None:
    said = told(
        with_boards(
            {"layout": "hal"},
            {"layout": "window"},
            {"layout": "window", "window": 77},
            {"layout": "sign", "playlist": [{"text": "您好"}]},
            {"playlist": [{}, {"picture": "/a.png", "video": "/b.mp4"}, {"picture": "/a.png", "seconds": 0}]},
            {"layout": "flat", "width": 1080, "height": 1920},
            {"distance_m": 40},
            flat={"wide": ONE},
        )
    )
    starts = [
        "[board 3] window = 77：",
        "[board 1] layout = hal：",
        "[board 2] window：",
        "[board 4] playlist = sign：",
        "[board 5.playlist 1] picture：",
        "[board 5.playlist 2] picture = /a.png：",
        "[board 5.playlist 3] seconds = 0：",
        "[board 6] layout = flat：这种布局没有竖屏",
        "[board 7] distance_m = 40：",
    ]
    assert [any(line.startswith(start) for line in said) for start in starts] == [True] * len(starts), said
    assert len(said) == len(starts)
    assert "是不是要写 hall" in said[1]


def test_panels_keep_to_the_grid_and_off_each_other() -> None:
    panels = [
        {"shows": "calls", "at": [0, 0, 3, 2]},
        {"shows": "windows", "at": [2, 1, 2, 2]},
        {"shows": "head", "at": [0, 2, 5, 1]},
        {"shows": "playlist", "at": [0, 0, 4, 3]},
    ]
    said = told(with_boards(own={"wide": {"columns": 4, "rows": 3, "panel": panels}}))
    assert said == [
        "[board_layout.own.wide.panel 3] at = [0.0, 2.0, 5.0, 1.0]：超出了 4×3 格",
        "[board_layout.own.wide.panel 2] at = [2.0, 1.0, 2.0, 2.0]：和第 1 块重叠",
        "[board_layout.own.wide.panel 3] at = [0.0, 2.0, 5.0, 1.0]：和第 2 块重叠",
    ]


def test_a_layout_that_cannot_be_read_is_told_once() -> None:
    wrong = {"wide": {"columns": 4, "rows": 3, "panel": [{"shows": "cals", "at": [0, 0, 4]}]}}
    said = told(with_boards({"layout": "own"}, own=wrong))
    assert len(said) == 2 and all(line.startswith("[board_layout.own.wide.panel 1] ") for line in said)
    assert "calls" in said[0]


def test_a_hall_may_replace_a_layout_and_keep_the_others() -> None:
    hall = parse(with_boards({"layout": "hall"}, {"layout": "zone", "zones": ["west"]}, hall={"wide": ONE}))
    (panel,) = arrangement(hall.board_layout, hall.board[0]).panel  # type: ignore[union-attr]
    assert str(panel.shows) == "calls"
    assert len(arrangement(hall.board_layout, hall.board[1]).panel) > 3  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)])
@pytest.mark.parametrize("layout", ["hall", "zone", "window", "sign"])
def test_every_layout_of_ours_is_read_from_four_metres_on_a_common_panel(
    hall: Hall, layout: str, size: tuple[int, int]
) -> None:
    about: dict[str, Any] = {"window": 3} if layout == "window" else {"zones": ("east",)}
    board = Board(id="x", layout=layout, width=size[0], height=size[1], **about)
    way = arrangement(hall.board_layout, board)
    assert way is not None
    for panel in way.panel:
        size_of = letters(hall, board, panel, way)
        assert size_of.words * TRIM * CAPITAL * board.mm_per_px >= WORDS_MM * board.distance_m
        if panel.shows in ("calls", "ticket"):
            assert size_of.number * CAPITAL * board.mm_per_px >= NUMBER_MM * board.distance_m * 1.5


def test_whose_windows_and_services_a_board_is_about(hall: Hall) -> None:
    west = Board(id="west", zones=("west",))
    assert [w.number for w in windows(hall, west)] == [2, 9, 10, 11, 12]
    assert [s.letter for s in services(hall, west)] == list("DEFMNP")
    assert [s.letter for s in services(hall, Board(id="w8", layout="window", window=8))] == list("BJ")


def test_a_file_of_the_playlist_must_be_on_the_machine_of_its_board(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hall.toml"
    there = tmp_path / "there.png"
    there.touch()
    item = f'{{ picture = "{there}" }}, {{ video = "{tmp_path}/gone.mp4", seconds = 0 }}'
    file.write_text(HALL.read_text("utf-8").replace('id = "main"\n', f'id = "main"\nplaylist = [{item}]\n'))
    assert main(["check", str(file)]) == 0  # the box of the printers need not have the board's pictures
    assert main(["check", str(file), "--board", "main"]) == 78
    said = capsys.readouterr().err
    assert "[board 1.playlist 2] video" in said and "没有这个文件" in said and "playlist 1]" not in said
    (tmp_path / "gone.mp4").touch()
    assert main(["check", str(file), "--board", "main"]) == 0
