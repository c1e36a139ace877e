"""What a visitor's own phone may be shown: the place in the queue behind the code on the paper, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

from caller.messages.words import Message, Step


class Holder(Struct, frozen=True, array_like=True):
    """One ticket. `key` is `phone_key` of its token; `wait` is in minutes, None where nobody can know it."""

    key: str
    ticket: str
    step: Step
    ahead: int = 0
    wait: tuple[int, int] | None = None
    window: int | None = None


class QueueState(Message, frozen=True, kw_only=True):
    """Everybody who holds a ticket of one service today, under `state/queue/<service>`."""

    service: str
    holders: tuple[Holder, ...]


@lru_cache(maxsize=4096)
def phone_key(token: str) -> str:
    """What stands for a ticket's secret on the bus: whoever reads the bus cannot open anybody's page."""
    return sha256(token.encode()).hexdigest()[:24]
