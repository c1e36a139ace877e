"""How a kiosk looks to different eyes is data: a theme names its colours, and no page knows which one is on.

Contrast of words to their ground is at least 4.5, in the high-contrast theme at least 7 (quality.md 1.1); the
number that is called has a colour of its own in every theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[float, float, float, float]


class Theme(StrEnum):
    """What a visitor chose; PLAIN until then."""

    PLAIN = "plain"
    ELDER = "elder"  # 长辈版: large, and one thing below another
    CONTRAST = "contrast"


def colour(hexadecimal: str) -> Colour:
    """ "#F6F3EC" as Kivy wants it."""
    red, green, blue = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0


@dataclass(frozen=True)
class Tone:
    """A target: its ground, its ground under a finger, its border, its words, its small words."""

    back: Colour
    down: Colour
    edge: Colour
    face: Colour
    soft: Colour


@dataclass(frozen=True)
class Look:
    paper: Colour  # where people choose
    sheet: Colour  # what lies on it
    ink: Colour
    quiet: Colour  # less important words
    line: Colour
    deep: Colour  # the bar at the bottom
    pale: Colour  # words on the bar
    good: Colour
    number: Colour
    badge: Colour
    badge_ink: Colour
    focus: Colour  # the frame around what the keypad is on
    tones: Mapping[str, Tone]


def tone(back: str, down: str, edge: str, face: str, soft: str) -> Tone:
    return Tone(*(colour(name) for name in (back, down, edge, face, soft)))


def warm(edge: str) -> Look:
    return Look(
        paper=colour("#F6F3EC"), sheet=colour("#FFFFFF"), ink=colour("#12343B"), quiet=colour("#4A6670"),
        line=colour("#DDD6C8"), deep=colour("#0E2A30"), pale=colour("#DDD6C8"), good=colour("#1F6F5C"),
        number=colour("#B8321F"), badge=colour("#FFF6E0"), badge_ink=colour("#7A4F00"), focus=colour("#C98A1B"),
        tones={
            "plain": tone("#FFFFFF", "#E4EFE9", edge, "#12343B", "#4A6670"),
            "go": tone("#1F6F5C", "#17543F", "#1F6F5C", "#FFFFFF", "#FFFFFF"),
            "amber": tone("#FFF6E0", "#DDD6C8", "#C98A1B", "#7A4F00", "#7A4F00"),
            "ink": tone("#1D424A", "#12343B", "#1D424A", "#FFFFFF", "#FFFFFF"),
            "alarm": tone("#5E2A22", "#B8321F", "#5E2A22", "#FFFFFF", "#FFFFFF"),
            "paper": tone("#F6F3EC", "#E4EFE9", "#F6F3EC", "#12343B", "#4A6670"),
            "line": tone("#F6F3EC", "#E4EFE9", "#12343B", "#12343B", "#4A6670"),
        },
    )  # fmt: skip


BLACK, WHITE, YELLOW = "#000000", "#FFFFFF", "#FFD84D"

LOOKS = {
    Theme.PLAIN: warm("#DDD6C8"),
    Theme.ELDER: warm("#12343B"),
    Theme.CONTRAST: Look(
        paper=colour(BLACK), sheet=colour(BLACK), ink=colour(WHITE), quiet=colour(WHITE), line=colour(WHITE),
        deep=colour(BLACK), pale=colour(WHITE), good=colour(YELLOW), number=colour(YELLOW),
        badge=colour(BLACK), badge_ink=colour(YELLOW), focus=colour("#4DC3FF"),
        tones={
            "plain": tone(BLACK, "#333333", WHITE, WHITE, WHITE),
            "go": tone(YELLOW, WHITE, YELLOW, BLACK, BLACK),
            "amber": tone(BLACK, "#333333", YELLOW, YELLOW, YELLOW),
            "ink": tone(BLACK, "#333333", WHITE, WHITE, WHITE),
            "alarm": tone(WHITE, YELLOW, WHITE, BLACK, BLACK),
            "paper": tone(BLACK, "#333333", BLACK, WHITE, WHITE),
            "line": tone(BLACK, "#333333", WHITE, WHITE, WHITE),
        },
    ),
}  # fmt: skip
