"""TAP 1.8 from the calling side: a dialogue as a pure machine; bytes and the time go in, actions come out.

Source: Telocator Alphanumeric Protocol v1.8, PCIA, 4 February 1997. Only ACK, NAK, RS and ESC EOT decide;
the three-digit codes before them are kept for people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from drivers.pager.receipt import Receipt
from drivers.words import NOTHING, Words, _

CR, LF, STX, ETX, EOT, ACK, NAK, ESC, RS = (
    b"\r",
    b"\n",
    b"\x02",
    b"\x03",
    b"\x04",
    b"\x06",
    b"\x15",
    b"\x1b",
    b"\x1e",
)
HALF = ETX + b"@@@" + CR  # ends a block that broke off in its middle; no page has such a checksum
PROMPT, GO_AHEAD, BYE = b"ID=", ESC + b"[p", ESC + EOT
AUTOMATIC = b"PG1"
MOST_INFORMATION = 250  # characters of pager number and text in a block
LIMIT = 1024  # characters of one line from a terminal; the rest is dropped

TRIES = 3
END_AFTER = 0.25  # of the time to ask again: then a call is ended that a kill or a pulled plug left open


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for each answer of a terminal on a direct line; `ask`: between two CR while no ID= comes."""

    ask: float = 2.0
    login: float = 5.0
    go_ahead: float = 5.0
    block: float = 10.0


@dataclass(frozen=True)
class Send:
    """Put these bytes on the line."""

    data: bytes


@dataclass(frozen=True)
class Ready:
    """Logged in: pages may be given."""


@dataclass(frozen=True)
class Over:
    """The dialogue has ended; `why` is empty when we ended it ourselves."""

    why: Words = NOTHING


Action = Send | Ready | Receipt | Over


class Step(Enum):
    CLOSED = auto()
    ASKING = auto()  # CR sent, waiting for ID=
    LOGGING_IN = auto()  # ESC PG1 sent, waiting for ACK
    WAITING = auto()  # logged in, waiting for ESC [p
    READY = auto()
    PAGING = auto()  # a block sent
    LEAVING = auto()  # EOT sent


SILENT = {
    Step.ASKING: _("寻呼台没有应答"),
    Step.LOGGING_IN: _("寻呼台没有答复登录"),
    Step.WAITING: _("寻呼台没有让我们开始"),
    Step.PAGING: _("寻呼台没有答复呼叫"),
}


def checksum(block: bytes) -> bytes:
    """Three characters for the bytes from STX to ETX: the low 12 bits of their sum, four bits each."""
    total = sum(byte & 0x7F for byte in block)
    return bytes(0x30 + (total >> shift & 0xF) for shift in (8, 4, 0))


def block(pager: str, text: str) -> bytes:
    """A page as it goes on the line. ValueError for what a pager cannot take: that is our bug."""
    fields = f"{pager}\r{text}"
    if not pager.isdecimal() or not pager.isascii():
        raise ValueError(f"a pager has a number, not {pager!r}")
    if any(not " " <= character <= "~" for character in text):
        raise ValueError(f"only printable ASCII reaches a pager, not {text!r}")
    if len(fields) > MOST_INFORMATION:
        raise ValueError(f"{len(fields)} characters do not fit a block of {MOST_INFORMATION}")
    body = STX + fields.encode("ascii") + CR + ETX
    return body + checksum(body) + CR


