"""Everybody out: one command, kept in the journal, and one state that every board, sign, voice and pager obeys."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from caller.messages.commands import Command
from caller.messages.events import Event
from caller.messages.words import Message, Moment

Sentence = Annotated[str, Meta(max_length=60, description="empty for what hall.toml says")]


class EvacuateHall(Command, frozen=True, kw_only=True):
    """From now on, over everything, until it is called off. Sent again it replaces the words."""

    words: Sentence = ""
    words_en: Sentence = ""


class CallOff(Command, frozen=True, kw_only=True):
    """The emergency is over; everything shows again what is true."""


class HallEvacuated(Event, frozen=True, kw_only=True):
    words: str = ""
    words_en: str = ""


class EmergencyCalledOff(Event, frozen=True, kw_only=True):
    pass


class EmergencyState(Message, frozen=True, kw_only=True):
    """Whether the hall is being left, since when, and what is said."""

    on: bool
    since: Moment | None = None
    words: str = ""
    words_en: str = ""
