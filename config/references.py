"""Whatever a hall names must be there, and what only one may have, only one has."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from config import boardchecks, devicechecks, planchecks, signchecks
from config.actions import ACTIONS
from config.languages import _
from config.load import Problem, near
from config.schema import Hall, VoiceEngine

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
                ("service", "then", hall.service),
                ("group", "services", hall.group),
                ("calling", "services", hall.calling),
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
            for t in ("board", "voice", "calling")
            for n, r in named(getattr(hall, t))
            for z in r.zones
        ],
        zones,
        _("没有这个区域"),
    )
    yield from _unknown(
        [
            (f"{t} {n}", "window", r.window)
            for t in ("sign", "keypad", "board")
            for n, r in named(getattr(hall, t))
        ],
        windows,
        _("没有这个窗口"),
    )
    yield from _unknown(
        [(f"voice {n}", "near", near) for n, voice in named(hall.voice) for near in voice.near],
        {voice.id for voice in hall.voice},
        _("没有这个语音区"),
    )
    yield from _appointments(hall)
    yield from _unserved(hall)
    for table, key in (
        ("zone", "id"),
        ("group", "id"),
        ("service", "id"),
        ("window", "number"),
        ("kiosk", "id"),
        ("case", "id"),
        ("board", "id"),
        ("sign", "window"),
        ("pager", "number"),
        ("pager", "capcode"),
        ("voice", "id"),
        ("clerk", "badge"),
    ):
        yield from _repeated((f"{table} {n}", key, getattr(r, key)) for n, r in named(getattr(hall, table)))
    yield from _repeated((f"voice {n}", "zones", z) for n, v in named(hall.voice) for z in v.zones)
    yield from devicechecks.problems(hall)
    yield from planchecks.problems(hall)
    yield from signchecks.problems(hall)
    yield from boardchecks.problems(hall)
    yield from _keymaps(hall)
    yield from _callings(hall)
    for n, voice in named(hall.voice):
        if voice.engine is VoiceEngine.CLIPS and not voice.clips:
            yield Problem(f"voice {n}", "clips", "", _("缺少录音的目录"))


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


def _appointments(hall: Hall) -> Iterator[Problem]:
    """A quota is of a service that there is, and of one only; readers and lists hash a person alike; a place cannot
    come back later than at the latest."""
    booked = hall.appointments
    if booked is None:
        return
    quotas = [(f"appointments.quota {n}", "service", q.service) for n, q in _numbered(booked.quota)]
    yield from _unknown(quotas, {s.id for s in hall.service}, _("没有这项业务"))
    yield from _repeated(quotas)
    if booked.key_file:
        for n, reader in _numbered(hall.reader):
            if reader.key_file and reader.key_file != booked.key_file:
                said = _("和 [appointments] key_file 要是同一个文件，不然认不出是同一个人")
                yield Problem(f"reader {n}", "key_file", reader.key_file, said)
    first, last = booked.back_after_minutes, booked.back_within_minutes
    if first is not None and last is not None and first > last:
        said = _("要在 back_after_minutes 之后")
        yield Problem("appointments", "back_within_minutes", str(last), said)


def _callings(hall: Hall) -> Iterator[Problem]:
    """Every visitor is called by some rule, and no rule waits until its calls have expired."""
    life = hall.caller.call_lives_seconds if hall.caller is not None else None
    for n, rule in named_rules(hall):
        acts = [stage.act for stage in rule.stages]
        if not acts:
            yield Problem(f"calling {n}", "stages", "", _("至少要写一步，否则没有人被叫到"))
        if rule.wish == "aloud" and acts and not {"voice", "flash"} & set(acts):
            yield Problem(f"calling {n}", "stages", "", _("没拿震动牌的人，光靠震动牌叫不到"))
        for stage in rule.stages:
            if life is not None and stage.after_seconds is not None and stage.after_seconds >= life:
                said = _("要在 {seconds} 秒以内，呼叫过了这个时间就作废").format(seconds=life)
                yield Problem(f"calling {n}", "after_seconds", str(stage.after_seconds), said)


def named_rules(hall: Hall) -> list[tuple[int, Any]]:
    return [(n, rule) for n, rule in _numbered(hall.calling) if rule.stages is not None]


def _keymaps(hall: Hall) -> Iterator[Problem]:
    charts = {f"keymap.{kind}": keys for kind, keys in (hall.keymap or {}).items()}
    charts |= {f"keypad_model.{name}.keymap": m.keymap or {} for name, m in (hall.keypad_model or {}).items()}
    charts |= {
        f"keypad {n}.keymap": pad.keymap for n, pad in _numbered(hall.keypad) if pad.keymap and not pad.model
    }
    for table, keys in charts.items():
        for key, action in keys.items():
            if action not in ACTIONS:
                yield Problem(table, key, action, _("没有这个动作"), near(action, ACTIONS))
