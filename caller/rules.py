"""What the queue must know of a hall, taken from its description."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from caller.calendar import Calendar, Span, dates
from caller.order import Seat
from caller.state import BookingRules, Numbering, Rules, ServiceRule
from config.schema import Appointments, Hall, Late, Service, Window, WindowKind


def rules_of(hall: Hall) -> Rules:
    """The queue's rules for this hall."""
    caller, numbers = hall.caller, hall.numbers
    return Rules(
        services={service.id: _service(service) for service in hall.service},
        windows={window.number: _seat(hall, window) for window in hall.window},
        zones={window.number: window.zone for window in hall.window},
        pagers=frozenset(pager.number for pager in hall.pager),
        pagers_checked_in=hall.rack.check_in,
        clerks=frozenset(clerk.badge for clerk in hall.clerk),
        titles={window.number: window.title for window in hall.window if window.title},
        clerk_titles={clerk.badge: clerk.title for clerk in hall.clerk if clerk.title},
        numbering=Numbering(numbers.first, numbers.last, numbers.width, numbers.after_last),
        calendar=calendar_of(hall),
        booking=_booking(hall.appointments),
        priority_in_a_row=caller.priority_in_a_row,
        calls_before_no_show=caller.calls_before_no_show,
        seconds_between_calls=caller.seconds_between_calls,
        call_lives_seconds=caller.call_lives_seconds,
        rate_within_minutes=caller.rate_within_minutes,
        return_within_numbers=caller.return_within_numbers,
        return_within_minutes=caller.return_within_minutes,
        return_behind=caller.return_behind,
        overtime_minutes=caller.overtime_minutes,
        kiosks=tuple(f"kiosk-{kiosk.id}" for kiosk in hall.kiosk),
        lease_numbers=caller.lease_numbers,
        by_name=hall.by_name,
    )


def calendar_of(hall: Hall) -> Calendar:
    """The hall's days and hours."""
    place, days = hall.hall, hall.calendar
    return Calendar(
        zone=ZoneInfo(place.timezone),
        day_starts=time.fromisoformat(place.day_starts),
        hours=tuple(Span.read(text) for text in place.hours),
        weekend=frozenset(days.weekend),
        holidays=dates(days.holidays),
        workdays=dates(days.workdays),
    )


def _booking(promised: Appointments) -> BookingRules:
    return BookingRules(
        per_slot={quota.service: quota.per_slot for quota in promised.quota},
        walk_ins={quota.service: quota.walk_in_per_slot for quota in promised.quota},
        early_minutes=promised.early_minutes,
        late_minutes=promised.late_minutes,
        late_may_wait=promised.late is Late.ORDINARY,
        slot_minutes=promised.slot_minutes,
        days_ahead=promised.days_ahead,
        per_agent_per_day=promised.per_agent_per_day,
        absences=promised.absences,
        absence_days=promised.absence_days,
        back_after_minutes=promised.back_after_minutes,
        back_within_minutes=promised.back_within_minutes,
    )


def _service(service: Service) -> ServiceRule:
    return ServiceRule(
        letter=service.letter,
        minutes=service.service_minutes,
        longest_wait=service.longest_wait_minutes,
        quota=service.quota,
        hours=tuple(Span.read(text) for text in service.hours),
        one_clerk=service.one_clerk,
        then=service.then,
    )


def _seat(hall: Hall, window: Window) -> Seat:
    """1 what the window is there for, 2 what it also does when none of that waits."""
    services = dict.fromkeys(hall.serves(window), 1) | dict.fromkeys(window.also, 2)
    return Seat(window.number, services, window.kind is WindowKind.GREEN)
