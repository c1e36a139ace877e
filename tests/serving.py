"""A process of the hall as a thread of this one: its own `serve`, until the block ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config.schema import Hall


@contextmanager
def serving(serve: Callable[[Hall, threading.Event], object], hall: Hall) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(hall, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
