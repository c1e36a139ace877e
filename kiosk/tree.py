"""The semantic tree: everything on the glass as role, label, value and place, in the order it is read.

It serves whoever cannot see the glass: the supervisor, the tests, a simulated finger, and later the voice.
Rectangles are pixels of the window from its top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caller.messages import ScreenState, Target


@dataclass(frozen=True)
class Node:
    """`target` is what a touch means, "" for words. `rect` is x, y, width, height."""

    role: str
    label: str
    value: str
    target: str
    rect: tuple[int, int, int, int]
    px: float = 0.0  # em height of words
    lines: tuple[str, ...] = ()  # as they are drawn


def tree(root: Any, height: int) -> tuple[Node, ...]:
    """The nodes below a widget; `height` is the window's."""
    return tuple(_nodes(root, height))


def screen(kiosk: int, page: str, nodes: tuple[Node, ...], ticket: str = "") -> ScreenState:
    """What is published: only what can be touched, and nothing about the visitor but the number."""
    targets = tuple(
        Target(role=node.role, label=node.label, x=x, y=y, width=width, height=height)
        for node in nodes
        if node.target
        for x, y, width, height in (node.rect,)
    )
    return ScreenState(kiosk=kiosk, page=page, targets=targets, ticket=ticket)


def _nodes(widget: Any, height: int) -> list[Node]:
    found: list[Node] = []
    tile = getattr(widget, "tile", None)
    if tile is not None and tile.target:
        value = " ".join(filter(None, (tile.hint, tile.note)))
        found.append(Node("button", tile.label, value, tile.target, _rect(widget, height)))
    words = getattr(widget, "words", "")
    if words and widget.text:
        lines = tuple(widget.lines)
        found.append(Node(widget.role, words, "", "", _rect(widget, height), float(widget.font_size), lines))
    for child in reversed(widget.children):
        found += _nodes(child, height)
    return found


def _rect(widget: Any, height: int) -> tuple[int, int, int, int]:
    left, bottom = widget.to_window(widget.x, widget.y)
    return round(left), round(height - bottom - widget.height), round(widget.width), round(widget.height)
