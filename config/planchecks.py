"""The hall's plan can be drawn: every zone lies on it, apart from the others, and a kiosk stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from config.languages import _
from config.load import Problem
from config.schema import Hall, Zone

WHOLE = 100  # percent


def problems(hall: Hall) -> Iterator[Problem]:
    drawn = []
    for n, zone in enumerate(hall.zone, 1):
        if not zone.area:
            continue
        if len(zone.area) == 4 and zone.area[2] and zone.area[3] and _inside(zone):
            drawn.append((f"zone {n}", zone))
        else:
            said = _("要写 [左, 上, 宽, 高]，都是百分数，不能超出 100")
            yield Problem(f"zone {n}", "area", _written(zone.area), said)
    for (_there, one), (table, other) in combinations(drawn, 2):
        if _overlap(one, other):
            said = _("和 {zone} 重叠了").format(zone=one.name)
            yield Problem(table, "area", _written(other.area), said)
    for n, kiosk in enumerate(hall.kiosk, 1):
        if kiosk.spot and len(kiosk.spot) != 2:
            yield Problem(f"kiosk {n}", "spot", _written(kiosk.spot), _("要写 [左, 上]，都是百分数"))


def _inside(zone: Zone) -> bool:
    left, top, width, height = zone.area
    return left + width <= WHOLE and top + height <= WHOLE


def _overlap(one: Zone, other: Zone) -> bool:
    (left, top, width, height), (x, y, w, h) = one.area, other.area
    return left < x + w and x < left + width and top < y + h and y < top + height


def _written(numbers: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, numbers))}]"
