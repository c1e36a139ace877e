"""How the panels of a window's own screen look, and those of a sign that shows the way. Positions in em and cells."""

from __future__ import annotations

from collections.abc import Iterator

from config.languages import _
from config.letters import LEADING, Box, Letters
from display.boardview import Stage
from display.deskview import Asked, Desk
from display.ink import (
    AMBER,
    CARD,
    CENTRE,
    DEEP,
    DIM,
    FADED,
    PALE,
    PAPER,
    QUIET,
    RED,
    RIGHT,
    RULE,
    SLACK,
    WHITE,
    Fill,
    Ink,
    Picture,
    Words,
    first_fitting,
    fitted,
    inset,
    measure,
    wrapped,
)  # fmt: skip
from display.panels import LINE, MARGIN, RADIUS, RISE

PHOTO = 0.76  # width of a photo for its height
NAME = (1.5, 1.2, 1.0)  # em of a clerk's name, the first that fits: a name is not cut


def place(where: Box, size: Letters, u: float, desk: Desk) -> Iterator[Ink]:
    """Where one stands: the window's number and what it is called, or the zone."""
    middle, room = where.x + where.width / 2, where.width - 2 * MARGIN * u
    if not desk.number:
        em = min(0.84 * room / max(2, len(desk.name)), 0.36 * where.height)
        base = where.y + 0.44 * where.height + RISE * em
        yield Words(desk.name, middle, base, em, WHITE, True, CENTRE)
        yield fitted(
            Words(
                desk.detail,
                middle,
                base + 1.1 * size.words + 0.15 * em,
                1.15 * size.words,
                QUIET,
                False,
                CENTRE,
            ),
            room,
        )
        ours = wrapped(desk.hall, room / size.words, 2)
        foot = where.y + where.height - MARGIN * u - (len(ours) - 1) * LINE * size.words
        for n, line in enumerate(ours):
            below = foot + n * LINE * size.words
            yield fitted(Words(line, middle, below, size.words, QUIET, False, CENTRE), room)
        return
    em, words = size.number, size.words
    number, unit = Words(desk.number, 0, 0, em, WHITE, True), Words(_("号窗口"), 0, 0, words, PALE)
    wide = number.width + 0.09 * em + unit.width
    left, base = middle - wide / 2, where.y + 0.1 * where.height + 0.76 * em
    yield Words(desk.number, left, base, em, WHITE, True)
    yield Words(unit.text, left + wide, base, words, PALE, False, RIGHT)
    base += 0.25 * em
    for text, colour in ((desk.name, WHITE), (desk.detail, AMBER)):
        for line in wrapped(text, room / words, 2):
            base += LINE * words
            yield fitted(Words(line, middle, base, words, colour, False, CENTRE), room)


def ticket(where: Box, size: Letters, u: float, desk: Desk) -> Iterator[Ink]:
    """Who is called or served here; without anybody, what the window does instead."""
    middle, room = where.x + where.width / 2, where.width - 2 * u
    called = desk.stage is Stage.CALLED
    yield Fill(where, PAPER if called else CARD, RADIUS * u)
    if desk.ticket:
        words, em = 1.35 * size.words, size.number
        above = where.y + 0.17 * where.height + RISE * words
        yield fitted(Words(desk.words, middle, above, words, DIM if called else PALE, False, CENTRE), room)
        base = where.y + 0.61 * where.height + RISE * em
        yield fitted(Words(desk.ticket, middle, base, em, RED if called else WHITE, True, CENTRE), room)
        return
    em = min(2.4 * size.words, room / max(4, len(desk.words)))
    base = where.y + where.height / 2 + (RISE - (0.4 if desk.why else 0)) * em
    yield fitted(Words(desk.words, middle, base, em, WHITE, True, CENTRE), room)
    base += 0.35 * em
    for line in wrapped(desk.why, room / size.words, 2):
        base += LINE * size.words
        yield fitted(Words(line, middle, base, size.words, PALE, False, CENTRE), room)


