"""A size on the glass is in millimetres, because a finger and an eye are; the panel's px/mm makes it pixels.

Text is never below 4.8 mm (height of a capital, US Section 508 402.4), a target never below 20 mm, the primary
one never below 25 mm, gaps never below 3 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Kiosk
from kiosk.steps import Page

CAPITAL = 0.733  # height of a capital of Noto Sans SC, in em
SMALLEST = 4.8 / CAPITAL  # mm of em
TARGET, PRIMARY, GAP = 20.0, 25.0, 3.0
PORTRAIT, LANDSCAPE = (268.0, 476.0), (217.0, 136.0)  # mm of the panels that the sizes were drawn for


@dataclass(frozen=True)
class Sizes:
    """Pixels. `small`…`number` are em heights of text."""

    width: int
    height: int
    wide: bool
    margin: float
    gap: float
    small: float
    body: float
    fact: float
    key: float
    card: float
    title: float
    number: float
    target: float
    primary: float
    radius: float
    line: float
    tallest: float  # a card does not grow beyond this

    @classmethod
    def of(cls, kiosk: Kiosk) -> Sizes:
        """For this panel; a larger panel than the usual gets larger letters, a smaller one never smaller."""
        mm = kiosk.px_per_mm
        wide = kiosk.width > kiosk.height
        drawn = LANDSCAPE if wide else PORTRAIT
        grow = max(1.0, min(kiosk.width / mm / drawn[0], kiosk.height / mm / drawn[1]))
        unit = mm * grow
        if wide:
            texts = (SMALLEST, SMALLEST, 6.9, 7.4, 8.4, 8.8, 31.0)
            margin, gap, target, primary, tallest = 6.0, 3.2, 20.4, 25.5, 30.0
        else:
            texts = (6.8, 7.8, 9.6, 9.0, 13.0, 18.0, 56.0)
            margin, gap, target, primary, tallest = 13.5, 4.6, 25.0, 36.0, 86.0
        small, body, fact, key, card, title, number = (text * unit for text in texts)
        return cls(
            kiosk.width, kiosk.height, wide, margin * unit, gap * unit, small, body, fact, key, card, title, number,
            target * unit, primary * unit, 4 * unit, max(1.5, 0.4 * unit), tallest * unit,
        )  # fmt: skip

    def sheets(self) -> dict[Page, tuple[int, int]]:
        """Columns and rows of tiles that each page has room for."""
        if self.wide:
            return {
                Page.HOME: (3, 2), Page.GROUP: (2, 3), Page.ALL: (3, 3), Page.PRIORITY: (2, 3), Page.PAGER: (7, 3),
            }  # fmt: skip
        return {
            Page.HOME: (2, 3), Page.GROUP: (1, 6), Page.ALL: (2, 8), Page.PRIORITY: (1, 6), Page.PAGER: (5, 6),
        }  # fmt: skip
