"""The keypads process's own loop with nobody behind it: every press is answered "done" and noted."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import msgspec

from caller.keypads import Keypads
from caller.messages import Answer, encode
from config.schema import Hall, Keypad
from drivers.mqtt import Bus, Delivery


@dataclass
class Noted:
    """Stands for the bus: what was posted, and what was kept under status/…"""

    on_post: Callable[[str, dict[str, Any]], None] = lambda topic, command: None
    on_keep: Callable[[str, dict[str, Any]], None] = lambda topic, status: None
    inbox: SimpleQueue[Delivery] = field(default_factory=SimpleQueue)

    def subscribe(self, *topics: str) -> None: ...

    def keep(self, topic: str, payload: bytes) -> None:
        self.on_keep(topic, msgspec.json.decode(payload))

    def post(self, topic: str, payload: bytes, timeout: float = 0) -> Future[bytes]:
        command = msgspec.json.decode(payload)
        self.on_post(topic, command)
        answer: Future[bytes] = Future()
        answer.set_result(encode(Answer(id=command["id"], done=True)))
        return answer


@contextlib.contextmanager
def running(hall: Hall, pads: tuple[Keypad, ...], noted: Noted) -> Iterator[Keypads]:
    """The loop, on a thread, until the end of the block."""
    keypads = Keypads(msgspec.structs.replace(hall, keypad=pads), cast(Bus, noted))
    stop = threading.Event()
    thread = threading.Thread(target=keypads.run, args=(lambda: not stop.is_set(), lambda: None))
    thread.start()
    try:
        yield keypads
    finally:
        stop.set()
        thread.join()


def descriptors() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
