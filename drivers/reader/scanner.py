"""A code held under a scanner, whether the scanner speaks on a serial line or types like a keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Self

from drivers.grabbed import Grabbed
from drivers.onwire import OnWire
from drivers.reader import gm65
from drivers.reader.layout import ENTER, PLAIN, SHIFTED, SHIFTS
from drivers.transport import Transport, open_url
from drivers.words import NOTHING, Words, _

UP, DOWN = 0, 1
HURRY = 0.05  # seconds between two keys of a scanner; a person types slower
SHORTEST = 3  # characters: what is shorter was a finger
MOST = gm65.MOST


@dataclass(frozen=True)
class Scan:
    """A code as it was read, at `at` on the reader's monotonic clock. It may be personal, so no repr shows it."""

    source: str
    code: str = field(repr=False)
    at: float = 0.0


class SerialScanner(OnWire):
    """A GM65, GM805 or GM812, or any scanner that ends a code with CR or LF."""

    what = _("扫码器")

    def __init__(
        self,
        name: str,
        url: str,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.clock = clock
        self.decoder = gm65.Decoder()

    def hello(self) -> None:
        self.decoder = gm65.Decoder()

    def trigger(self) -> None:
        """Let a GM65 look for a code now; one that looks all the time does not mind."""
        self.opened().write(gm65.trigger())

    def answers(self, timeout: float) -> bool:
        """Whether a GM65 answers within `timeout` seconds when it is asked for its baud rate. Raises DeviceLost."""
        self.decoder.replies.clear()
        self.opened().write(gm65.command(gm65.READ, gm65.BAUD_ZONE, b"\x02"))
        until = self.clock() + timeout
        while not self.decoder.replies and (left := until - self.clock()) > 0:
            self.decoder.feed(self.opened().read(left))
        return bool(self.decoder.replies)

    def reads(self, timeout: float) -> list[Scan]:
        """The codes read since the last call, waiting at most `timeout` seconds for a byte. Raises DeviceLost."""
        codes = self.decoder.feed(self.opened().read(timeout))
        return [Scan(self.name, code, self.clock()) for code in codes]


@dataclass
class Burst:
    """Keys to codes: only what comes in a hurry and ends with ENTER. Pure: each key brings its time."""

    text: str = field(default="", repr=False)
    last: float = float("-inf")
    shift: bool = False

    def key(self, code: int, value: int, at: float) -> str | None:
        """The code that this key completes."""
        if code in SHIFTS:
            self.shift = value != UP
            self.last = at if at - self.last <= HURRY or not self.text else self.last
            return None
        if value != DOWN:
            return None
        if at - self.last > HURRY:
            self.text = ""
        self.last = at
        if code == ENTER:
            done, self.text = self.text, ""
            return done if SHORTEST <= len(done) <= MOST else None
        character = (SHIFTED if self.shift else PLAIN).get(code, "")
        if len(self.text) <= MOST:  # one more than fits marks a code as too long
            self.text += character
        return None


class WedgeScanner(Grabbed):
    """A scanner that types, at `evdev:/dev/hall/scanner-1`: grabbed, so that no code is typed into the desktop."""

    what = _("扫码器")
    example = "evdev:/dev/input/by-id/…"

    def __init__(self, name: str, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name, url, clock)
        self.burst = Burst()

    def __enter__(self) -> Self:
        self.burst = Burst()
        return super().__enter__()

    def unfit(self, keys: Set[int]) -> Words:
        return NOTHING if ENTER in keys and set(PLAIN) & keys else _("不是扫码器")

    def reads(self, timeout: float) -> list[Scan]:
        """The codes typed since the last call, waiting at most `timeout` seconds for the first key."""
        events = self.keys(timeout)
        # The kernel's own times: how long we took to read them says nothing about who typed.
        codes = (self.burst.key(e.code, e.value, e.timestamp()) for e in events)
        return [Scan(self.name, code, self.clock()) for code in codes if code is not None]
