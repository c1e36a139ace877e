"""What will probably be said soon is rendered before, by a thread that gives way to everything else."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
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

    def want(self, halves: Iterable[str]) -> None:
        """Prepare these after those that already wait."""
        with self._news:
            waiting = set(self._wanted)
            fresh = [half for half in dict.fromkeys(halves) if half not in waiting]
            self._wanted.extend(fresh[: MOST - len(self._wanted)])
            self._news.notify_all()

    def idle(self, timeout: float) -> bool:
        """Wait until everything wanted is ready; whether it is."""
        with self._news:
            return self._news.wait_for(lambda: not self._wanted, timeout)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wanted or self._closing)
                if self._closing:
                    return
                half = self._wanted[0]
            try:
                self.speaker.prepare(half)
            except DeviceLost as lost:
                log.warning("%s: not prepared: %s", self.speaker.device, lost)
                with self._news:
                    self._news.wait_for(lambda: self._closing, self.later)
            with self._news:
                self._wanted.popleft()
                self._news.notify_all()
