"""Many RS-485 pads on one pair of wires: every key is echoed and told at once, everything else waits for silence.

What is to be said never keeps a key waiting: it lies in a queue, and goes out in the silences while keys are listened
for. A frame and the silence before it take 60 ms, and ten pads that all show one number less take over half a second.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

from drivers.keypad import ff68
from drivers.keypad.ff68 import Decoder, Frame, Repeats
from drivers.keypad.press import Press
from drivers.onwire import OnWire
from drivers.transport import Transport, open_url
from drivers.words import _

QUIET = 0.05  # seconds of silence before we speak: pads answer on the same pair of wires
BIT_TIMES = 10  # per byte of 8N1
BAUD = 9600


class Bus(OnWire):
    """The pads on one wire, each with its address. `charts` are the key codes, by name, of pads whose model does not
    send the usual ones. One worker owns it."""

    what = _("呼叫器总线")

    def __init__(
        self,
        name: str,
        url: str,
        charts: Mapping[int, Mapping[str, int]] | None = None,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.charts = {
            address: {code: name for name, code in codes.items()} for address, codes in (charts or {}).items()
        }
        self.clock = clock
        self.decoder = Decoder()
        self.repeats = Repeats()
        self.quiet_since = float("-inf")
        self.unsaid: deque[Frame] = deque()
        self.strange: deque[tuple[str, int]] = deque(maxlen=8)  # who sent which code that is on no chart

    def hello(self) -> None:
        self.decoder = Decoder()
        self.unsaid.clear()

    def presses(self, timeout: float) -> list[Press]:
        """The keys pressed since the last call, waiting at most `timeout` seconds for the first; what is to be said
        is said meanwhile.

        Each has been acknowledged. `source` is `name:address`. Raises DeviceLost.
        """
        end = self.clock() + timeout
        found = self._hear(0)
        while not found:
            if self.unsaid and self._silence_in() <= 0:
                self._write(ff68.encode(self.unsaid.popleft()))
            left = end - self.clock()
            if left <= 0:
                break
            found = self._hear(min(left, max(0.0, self._silence_in())) if self.unsaid else left)
        return found

    def display(self, address: int, waiting: int | None = None, ticket: str | None = None) -> None:
        """Show people waiting and a ticket's digits on one pad; None leaves that half as it is."""
        self.unsaid.append(ff68.display(address, waiting, ticket))

    def ok(self, address: int) -> None:
        """Tell the pad that its key worked."""
        self.unsaid.append(ff68.result(address, True))

    def fail(self, address: int) -> None:
        """Tell the pad that its key did not work."""
        self.unsaid.append(ff68.result(address, False))

    def beep(self, address: int) -> None:
        """One beep."""
        self.unsaid.append(ff68.beep(address))

    def ask_rating(self, address: int) -> None:
        """Let an evaluator ask the visitor; the answer comes as the key RATE with the grade as its digit."""
        self.unsaid.append(ff68.ask_rating(address))

    def stars(self, address: int) -> None:
        """Let an evaluator show its five stars."""
        self.unsaid.append(ff68.stars(address))

    def _hear(self, timeout: float) -> list[Press]:
        data = self.opened().read(timeout)
        now = self.clock()
        if data:
            self.quiet_since = now
            frames = self.decoder.feed(data)
        elif now - self.quiet_since > QUIET:
            frames = self.decoder.silence()
        else:
            frames = []
        return [press for frame in frames if (press := self._acknowledge(frame, now)) is not None]

    def _acknowledge(self, frame: Frame, now: float) -> Press | None:
        key = ff68.read_press(frame, self.charts.get(frame.address, ff68.KEYS))
        if key is None:
            if frame.data:
                self.strange.append((f"{self.name}:{frame.address}", frame.data[-1]))
            return None
        self._write(ff68.encode(ff68.acknowledge(frame)))
        if not self.repeats.is_new(frame, now):
            return None
        return Press(f"{self.name}:{frame.address}", key[0], key[1], now)

    def _silence_in(self) -> float:
        """Seconds until the pair of wires has been quiet for long enough."""
        return self.quiet_since + QUIET - self.clock()

    def _write(self, data: bytes) -> None:
        self.opened().write(data)
        # The driver has the bytes now; the wire will be busy with them for a while yet.
        self.quiet_since = self.clock() + len(data) * BIT_TIMES / BAUD
