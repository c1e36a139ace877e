"""What is played between two calls: one item after the other, whole again after a call has broken into it.

No clock and no screen in here; the time is what somebody says it is, in seconds that only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from caller.messages import VoiceState
from config.boards import Board, Item
from config.letters import windows
from config.schema import Hall

FOREVER = 3600.0  # seconds after which a film that does not end is ended
WORDS_SECONDS = 10.0  # that words stand which stand in for a film of its own length


class Playlist:
    """`item` is what is to be seen now, None while a call has the board."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = tuple(items)
        self._next = 0
        self._since = 0.0
        self.item: Item | None = None
        self.cannot: set[str] = set()  # films that this machine cannot play; their words stand in for them
        self.turn = 0  # grows with each beginning, so that the same item twice is begun twice

    def look(self, now: float, free: bool, ended: bool = False) -> Item | None:
        """`free`: no call needs the board. `ended`: the item is over by itself, or cannot be shown."""
        if not free or not self._items:
            self.item = None  # the item that was cut short comes again, from its beginning
            return None
        if self.item is not None and (ended or now - self._since >= self._seconds(self.item)):
            self._next = (self._next + 1) % len(self._items)
            self.item = None
        if self.item is None:
            self.item, self._since = self._items[self._next], now
            self.turn += 1
        return self.item

    def _seconds(self, item: Item) -> float:
        return item.seconds or (WORDS_SECONDS if item.video in self.cannot else FOREVER)


def spoken_over(hall: Hall, board: Board, voices: Iterable[VoiceState], now: datetime) -> bool:
    """Whether a voice speaks now where this board hangs: then its films have no sound."""
    here = {window.zone for window in windows(hall, board)}
    return any(v.until is not None and now < v.until and (not v.zones or here & set(v.zones)) for v in voices)
