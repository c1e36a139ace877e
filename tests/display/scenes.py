"""Moments of a hall, as the caller would tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from caller.messages import (
    Call,
    Channel,
    HallState,
    Need,
    Report,
    Result,
    ServiceState,
    Step,
    WindowState,
    WindowStatus,
)
from config.schema import Hall

NINE = datetime(2026, 11, 23, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = "2026-11-23"


def call(
    ticket: str,
    window: int,
    ago: float = 0,
    *,
    now: datetime = NINE,
    zone: str = "east",
    pager: int | None = None,
    live: bool = True,
    attempt: int = 1,
    reports: Iterable[Report] = (),
    need: Need = Need.NONE,
    language: str = "zh",
) -> Call:
    """A call of `ago` seconds before `now`."""
    at = now - timedelta(seconds=ago)
    return Call(
        id=f"{DAY}-{ticket}-{attempt}",
        ticket=ticket,
        window=window,
        service="transfer",
        zone=zone,
        attempt=attempt,
        at=at,
        expires=at + timedelta(seconds=60),
        pager=pager,
        need=need,
        language=language,
        live=live,
        reports=tuple(reports),
    )


def report(channel: Channel, device: str, result: Result, why: str = "") -> Report:
    return Report(channel=channel, device=device, result=result, at=NINE, why=why)


def window(number: int, ticket: str = "", step: Step | None = None, **more: object) -> WindowState:
    status = more.pop("status", WindowStatus.OPEN)
    told = f"{DAY}-{ticket}-1" if ticket else ""
    return WindowState(number=number, status=status, ticket=ticket, step=step, call=told, **more)  # type: ignore[arg-type]


def morning(hall: Hall, now: datetime = NINE, version: int = 7) -> HallState:
    """A quarter to ten: windows busy, one paused, one closed, four visitors called lately."""
    states = {
        1: window(1, "G003", Step.SERVING),
        2: window(2, "E002", Step.SERVING),
        3: window(3, "A012", Step.CALLED),
        4: window(4, "A009", Step.SERVING),
        5: window(5, "A011", Step.CALLED),
        6: window(6, status=WindowStatus.PAUSED),
        7: window(7, "C004", Step.SERVING),
        8: window(8, "B007", Step.SERVING),
        9: window(9, "D015", Step.SERVING),
        10: window(10, "F008", Step.SERVING),
        11: window(11),
        12: window(12, status=WindowStatus.CLOSED),
    }
    waiting = {
        "transfer": (6, (10, 20)),
        "mortgage": (4, (10, 15)),
        "collect": (1, (0, 5)),
        "search": (3, None),
    }
    return HallState(
        version=version,
        day=DAY,
        at=now,
        services=tuple(
            ServiceState(
                id=s.id, waiting=waiting.get(s.id, (0, None))[0], wait_minutes=waiting.get(s.id, (0, None))[1]
            )
            for s in hall.service
        ),
        windows=tuple(
            states.get(w.number, window(w.number, status=WindowStatus.CLOSED)) for w in hall.window
        ),
        recent=(
            call("A012", 3, 4, now=now),
            call("A011", 5, 31, now=now),
            call("B007", 8, 140, now=now, live=False),
            call("G003", 1, 200, now=now, live=False),
            call("F008", 10, 260, now=now, live=False, zone="west"),
        ),
    )


def opening(hall: Hall, now: datetime = NINE) -> HallState:
    """The doors have just opened and nobody has been called."""
    return HallState(
        version=1,
        day=DAY,
        at=now,
        services=tuple(ServiceState(id=s.id, waiting=0) for s in hall.service),
        windows=tuple(window(w.number, status=WindowStatus.CLOSED) for w in hall.window),
        recent=(),
    )
