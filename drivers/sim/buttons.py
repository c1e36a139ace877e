"""Button boxes on a Modbus RTU line: they say nothing until asked, and remember as much as their kind does.

Physics: `press(address, key="B1", seconds=0.3)`, `hold(address, key)`, `let_go(address, key)`, `lamps(address)`,
`die(address)`, `revive(address)`, `restart(address)` (its counters begin again), `noise`, `slow(seconds)`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.keypad import modbus
from drivers.keypad.buttons import Inputs
from drivers.keypad.ff68 import addresses as listed
from drivers.keypad.modbus import Decoder, Frame, Function, Trouble

PRESSED = 0.3  # seconds that a finger stays on a button
NOISE = bytes.fromhex("05 02 01 04 a1 7a 00 ff 05 02 07")  # an answer with a broken crc, and the head of one


@dataclass
class Box:
    """What one box knows of its buttons and lamps."""

    down_until: dict[int, float] = field(default_factory=dict)
    latched: set[int] = field(default_factory=set)
    counts: dict[int, int] = field(default_factory=dict)
    lamps: dict[int, bool] = field(default_factory=dict)
    dead: bool = False


class ButtonBoxes:
    """The boxes at `addresses` ("5", "1-3"), each with `keys` buttons; `inputs` is level, latched or counted."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        addresses: str = "1",
        keys: str = "8",
        inputs: str = "level",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.keys = int(keys)
        self.inputs = Inputs(inputs)
        self.clock = clock
        self.boxes = {address: Box() for address in listed(addresses)}
        self.events: list[dict[str, Any]] = []
        self.decoder = Decoder(answers=False)
        self.saying = bytearray()
        self.late: list[tuple[float, bytes]] = []
        self.slow = 0.0
        self.heard_at = 0.0

    def receive(self, data: bytes) -> bytes:
        now = self.clock()
        if now - self.heard_at > 0.02:
            self.decoder.silence()
        self.heard_at = now
        answers = b""
        for frame in self.decoder.feed(data):
            box = self.boxes.get(frame.address)
            if box is not None and not box.dead:
                answers += modbus.encode(self._answer(frame, box, now))
        if self.slow and answers:
            self.late.append((now + self.slow, answers))
            return b""
        return answers

    def poll(self) -> bytes:
        now = self.clock()
        while self.late and self.late[0][0] <= now:
            self.saying += self.late.pop(0)[1]
        said = bytes(self.saying)
        self.saying.clear()
        return said

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "noise":
                self.saying += NOISE
                return None
            case "slow":
                self.slow = float(args.get("seconds", 0.5))
                return None
        address = int(args.get("address", next(iter(self.boxes))))
        if address not in self.boxes:
            raise ValueError(f"no box at {address}; there are {', '.join(map(str, self.boxes))}")
        box = self.boxes[address]
        match action:
            case "press" | "hold":
                seconds = float("inf") if action == "hold" else float(args.get("seconds", PRESSED))
                self._press(box, self._number(args), seconds)
            case "let_go":
                box.down_until.pop(self._number(args), None)
            case "lamps":
                return {f"L{number}": on for number, on in sorted(box.lamps.items())}
            case "die":
                box.dead = True
            case "revive" | "restart":
                self.boxes[address] = Box()
            case _:
                raise ValueError(f"a button box cannot {action!r}")
        return None

    def _number(self, args: dict[str, Any]) -> int:
        key = str(args.get("key", "B1"))
        number = int(key[1:]) if key[:1] == "B" and key[1:].isdecimal() else 0
        if not 1 <= number <= self.keys:
            raise ValueError(f"no key {key!r}; there are B1 to B{self.keys}")
        return number - 1

    def _press(self, box: Box, number: int, seconds: float) -> None:
        if box.dead:
            return
        box.down_until[number] = self.clock() + seconds
        box.latched.add(number)
        box.counts[number] = box.counts.get(number, 0) + 1

    def _answer(self, frame: Frame, box: Box, now: float) -> Frame:
        if len(frame.data) != 4:
            return modbus.refuse(frame, Trouble.NO_VALUE)
        first, second = int.from_bytes(frame.data[:2], "big"), int.from_bytes(frame.data[2:], "big")
        asked = range(first, first + second)
        match frame.function:
            case Function.SET_COIL:
                if first >= self.keys or frame.data[2:] not in (modbus.ON, modbus.OFF):
                    return modbus.refuse(frame, Trouble.NO_ADDRESS)
                box.lamps[first] = frame.data[2:] == modbus.ON
                self.events.append(
                    {"event": "lamp", "address": frame.address, "lamp": first, "on": box.lamps[first]}
                )
                return frame
            case _ if second < 1 or first + second > self.keys:
                return modbus.refuse(frame, Trouble.NO_ADDRESS)
            case Function.INPUTS:
                return modbus.answer_bits(frame, [self._is_down(box, number, now) for number in asked])
            case Function.COILS:
                return modbus.answer_bits(frame, [box.lamps.get(number, False) for number in asked])
            case Function.REGISTERS:
                return modbus.answer_registers(frame, [box.counts.get(number, 0) for number in asked])
        return modbus.refuse(frame, Trouble.NO_FUNCTION)

    def _is_down(self, box: Box, number: int, now: float) -> bool:
        if self.inputs is Inputs.LATCHED:
            latched = number in box.latched
            box.latched.discard(number)
            return latched
        return now < box.down_until.get(number, now)
