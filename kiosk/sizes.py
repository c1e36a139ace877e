"""A size on the glass is in millimetres, because a finger and an eye are; the panel's px/mm makes it pixels.

Text is never below 4.8 mm (height of a capital, US Section 508 402.4), in 长辈版 never below 7.4 mm, and there
titles, keys and the number are 12 mm high where the panel is larger than 28 cm (Korea's notice of 2021 asks
7.25 mm of smaller ones). A target is never below 20 mm, the primary one never below 25 mm, gaps never below 3 mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from config.schema import Kiosk
from kiosk.steps import Page
from kiosk.themes import Theme

CAPITAL = 0.733  # height of a capital of Noto Sans SC, in em
SMALLEST, ELDER, LARGE = (mm / CAPITAL for mm in (4.8, 7.4, 12.0))  # mm of em
TARGET, PRIMARY, GAP = 20.0, 25.0, 3.0
PORTRAIT, LANDSCAPE = (268.0, 476.0), (217.0, 136.0)  # mm of the panels that the sizes were drawn for
SMALL = 280.0  # mm of diagonal
LOW = 0.55  # of a tall panel: what a person in a wheelchair reaches
TALL = 300.0  # mm: a lower panel is within reach as it stands


@dataclass(frozen=True)
class Sizes:
    """Pixels. `small`…`number` are em heights of text; `width` x `height` is what a page has."""

    width: int
    height: int
    wide: bool
    elder: bool
    low: bool
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
    def of(cls, kiosk: Kiosk, theme: Theme = Theme.PLAIN, low: bool = False) -> Sizes:
        """For this panel; a larger panel than the usual gets larger letters, a smaller one never smaller."""
        mm = kiosk.px_per_mm
        low = low and reachable(kiosk)
        height = round(kiosk.height * LOW) if low else kiosk.height
        wide = kiosk.width > height
        drawn = LANDSCAPE if wide else PORTRAIT
        grow = max(1.0, min(kiosk.width / mm / drawn[0], height / mm / drawn[1]))
        elder = theme is Theme.ELDER
        texts: tuple[float, ...]
        if wide:
            texts = (SMALLEST, SMALLEST, 6.9, 7.4, 8.4, 8.8, 31.0)
            margin, gap, target, primary, tallest = 6.0, 3.2, 20.4, 25.5, 30.0
        else:
            texts = (6.8, 7.8, 9.6, 9.0, 13.0, 18.0, 56.0)
            margin, gap, target, primary, tallest = 13.5, 4.6, 25.0, 36.0, 86.0
        texts = tuple(text * grow for text in texts)
        if elder:
            large = LARGE if math.hypot(kiosk.width, kiosk.height) / mm > SMALL else ELDER
            floors = (ELDER, ELDER, ELDER, large, large, large, large)
            texts = tuple(max(text, floor) for text, floor in zip(texts, floors, strict=True))
            margin, target = margin * 0.75, max(target, large * 1.75 / grow)
            tallest = 1e4
            if wide and not low:
                texts = (*texts[:-1], 19.0)
        small, body, fact, key, card, title, number = (text * mm for text in texts)
        unit = mm * grow
        return cls(
            kiosk.width, height, wide, elder, low,
            margin * unit, gap * unit, small, body, fact, key, card, title, number,
            target * unit, primary * unit, 4 * unit, max(1.5, 0.4 * unit), tallest * unit,
        )  # fmt: skip

    def sheets(self) -> dict[Page, tuple[int, int]]:
        """Columns and rows of tiles that each page has room for; of facts, on the page of a service."""
        if self.elder and self.wide:
            return {
                Page.HOME: (1, 3), Page.GROUP: (1, 3), Page.ALL: (1, 3), Page.PRIORITY: (1, 3), Page.ACCESS: (1, 3),
                Page.PAGER: (5, 2), Page.SERVICE: (1, 2), Page.MAP: (1, 1), Page.CASES: (1, 3),
                Page.CARD: (1, 3), Page.LOST: (1, 3), Page.PEOPLE: (5, 2),
            }  # fmt: skip
        if self.elder:
            return {
                Page.HOME: (1, 5), Page.GROUP: (1, 5), Page.ALL: (1, 5), Page.PRIORITY: (1, 6), Page.ACCESS: (1, 5),
                Page.PAGER: (4, 5), Page.SERVICE: (1, 4), Page.CASES: (1, 6), Page.CARD: (1, 5), Page.LOST: (1, 5),
                Page.PEOPLE: (3, 3),
            }  # fmt: skip
        if self.wide:
            return {
                Page.HOME: (3, 2), Page.GROUP: (2, 3), Page.ALL: (2, 3), Page.PRIORITY: (2, 3), Page.ACCESS: (2, 2),
                Page.PAGER: (7, 3), Page.SERVICE: (2, 4), Page.CASES: (2, 3),
                Page.SETUP: (2, 2), Page.ABOUT: (1, 5), Page.CARD: (2, 3), Page.LOST: (2, 3), Page.PEOPLE: (5, 2),
            }  # fmt: skip
        return {
            Page.HOME: (2, 3), Page.GROUP: (1, 6), Page.ALL: (2, 8), Page.PRIORITY: (1, 6), Page.ACCESS: (1, 5),
            Page.PAGER: (5, 6), Page.SERVICE: (1, 4), Page.CASES: (1, 6), Page.CARD: (1, 6), Page.LOST: (1, 6),
            Page.SETUP: (1, 6), Page.ABOUT: (1, 12), Page.PEOPLE: (3, 3),
        }  # fmt: skip


def reachable(kiosk: Kiosk) -> bool:
    """Whether the panel is so tall that its lower part can be offered to those who do not reach the upper."""
    return kiosk.height / kiosk.px_per_mm > TALL and kiosk.height > kiosk.width
