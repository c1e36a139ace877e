"""Where a line may break does not depend on where it is shown: no line starts with ， and no word is torn.

Kivy breaks Chinese anywhere, so lines are broken here, by the rules that the paper follows too.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer.layout import words

Measure = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """The text as lines no wider than `width`, in the unit of `measure`; "\\n" always breaks."""
    return [line for part in text.split("\n") for line in _wrap(part, width, measure)]


def _wrap(text: str, width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words(text):
        if line and measure(line + word.rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            line, word = "", word.lstrip(" ")
        line += word
        while measure(line.rstrip(" ")) > width and len(line) > 1:
            cut = next((n for n in range(len(line) - 1, 1, -1) if measure(line[:n]) <= width), 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip(" ")]
