"""How each kind of panel of a hall or zone board looks: what it says becomes ink. Positions are in em and cells.

`u` is a cell, `size` the panel's letters (config.letters). The window screen's own panels are in deskpanels.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from config.languages import _
from config.letters import DIGIT, GAP, HEADING, NEWEST, TRIM, Box, Letters, earlier
from display.boardview import Card, Row, Stage, Tone, View, Wait
from display.ink import (
    AMBER,
    CARD,
    DIM,
    FADED,
    FOOT,
    GLOW,
    HAIR,
    INK,
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
    Words,
    first_fitting,
    fitted,
    inset,
    measure,
    wrapped,
)  # fmt: skip

MARGIN = 1.4  # cells beside everything
RADIUS = 0.6
RISE = 0.365  # em: half a capital; a base so far below a middle puts capitals into the middle
CLERK = 5.6  # em that a clerk's name may take in the table
BESIDE = 0.7  # em between a window's name and what is done there, where that has no line of its own
TITLE = (1.35, 1.15, 1.0)  # em of the hall's name, the first that fits
LINE = 1.4  # em between two lines of words


def head(where: Box, size: Letters, u: float, view: View) -> Iterator[Ink]:
    """Two rows: who we are and the time; what is wrong, or the same in English, and the date."""
    em, left, right = size.words, where.x + MARGIN * u, where.x + where.width - MARGIN * u
    first, second = where.y + 0.46 * where.height, where.y + 0.84 * where.height
    clock = Words(
        view.clock, right, where.y + 0.5 * where.height + RISE * 1.9 * em, 1.9 * em, WHITE, True, RIGHT
    )
    yield clock
    narrow = where.width < 36 * u
    ends = right - clock.width - em
    sizes = (ratio * em for ratio in TITLE if ratio * em * measure(view.title, True) <= (ends - left) * SLACK)
    title = fitted(Words(view.title, left, first, next(sizes, em), WHITE, True), ends - left)
    yield title
    place = title.x + title.width + 0.7 * em
    if narrow:
        said = (
            (view.notice, AMBER)
            if view.notice
            else ("   ".join(filter(None, (view.place, view.date))), QUIET)
        )
        yield fitted(Words(said[0], left, second, em, said[1]), ends - left)
    else:
        date = Words(view.date, ends, where.y + 0.5 * where.height + RISE * em, em, QUIET, align=RIGHT)
        yield date
        ends -= date.width + em
        where_we_are = Words(view.place, place, first, em, QUIET)
        beside = where_we_are.width * TRIM < (ends - place) * SLACK
        if beside:
            yield fitted(where_we_are, ends - place)
        below = view.title_en if beside else view.place
        notice, colour = (view.notice, AMBER) if view.notice else (below, QUIET)
        yield fitted(Words(notice, left, second, em, colour), ends - left)
    yield Fill(Box(where.x, where.y + where.height - 2, where.width, max(1, 0.05 * u)), RULE)


def calls(where: Box, size: Letters, u: float, view: View, lines: int) -> Iterator[Ink]:
    """The newest call, large on paper, and earlier ones below it; a welcome before the first."""
    if not view.cards:
        yield from _welcome(where, size, u, view)
        return
    small = earlier(where, lines)
    yield from _newest(Box(where.x, where.y, where.width, NEWEST * small), size, u, view.cards[0])
    for n, card in enumerate(view.cards[1:lines]):
        top = where.y + (NEWEST + GAP + n * (1 + GAP)) * small
        yield from _earlier(Box(where.x, top, where.width, small), size, u, card)


def _newest(where: Box, size: Letters, u: float, card: Card) -> Iterator[Ink]:
    yield Fill(where, PAPER, RADIUS * u)
    pad = 1.2 * u
    unit = Words(_("号窗口"), where.x + where.width - pad, 0, 1.15 * size.words, INK, align=RIGHT)
    big = min(0.52 * where.height, 0.17 * where.width)
    window = Words(card.window, unit.x - unit.width - 0.3 * u, 0, big, INK, True, RIGHT)
    line = window.x - window.width - 0.9 * u
    room = line - 0.9 * u - where.x - pad
    em = min(
        0.82 * where.height, room / DIGIT / len(card.ticket)
    )  # the same for every number as long as this
    base = where.y + 0.53 * where.height + RISE * em
    colour = RED if card.stage is Stage.CALLED else INK
    yield Words(card.ticket, where.x + pad, base, em, colour, True)
    yield Fill(Box(line, where.y + 0.17 * where.height, max(1, 0.07 * u), 0.66 * where.height), HAIR)
    yield replace(window, base=base)
    yield replace(unit, base=base)
    if card.words:
        above = min(where.y + 0.2 * where.height, base - 0.95 * big - 0.7 * size.words) + RISE * size.words
        yield fitted(Words(card.words, unit.x, above, size.words, DIM, align=RIGHT), unit.x - line - 0.5 * u)


def _earlier(where: Box, size: Letters, u: float, card: Card) -> Iterator[Ink]:
    called = card.stage is Stage.CALLED
    yield Fill(where, CARD, RADIUS * u)
    pad, ink = 1.2 * u, WHITE if called else PALE
    base = where.y + where.height / 2 + RISE * size.number
    ticket = Words(card.ticket, where.x + pad, base, size.number, ink, True)
    unit = Words(_("号窗口"), where.x + where.width - pad, base, size.words, QUIET, align=RIGHT)
    window = Words(card.window, unit.x - unit.width - 0.3 * u, base, 0.95 * size.number, ink, True, RIGHT)
    yield ticket
    yield unit
    yield window
    begins = max(ticket.x + ticket.width + 0.8 * u, where.x + 0.45 * where.width)
    words = Words(card.words, begins, base, size.words, ink if called else QUIET)
    yield fitted(words, window.x - window.width - 0.8 * u - begins)


def _welcome(where: Box, size: Letters, u: float, view: View) -> Iterator[Ink]:
    em = size.words
    said = ((view.advice, 1.2, PALE), (view.advice_en, 1.0, QUIET), (view.hours, 1.0, QUIET))
    lines = [
        (line, ratio * em, colour, n == 0)
        for text, ratio, colour in said
        for n, line in enumerate(wrapped(text, where.width / (ratio * em), 3))
    ]
    high = sum(LINE * px + (0.5 * em if begins else 0) for _line, px, _colour, begins in lines)
    big = max(1.3 * em, min(3.4 * em, (where.height - high) / 1.5))
    base = where.y + 1.1 * big
    yield fitted(Words(view.greeting, where.x, base, big, WHITE, True), where.width)
    base += 0.2 * big
    for line, px, colour, begins in lines:
        base += LINE * px + (0.5 * em if begins else 0)
        yield fitted(Words(line, where.x, base, px, colour), where.width)


def windows(where: Box, size: Letters, u: float, view: View) -> Iterator[Ink]:
    """Every window with what is there, in one column or two; it never scrolls."""
    em, across = size.words, size.across
    each = max(1, -(-len(view.rows) // across))
    high = (where.height - HEADING * em) / max(each, 5)
    wide = where.width / across
    clerks = [first_fitting(_names(row.clerk), Words("", 0, 0, em, QUIET), CLERK * em) for row in view.rows]
    room = 0.0 if across > 1 else max((words.width for words in clerks), default=0.0)
    heading = Row(_("窗口"), _("号码"), _("业务"), Tone.PLAIN, clerk=_("工作人员") if room else "")
    for column in range(across):
        here = Box(where.x + column * wide, where.y, wide - (em if across > 1 else 0), HEADING * em)
        yield from _cells(here, em, room, replace(heading, short=heading.words), Tone.FAINT)
    for n, row in enumerate(view.rows):
        column, place = divmod(n, each)
        top = where.y + HEADING * em + place * high
        here = Box(where.x + column * wide, top, wide - (em if across > 1 else 0), high)
        if row.tone is Tone.WARM:
            yield Fill(inset(here, 0, 0.05 * u), GLOW, 0.25 * u)
        yield Fill(Box(here.x, here.y + here.height, here.width, max(1, 0.04 * u)), RULE)
        yield from _cells(here, em, room, row)


def _names(name: str) -> tuple[str, str]:
    """A long name of two parts goes by its first: 阿卜杜热西提·买买提."""
    return name, name.partition("·")[0]


def _cells(where: Box, em: float, clerks: float, row: Row, heading: Tone | None = None) -> Iterator[Ink]:
    two = bool(row.serves) and where.height >= 2.8 * em
    base = where.y + where.height / 2 + RISE * em - (0.72 * em if two else 0)
    tints = {
        Tone.WARM: (AMBER, AMBER, AMBER),
        Tone.FAINT: (FADED, FADED, FADED),
        Tone.PLAIN: (QUIET, WHITE, PALE),
    }
    number, ticket, words = tints[heading or row.tone]
    right = where.x + where.width - 0.3 * em
    yield fitted(Words(row.number, where.x + 2.1 * em, base, em, number, not heading, RIGHT), 2.1 * em)
    yield fitted(Words(row.ticket, where.x + 2.9 * em, base, em, ticket, not heading), 3.7 * em)
    begins, ends = where.x + 6.9 * em, right
    if row.clerk and clerks:
        ends -= max(clerks, 4 * em) + 0.4 * em
        clerk = Words("", right, base, em, words if row.tone is Tone.WARM else QUIET, align=RIGHT)
        yield first_fitting(_names(row.clerk), clerk, max(clerks, 4 * em) + 0.1 * em)
    named = first_fitting((row.words, row.short), Words("", begins, base, em, words), ends - begins)
    yield named
    if two:
        serves = Words("", begins, base + LINE * em, em, QUIET)
        yield first_fitting(row.serves, serves, right - begins)
    elif row.tone is not Tone.FAINT:
        begins += named.width + BESIDE * em
        tint = words if row.tone is Tone.WARM else QUIET
        options = (Words(text, begins, base, TRIM * em, tint) for text in row.serves)
        yield from islice((each for each in options if each.width <= SLACK * (ends - begins)), 1)


def waits(where: Box, size: Letters, u: float, view: View) -> Iterator[Ink]:
    """By service: how many wait, how long, and whose turn comes next."""
    em = size.words
    yield Fill(where, FOOT)
    if not view.waits:
        base = where.y + where.height / 2 + RISE * 1.2 * em
        yield fitted(
            Words(view.nobody, where.x + MARGIN * u, base, 1.2 * em, PALE), where.width - 2 * MARGIN * u
        )
        return
    rows = -(-len(view.waits) // size.across)
    wide = (where.width - MARGIN * u) / size.across
    high = where.height / max(rows, 1)
    for n, wait in enumerate(view.waits):
        row, column = divmod(n, size.across)
        left, middle = where.x + MARGIN * u + column * wide, where.y + (row + 0.5) * high
        yield from _wait(left, middle, wide - 0.8 * u, em, wait)


def _wait(left: float, middle: float, room: float, em: float, wait: Wait) -> Iterator[Ink]:
    first, second, third = (middle + (RISE + down) * em for down in (-1.35, 0.05, 1.4))
    yield first_fitting((wait.name, wait.short), Words("", left, first, em, QUIET), room)
    people = Words(wait.people, left, second, 1.35 * em, WHITE, True)
    unit = Words(_("人"), left + people.width + 0.25 * em, second, em, PALE)
    yield people
    yield unit
    begins = unit.x + unit.width + 0.6 * em
    length = wait.late or wait.minutes
    yield fitted(Words(length, begins, second, em, AMBER if wait.late else PALE), left + room - begins)
    yield fitted(Words(wait.next, left, third, em, QUIET), room)


def foot(where: Box, size: Letters, u: float, view: View) -> Iterator[Ink]:
    """What lasts: what to do about a missed call, and who supervises."""
    em, right = size.words, where.x + where.width - MARGIN * u
    yield Fill(where, FOOT)
    if where.height < 3 * LINE * em:
        base = where.y + where.height / 2 + RISE * em
        phone = Words(view.supervision, right, base, em, QUIET, align=RIGHT)
        yield phone
        left = where.x + MARGIN * u
        yield fitted(Words(view.rule, left, base, em, PALE), right - phone.width - em - left)
        return
    room = where.width - (MARGIN + 0.6) * u
    lines = [(line, PALE) for line in wrapped(view.rule, room / em, 2)] + [(view.supervision, QUIET)]
    top = where.y + where.height / 2 - (len(lines) - 1) / 2 * LINE * em + RISE * em
    for n, (line, colour) in enumerate(lines):
        yield fitted(Words(line, right, top + n * LINE * em, em, colour, align=RIGHT), room)
