"""What the queue must know of a hall, taken from its description."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from caller.calendar import Calendar, Span
from caller.state import Rules, WindowRule
from config.schema import Hall, WindowKind


def rules_of(hall: Hall) -> Rules:
    """The queue's rules for this hall."""
    return Rules(
        letters={service.id: service.letter for service in hall.service},
        zones={window.number: window.zone for window in hall.window},
        windows={
            window.number: WindowRule(hall.serves(window), window.kind is WindowKind.GREEN)
            for window in hall.window
        },
        pagers=frozenset(pager.number for pager in hall.pager),
        minutes={service.id: service.service_minutes for service in hall.service},
        priority_in_a_row=hall.caller.priority_in_a_row,
        calls_before_no_show=hall.caller.calls_before_no_show,
        seconds_between_calls=hall.caller.seconds_between_calls,
        call_lives_seconds=hall.caller.call_lives_seconds,
    )


def calendar_of(hall: Hall) -> Calendar:
    """The hall's days and hours."""
    place = hall.hall
    hours = tuple(Span.read(text) for text in place.hours)
    return Calendar(ZoneInfo(place.timezone), time.fromisoformat(place.day_starts), hours)
