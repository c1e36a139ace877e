"""One report that a person can act on, however many devices have failed; and the same as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from drivers.doctor.devices import spoken
from drivers.doctor.finding import Finding, State
from drivers.words import Into, Words, _

CALLED = {State.FINE: _("正常"), State.OPEN: _("线通"), State.HEED: _("注意"), State.FAULT: _("故障")}
HEADS = (_("状况"), _("设备"), _("地址"), _("应答"))


def table(findings: Sequence[Finding], into: Into = str) -> str:
    """Rows for people; under each, after an arrow, what to do: under several at once where they need the same."""
    heads = [head.put(into) for head in HEADS]
    rows = [
        (CALLED[f.state].put(into), _large(f.spoken.put(into)), f.url, f.answer.put(into)) for f in findings
    ]
    wide = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    lines = [_row(heads, wide)]
    todos = [f.todo.put(into) for f in findings]
    alike = 0
    for row, todo, following in zip(rows, todos, [*todos[1:], ""], strict=True):
        lines.append(_row(row, wide))
        alike += 1
        if todo != following:
            told = (
                _("以上 {count} 条：{todo}").format(count=alike, todo=todo).put(into) if alike > 1 else todo
            )
            lines += [" " * (wide[0] + 2) + f"→ {told}"] * bool(todo)
            alike = 0
    return "\n".join([*lines, "", summary(findings).put(into)])


def summary(findings: Sequence[Finding]) -> Words:
    """One sentence for all of it."""
    faults = [f for f in findings if f.state is State.FAULT]
    heeds = [f for f in findings if f.state is State.HEED]
    told = _("共 {count} 条线路，{usable} 条可用").format(
        count=len(findings), usable=len(findings) - len(faults)
    )
    if faults:
        told = _("{told}，{count} 条故障：{faults}").format(
            told=told, count=len(faults), faults=_together(faults)
        )
    if heeds:
        told = _("{told}；留意：{heeds}").format(told=told, heeds=_together(heeds))
    return _("{told}。").format(told=told)


def _together(findings: Sequence[Finding]) -> list[Words]:
    """The devices of all of them, those of a family under one name."""
    families: dict[str, list[str]] = {}
    for name in (name for finding in findings for name in finding.devices):
        families.setdefault(name.partition(":")[0], []).append(name)
    return [spoken(names) for names in families.values()]


def as_json(findings: Sequence[Finding], into: Into = str) -> str:
    """Everything, for a program: {"fine": bool, "findings": [...]}."""
    said = {"fine": fit(findings), "findings": [finding.told(into) for finding in findings]}
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()


def fit(findings: Sequence[Finding]) -> bool:
    """Whether the hall may open: no device is at fault."""
    return all(f.state is not State.FAULT for f in findings)


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _large(name: str) -> str:
    """As a line begins: what is a word in a sentence elsewhere stands alone here."""
    return name[:1].upper() + name[1:]


def _row(cells: Sequence[str], wide: Sequence[int]) -> str:
    padded = (cell + " " * (w - width(cell)) for cell, w in zip(cells, wide, strict=True))
    return "  ".join(padded).rstrip()
