"""Whatever a hall names must be there, and what only one may have, only one has."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from config.actions import ACTIONS
from config.languages import _
from config.load import Problem, near
from config.schema import Hall, KeypadKind

Row = tuple[str, str, Hashable]  # table, key, value


def dangling(hall: Hall) -> Iterator[Problem]:
    """Every reference that leads nowhere and everything that two claim; unread fields are passed over."""
    services = {s.id for s in hall.service}
    windows = {w.number for w in hall.window}
    zones = {z.id for z in hall.zone}
    named = _numbered

    yield from _unknown(
        [
            (f"{table} {n}", key, service)
            for table, key, rows in (
                ("window", "serves", hall.window),
                ("window", "also", hall.window),
                ("group", "services", hall.group),
            )
            for n, row in named(rows)
            for service in getattr(row, key)
        ],
        services,
        _("没有这项业务"),
    )
    yield from _unknown(
        [(f"{t} {n}", "zone", r.zone) for t in ("service", "window") for n, r in named(getattr(hall, t))]
        + [
            (f"{t} {n}", "zones", z)
            for t in ("board", "voice")
            for n, r in named(getattr(hall, t))
            for z in r.zones
        ],
        zones,
        _("没有这个区域"),
    )
    yield from _unknown(
        [(f"{t} {n}", "window", r.window) for t in ("sign", "keypad") for n, r in named(getattr(hall, t))],
        windows,
        _("没有这个窗口"),
    )
    yield from _unserved(hall)
    for table, key in (
        ("zone", "id"),
        ("group", "id"),
        ("service", "id"),
        ("service", "letter"),
        ("window", "number"),
        ("kiosk", "id"),
        ("board", "id"),
        ("sign", "window"),
        ("pager", "number"),
        ("pager", "capcode"),
        ("voice", "id"),
        ("clerk", "badge"),
    ):
        yield from _repeated((f"{table} {n}", key, getattr(r, key)) for n, r in named(getattr(hall, table)))
    yield from _repeated((f"voice {n}", "zones", z) for n, v in named(hall.voice) for z in v.zones)
    yield from _shared_wires(hall)
    yield from _keymaps(hall)
    if hall.pager and hall.pager_terminal is None:
        yield Problem("pager_terminal", "url", "", _("有震动牌，却没有寻呼终端"))


def _numbered(rows: Iterable[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(rows, 1))


def _unknown(rows: Iterable[Row], known: set[Any], expected: str) -> Iterator[Problem]:
    for table, key, value in rows:
        if value is not None and value not in known:
            yield Problem(table, key, str(value), expected, near(value, known))


def _repeated(rows: Iterable[Row]) -> Iterator[Problem]:
    first: dict[Hashable, str] = {}
    for table, key, value in rows:
        if value is not None and first.setdefault(value, table) != table:
            yield Problem(table, key, str(value), _("{other} 已经用了").format(other=first[value]))


def _unserved(hall: Hall) -> Iterator[Problem]:
    served = {service for window in hall.window for service in (*hall.serves(window), *window.also)}
    for n, service in _numbered(hall.service):
        if service.id is not None and service.id not in served:
            yield Problem(f"service {n}", "id", service.id, _("没有窗口办这项业务"))


def _shared_wires(hall: Hall) -> Iterator[Problem]:
    """A wire has one owner. Only RS-485 pads share one, each by its own address."""
    wires: list[Row] = []
    for n, kiosk in _numbered(hall.kiosk):
        if kiosk.printer is not None:
            wires.append((f"kiosk {n}.printer", "url", _wire(kiosk.printer.url)))
        if kiosk.touch != "screen":
            wires.append((f"kiosk {n}", "touch", _wire(kiosk.touch)))
    wires += [(f"sign {n}", "url", _wire(s.url)) for n, s in _numbered(hall.sign)]
    wires += [(f"voice {n}", "out", _wire(v.out)) for n, v in _numbered(hall.voice)]
    if hall.pager_terminal is not None:
        wires.append(("pager_terminal", "url", _wire(hall.pager_terminal.url)))
    rs485 = [(n, k) for n, k in _numbered(hall.keypad) if k.kind is KeypadKind.RS485]
    usb = [(n, k) for n, k in _numbered(hall.keypad) if k.kind is KeypadKind.USB]
    buses = {_wire(k.url): f"keypad {n}" for n, k in reversed(rs485)}
    wires += [(table, "url", wire) for wire, table in buses.items()]
    yield from _repeated(wires + [(f"keypad {n}", "url", _wire(k.url)) for n, k in usb])
    yield from _repeated((f"keypad {n}", "address", f"{_wire(k.url)} {k.address}") for n, k in rs485)
    for n, keypad in rs485 + usb:
        if _wire(keypad.url) is None:
            yield Problem(f"keypad {n}", "url", str(keypad.url), _("缺少键盘的地址"))


def _wire(url: str | None) -> str | None:
    """What two devices cannot both open: the URL without its options. Nothing, simulators and files can."""
    if url is None or url.startswith(("none:", "sim:", "file:")):
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}:{parts.path or parts.netloc}"


def _keymaps(hall: Hall) -> Iterator[Problem]:
    for kind, keys in (hall.keymap or {}).items():
        for key, action in keys.items():
            if action not in ACTIONS:
                yield Problem(f"keymap.{kind}", key, action, _("没有这个动作"), near(action, ACTIONS))
