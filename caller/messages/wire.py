"""How a message travels: its topic is its kind, its payload is JSON."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

import msgspec

from caller.messages.commands import Command
from caller.messages.events import Event

M = TypeVar("M")


@cache
def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def topic(message: Command | Event) -> str:
    """Where a command or event travels, below `hall/<hall id>/`."""
    kind = "command" if isinstance(message, Command) else "event"
    return f"{kind}/{kebab(type(message).__name__)}"


def encode(message: msgspec.Struct) -> bytes:
    return msgspec.json.encode(message)


def decode(payload: bytes, kind: type[M]) -> M:
    """The message; raises msgspec.ValidationError or msgspec.DecodeError, both `msgspec.MsgspecError`, whatever the
    bytes are: text that is no UTF-8 and brackets without an end are no reason for a process to die."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None
