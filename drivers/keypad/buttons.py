"""Button boxes on one Modbus RTU line: polled in turn, so a silent box may cost its neighbours no time.

A box of plain inputs shows a key only while it is down, and one that is let go between two polls is lost: with
many boxes on a line, take such as latch their inputs until they are read, or count them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.errors import DeviceLost
from drivers.keypad import modbus
from drivers.keypad.modbus import Decoder, Frame, Function
from drivers.keypad.press import Press
from drivers.onwire import OnWire
from drivers.transport import Transport, open_url
from drivers.words import _

PATIENCE = 0.15  # seconds for an answer
GAP = 0.004  # seconds: 3.5 characters at 9600 baud; faster lines need no more
MISSES = 3  # questions without an answer after which a box is silent
AGAIN = 2.0  # seconds between two questions to a silent box
MOST_AT_ONCE = 9  # presses of one key that a counter may tell between two polls; more is a restarted box


class Inputs(StrEnum):
    """How a box tells of a key: while it is down, once it has been read, or by counting."""

    LEVEL = "level"
    LATCHED = "latched"
    COUNTED = "counted"


@dataclass
class Box:
    """What was heard last of one box. `before` is None until it has answered once: then nothing is a press."""

    before: tuple[int, ...] | None = None
    misses: int = 0
    due: float = 0.0
    lamps: dict[int, bool] = field(default_factory=dict)  # lamps to be switched, the newest wish only


class ButtonBoxes(OnWire):
    """The boxes at `addresses` on one line, each with `keys` buttons called B1, B2, …"""

    what = _("按键盒总线")

    def __init__(
        self,
        name: str,
        url: str,
        addresses: Iterable[int],
        *,
        keys: int = 8,
        inputs: str = Inputs.LEVEL,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.addresses = tuple(addresses)
        self.keys = keys
        self.inputs = Inputs(inputs)
        self.clock = clock
        self.decoder = Decoder(answers=True)
        self.boxes: dict[int, Box] = {}
        self.turn = 0

    def hello(self) -> None:
        self.decoder = Decoder(answers=True)
        self.boxes = {address: Box() for address in self.addresses}

    @property
    def silent(self) -> tuple[int, ...]:
        """The boxes that have stopped answering."""
        return tuple(address for address, box in self.boxes.items() if box.misses >= MISSES)

    def presses(self, timeout: float) -> list[Press]:
        """The keys pressed since the last call, asking each box at least once and for at most `timeout` seconds.

        `source` is `name:address`. DeviceLost when the line is gone, or when no box at all answers.
        """
        until = self.clock() + timeout
        while True:
            found: list[Press] = []
            for _turn in self.addresses:
                found += self._poll(self.addresses[self.turn % len(self.addresses)])
                self.turn += 1
            if self.boxes and len(self.silent) == len(self.boxes):
                raise DeviceLost(self.name, _("没有一个按键盒应答：检查接线、地址和波特率"))
            if found or self.clock() >= until:
                return found

    def lamp(self, address: int, number: int, on: bool) -> None:
        """Switch lamp `number` (0 first) of one box, when its turn comes."""
        self.boxes[address].lamps[number] = on

    def _poll(self, address: int) -> list[Press]:
        box, now = self.boxes[address], self.clock()
        if now < box.due:
            return []
        while box.lamps and not box.misses:
            number, on = box.lamps.popitem()
            self._ask(modbus.set_coil(address, number, on))
        counted = self.inputs is Inputs.COUNTED
        function = Function.REGISTERS if counted else Function.INPUTS
        answer = self._ask(modbus.ask(address, function, 0, self.keys))
        values = None
        if answer is not None:
            values = modbus.registers(answer, self.keys) if counted else modbus.bits(answer, self.keys)
        if values is None:
            box.misses += 1
            if box.misses >= MISSES:
                box.before = None  # what happened meanwhile is not known
                box.due = self.clock() + AGAIN
            return []
        box.misses, box.due = 0, 0.0
        before, box.before = box.before, tuple(map(int, values))
        return self._pressed(address, before, box.before)

    def _pressed(self, address: int, before: tuple[int, ...] | None, now: tuple[int, ...]) -> list[Press]:
        if before is None:
            return []
        at = self.clock()
        found = []
        for number, (was, is_now) in enumerate(zip(before, now, strict=True), 1):
            match self.inputs:
                case Inputs.LEVEL:
                    times = int(is_now > was)
                case Inputs.LATCHED:
                    times = is_now
                case Inputs.COUNTED:
                    times = is_now - was & 0xFFFF
            if times <= MOST_AT_ONCE:
                found += [Press(f"{self.name}:{address}", f"B{number}", "", at)] * times
        return found

    def _ask(self, request: Frame) -> Frame | None:
        """The answer to this very question; None when none comes."""
        wire = self.opened()
        while wire.read(GAP):  # an answer that came too late must not be taken for this one's
            pass
        self.decoder.silence()
        wire.write(modbus.encode(request))
        until = self.clock() + PATIENCE
        while (left := until - self.clock()) > 0:
            for frame in self.decoder.feed(wire.read(left)):
                if frame.address == request.address and frame.function & 0x7F == request.function:
                    return frame
        return None
