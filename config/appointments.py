"""Appointments as a hall promises them: when one counts, how many there are, and what happens to those nobody uses."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from config.field import HTTP, Id, Positive, Table, like

Minutes = Annotated[int, Meta(ge=0, le=720)]


class Late(StrEnum):
    """What becomes of somebody who comes after the window: an ordinary visitor from now, or a refusal."""

    ORDINARY = "ordinary"
    REFUSE = "refuse"


class Quota(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A service that can be booked: so many in each slot, and so many more numbers for those who just come (0: any)."""

    service: Id
    per_slot: Positive
    walk_in_per_slot: Annotated[int, Meta(ge=0)] = 0


class BookingServer(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The city's booking server; docs/appointments.md says what it answers. `token_file` holds a bearer token."""

    url: Annotated[str, like([HTTP], "https://city.example/bookings")]
    every_seconds: Annotated[int, Meta(ge=5, le=3600)] = 30
    patience_seconds: Annotated[int, Meta(ge=1, le=60)] = 10
    token_file: str = ""


class Appointments(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whoever checks in from `early_minutes` before to `late_minutes` after the start of the slot counts as having come
    at its start. Slots are cut from the service's hours. Only services with a quota can be booked.

    A cancelled place comes back at a random time, from `back_after_minutes` to `back_within_minutes` after it was
    cancelled. Whoever was absent `absences` times in `absence_days` (0: never) cannot book until the first is that
    old, or forgiven. `key_file` is the key that the card readers hash ID numbers with; `day_keys_file` keeps the keys
    that are thrown away with each day, empty for beside the journal.
    """

    early_minutes: Minutes = 30
    late_minutes: Minutes = 15
    late: Late = Late.ORDINARY
    slot_minutes: Annotated[int, Meta(ge=5, le=240)] = 30
    days_ahead: Annotated[int, Meta(ge=0, le=14)] = 7
    per_agent_per_day: Annotated[int, Meta(ge=0)] = 4
    absences: Annotated[int, Meta(ge=0)] = 3
    absence_days: Annotated[int, Meta(ge=1, le=365)] = 90
    back_after_minutes: Minutes = 5
    back_within_minutes: Minutes = 60
    key_file: str = ""
    day_keys_file: str = ""
    quota: tuple[Quota, ...] = ()
    server: BookingServer | None = None
