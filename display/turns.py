"""Loudspeakers that are heard in each other's zones speak one after the other, in the order in which they asked.

A plain lock would not do: whoever has just spoken takes it again before its neighbour has woken, and a busy zone
would keep a neighbour silent until its calls have expired.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Self

from config.schema import Voice


class Turn:
    """Shared by the voices that hear each other; `queues` say how many calls wait before each of them."""

    def __init__(self) -> None:
        self.queues: list[Callable[[], int]] = []
        self._news = threading.Condition()
        self._asked = self._done = 0

    def __enter__(self) -> Self:
        with self._news:
            mine = self._asked
            self._asked += 1
            self._news.wait_for(lambda: self._done == mine)
        return self

    def __exit__(self, *_: object) -> None:
        with self._news:
            self._done += 1
            self._news.notify_all()

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn, with the one that is being spoken."""
        return sum(queue() for queue in self.queues)


def turns(voices: Sequence[Voice]) -> dict[str, Turn]:
    """One turn for all voices that are heard in each other's zones, however that is written down."""
    groups = [{voice.id, *voice.near} for voice in voices]
    for _ in voices:
        for group in groups:
            for other in groups:
                if group & other:
                    group |= other
    shared = {min(group): Turn() for group in groups}
    return {voice.id: shared[min(group)] for voice, group in zip(voices, groups, strict=True)}
