"""Restaurant-pager transmitters on a serial line: write the frame, and read the answer where there is one."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.errors import DeviceLost
from drivers.onwire import OnWire
from drivers.pager import coaster
from drivers.pager.coaster import Answer, Answers, Jtech, Speed, Tone
from drivers.pager.receipt import Receipt
from drivers.transport import Transport, open_url
from drivers.words import _

ANSWER_WITHIN = 3.0  # seconds: a WaveWare answers before it transmits
TRIES = 3
SENT = "sent"  # said of a page on a wire that goes one way


class Box(OnWire):
    """What the three have in common."""

    what = _("寻呼发射机")

    def check(self) -> None:
        """Hear whether the line is still there; what came unasked is dropped. Raises DeviceLost."""
        wire = self.opened()
        while wire.read(0):
            pass

    def send(self, frame: bytes, pager: str) -> Receipt:
        """One way: that it was written is all there is to know."""
        self.opened().write(frame)
        return Receipt(pager, True, SENT)


class JtechBox(Box):
    """A JTECH transmitter. `separator` is a name of coaster.SEPARATORS or a number such as "0x0A".

    It lowers CTS while it transmits.
    """

    line = "baud=1200&flow=hard"

    def __init__(
        self,
        name: str,
        url: str,
        *,
        separator: str = "512-alpha",
        function: str = "alpha",
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.separator = (
            coaster.SEPARATORS[separator] if separator in coaster.SEPARATORS else int(separator, 0)
        )
        self.function = Jtech[function.upper().replace("-", "_")]

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Page one pager. ValueError for what the frame cannot carry, DeviceLost when the line is gone."""
        return self.send(coaster.jtech(address, text, self.function, self.separator), address)


class LrsBox(Box):
    """An LRS transmitter. `type` is how the pager calls, `end` the line's end: cr, lf or crlf."""

    line = "baud=9600"  # UNSURE: not published; the URL's own options win

    def __init__(
        self,
        name: str,
        url: str,
        *,
        type: str = "4",
        end: str = "cr",
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.type = int(type)
        self.end = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}[end]

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Page one pager. ValueError for what the line cannot carry, DeviceLost when it is gone."""
        return self.send(coaster.lrs(address, text, self.type, self.end), address)


class WaveWareBox(Box):
    """A WaveWare SPS-5, which answers. `tone` is a coaster.Tone, `speed` 512, 1200 or 2400 on air."""

    line = "baud=9600"

    def __init__(
        self,
        name: str,
        url: str,
        *,
        tone: str = "A",
        speed: str = "512",
        answer_within: float = ANSWER_WITHIN,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        super().__init__(name, url, open_wire)
        self.tone = Tone(tone)
        self.speed = Speed[f"B{speed}"]
        self.answer_within = answer_within
        self.answers = Answers()

    def hello(self) -> None:
        self.answers = Answers()

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Page one pager: three tries while the box says NAK. DeviceLost when it says nothing."""
        frame = coaster.waveware(address, text, self.tone, self.speed)
        self.check()
        said = Answer(False)
        for _try in range(TRIES):
            self.opened().write(frame)
            said = self._answer()
            if said.taken:
                return Receipt(address, True, "ACK")
        return Receipt(address, False, f"NAK {said.why}".rstrip())

    def _answer(self) -> Answer:
        until = time.monotonic() + self.answer_within
        while (left := until - time.monotonic()) > 0:
            for said in self.answers.feed(self.opened().read(min(left, 0.2))):
                return said
        # Not sent again: the box may have it and only its answer was lost. Whoever called decides.
        raise DeviceLost(self.name, _("寻呼发射机 {seconds:g} 秒没有答复").format(seconds=self.answer_within))
