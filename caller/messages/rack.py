"""The rack of pagers: what is done with one, what is known of it, and what a supervisor sees of all."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from caller.messages.commands import Command
from caller.messages.events import Event
from caller.messages.words import Message, Moment, PagerNumber


class Condition(StrEnum):
    """How a pager is; only one that is fine or out of range for a moment is lent."""

    FINE = "fine"
    LOW = "low-battery"  # still vibrates; is charged before it is lent again
    FLAT = "flat"
    OUT_OF_RANGE = "out-of-range"
    LOST = "lost"

    @property
    def callable(self) -> bool:
        """Whether it is worth calling its visitor by it; if not, the next channel calls at once."""
        return self not in (Condition.FLAT, Condition.LOST)

    @property
    def lendable(self) -> bool:
        return self in (Condition.FINE, Condition.OUT_OF_RANGE)


class Whereabouts(StrEnum):
    RACK = "rack"
    LENT = "lent"
    DUE = "due"  # its visitor has left, and nobody has seen it back


class ReturnPager(Command, frozen=True, kw_only=True):
    """The pager hangs on the rack again: scanned there, typed at a pad, or found."""

    pager: PagerNumber


class ReportPager(Command, frozen=True, kw_only=True):
    """Somebody, or the transmitter itself, says how a pager is."""

    pager: PagerNumber
    condition: Condition


class PagerReturned(Event, frozen=True, kw_only=True):
    pager: int


class PagerReported(Event, frozen=True, kw_only=True):
    """`holder` is the ticket that had it last, of an earlier day perhaps, and `since` when it was lent."""

    pager: int
    condition: Condition
    holder: str = ""
    since: Moment | None = None
    why: str = ""


class PagerState(Struct, frozen=True, kw_only=True):
    """`holder` is the ticket that it was lent to, `since` when."""

    number: int
    where: Whereabouts
    condition: Condition
    holder: str = ""
    since: Moment | None = None


class PagersState(Message, frozen=True, kw_only=True):
    """The whole rack, by number."""

    day: str
    pagers: tuple[PagerState, ...]
