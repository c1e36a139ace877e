"""How high a board's letters are, worked out from its layout alone: what is checked is what is drawn.

Pixels of the board's own screen. A panel has one size of words, and one of what is called if it shows that.
Sources of what a reader needs: ISO 9241-3 prefers 20 minutes of arc, 5.8 mm for a metre of distance, which the
number that is called gets; DIN 4844 gives all that is on signs a three-hundredth of the distance, 3.3 mm for a
metre, which everything else gets.
"""

from __future__ import annotations

from typing import NamedTuple

from config.boards import Arrangement, Board, Panel, Shows
from config.schema import After, Hall, Service, Window

CAPITAL = 0.733  # height of a capital or a digit of Noto Sans SC, in em
DIGIT = 0.62  # em that the widest digit or letter of a number takes
TRIM = 0.9  # words too long for their place are drawn this much smaller, and no smaller than that
NUMBER_MM, WORDS_MM = 5.8, 3.3  # height of a capital, in mm for each metre of distance
NEWEST = 2.4  # the newest call is so many times as high as an earlier one
GAP = 0.12  # of an earlier call's height, between two calls
LEADING = 1.62  # height of a row, in em of its letters
HEADING = 1.5  # em of a row above a table
TABLE, HALF_TABLE = 19.0, 12.5  # em that a row of the table of windows needs, alone and beside another
WORTH = 1.2  # how much larger they must be
LARGER, NUMBERS = 1.6, 4.5  # times, where there is room; em that windows take behind a service
WAIT = 4.4  # em of one wait: three lines and the space around them


class Box(NamedTuple):
    """Pixels, from the top left."""

    x: float
    y: float
    width: float
    height: float


class Letters(NamedTuple):
    """Sizes in px of em; `number` is of what is called, 0 where a panel calls nobody. `across`: columns."""

    words: float
    number: float = 0.0
    across: int = 1


def unit(layout: Arrangement, board: Board) -> float:
    """Pixels of a cell's shorter side: what letters and margins are measured in."""
    return min(board.width / layout.columns, board.height / layout.rows)


def box(panel: Panel, layout: Arrangement, board: Board) -> Box:
    wide, high = board.width / layout.columns, board.height / layout.rows
    x, y, columns, rows = panel.at
    return Box(x * wide, y * high, columns * wide, rows * high)


def windows(hall: Hall, board: Board) -> tuple[Window, ...]:
    """The windows that this board is about, in the order of hall.toml."""
    if board.window is not None:
        return tuple(w for w in hall.window if w.number == board.window)
    return tuple(w for w in hall.window if not board.zones or w.zone in board.zones)


def services(hall: Hall, board: Board) -> tuple[Service, ...]:
    """What is done at those windows, in the order of hall.toml."""
    here = windows(hall, board)
    done = {service for window in here for service in (*hall.serves(window), *window.also)}
    return tuple(s for s in hall.service if s.id in done)


def characters(hall: Hall) -> int:
    """Of the longest number of a day: A001 has four."""
    return 1 + hall.numbers.width + int(hall.numbers.after_last is After.WIDEN)


def letters(hall: Hall, board: Board, panel: Panel, layout: Arrangement) -> Letters:
    """The sizes of this panel on this board."""
    words = panel.letter * unit(layout, board)
    where = box(panel, layout, board)
    longest = DIGIT * characters(hall)
    match panel.shows:
        case Shows.CALLS:
            return Letters(words, min(0.85 * earlier(where, panel.lines), 0.38 * where.width / longest))
        case Shows.WINDOWS:
            return _table(where, words, len(windows(hall, board)))
        case Shows.WAITS:
            high = where.height / -(-panel.lines // panel.across)
            words = min(words, high / WAIT)
            return Letters(words, across=panel.across)
        case Shows.TICKET:
            return Letters(words, min(0.62 * where.height, 0.86 * where.width / longest))
        case Shows.PLACE if board.window is not None:
            return Letters(words, min(0.5 * where.height, 0.5 * where.width))
        case Shows.SERVES:
            shown = services(hall, board)
            rows = -(-min(panel.lines, max(1, len(shown))) // panel.across)
            fits = where.height / (rows + 1) / LEADING
            if board.window is None:  # a sign that shows the way to little shows it larger
                longest = max((len(service.plain or service.name) for service in shown), default=1)
                words = max(words, min(LARGER * words, where.width / (longest + NUMBERS)))
            return Letters(min(words, fits), across=panel.across)
    return Letters(words)


def earlier(where: Box, lines: int) -> float:
    """Height in px of an earlier call, the newest being NEWEST times as high."""
    return where.height / (NEWEST + (lines - 1) * (1 + GAP))


def _table(where: Box, wanted: float, rows: int) -> Letters:
    """One column, or two if that makes the letters much larger."""
    choices = []
    for across, needed in ((1, TABLE), (2, HALF_TABLE)):
        high = where.height / (max(-(-rows // across), 5) + HEADING / LEADING)
        size = min(wanted, high / LEADING, where.width / across / needed)
        choices.append(Letters(size, across=across))
    one, two = choices
    return two if two.words > WORTH * one.words else one
