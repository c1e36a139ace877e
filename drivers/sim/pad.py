"""RS-485 pads on one wire: a pad repeats its key until the host echoes it, and shows what it is told.

Physics: `press(address, key, digits)`, `noise`, `die(address)`, `revive(address)`, `show(address)`; of an
evaluator `rate(address, grade)`, which it repeats until the host's answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.keypad import ff68
from drivers.keypad.ff68 import Decoder, Frame

AGAIN = 0.4  # seconds a pad waits for its echo
SENDS = 3
NOISE = bytes.fromhex("00 ff 68 03 68 ff ff 68 03 03 68 05 01 0c 13 16 7e")  # broken frames, not only bytes


@dataclass
class Pad:
    """What one pad shows and waits for."""

    waiting: str = "   "
    ticket: str = "   "
    beeps: int = 0
    dead: bool = False
    pending: Frame | None = None
    sends: int = 0
    due: float = 0.0


class PadSimulator:
    """The pads at `addresses` ("3,5", "3+5", "1-7") and the evaluators at `evaluators`, on one wire. `codes` are
    what the keys of another maker's model send ("NEXT:33+RECALL:34")."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        addresses: str = "1",
        evaluators: str = "",
        codes: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.clock = clock
        self.pads = {address: Pad() for address in ff68.addresses(addresses)}
        pairs = (part.partition(":") for part in filter(None, codes.split("+")))
        self.codes = {key: int(code) for key, _, code in pairs} or ff68.CODES
        self.evaluators = {address: Pad() for address in ff68.addresses(evaluators)} if evaluators else {}
        self.events: list[dict[str, Any]] = []
        self.decoder = Decoder()
        self.saying = bytearray()

    def receive(self, data: bytes) -> bytes:
        for frame in self.decoder.feed(data):
            pad, evaluator = self.pads.get(frame.address), self.evaluators.get(frame.address)
            # Both hear it where they share an address: the echo of a pad's WAIT is what starts a rating.
            if evaluator is not None and not evaluator.dead:
                self._hear_evaluator(frame, evaluator)
            if pad is not None and not pad.dead:
                self._hear(frame, pad)
        return b""

    def poll(self) -> bytes:
        now = self.clock()
        for address, pad in (*self.pads.items(), *self.evaluators.items()):
            if pad.pending is None or pad.dead or pad.due > now:
                continue
            if pad.sends == SENDS:
                pad.pending = None
                self._event("unanswered", address)
                continue
            pad.sends += 1
            pad.due = now + AGAIN
            self.saying += ff68.encode(pad.pending)
        said = bytes(self.saying)
        self.saying.clear()
        return said

    def do(self, action: str, **args: Any) -> Any:
        if action == "noise":
            self.saying += NOISE
            return None
        if action == "rate":
            self._rate(int(args["address"]), int(args.get("grade", 4)))
            return None
        address = int(args.get("address", next(iter(self.pads))))
        if address not in self.pads:
            raise ValueError(f"no pad at {address}; there are {', '.join(map(str, self.pads))}")
        pad = self.pads[address]
        match action:
            case "press":
                self._press(address, pad, str(args.get("key", "NEXT")), str(args.get("digits", "")))
            case "die":
                pad.dead, pad.pending = True, None
            case "revive":
                self.pads[address] = Pad()
            case "show":
                return {"waiting": pad.waiting, "ticket": pad.ticket, "beeps": pad.beeps}
            case _:
                raise ValueError(f"a pad cannot {action!r}")
        return None

    def _press(self, address: int, pad: Pad, key: str, digits: str) -> None:
        if key not in self.codes or not (digits == "" or digits.isdecimal()):
            raise ValueError(f"no key {digits} {key}; there are {', '.join(self.codes)}")
        if not pad.dead:
            pad.pending, pad.sends, pad.due = ff68.press(address, key, digits, self.codes), 0, self.clock()

    def _rate(self, address: int, grade: int) -> None:
        if address not in self.evaluators or grade not in ff68.GRADES:
            raise ValueError(f"no evaluator at {address}, or no grade {grade}")
        pad = self.evaluators[address]
        if not pad.dead:
            pad.pending, pad.sends, pad.due = ff68.rating(address, grade), 0, self.clock()

    def _hear_evaluator(self, frame: Frame, evaluator: Pad) -> None:
        if evaluator.pending is not None and frame == ff68.acknowledge(evaluator.pending):
            evaluator.pending = None
            self._event("rated", frame.address)
        elif frame in (ff68.ask_rating(frame.address), ff68.stars(frame.address)):
            self._event("asking" if frame.command == ff68.PRESSED else "stars", frame.address)

    def _hear(self, frame: Frame, pad: Pad) -> None:
        if frame == pad.pending:
            pad.pending = None
            self._event("acknowledged", frame.address)
            return
        match frame.command, frame.data:
            case ff68.BEEP, b"":
                pad.beeps += 1
                self._event("beep", frame.address)
            case ff68.DISPLAY, b"\x00":
                self._event("refused", frame.address)
            case ff68.DISPLAY, b"\x01":
                self._event("accepted", frame.address)
            case ff68.DISPLAY, data if len(data) == 2 * ff68.PLACES:
                pad.waiting = _shown(data[: ff68.PLACES], pad.waiting)
                pad.ticket = _shown(data[ff68.PLACES :], pad.ticket)
                self._event("display", frame.address, waiting=pad.waiting, ticket=pad.ticket)

    def _event(self, event: str, address: int, **more: Any) -> None:
        self.events.append({"event": event, "address": address, **more})


def _shown(data: bytes, before: str) -> str:
    """Three digits as they then stand: a blank leaves what was there."""
    return "".join(str(new) if new <= 9 else old for new, old in zip(data, before, strict=True))
