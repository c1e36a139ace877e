"""A visitor who cannot see or touch the glass walks through the same tree of words with four arrows and OK.

Pure. Down and right go to the next target in the order in which the page is read, up and left to the one before;
what is spoken is what stands there and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.languages import CHINESE, _
from drivers.speech.reading import Language, Rules, ticket
from kiosk.tree import Node

PERSONAL = "personal"  # the role of words that are for the visitor's own ears


class Arrow(StrEnum):
    NEXT = "next"
    BEFORE = "before"
    OK = "ok"
    AGAIN = "again"  # what was said last
    HUSH = "hush"
    LOUDER = "louder"
    SOFTER = "softer"


KEYS = {
    "KP8": Arrow.BEFORE, "KP4": Arrow.BEFORE, "KP2": Arrow.NEXT, "KP6": Arrow.NEXT,
    "KP5": Arrow.OK, "KPENTER": Arrow.OK, "KP0": Arrow.AGAIN, "KPDOT": Arrow.HUSH,
    "KPPLUS": Arrow.LOUDER, "KPMINUS": Arrow.SOFTER,
}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """Sentences to say. `personal`: only into headphones."""

    text: str
    personal: bool = False


def targets(nodes: Sequence[Node]) -> tuple[Node, ...]:
    return tuple(node for node in nodes if node.target)


def move(nodes: Sequence[Node], focus: str, arrow: Arrow) -> str:
    """The target that has the focus now; "" where there is none. From nowhere, the first."""
    ring = [node.target for node in targets(nodes)]
    if not ring:
        return ""
    if focus not in ring:
        return ring[0]
    step = {Arrow.NEXT: 1, Arrow.BEFORE: -1}.get(arrow, 0)
    return ring[(ring.index(focus) + step) % len(ring)]


def said(nodes: Sequence[Node], focus: str) -> Spoken | None:
    """The target in focus, as it is read aloud."""
    node = next((n for n in nodes if n.target and n.target == focus), None)
    return Spoken("。".join(filter(None, (node.label, node.value)))) if node else None


def volume(steps: int, language: str) -> Spoken:
    """What a key for the voice did, said at that very volume."""
    if steps == 0:
        return Spoken(_("音量：平常", language))
    told = _("音量：大 {steps} 级", language) if steps > 0 else _("音量：小 {steps} 级", language)
    return Spoken(told.format(steps=abs(steps)))


def page(nodes: Sequence[Node], language: str = CHINESE) -> tuple[Spoken, ...]:
    """All words of a page that are not a target's, in order; what is personal apart from the rest."""
    buttons = targets(nodes)
    words = [node for node in nodes if not node.target and not any(_within(node, b) for b in buttons)]
    found: list[Spoken] = []
    for node in words:
        personal = node.role == PERSONAL
        text = _number(node.label, language) if node.role == "number" else node.label
        if found and found[-1].personal == personal:
            found[-1] = Spoken(f"{found[-1].text}。{text}", personal)
        else:
            found.append(Spoken(text, personal))
    return tuple(found)


def dump(nodes: Sequence[Node]) -> str:
    """The whole page as text, a line for each thing, in reading order."""
    return "\n".join(f"{n.role}: {'。'.join(filter(None, (n.label, n.value)))}" for n in _shown(nodes))


def _shown(nodes: Sequence[Node]) -> list[Node]:
    buttons = targets(nodes)
    return [n for n in nodes if n.target or not any(_within(n, b) for b in buttons)]


def _number(number: str, language: str) -> str:
    """A ticket as the hall calls it, so that it is known again when it is called."""
    return ticket(number, Rules(language=Language.ENGLISH) if language == "en" else Rules())


def _within(node: Node, button: Node) -> bool:
    x, y, width, height = node.rect
    left, top, wide, high = button.rect
    return left <= x + width / 2 <= left + wide and top <= y + height / 2 <= top + high
