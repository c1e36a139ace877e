"""What a board cannot be: a layout that is nowhere, panels over each other, letters too small to be read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from config.boards import Arrangement, Board, Item, Panel, Shows, arrangement
from config.languages import _
from config.letters import CAPITAL, NUMBER_MM, TRIM, WORDS_MM, letters
from config.load import Problem, near
from config.schema import Hall

ONE_WINDOW = (Shows.TICKET, Shows.CLERK)
SLACK = 1e-6  # of a cell, lost in binary fractions


def problems(hall: Hall) -> Iterator[Problem]:
    """Everything of this kind; fields that could not be read are passed over."""
    for name, layout in (hall.board_layout or {}).items():
        for way in ("wide", "tall"):
            panels = getattr(layout, way)
            if panels is not None and _whole(panels):
                yield from _places(f"board_layout.{name}.{way}", panels)
    for n, board in enumerate(hall.board, 1):
        if None not in (board.id, board.layout, board.width, board.height):
            yield from _board(f"board {n}", hall, board)


def missing_files(hall: Hall, name: str) -> Iterator[Problem]:
    """Files of this board's playlist that are not on this machine. Other machines of the hall need not have them."""
    for n, board in enumerate(hall.board, 1):
        for i, item in enumerate(board.playlist if board.id == name else (), 1):
            for key in ("picture", "video"):
                file = getattr(item, key)
                if file and not Path(file).is_file():
                    yield Problem(f"board {n}.playlist {i}", key, file, _("没有这个文件"))


def _whole(panels: Arrangement) -> bool:
    return None not in (panels.columns, panels.rows) and all(
        panel.at and None not in (panel.shows, panel.letter, panel.lines, panel.across)
        for panel in panels.panel
    )


def _places(table: str, layout: Arrangement) -> Iterator[Problem]:
    for n, panel in enumerate(layout.panel, 1):
        x, y, columns, rows = panel.at
        if x + columns > layout.columns + SLACK or y + rows > layout.rows + SLACK or not columns * rows:
            said = _("超出了 {columns}×{rows} 格").format(columns=layout.columns, rows=layout.rows)
            yield Problem(f"{table}.panel {n}", "at", str(list(panel.at)), said)
    for (n, one), (m, other) in combinations(enumerate(layout.panel, 1), 2):
        if Shows.PLAYLIST not in (one.shows, other.shows) and _overlap(one, other):
            said = _("和第 {number} 块重叠").format(number=n)
            yield Problem(f"{table}.panel {m}", "at", str(list(other.at)), said)


def _overlap(one: Panel, other: Panel) -> bool:
    a, b = one.at, other.at
    return all(a[i] + SLACK < b[i] + b[i + 2] and b[i] + SLACK < a[i] + a[i + 2] for i in (0, 1))


def _board(table: str, hall: Hall, board: Board) -> Iterator[Problem]:
    known = hall.board_layout or {}
    if board.layout not in known:
        yield Problem(table, "layout", board.layout, _("没有这种布局"), near(board.layout, known))
        return
    layout = arrangement(known, board)
    if layout is None:
        said = _("这种布局没有竖屏的排法") if board.tall else _("这种布局没有横屏的排法")
        yield Problem(table, "layout", board.layout, said)
        return
    if not _whole(layout):
        return  # told already
    shown = {panel.shows for panel in layout.panel}
    if board.window is None and shown & set(ONE_WINDOW):
        yield Problem(table, "window", "", _("这种布局是一个窗口的屏，要写是几号窗口"))
        return
    if board.playlist and Shows.PLAYLIST not in shown:
        yield Problem(table, "playlist", board.layout, _("这种布局没有地方播放"))
    if board.touch and (board.window is None or Shows.SERVES not in shown):
        yield Problem(table, "touch", board.touch, _("只有一个窗口的屏、并且布局里有 serves，才能请群众评价"))
    for n, item in enumerate(board.playlist, 1):
        yield from _item(f"{table}.playlist {n}", item)
    if hall.numbers is not None and None not in (board.distance_m, board.panel_height_mm):
        yield from _legible(table, hall, board, layout)


def _item(table: str, item: Item) -> Iterator[Problem]:
    if not (item.picture or item.video or item.text) or (item.picture and item.video):
        yield Problem(table, "picture", item.picture, _("写 picture、video、text 中的一个"))
    elif not item.video and item.seconds == 0:
        yield Problem(table, "seconds", "0", _("只有视频可以写 0"))


def _legible(table: str, hall: Hall, board: Board, layout: Arrangement) -> Iterator[Problem]:
    """One problem for a board, about its worst letter, with what would do."""
    worst: tuple[float, str] | None = None
    for panel in layout.panel:
        if panel.shows is Shows.PLAYLIST and not board.playlist:
            continue
        size = letters(hall, board, panel, layout)
        for em, each_metre in ((size.words * TRIM, WORDS_MM), (size.number, NUMBER_MM)):
            if em:
                metres = em * CAPITAL * board.mm_per_px / each_metre
                worst = min(worst or (math.inf, ""), (metres, panel.shows))
    if worst is None or worst[0] >= board.distance_m:
        return
    metres, shows = worst
    height = math.ceil(board.mm_per_px * board.height * board.distance_m / metres)
    said = _(
        "{panel} 的字 {metres:.1f} 米以外看不清：distance_m 最多 {metres:.1f}，或 panel_height_mm 至少 {height}"
    )
    expected = said.format(panel=shows, metres=math.floor(metres * 10) / 10, height=height)
    yield Problem(table, "distance_m", f"{board.distance_m:g}", expected)
