"""`./hall report day`: the running day in numbers, told from the journal alone: what was given, called, set aside.

Each kind of parking is counted apart: who went home for papers (不持件) is no fault of a window, who waits beside it
with the papers there (持件, 等待) is time that the hall takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from caller.asking import ended
from caller.messages import (
    Event,
    Park,
    TicketCalled,
    TicketCancelled,
    TicketFinished,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketResumed,
    TicketServed,
    TicketTransferred,
    TicketVoided,
    say_why,
)
from caller.order import Rule
from caller.why import few, today
from config import entry
from config.languages import _
from drivers import clock


@dataclass
class Parking:
    """Of one kind: how often, how long together, the longest, and how many are still set aside."""

    times: int = 0
    total: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)
    still: int = 0

    def lasted(self, time: timedelta) -> None:
        self.total += time
        self.longest = max(self.longest, time)


@dataclass
class Day:
    given: int = 0
    called: int = 0
    finished: int = 0
    missed: int = 0
    cancelled: int = 0
    void: int = 0
    out_of_order: list[TicketCalled] = field(default_factory=list)
    # begun and not ended, with who was asked first
    open: dict[str, TicketServed | TicketTransferred] = field(default_factory=dict)
    parked: dict[Park, Parking] = field(default_factory=lambda: {kind: Parking() for kind in Park})


def measured(told: Iterable[Event], now: datetime) -> Day:
    """What the day's events say; who is still set aside is counted until `now`."""
    day, aside = Day(), dict[str, tuple[Park, datetime]]()
    for event in told:
        match event:
            case TicketIssued(late=True):
                day.given += 1
                day.void -= 1
            case TicketIssued(reprint=False):
                day.given += 1
            case TicketCalled() if event.attempt == 1:
                day.called += 1
                if event.rule == Rule.BY_HAND:
                    day.out_of_order.append(event)
            case TicketServed() | TicketTransferred():
                day.open.setdefault(event.ticket, event)
            case TicketFinished():
                day.finished += 1
            case TicketMissed():
                day.missed += 1
            case TicketParked(ticket=ticket, kind=kind, at=at):
                day.parked[kind].times += 1
                aside[ticket] = kind, at
        match event:
            case TicketCancelled():
                day.cancelled += 1
            case TicketVoided():
                day.void += 1
        if isinstance(event, TicketResumed | TicketCancelled | TicketVoided) and event.ticket in aside:
            kind, since = aside.pop(event.ticket)
            day.parked[kind].lasted(_from(since, event.at))
        if isinstance(event, TicketFinished | TicketCancelled | TicketVoided):
            day.open.pop(event.ticket, None)
    for kind, since in aside.values():
        day.parked[kind].still += 1
        day.parked[kind].lasted(_from(since, now))
    return day


def _from(since: datetime, until: datetime) -> timedelta:
    """Never less than nothing: the clock may have been put back."""
    return max(timedelta(0), until - since)


def table(day: Day, zone: str, language: str = "zh") -> str:
    """For a supervisor; one line each."""
    counts = _(
        "取号 {given}，叫到 {called}，办结 {finished}，过号 {missed}，取消 {cancelled}，作废 {void}", language
    )
    lines = [
        counts.format(
            given=day.given, called=day.called, finished=day.finished,
            missed=day.missed, cancelled=day.cancelled, void=day.void,
        )
    ]  # fmt: skip
    for kind, parking in day.parked.items():
        told = _("挂起 {kind}：{times} 次，共 {total} 分钟，最长 {longest} 分钟，还有 {still} 位", language)
        total, longest = _minutes(parking.total), _minutes(parking.longest)
        name = _kind(kind, language)
        lines.append(
            told.format(kind=name, times=parking.times, total=total, longest=longest, still=parking.still)
        )
    for call in day.out_of_order:
        said = say_why(call.why, language) if call.why else ""
        told = _("不按顺序：{time} {window} 号窗口叫 {ticket}（{why}），越过 {others}", language)
        others = few(call.overtook, call.overtaken, language) or call.turn or "-"
        lines.append(
            told.format(
                time=_clock(call.at, zone), window=call.window, ticket=call.ticket, why=said, others=others
            )
        )
    for ticket, first in day.open.items():
        told = _("还没有办结：{ticket}，{time} 在 {window} 号窗口首问", language)
        lines.append(told.format(ticket=ticket, time=_clock(first.at, zone), window=first.window))
    return "\n".join(lines)


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def _kind(kind: Park, language: str) -> str:
    match kind:
        case Park.WITHOUT_PAPERS:
            return _("不持件", language)
        case Park.WITH_PAPERS:
            return _("持件", language)
        case Park.WAITING:
            return _("等待", language)


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)


def main(arguments: list[str] | None = None) -> int:
    """0; 69 when the journal cannot be read."""
    hall = entry.hall(entry.parser("./hall report day", _("今天的大厅，几行数")).parse_args(arguments).config)

    def told() -> int:
        day = measured(today(hall.caller.journal), clock.now(hall.hall.timezone))
        print(table(day, hall.hall.timezone))
        return 0

    return ended(hall, told)


if __name__ == "__main__":
    entry.run(main)
