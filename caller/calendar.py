"""All day boundaries of a hall are here, in the hall's own time zone, whatever the machine's is.

A business day begins at `day_starts` and is named by its date; a visit across midnight stays in its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SOON = 60  # days: how far ahead a next opening is looked for


@dataclass(frozen=True)
class Span:
    """Hours of one day, the end not included."""

    begin: time
    end: time

    @staticmethod
    def read(text: str) -> Span:
        """From "08:30-12:00"."""
        begin, _, end = text.partition("-")
        return Span(time.fromisoformat(begin), time.fromisoformat(end))


@dataclass(frozen=True)
class Calendar:
    """`weekend` are weekdays from 0 (Monday); `workdays` are weekend days that are worked (调休)."""

    zone: ZoneInfo
    day_starts: time = time(4)
    hours: tuple[Span, ...] = (Span(time(8, 30), time(17)),)
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def day(self, at: datetime) -> date:
        """The business day of a moment."""
        local = at.astimezone(self.zone)
        begins = timedelta(hours=self.day_starts.hour, minutes=self.day_starts.minute)
        return (local.replace(tzinfo=None) - begins).date()

    def is_worked(self, day: date) -> bool:
        """Whether the hall works that day at all."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() not in self.weekend

    def spans(self, day: date, hours: Iterable[Span] = ()) -> Iterator[tuple[datetime, datetime]]:
        """When numbers are given on that day; `hours` are a service's own, within none of the hall's."""
        if self.is_worked(day):
            for span in tuple(hours) or self.hours:
                yield (
                    datetime.combine(day, span.begin, self.zone),
                    datetime.combine(day, span.end, self.zone),
                )

    def is_open(self, at: datetime, hours: Iterable[Span] = ()) -> bool:
        return any(begin <= at < end for begin, end in self.spans(self.day(at), hours))

    def closes(self, at: datetime, hours: Iterable[Span] = ()) -> datetime | None:
        """The end of the last hours of that day; None if it is not worked."""
        return max((end for _, end in self.spans(self.day(at), hours)), default=None)

    def opens_next(self, at: datetime, hours: Iterable[Span] = ()) -> datetime | None:
        """The next moment from which numbers are given; `at` itself if they are given now."""
        hours = tuple(hours)
        first = self.day(at)
        for ahead in range(SOON):
            for begin, end in self.spans(first + timedelta(days=ahead), hours):
                if at < end:
                    return max(at, begin)
        return None


def dates(texts: Iterable[str]) -> frozenset[date]:
    """Days and ranges of days, both ends included: "2026-10-01", "2026-10-01/2026-10-07"."""
    days: set[date] = set()
    for text in texts:
        first, _, last = text.partition("/")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)
