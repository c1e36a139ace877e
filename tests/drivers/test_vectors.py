"""Every protocol that hall.toml can name has golden vectors, each with its source, in both directions where there are
two; a fuzz target starts from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.signs import SignKind
from config.wired import KeypadKind, PagerKind, ReaderKind
from tests.fuzz import engine

VECTORS = Path(__file__).parents[1] / "vectors"
PROTOCOLS = {
    "onbon": "onbon", "bx5": "bx", "bx6": "bx", "alpha": "alpha", "strip": "strip", "candle": "candle",
    "tap": "tap", "pocsag": "pocsag", "jtech": "coaster", "waveware": "coaster", "lrs": "coaster",
    "rumble": "rumble", "webhook": "webhook", "rs485": "ff68", "usb": "usb_pad", "modbus": "modbus",
    "idcard": "sdt", "scanner": "gm65", "wedge": "usb_pad", "printer": "escpos",
    "hub75": "hub75",
}  # fmt: skip
WORDLESS = {"screen"}  # a program of our own; nothing goes over a wire


def told(value: Any) -> Iterator[dict[str, Any]]:
    """The vectors of a file: whatever has a source, or should."""
    match value:
        case list():
            for row in value:
                yield from [row] if isinstance(row, dict) else told(row)
        case dict():
            for inner in value.values():
                yield from told(inner) if isinstance(inner, list) else ([inner] if "source" in inner else [])


def rows(name: str) -> list[dict[str, Any]]:
    return list(told(json.loads((VECTORS / f"{name}.json").read_text("utf-8"))))


def test_every_kind_has_vectors() -> None:
    kinds = {str(kind) for every in (SignKind, PagerKind, KeypadKind, ReaderKind) for kind in every} | {
        "printer"
    }
    assert kinds == set(PROTOCOLS) | WORDLESS
    assert set(PROTOCOLS.values()) == {path.stem for path in VECTORS.glob("*.json")}


@pytest.mark.parametrize("name", sorted(set(PROTOCOLS.values())))
def test_every_vector_has_a_source(name: str) -> None:
    found = rows(name)
    assert found
    assert all(len(str(row["source"])) > 5 for row in found), [row for row in found if not row.get("source")]


# What a device says, as each file tells it; what it is told is all the rest.
SAYS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "onbon": lambda row: row["frame"]["group"] == 0xA0,
    "bx": lambda row: row.get("message", {}).get("body", "").startswith("00"),
    "alpha": lambda row: row["packet"].get("kind") == "0",
    "strip": lambda row: "reply" in row,
    "coaster": lambda row: "answer" in row,
    "ff68": lambda row: "press" in row,
    "modbus": lambda row: row["direction"] == "answer",
    "sdt": lambda row: row["to"] == "host",
    "gm65": lambda row: "reply" in row,
    "webhook": lambda row: "status" in row,
    "escpos": lambda row: "real_time" in row or "hex" in row,
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_a_device_that_answers_has_both_directions(name: str) -> None:
    said = [SAYS[name](row) for row in rows(name)]
    assert any(said) and not all(said), said


def test_a_fuzz_target_starts_from_each() -> None:
    seeded = {name for name in engine.targets() if engine.seeds(name) != [b""]}
    named = set(PROTOCOLS.values()) - {"rumble", "escpos", "pocsag", "hub75"}
    assert named <= seeded, "of these four the vectors are words, states and dots, and no bytes of a frame"
