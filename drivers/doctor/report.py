"""One report that a person can act on, however many devices have failed; and the same as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from drivers.doctor.finding import Finding, State

WORDS = {State.FINE: "正常", State.OPEN: "线通", State.HEED: "注意", State.FAULT: "故障"}
HEADS = ("状况", "设备 device", "地址 URL", "应答 answer")


def table(findings: Sequence[Finding]) -> str:
    """Rows for people; under rows that need the same, after an arrow, what to do."""
    rows = [(WORDS[f.state], f.spoken, f.url, f.answer) for f in findings]
    wide = [max(map(width, column)) for column in zip(HEADS, *rows, strict=True)]
    lines = [_row(HEADS, wide)]
    after = [f.todo for f in findings[1:]] + [""]
    for finding, row, following in zip(findings, rows, after, strict=True):
        lines.append(_row(row, wide))
        if finding.todo and finding.todo != following:
            lines.append(" " * (wide[0] + 2) + f"→ {finding.todo}")
    return "\n".join([*lines, "", summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """One sentence for all of it."""
    faults = [f for f in findings if f.state is State.FAULT]
    heeds = [f for f in findings if f.state is State.HEED]
    told = f"共 {len(findings)} 条线路，{len(findings) - len(faults)} 条可用"
    if faults:
        told += f"，{len(faults)} 条故障：{'、'.join(f.spoken for f in faults)}"
    if heeds:
        told += f"；留意：{'、'.join(f.spoken for f in heeds)}"
    return told + "。"


def as_json(findings: Sequence[Finding]) -> str:
    """Everything, for a program: {"fine": bool, "findings": [...]}."""
    said = {"fine": fit(findings), "findings": list(findings)}
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()


def fit(findings: Sequence[Finding]) -> bool:
    """Whether the hall may open: no device is at fault."""
    return all(f.state is not State.FAULT for f in findings)


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _row(cells: Sequence[str], wide: Sequence[int]) -> str:
    padded = (cell + " " * (w - width(cell)) for cell, w in zip(cells, wide, strict=True))
    return "  ".join(padded).rstrip()