def clerk(where: Box, size: Letters, u: float, desk: Desk) -> Iterator[Ink]:
    """The clerk's badge: photo, name, number."""
    em = size.words
    yield Fill(where, CARD, RADIUS * u)
    frame = inset(where, 0.8 * u)
    photo = Box(frame.x, frame.y, min(PHOTO * frame.height, 0.4 * frame.width), frame.height)
    yield from _portrait(photo, u, desk.photo)
    left = photo.x + photo.width + 1.1 * u
    room = where.x + where.width - 0.8 * u - left
    name = desk.clerk or _("工作人员")
    first = measure(name.partition("·")[0], True) * em
    large = next((ratio for ratio in NAME if ratio * first <= SLACK * room), NAME[-1])
    lines = [(name, large, True, WHITE if desk.clerk else FADED)]
    lines += [(text, 1.0, False, colour) for text, colour in ((desk.job, PALE), (desk.badge, QUIET)) if text]
    high = sum(LINE * ratio * em for _text, ratio, _bold, _ink in lines)
    top = where.y + (where.height - high) / 2
    for text, ratio, bold, colour in lines:
        top += LINE * ratio * em
        like = Words("", left, top - (LINE / 2 - RISE) * ratio * em, ratio * em, colour, bold)
        yield first_fitting((text, text.partition("·")[0]), like, room)


def _portrait(where: Box, u: float, file: str) -> Iterator[Ink]:
    """The photo; without one the outline of somebody, so that nothing looks broken."""
    yield Fill(where, DEEP, 0.3 * u)
    if file:
        yield Picture(where, file)
        return
    head = 0.36 * where.width
    middle = where.x + where.width / 2
    yield Fill(Box(middle - head / 2, where.y + 0.2 * where.height, head, head), RULE, head / 2)
    wide, top = 0.7 * where.width, where.y + 0.2 * where.height + 1.2 * head
    yield Fill(Box(middle - wide / 2, top, wide, where.y + where.height - top), RULE, 0.28 * wide)


def marks(where: Box, size: Letters, u: float) -> Iterator[tuple[int, str, Box]]:
    """The keys for a mark, the best first: in one row, or one below the other where that makes them larger."""
    words = {5: _("非常满意"), 4: _("满意"), 3: _("基本满意"), 2: _("不满意"), 1: _("非常不满意")}
    top, gap = where.y + 1.5 * LEADING * size.words, 0.5 * u
    wide, high = (where.width - 4 * gap) / 5, where.y + where.height - top
    for n, (mark, said) in enumerate(words.items()):
        yield mark, said, Box(where.x + n * (wide + gap), top, wide, high)


def _asked(where: Box, size: Letters, u: float, asked: Asked) -> Iterator[Ink]:
    em = 1.15 * size.words
    if not asked.words or not asked.keys:
        base = where.y + where.height / 2 + RISE * 1.3 * em
        middle = where.x + where.width / 2
        yield fitted(Words(asked.words, middle, base, 1.3 * em, WHITE, True, CENTRE), where.width)
        return
    yield fitted(
        Words(asked.words, where.x, where.y + 0.5 * LEADING * em + RISE * em, em, WHITE), where.width
    )
    for _mark, said, box in marks(where, size, u):
        yield Fill(box, CARD, RADIUS * u)
        lines = wrapped(said, (box.width - 0.6 * u) / size.words, 2)
        top = box.y + box.height / 2 - (len(lines) - 1) / 2 * LINE * size.words + RISE * size.words
        for n, line in enumerate(lines):
            base = top + n * LINE * size.words
            middle = box.x + box.width / 2
            yield fitted(Words(line, middle, base, size.words, WHITE, True, CENTRE), box.width - 0.4 * u)


def serves(where: Box, size: Letters, u: float, desk: Desk) -> Iterator[Ink]:
    """What is done here, on a sign also where; whoever was served is asked for a mark instead. What is wrong stands
    in the heading's place."""
    if desk.asked is not None:
        yield from _asked(where, size, u, desk.asked)
        return
    em, across = size.words, size.across
    high = LEADING * em
    heading, colour = (desk.notice, AMBER) if desk.notice else (desk.heading, QUIET)
    yield fitted(Words(heading, where.x, where.y + high / 2 + RISE * em, em, colour), where.width)
    right = where.x + where.width
    if not desk.number:
        yield Words(_("窗口"), right, where.y + high / 2 + RISE * em, em, QUIET, align=RIGHT)
    each = -(-len(desk.serves) // across)
    wide = where.width / across
    for n, line in enumerate(desk.serves):
        column, row = divmod(n, each)
        left, top = where.x + column * wide, where.y + (row + 1) * high
        base, room = top + high / 2 + RISE * em, wide - u
        if line.windows:
            there = Words(line.windows, right, base, em, WHITE, True, RIGHT)
            yield Fill(Box(left, top, where.width, max(1, 0.04 * u)), RULE)
            yield there
            room = where.width - there.width - u
        like = Words("", left, base, em, WHITE if desk.number else PALE)
        yield first_fitting((line.service, line.name), like, room)
