"""An ID card reader on a serial line: a card goes in, a Person comes out, and the number stays in here.

It lives in one local variable between the wire and the hash. It is in no attribute, repr, log line or error.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from drivers.errors import DeviceLost
from drivers.onwire import OnWire
from drivers.reader import sdt
from drivers.reader.person import SHORTEST_KEY, Person, person_of
from drivers.reader.sdt import Answer, Decoder
from drivers.transport import Transport, open_url
from drivers.words import Words, _

ANSWER_WITHIN = 2.0  # seconds; a card's text and photo are 1.3 KB
LOOK_EVERY = 0.3  # seconds between two looks for a card
MISSES = 3  # commands without an answer after which the reader is lost


@dataclass(frozen=True)
class Again:
    """The card was not read; `words` say what the visitor should do."""

    words: Words


class IdCardReader(OnWire):
    """`key` hashes the numbers; `today` is the business day, for the age band."""

    what = _("身份证阅读器")
    line = "baud=115200"

    def __init__(
        self,
        name: str,
        url: str,
        key: bytes,
        today: Callable[[], date],
        answer_within: float = ANSWER_WITHIN,
        clock: Callable[[], float] = time.monotonic,
        open_wire: Callable[[str, str], Transport] = open_url,
    ) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"the key for ID numbers has at least {SHORTEST_KEY} bytes")
        super().__init__(name, url, open_wire)
        self._key = key
        self.today = today
        self.answer_within = answer_within
        self.clock = clock
        self.decoder = Decoder()
        self.misses = 0
        self.looked = float("-inf")

    def hello(self) -> None:
        self.decoder, self.misses = Decoder(), 0
        self.check()

    def close(self) -> None:
        """Let go of the line, and of whatever it said last."""
        self.decoder = Decoder()
        super().close()

    def check(self) -> None:
        """The reader's own word that it works. Raises DeviceLost."""
        said = self._ask(sdt.STATE)
        if said is None:
            raise DeviceLost(self.name, _("身份证阅读器没有应答：检查电源、接线和波特率（通常 115200）"))
        if said.status in sdt.FATAL:
            raise DeviceLost(self.name, said.words)

    def reads(self, timeout: float) -> list[Person | Again]:
        """Who laid a card on the reader, waiting at most `timeout` seconds; nobody is an empty list.

        A card that stays where it is is told once: the reader itself finds it once. Raises DeviceLost.
        """
        until = self.clock() + timeout
        while True:
            if (left := self.looked + LOOK_EVERY - self.clock()) > 0:
                self._hear(min(left, max(0.0, until - self.clock())))
            if self.clock() >= self.looked + LOOK_EVERY:
                self.looked = self.clock()
                if (read := self._look()) is not None:
                    return [read]
            if self.clock() >= until:
                return []

    def _look(self) -> Person | Again | None:
        found = self._answered(self._ask(sdt.FIND))
        if found is None or found.status != sdt.FOUND:
            return None
        for order in (sdt.SELECT, sdt.READ):
            said = self._answered(self._ask(order))
            if said is None:
                return Again(sdt.STATUS[sdt.NOT_READ])
            if said.status in sdt.FATAL:
                raise DeviceLost(self.name, said.words)
            if said.status != sdt.OK:
                return Again(said.words)
        assert said is not None
        text = sdt.read_card(said.data)
        if text is None:
            return Again(sdt.STATUS[sdt.NOT_READ])
        return person_of(text, self._key, self.today())

    def _answered(self, said: Answer | None) -> Answer | None:
        self.misses = 0 if said is not None else self.misses + 1
        if self.misses >= MISSES:
            raise DeviceLost(self.name, _("身份证阅读器不再应答"))
        return said

    def _ask(self, order: tuple[int, int]) -> Answer | None:
        wire = self.opened()
        while wire.read(0):  # what came too late is no answer to this
            pass
        self.decoder.clear()
        wire.write(sdt.command(order))
        until = self.clock() + self.answer_within
        while (left := until - self.clock()) > 0:
            for body in self.decoder.feed(wire.read(left)):
                if (said := sdt.read_answer(body)) is not None:
                    self.decoder.clear()
                    return said
        self.decoder.clear()
        return None

    def _hear(self, seconds: float) -> None:
        """Wait, and notice that the line has gone."""
        self.opened().read(seconds)
