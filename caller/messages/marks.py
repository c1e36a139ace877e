"""What visitors think of how they were served (好差评): one mark for each time somebody was served at a window."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from caller.messages.commands import Command
from caller.messages.events import Event
from caller.messages.words import Message, Moment, TicketNumber, WindowNumber

Mark = Annotated[int, Meta(ge=1, le=5, description="1 很不满意 … 5 非常满意")]


class RateService(Command, frozen=True, kw_only=True):
    """Whoever was served last at this window gives a mark; an evaluator does not know the ticket's number."""

    window: WindowNumber
    mark: Mark
    ticket: TicketNumber | None = None


class ServiceRated(Event, frozen=True, kw_only=True):
    ticket: str
    window: int
    mark: int
    clerk: str = ""


class BadMarkGiven(Event, frozen=True, kw_only=True):
    """For the supervisor: somebody should speak with this visitor today."""

    ticket: str
    window: int
    mark: int
    clerk: str = ""


class WindowMarks(Struct, frozen=True, kw_only=True):
    """How often each mark was given at a window today, from 1 to 5."""

    window: int
    counts: tuple[int, int, int, int, int]


class BadMark(Struct, frozen=True, kw_only=True):
    ticket: str
    window: int
    mark: int
    at: Moment
    clerk: str = ""


class MarksState(Message, frozen=True, kw_only=True):
    """Today's marks, and the bad ones, newest last."""

    day: str
    windows: tuple[WindowMarks, ...]
    bad: tuple[BadMark, ...]
