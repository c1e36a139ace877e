"""`python -m caller marks`: what visitors thought of today, by window and clerk, from the journal alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from caller.asking import ended
from caller.messages import BadMarkGiven, Event, ServiceRated, TicketServed
from caller.why import today
from config import entry
from config.languages import _, languages


def report(events: Iterable[Event], zone: str, language: str = "zh") -> Iterable[str]:
    """Marks by window and clerk, then each bad one with its ticket and time."""
    given: dict[tuple[int, str], list[int]] = {}
    served, bad = 0, list[BadMarkGiven]()
    for event in events:
        match event:
            case TicketServed():
                served += 1
            case ServiceRated():
                given.setdefault((event.window, event.clerk), []).append(event.mark)
            case BadMarkGiven():
                bad.append(event)
    count = sum(map(len, given.values()))
    yield _("办理 {served} 件，评价 {count} 件，差评 {bad} 件", language).format(
        served=served, count=count, bad=len(bad)
    )
    for (window, clerk), marks in sorted(given.items()):
        row = _("{window} 号窗口 {clerk}：{count} 件，平均 {mean} 分", language)
        mean = f"{sum(marks) / len(marks):.1f}"
        yield row.format(window=window, clerk=clerk or "—", count=len(marks), mean=mean)
    for event in bad:
        row = _("差评 {time} {ticket}，{window} 号窗口 {clerk}，{mark} 分", language)
        time = f"{event.at.astimezone(ZoneInfo(zone)):%H:%M}"
        yield row.format(
            time=time, ticket=event.ticket, window=event.window, clerk=event.clerk or "—", mark=event.mark
        )


def main(arguments: Sequence[str]) -> int:
    """0 told, 69 no journal."""
    line = entry.parser("python -m caller marks", "今天的好差评 / what visitors thought today")
    line.add_argument("--language", choices=languages(), default="zh")
    asked = line.parse_args(arguments)
    hall = entry.hall(asked.config)

    def told() -> int:
        for row in report(today(hall.caller.journal), hall.hall.timezone, asked.language):
            print(row)
        return 0

    return ended(hall, told)
