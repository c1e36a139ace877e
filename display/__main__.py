"""`python -m display {signs,voice,pagers,phone,board}`: what the hall sees, hears and feels, a process each."""

from __future__ import annotations

import signal
import sys
import threading

from config import entry
from config.boardchecks import missing_files
from config.languages import _
from config.schema import Board, Hall
from drivers import notify

PARTS = ("signs", "voice", "pagers", "phone", "board")


def main(arguments: list[str] | None = None) -> int:
    what = "窗口屏、语音、震动牌、手机页、综合屏 / signs, voice, pagers, phones, or a hall board"
    line = entry.parser("python -m display", what)
    line.add_argument("part", choices=PARTS, help="which of them this process is")
    line.add_argument("--board", default="", metavar="ID", help="which board; the first if none is named")
    options = line.parse_args(arguments)
    hall = entry.hall(options.config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    match options.part:
        case "signs":
            from display import signs

            signs.run(hall, lambda: not stop.is_set())
        case "voice":
            from display import voice

            voice.run(hall, lambda: not stop.is_set())
        case "pagers":
            from display import pagers

            pagers.run(hall, lambda: not stop.is_set())
        case "phone":
            return serve_phones(hall, stop)
        case _:
            return show_board(hall, options.board, stop)
    return 0


def serve_phones(hall: Hall, stop: threading.Event) -> int:
    from display.phone.run import run

    try:
        run(hall, lambda: not stop.is_set())
    except OSError as error:
        print(f"{hall.phone.host}:{hall.phone.port}: {error}", file=sys.stderr)
        return entry.EX_UNAVAILABLE
    return 0


def show_board(hall: Hall, name: str, stop: threading.Event) -> int:
    board = next((b for b in hall.board if name in ("", b.id)), None)
    if board is None:
        known = "、".join(b.id for b in hall.board) or "—"
        print(_("没有综合屏 {name}，有的是 {known}").format(name=name, known=known), file=sys.stderr)
        return entry.EX_CONFIG
    if gone := list(missing_files(hall, board.id)):
        for problem in gone:
            print(problem, file=sys.stderr)
        return entry.EX_CONFIG
    return glass(hall, board, stop)


def glass(hall: Hall, board: Board, stop: threading.Event) -> int:
    from drivers import screen

    title, touch = f"board-{board.id}", board.touch or "screen"
    pane = screen.Glass(
        title, board.width, board.height, full_screen=True, show_cursor=False, touch=touch, prompt=True
    )
    screen.prepare(pane)
    from kivy.core import window

    if window.Window is None:
        print(_("没有显示器可用"), file=sys.stderr)
        return entry.EX_UNAVAILABLE
    screen.watch(pane)
    from display.board import BoardApp
    from display.line import Line

    with Line(hall, f"board-{board.id}") as line:
        BoardApp(hall, board, line, stop.is_set).run()
    notify.stopping()
    return 0


if __name__ == "__main__":
    entry.run(main)
