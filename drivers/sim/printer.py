"""A ticket printer: it obeys ESC/POS, answers for its paper, cover and knife, and leaves its paper as PNG.

Real-time commands (DLE EOT, DLE ENQ, DLE DC4) are obeyed the moment they arrive, also while the printer is
offline and also inside a picture, as Epson's reference warns. Everything else waits in the buffer while the
printer cannot print, and goes on when it can.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sim.escpos import Command, take
from drivers.sim.realtime import Condition, Ear
from drivers.sim.roll import HEAD_TO_CUTTER, Roll, Strip
from drivers.sim.typesetter import Typesetter

BUFFER = 65536
WIDTHS = {"80": (576, 32), "58": (384, 40)}  # paper in mm: dots that can be burnt, white margin
ROMS = ("gbk", "gb2312", "gb18030", "none")
NAMES = {65: b"1.00", 66: b"HALL", 67: b"SIM-80", 68: b"0001", 69: b"CHINA GBK"}
SINGLE_NAMES = {1: 0x20, 2: 0x02, 3: 0x01, 49: 0x20, 50: 0x02, 51: 0x01}
CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8
PHYSICS = (
    "run_out_of_paper", "load_paper", "near_end", "open_cover", "close_cover", "jam_cutter", "clear_jam",
    "switch_off", "switch_on", "tear", "show",
)  # fmt: skip


class Knife(Enum):
    """A thing to do between two strips."""

    CUT = "cut"


class PrinterSimulator:
    """Options: `paper` 80 or 58 (mm); `rom` the Chinese font it has; `answers` no: a printer that only
    listens; `id` yes: GS ( H is understood, as by Epson's newer models."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        paper: str = "80",
        rom: str = "gbk",
        answers: str = "yes",
        id: str = "no",
    ) -> None:
        if paper not in WIDTHS or rom not in ROMS:
            raise ValueError(f"{name}: paper is one of {', '.join(WIDTHS)}, rom one of {', '.join(ROMS)}")
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.roll = Roll(name, out, *WIDTHS[paper])
        self.setter = Typesetter(self.roll.width, rom)
        self.answers = answers == "yes"
        self.knows_ids = id == "yes"
        self.now = Condition()
        self.jammed = False
        self.ear = Ear()
        self._soon: dict[str, int] = {}  # rows until "paper", "cover" or "power" goes
        self._was = self.now
        self._say = bytearray()
        self._buffer = bytearray()
        self._todo: list[Strip | Knife] = []
        self._automatic_on = False

    def receive(self, data: bytes) -> bytes:
        """Bytes from the host; the answers that they cause at once."""
        for part, command in self.ear.listen(data):
            if not self.now.power:
                return b""
            self._buffer += part
            if command is not None:
                self._work()
                self._obey_at_once(command)
        self._work()
        return self.poll()

    def poll(self) -> bytes:
        """Answers, and the automatic status when something has changed."""
        said, self._say = bytes(self._say), bytearray()
        return said if self.now.power and self.answers else b""

    def room(self) -> int:
        """How many bytes it takes now: while it prints, any; while it cannot, what fits."""
        return BUFFER if self.now.able or not self.now.power else max(0, BUFFER - len(self._buffer))

    def do(self, action: str, **args: Any) -> Any:
        """What people and time do to a printer; see the methods."""
        if action not in PHYSICS:
            raise ValueError(f"a printer cannot {action!r}; it can {', '.join(PHYSICS)}")
        result = getattr(self, action)(**args)
        self._work()
        return result

    def run_out_of_paper(self, after_rows: int | None = None) -> None:
        """The roll ends: now, or when so many more rows of dots are printed."""
        self._soon["paper"] = after_rows or 0

    def load_paper(self) -> None:
        """A new roll. The end of the old one comes out with what was printed on it."""
        if not self.now.has_paper:
            self.tear()
        self._be(has_paper=True, near_end=False)
        self._soon.pop("paper", None)

    def near_end(self) -> None:
        """The roll gets thin."""
        self._be(near_end=True)

    def open_cover(self, after_rows: int | None = None) -> None:
        """Somebody opens the cover: now, or in the middle of a ticket."""
        self._soon["cover"] = after_rows or 0

    def close_cover(self) -> None:
        """The cover is shut; printing goes on."""
        self._be(cover_open=False)
        self._soon.pop("cover", None)

    def jam_cutter(self, at_next_cut: bool = False) -> None:
        """The knife sticks; the printer has noticed, or will at the next cut."""
        self.jammed = True
        self._be(cutter_error=not at_next_cut)

    def clear_jam(self) -> None:
        """The knife is free; the printer believes it when told to recover (DLE ENQ 1 or 2)."""
        self.jammed = False

    def switch_off(self, after_rows: int | None = None) -> None:
        """No power, now or in the middle: silence, and everything in memory is gone."""
        self._soon["power"] = after_rows or 0

    def switch_on(self) -> None:
        """Power again, memory empty."""
        self._soon.pop("power", None)
        self._be(power=True, cutter_error=self.jammed)
        self._forget()

    def tear(self) -> dict[str, Any] | None:
        """Tear off what hangs out, finished or not."""
        return self._out("torn", self.roll.tear())

    def show(self) -> dict[str, Any]:
        """What a person who looks at the printer would find."""
        return {
            "condition": self.now.word,
            "waiting": len(self._buffer) + len(self._todo),
            "unknown": self.setter.unknown,
            "rows": self.roll.height,
            "pieces": self.roll.pieces,
        }

    def _be(self, **sensors: bool) -> None:
        self.now = replace(self.now, **sensors)

    def _forget(self) -> None:
        """Memory as after power-on."""
        self._clear()
        self.ear.forget()
        self._say.clear()
        self._automatic_on = False
        self.setter.reset()

    def _work(self) -> None:
        """Print what waits, as far as it goes."""
        while True:
            self._happen()
            if not self.now.able:
                break
            if self._todo:
                self._next()
                continue
            taken = take(self._buffer) if self._buffer else None
            if taken is None:
                break
            del self._buffer[: taken[0]]
            self._obey(taken[1])
        self._notice()

    def _next(self) -> None:
        match self._todo.pop(0):
            case Strip() as strip:
                before = self.roll.height
                rest = self.roll.burn(strip, min(self._soon.values(), default=strip.rows.height))
                if rest is not None:
                    self._todo.insert(0, rest)
                for what in self._soon:
                    self._soon[what] -= self.roll.height - before
            case Knife.CUT if self.jammed:
                self._be(cutter_error=True)
                self._todo.insert(0, Knife.CUT)
            case Knife.CUT:
                self._out("cut", self.roll.cut())

    def _happen(self) -> None:
        """Let what is due happen."""
        due = [what for what, rows in self._soon.items() if rows <= 0]
        for what in due:
            del self._soon[what]
            match what:
                case "paper":
                    self._be(has_paper=False)
                case "cover":
                    self._be(cover_open=True)
                case _:
                    self._be(power=False)
                    self._forget()

    def _notice(self) -> None:
        """Say what has changed: to the host if it wants to know, and to who watches."""
        was, self._was = self._was, self.now
        if self._automatic_on and was.automatic() != self.now.automatic():
            self._say += self.now.automatic()
        if was.word != self.now.word:
            self.events.append({"event": "condition", "is": self.now.word, "was": was.word})

    def _out(self, event: str, piece: dict[str, Any] | None) -> dict[str, Any] | None:
        if piece is not None:
            self.events.append({"event": event, **piece})
        return piece

    def _obey(self, command: Command) -> None:
        """Carry out one command in its turn."""
        args = command.args
        n = args[0] if args else 0
        match command.code:
            case b"\x1dV" | b"\x1bi" | b"\x1bm":
                feed = HEAD_TO_CUTTER + args[1] if len(args) > 1 else 0
                if feed:
                    self._todo.append(Strip(Image.new("1", (self.roll.width, feed), 255)))
                self._todo.append(Knife.CUT)
            case b"\x1da":
                self._automatic_on = bool(n)
                self._say += self.now.automatic() if n else b""
            case b"\x1dr":
                self._say.append(0x03 if self.now.near_end and n in (1, 49) else 0)
            case b"\x1dI" if n in NAMES:
                self._say += b"_" + NAMES[n] + b"\0"
            case b"\x1dI":
                self._say.append(SINGLE_NAMES.get(n, 0))
            case b"\x1d(H" if self.knows_ids and args[:2] == b"00":
                self._say += b'7"' + args[2:6] + b"\0"
            case b"\x1b@":
                self._automatic_on = False
                self.setter.reset()
            case _:
                self._todo += self.setter.set(command)

    def _obey_at_once(self, command: bytes) -> None:
        """Carry out a real-time command."""
        n = command[2]
        match command[:2]:
            case b"\x10\x04" if 1 <= n <= 4:
                self._say.append(self.now.real_time(n))
            case b"\x10\x05" if n in (1, 2):
                if n == 2 and not self.now.able:
                    self._clear()
                self._be(cutter_error=self.now.cutter_error and self.jammed)
            case b"\x10\x14" if command == CLEAR_BUFFER:
                self._clear()

    def _clear(self) -> None:
        self._buffer.clear()
        self._todo.clear()
        self.setter.drop()
