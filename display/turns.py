"""Loudspeakers that are heard in each other's zones speak one after the other, in the order in which they asked.

A plain lock would not do: whoever has just spoken takes it again before its neighbour has woken, and a busy zone
would keep a neighbour silent until its calls have expired.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Self

from config.schema import Voice


class Order:
    """Whose turn it is: nothing but two counters."""

    def __init__(self) -> None:
        self.asked = self.done = 0

    def ask(self) -> int:
        """Take a place at the end of the line; its number."""
        self.asked += 1
        return self.asked - 1

    def may(self, place: int) -> bool:
        """Whether everybody before this place has spoken."""
        return self.done == place

    def end(self) -> None:
        """Whoever was at the head of the line has spoken."""
        self.done += 1


class Turn:
    """Shared by the voices that hear each other; `queues` say how many calls wait before each of them. Entering waits
    until it is one's turn."""

    def __init__(self) -> None:
        self.queues: list[Callable[[], int]] = []
        self.order = Order()
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        with self._news:
            place = self.order.ask()
            self._news.wait_for(lambda: self.order.may(place))
        return self

    def __exit__(self, *_: object) -> None:
        with self._news:
            self.order.end()
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
