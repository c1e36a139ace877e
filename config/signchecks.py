"""What a hall's signs cannot be: another kind's option, a model that is nowhere, two at one place of a wire."""

from __future__ import annotations

from collections.abc import Iterator

from config.languages import _
from config.load import Problem, near
from config.schema import Hall
from config.signs import OPTIONS, RULES, Sign


def problems(hall: Hall) -> Iterator[Problem]:
    """Everything of this kind; fields that could not be read are passed over."""
    for n, sign in enumerate(hall.sign, 1):
        if sign.model and sign.model not in (hall.sign_model or {}):
            said = _("没有这种显示屏")
            yield Problem(f"sign {n}", "model", sign.model, said, near(sign.model, hall.sign_model or {}))
        if sign.kind is not None and sign.url is not None:
            yield from _one(f"sign {n}", sign)
    yield from _neighbours(hall)


def _one(table: str, sign: Sign) -> Iterator[Problem]:
    rule = RULES[sign.kind]
    if sign.url.partition(":")[0] not in rule.schemes:
        said = _("要以 {schemes} 开头").format(schemes=_("、").join(f"{s}:" for s in rule.schemes))
        yield Problem(table, "url", sign.url, said)
    if any(getattr(sign, option) is None for option in OPTIONS if option != "colour"):
        return  # told already
    for option, value in sign.options.items():
        if option not in rule.options:
            yield Problem(table, option, str(value), _("这一类设备没有这个选项"))
        elif option == "address" and value not in rule.addresses:
            first, last = rule.addresses[0], rule.addresses[-1]
            said = _("要是 {first} 到 {last} 之间的地址").format(first=first, last=last)
            yield Problem(table, option, str(value), said)
        elif option == "colour" and value not in rule.colours:
            said = _("只能是 {words}").format(words=_("、").join(rule.colours))
            yield Problem(table, option, str(value), said, near(value, rule.colours))


def _neighbours(hall: Hall) -> Iterator[Problem]:
    """Signs on one line: the line is the same for all, and each has an address of its own."""
    first: dict[str, tuple[str, Sign]] = {}
    taken: dict[tuple[str, int], str] = {}
    for n, sign in enumerate(hall.sign, 1):
        if sign.url is None or sign.kind is None or sign.url.startswith("sim:"):
            continue
        table, wire = f"sign {n}", sign.url.partition("?")[0]
        owner, other = first.setdefault(wire, (table, sign))
        if owner == table:
            taken[wire, sign.address] = table
            continue
        if sign.url != other.url:
            yield Problem(table, "url", sign.url, _("同一条线上的显示屏要写得一样"))
        if not RULES[sign.kind].addresses or not sign.address or not other.address:
            yield Problem(table, "url", sign.url, _("{other} 已经用了").format(other=owner))
        elif taken.setdefault((wire, sign.address), table) != table:
            said = _("{other} 已经用了").format(other=taken[wire, sign.address])
            yield Problem(table, "address", str(sign.address), said)
