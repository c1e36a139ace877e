"""A whole board as ink: each panel of its layout in its place. What it is drawn with is in face.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caller.messages import EmergencyState
from config.boards import Panel, Shows, arrangement
from config.letters import Box, Letters, box, letters, unit
from config.schema import Board, Hall
from display import deskpanels, panels
from display.boardview import View
from display.deskview import Desk
from display.ink import (
    AMBER,
    CARD,
    CENTRE,
    DEEP,
    INK,
    SLACK,
    WHITE,
    Fill,
    Ink,
    Words,
    fitted,
    inset,
    measure,
    wrapped,
)

SMALLER = 0.7  # that words of a playlist may become so that a line stays a line
BREATH = 1.35  # em between two lines of large words
LARGEST = 2.2  # times the letters of a playlist, for words that leave it room


class Poster:
    """The places of one board's panels; they never move."""

    def __init__(self, hall: Hall, board: Board) -> None:
        layout = arrangement(hall.board_layout, board)
        assert layout is not None, "config.boardchecks tells of this"
        self.hall = hall
        self.whole = Box(0, 0, board.width, board.height)
        self.u = unit(layout, board)
        self._panels: list[tuple[Panel, Box, Letters]] = [
            (panel, box(panel, layout, board), letters(hall, board, panel, layout)) for panel in layout.panel
        ]
        stage = next(((b, size) for p, b, size in self._panels if p.shows is Shows.PLAYLIST), None)
        self.stage = stage[0] if stage else None
        self._stage_letters = stage[1] if stage else Letters(self.u)

    def ink(self, view: View, desk: Desk, slide: str | None = None) -> Sequence[Ink]:
        """Everything on the board. `slide` is the text of the playlist that lies over it, "" where a picture will."""
        drawn: list[Ink] = [Fill(self.whole, DEEP)]
        for panel, where, size in self._panels:
            if slide is None or not self._hidden(where):
                drawn += self._panel(panel, where, size, view, desk)
        if slide is not None and self.stage is not None:
            drawn.append(Fill(self.stage, CARD, panels.RADIUS * self.u))
            room = inset(self.stage, 1.5 * self.u)
            drawn += _middle(slide, room, _large(slide, room, self._stage_letters.words), True)
        return drawn

    def mark_at(self, x: float, y: float) -> int | None:
        """Which mark is under a finger, in pixels from the top left, while they are there."""
        for panel, where, size in self._panels:
            if panel.shows is Shows.SERVES:
                for mark, _words, box in deskpanels.marks(where, size, self.u):
                    if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                        return mark
        return None

    def alarm(self, emergency: EmergencyState) -> Sequence[Ink]:
        """Over everything, while the hall is being left."""
        usual, whole = self.hall.emergency, inset(self.whole, 2 * self.u)
        half = whole.height / 2
        words, other = emergency.words or usual.words, emergency.words_en or usual.words_en
        words, other = words.replace("，", "\n"), other.replace(". ", ".\n")
        above = Box(whole.x, whole.y, whole.width, 1.2 * half)
        below = Box(whole.x, whole.y + 1.25 * half, whole.width, 0.75 * half)
        large = _largest(words, above, True)
        return [
            Fill(self.whole, AMBER),
            *_middle(words, above, large, False),
            *_middle(other, below, min(SMALLER * large, _largest(other, below, False)), False, bold=False),
        ]

    def _hidden(self, where: Box) -> bool:
        """Whether a panel lies under the playlist, wholly or in part."""
        stage = self.stage
        if stage is None:
            return False
        beside = where.x >= stage.x + stage.width - 1 or stage.x >= where.x + where.width - 1
        above = where.y >= stage.y + stage.height - 1 or stage.y >= where.y + where.height - 1
        return not (beside or above)

    def _panel(self, panel: Panel, where: Box, size: Letters, view: View, desk: Desk) -> Iterator[Ink]:
        match panel.shows:
            case Shows.HEAD:
                return panels.head(where, size, self.u, view)
            case Shows.CALLS:
                return panels.calls(where, size, self.u, view, panel.lines)
            case Shows.WINDOWS:
                return panels.windows(where, size, self.u, view)
            case Shows.WAITS:
                return panels.waits(where, size, self.u, view)
            case Shows.FOOT:
                return panels.foot(where, size, self.u, view)
            case Shows.PLACE:
                return deskpanels.place(where, size, self.u, desk)
            case Shows.TICKET:
                return deskpanels.ticket(where, size, self.u, desk)
            case Shows.CLERK:
                return deskpanels.clerk(where, size, self.u, desk)
            case Shows.SERVES:
                return deskpanels.serves(where, size, self.u, desk)
            case Shows.PLAYLIST:
                return iter(())


def _large(text: str, where: Box, size: float) -> float:
    """What somebody has written in a few short lines is read from afar: as large as fits, within reason."""
    lines = text.splitlines() or [""]
    wide = SLACK * where.width / max(0.1, *(measure(line, True) for line in lines))
    return max(size, min(LARGEST * size, wide, 0.8 * where.height / (BREATH * len(lines))))


def _largest(text: str, where: Box, bold: bool) -> float:
    """As large as the box allows: its lines as they are written, unless parted anew they are twice as large."""
    lines = text.splitlines()
    longest = max(measure(line, bold) for line in lines)
    whole = min(where.height / len(lines) / BREATH, SLACK * where.width / longest)
    parted = where.height / BREATH
    while parted > whole:
        told = wrapped(text, where.width / parted, 99, bold)
        widest = max(measure(line, bold) for line in told)
        if len(told) * BREATH * parted <= where.height and widest * parted <= SLACK * where.width:
            break
        parted *= 0.95
    return parted if whole < parted / 2 else whole


def _middle(text: str, where: Box, size: float, dark: bool, bold: bool = True) -> Iterator[Ink]:
    """Words in the middle of a box, in as many lines as they need, smaller if the box is too low for them."""
    colour = WHITE if dark else INK
    longest = max((measure(line, bold) for line in text.splitlines()), default=1.0) * size / SLACK
    if where.width < longest < where.width / SMALLER:
        size *= 0.99 * where.width / longest  # rather than break the lines that somebody has written
    room = max(1, int(where.height / (BREATH * size)))
    lines = wrapped(text, where.width / size, 99, bold)
    if len(lines) > room:
        size *= max(0.4, room / len(lines))
        lines = wrapped(text, where.width / size, 99, bold)
    top = where.y + where.height / 2 - (len(lines) - 1) / 2 * BREATH * size + panels.RISE * size
    for n, line in enumerate(lines):
        words = Words(line, where.x + where.width / 2, top + n * BREATH * size, size, colour, bold, CENTRE)
        yield fitted(words, where.width)
