"""What will probably be said soon is rendered before, by a thread that gives way to everything else."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import Self

from drivers.errors import DeviceLost
from drivers.speech.announcement import Speaker

MOST = 1024  # halves that may wait
LATER = 30.0  # seconds to leave a synthesiser alone that has failed

log = logging.getLogger(__name__)


class Ahead:
    """Prepares halves of calls for one speaker, from entering to leaving."""

    def __init__(self, speaker: Speaker, later: float = LATER) -> None:
        self.speaker = speaker
        self.later = later
        self._wanted: deque[str] = deque()
        self._in_hand = ""
        self._news = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"ahead {speaker.device}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._news:
            self._closing = True
            self._news.notify_all()
        # One rendering may be in hand; it is bounded, and nothing is lost if it is left behind.
        self._thread.join(1.0)

    def want(self, halves: Iterable[str], first: bool = False) -> None:
        """Prepare these after those that already wait, or before them."""
        now = tuple(halves)
        if not now:
            return
        with self._news:
            both = (*now, *self._wanted) if first else (*self._wanted, *now)
            fresh = (half for half in dict.fromkeys(both) if half != self._in_hand)
            self._wanted = deque(islice(fresh, MOST))
            self._news.notify_all()

    def idle(self, timeout: float) -> bool:
        """Wait until everything wanted is ready; whether it is."""
        with self._news:
            return self._news.wait_for(lambda: not self._wanted and not self._in_hand, timeout)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wanted or self._closing)
                if self._closing:
                    return
                half = self._in_hand = self._wanted.popleft()
            try:
                self.speaker.prepare(half)
            except DeviceLost as lost:
                log.warning("%s: not prepared: %s", self.speaker.device, lost)
                with self._news:
                    self._news.wait_for(lambda: self._closing, self.later)
            with self._news:
                self._in_hand = ""
                self._news.notify_all()
