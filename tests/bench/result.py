"""One measurement and its floor."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Result(Struct, frozen=True):
    """`floor` is what the machine gave in the same run for the least that must be done; `ratio` is value/floor."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float


def compare(name: str, unit: str, value: float, floor: float) -> Result:
    return Result(name, round(value, 1), unit, round(floor, 1), round(value / floor, 3))


def table(results: Sequence[Result]) -> str:
    rows = [("what", "ours", "floor", "unit", "ratio")]
    rows += [(r.name, f"{r.value:,.0f}", f"{r.floor:,.0f}", r.unit, f"{r.ratio:.2f}") for r in results]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for what, ours, floor, unit, ratio in rows:
        lines.append(
            f"{what:<{widths[0]}}  {ours:>{widths[1]}}  {floor:>{widths[2]}}  {unit:<{widths[3]}}  {ratio:>{widths[4]}}"
        )
    return "\n".join(lines)
