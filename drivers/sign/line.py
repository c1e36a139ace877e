"""Signs whose URLs are the same stand on the same wire: it is opened once, and they take turns.

One RS-485 line carries the signs of many windows, each with its own address and each with its own worker.
A wire that broke is closed at once for all of them; whoever comes back first opens it anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from drivers.errors import DeviceLost
from drivers.transport import Transport
from drivers.words import _


@dataclass(eq=False)
class Line:
    """One open wire and how many signs hold it."""

    wire: Transport | None = None
    users: int = 0
    turn: threading.RLock = field(default_factory=threading.RLock)


_lines: dict[str, Line] = {}
_registry = threading.Lock()


class Share:
    """One sign's hold on a line."""

    def __init__(self, url: str, device: str, line: Line) -> None:
        self.url = url
        self.device = device
        self.line: Line | None = line

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The wire for this sign alone, until its answer has come or is overdue."""
        with self._held().turn:
            yield

    def write(self, data: bytes) -> None:
        line = self._held()
        try:
            self._wire(line).write(data)
        except DeviceLost as lost:
            raise self._broken(line, lost) from lost

    def read(self, timeout: float) -> bytes:
        line = self._held()
        try:
            return self._wire(line).read(timeout)
        except DeviceLost as lost:
            raise self._broken(line, lost) from lost

    def close(self) -> None:
        """Let go; the last one closes the wire. Closing twice is fine."""
        line, self.line = self.line, None
        if line is None:
            return
        with line.turn:
            line.users -= 1
            if not line.users:
                _shut(self.url, line)

    def _held(self) -> Line:
        if self.line is None:
            raise DeviceLost(self.device, _("连接已经关闭（{url}）").format(url=self.url))
        return self.line

    def _wire(self, line: Line) -> Transport:
        if line.wire is None:
            raise DeviceLost(self.device, _("线路断开，等待重新连接（{url}）").format(url=self.url))
        return line.wire

    def _broken(self, line: Line, lost: DeviceLost) -> DeviceLost:
        with line.turn:
            _shut(self.url, line)
        return DeviceLost(self.device, lost.words)


def join(url: str, device: str, open_wire: Callable[[str, str], Transport]) -> Share:
    """A hold on the line at `url`, opened if nobody has it open. Raises what `open_wire` raises."""
    while True:
        with _registry:
            line = _lines.setdefault(url, Line())
        with line.turn:
            if _lines.get(url) is not line:
                continue  # it was shut between the two locks
            if line.wire is None:
                try:
                    line.wire = open_wire(url, device)
                except BaseException:
                    _shut(url, line)
                    raise
            line.users += 1
            return Share(url, device, line)


def _shut(url: str, line: Line) -> None:
    with _registry:
        if _lines.get(url) is line:
            del _lines[url]
    wire, line.wire = line.wire, None
    if wire is not None:
        wire.close()
