"""Questions to the registration system have a thread of their own: however slow it is, the glass is not."""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from config.schema import Progress
from drivers import progress
from kiosk.steps import Enquire, Found


class Enquiries:
    """`do` a question, read `said`. One at a time: a kiosk has one visitor."""

    def __init__(self, asked: Progress) -> None:
        self.asked = asked
        self.said: SimpleQueue[Found] = SimpleQueue()
        self._questions: SimpleQueue[Enquire | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._questions.put(None)
        self._thread.join(timeout=self.asked.timeout_seconds + 2)

    def do(self, question: Enquire) -> None:
        self._questions.put(question)

    def _run(self) -> None:
        while question := self._questions.get():
            finding = progress.ask(self.asked.url, question.number, self.asked.timeout_seconds)
            self.said.put(Found(question.job, finding, time.monotonic()))
