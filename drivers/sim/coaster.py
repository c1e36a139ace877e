"""Restaurant-pager transmitters: a JTECH, a WaveWare SPS-5 and an LRS, with pagers in reach.

Physics: `die`, `revive`, `out_of_range(pager)`, `in_range(pager)`; `busy` and `idle` (a JTECH takes no more
bytes: its CTS is low); `nak_next(count, why)` (WaveWare only: the others never answer).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.pager import coaster
from drivers.pager.coaster import Framer, Heard

Reader = Callable[[bytes], Heard | None]


class CoasterBox:
    """`known` lists the pagers that it serves ("105,106"); empty: all. `bad` counts frames that made no sense."""

    answers = False
    start, end = b"", b""
    read: Reader

    def __init__(self, name: str, out: Path | None = None, *, known: str = "") -> None:
        self.name = name
        self.known = set(filter(None, known.split(",")))
        self.events: list[dict[str, Any]] = []
        self.framer = Framer(self.start, self.end)
        self.bad = 0
        self.dead = self.busy = False
        self.unreachable: set[str] = set()
        self.naks: list[str] = []

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        return b"".join(self._hear(type(self).read(body)) for body in self.framer.feed(data))

    def poll(self) -> bytes:
        return b""

    def room(self) -> int:
        """A transmitter that is on air takes nothing."""
        return 0 if self.busy else 4096

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "die":
                self.dead = True
            case "revive":
                self.dead, self.framer = False, Framer(self.start, self.end)
            case "busy":
                self.busy = True
            case "idle":
                self.busy = False
            case "out_of_range":
                self.unreachable.add(str(args["pager"]))
            case "in_range":
                self.unreachable.discard(str(args["pager"]))
            case "nak_next" if self.answers:
                self.naks = [str(args.get("why", "01"))] * int(args.get("count", 1))
            case _:
                raise ValueError(f"a {type(self).__name__} cannot {action!r}")
        return None

    def _hear(self, heard: Heard | None) -> bytes:
        if heard is None or (self.known and heard.pager not in self.known):
            self.bad += 1
            return coaster.answer(False, "02") if self.answers else b""
        if self.naks:
            return coaster.answer(False, self.naks.pop())
        felt = "missed" if heard.pager in self.unreachable else "paged"
        self.events.append({"event": felt, "pager": heard.pager, "text": heard.text, "kind": heard.kind})
        return coaster.answer(True) if self.answers else b""


class JtechBox(CoasterBox):
    start, end = coaster.START, b"\r"
    read = staticmethod(coaster.read_jtech)


class WaveWareBox(CoasterBox):
    answers = True
    start, end = bytes([coaster.SOH]), bytes([coaster.ETX, coaster.EOT])
    read = staticmethod(coaster.read_waveware)


class LrsBox(CoasterBox):
    start, end = b"PAGE,", b"\r"
    read = staticmethod(coaster.read_lrs)