@dataclass
class Dialogue:
    """One call to a terminal. Every method returns what to do now; `step` says where we are."""

    password: str = ""
    patience: Patience = field(default_factory=Patience)
    step: Step = Step.CLOSED
    unreadable: int = 0  # lines that mean nothing where they came
    said: str = ""
    _line: bytearray = field(default_factory=bytearray, repr=False)
    _until: float = 0.0
    _tries: int = 0
    _block: bytes = b""
    _pager: str = ""
    _ending: bool = False  # the end of an earlier call is on its way, and what it says is no news

    def start(self, now: float) -> list[Action]:
        """Wake the terminal."""
        self._line.clear()
        self.said = ""
        self._tries, self._ending = 1, False
        return self._go(Step.ASKING, now, self.patience.ask * END_AFTER, CR)

    def page(self, pager: str, text: str, now: float) -> list[Action]:
        """Give a page; only when READY. Its Receipt comes from a later call."""
        if self.step is not Step.READY:
            raise ValueError(f"no page while {self.step.name}")
        self._block, self._pager, self._tries, self.said = block(pager, text), pager, 1, ""
        return self._go(Step.PAGING, now, self.patience.block, self._block)

    def finish(self, now: float) -> list[Action]:
        """Say goodbye."""
        return self._go(Step.LEAVING, now, self.patience.login, EOT + CR)

    def cut(self) -> list[Action]:
        """The line is gone, or silent: an answer that had come but for its CR is an answer."""
        if self.step is Step.PAGING and self._line.endswith((ACK, RS)):
            return self._receipt(self._line.endswith(ACK))
        return []

    def tick(self, now: float) -> list[Action]:
        """What silence asks for; to be called from time to time."""
        if self.step in (Step.CLOSED, Step.READY) or now < self._until:
            return []
        if self.step is Step.LEAVING:
            return self._over()
        if self.step is Step.ASKING and self._tries == 1 and not self._ending:
            self._ending = True
            return self._go(Step.ASKING, now, self.patience.ask * (1 - END_AFTER), HALF + EOT + CR)
        # A page is not sent again after silence: the terminal may have it. Whoever called decides.
        if self.step in (Step.ASKING, Step.LOGGING_IN) and self._tries < TRIES:
            return self._again(now)
        return self.cut() or self._over(SILENT[self.step])

    def receive(self, data: bytes, now: float) -> list[Action]:
        """Bytes from the terminal."""
        actions: list[Action] = []
        for number in data:
            byte = bytes([number & 0x7F])
            if byte == LF:
                continue
            if byte == CR:
                line = bytes(self._line)
                self._line.clear()
                actions += self._hear(line, now)
                continue
            self._line += byte
            del self._line[:-LIMIT]
            if self.step is Step.ASKING and self._line.endswith(PROMPT):
                self._line.clear()
                self._tries = 1
                actions += self._go(Step.LOGGING_IN, now, self.patience.login, self._login())
        return actions

    def _hear(self, line: bytes, now: float) -> list[Action]:
        if line.endswith(BYE) and self._ending and self.step in (Step.ASKING, Step.LOGGING_IN):
            self._ending = False
            return self._go(Step.ASKING, now, self.patience.ask, CR)
        if line.endswith(BYE) and self.step is not Step.ASKING:
            return self._over() if self.step is Step.LEAVING else self._over(self._hung_up())
        match self.step:
            case Step.LOGGING_IN if line.endswith(ACK):
                return self._go(Step.WAITING, now, self.patience.go_ahead)
            case Step.LOGGING_IN if line.endswith(NAK):
                return self._again(now) if self._tries < TRIES else self._over(_("寻呼台拒绝登录"))
            case Step.WAITING if line.endswith(GO_AHEAD):
                self.step = Step.READY
                return [Ready()]
            case Step.PAGING if line.endswith(ACK):
                return self._receipt(True)
            case Step.PAGING if line.endswith(RS):
                return self._receipt(False)
            case Step.PAGING if line.endswith(NAK):
                return self._again(now) if self._tries < TRIES else self._receipt(False)
        if line[:3].isdigit():
            self.said = line.decode("ascii", errors="replace")
        elif line:
            self.unreadable += 1
        return []

    def _hung_up(self) -> Words:
        if not self.said:
            return _("寻呼台挂断了")
        return _("寻呼台挂断了：{said}").format(said=self.said)

    def _login(self) -> bytes:
        return ESC + AUTOMATIC + self.password.encode("ascii") + CR

    def _again(self, now: float) -> list[Action]:
        self._tries, self._ending = self._tries + 1, False
        match self.step:
            case Step.ASKING:
                # It may still be in the call that a pulled plug cut off: that call is ended first.
                return self._go(Step.ASKING, now, self.patience.ask, EOT + CR + CR)
            case Step.LOGGING_IN:
                return self._go(Step.LOGGING_IN, now, self.patience.login, self._login())
            case _:
                return self._go(Step.PAGING, now, self.patience.block, self._block)

    def _go(self, step: Step, now: float, wait: float, data: bytes = b"") -> list[Action]:
        self.step, self._until = step, now + wait
        return [Send(data)] if data else []

    def _receipt(self, accepted: bool) -> list[Action]:
        self.step = Step.READY
        return [Receipt(self._pager, accepted, self.said)]

    def _over(self, why: Words = NOTHING) -> list[Action]:
        self.step = Step.CLOSED
        return [Over(why)]
