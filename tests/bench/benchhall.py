"""The hall of the benchmark of wires: as many windows as have a pad and a sign, all alike, on wires of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from config.load import parse
from config.schema import Hall

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"
STUCK = "stuck"  # the voice of the zone without windows: its card takes what is played and never ends
EVERYBODY = "9999999"  # the capcode that all pagers have in common
SERVICE = "transfer"  # what everybody comes for


@dataclass(frozen=True)
class Wires:
    """`signs` are URLs, `pads` URLs with their addresses, both by window; every pager has its number as capcode."""

    broker: tuple[str, int]
    journal: str
    signs: Sequence[str]
    pads: Sequence[tuple[str, int]]
    paging: str
    pagers: Sequence[int]
    board: bool


def hall(wires: Wires, file: Path) -> Hall:
    """Written down, and read again."""
    raw: dict[str, Any] = tomllib.loads(EXAMPLE.read_text("utf-8"))
    everything, zones = [s["id"] for s in raw["service"]], [z["id"] for z in raw["zone"]]
    host, port = wires.broker
    raw["broker"] = {"host": host, "port": port}
    raw["caller"] |= {"journal": wires.journal}
    raw["kiosk"] = raw["kiosk"][:1]
    raw["kiosk"][0]["printer"] = {"url": "file:/dev/null", "profile": "80mm-mute"}
    raw["board"] = [{"id": "main", "distance_m": 3}] if wires.board else []
    windows = range(1, len(wires.signs) + 1)
    raw["window"] = [
        {"number": n, "name": f"综合{n}", "zone": zones[0], "kind": "integrated", "serves": everything}
        for n in windows
    ]
    raw["sign"] = [
        {"window": n, "url": url, "width_dots": 128, "height_dots": 32}
        for n, url in zip(windows, wires.signs, strict=True)
    ]
    raw["keypad"] = [
        {"window": n, "kind": "rs485", "url": url, "address": address}
        for n, (url, address) in zip(windows, wires.pads, strict=True)
    ]
    raw["pager_terminal"] = {"url": wires.paging, "everybody": EVERYBODY}
    raw["pager"] = [{"number": n, "capcode": f"{n:07}"} for n in wires.pagers]
    voices = zip(("east", STUCK), zones, strict=True)  # every window is in the first zone
    raw["voice"] = [{"id": id, "zones": [zone], "out": f"alsa:{id}"} for id, zone in voices]
    for table in ("reader", "calling"):
        raw.pop(table, None)
    file.write_bytes(tomli_w.dumps(raw).encode())
    return parse(raw)
