"""Restaurant pagers: the serial frames of three makers' transmitters. Pure: values to bytes, bytes to values.

JTECH (IntelFlexBS manual p. 14-15, SmartAlert 8214/8205 p. 10, J1901 data sheet p. 11-12): 1200 8N1, no
answer; the transmitter lowers CTS while it is busy.
    FF FF FF | 01 numeric, 02 with priority, 03 alpha, 04 with priority | 7 digits | separator | text | 0D
WaveWare SPS-5 (its manual): 9600 8N1, answers.
    01 "T,B,capcode," 02 "text" 03 04 -> 01 06 (taken, whatever follows) or 01 15 EE 04 (not taken, EE says why)
LRS T74C232 and T74USB (paging-systems.readme.io): lines of ASCII. Their baud rate and line end are not
published, so both are settings.
    PAGE,pager,type,text
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

SOH, STX, ETX, EOT, ACK, NAK, CR = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15, 0x0D
START = b"\xff\xff\xff"
LIMIT = 512  # bytes of one frame; the rest is dropped
MOST_ALPHA, MOST_NUMERIC = 120, 16
NUMERIC_TEXT = frozenset("0123456789 -U()[]")


class Speed(IntEnum):
    """Bits per second on air, as WaveWare numbers them."""

    B512 = 5
    B1200 = 1
    B2400 = 2


# Source: the makers' table, except `printed`, which is what their alpha example shows instead of it. 0x0D for
# 1200 baud numeric stands in the table too, but cannot be: it ends the frame.
SEPARATORS = {
    "512-inverted-alpha": 0x02,
    "512-inverted-numeric": 0x0B,
    "512-alpha": 0x0A,
    "512-numeric": 0x03,
    "1200-inverted-alpha": 0x04,
    "1200-alpha": 0x0C,
    "1200-numeric": 0x05,
    "2400-inverted-alpha": 0x06,
    "2400-inverted-numeric": 0x0F,
    "2400-alpha": 0x0E,
    "2400-numeric": 0x07,
    "printed": 0x03,
}


class Jtech(IntEnum):
    """The function byte of a JTECH frame."""

    NUMERIC = 1
    NUMERIC_PRIORITY = 2
    ALPHA = 3
    ALPHA_PRIORITY = 4


class Tone(StrEnum):
    """The first field of a WaveWare frame: with words, without, or one to four beeps alone."""

    ALPHA = "A"
    NUMERIC = "N"
    BEEP_1 = "1"
    BEEP_2 = "2"
    BEEP_3 = "3"
    BEEP_4 = "4"


@dataclass(frozen=True)
class Heard:
    """A page as a transmitter understood it. `kind` is the maker's own word for how it calls."""

    pager: str
    kind: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What a WaveWare said: taken, or not and why (its two-digit code)."""

    taken: bool
    why: str = ""


def jtech(pager: str, text: str, function: Jtech = Jtech.ALPHA, separator: int = 0x0A) -> bytes:
    """A JTECH frame. ValueError for what cannot be sent: that is our bug."""
    number = _number(pager, 7).rjust(7, "0")
    if not 0 <= separator <= 0xFF or separator == CR:
        raise ValueError(f"separator {separator:#x} would end the frame")
    most = MOST_NUMERIC if function in (Jtech.NUMERIC, Jtech.NUMERIC_PRIORITY) else MOST_ALPHA
    words = _words(text, most)
    if most == MOST_NUMERIC and set(text) - NUMERIC_TEXT:
        raise ValueError(f"a numeric pager cannot show {text!r}")
    return START + bytes([function]) + number.encode() + bytes([separator]) + words + bytes([CR])


def waveware(pager: str, text: str, tone: Tone = Tone.ALPHA, speed: Speed = Speed.B512) -> bytes:
    """A WaveWare SPS-5 frame."""
    head = f"{tone},{speed.value},{_number(pager, 7)},".encode()
    return bytes([SOH]) + head + bytes([STX]) + _words(text, MOST_ALPHA) + bytes([ETX, EOT])


def lrs(pager: str, text: str, kind: int = 4, end: bytes = b"\r") -> bytes:
    r"""An LRS line. `kind` is how the pager calls (4 in the published example); \ and line ends are escaped."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\f", "\\f")
    return f"PAGE,{_number(pager, 4)},{kind},".encode() + _words(escaped, MOST_ALPHA * 2) + end


def answer(taken: bool, why: str = "01") -> bytes:
    """What a WaveWare says, for its simulator."""
    return bytes([SOH, ACK]) if taken else bytes([SOH, NAK]) + why.encode() + bytes([EOT])


def _number(pager: str, most: int) -> str:
    if not (pager.isascii() and pager.isdecimal() and len(pager) <= most):
        raise ValueError(f"a pager here has a number of at most {most} digits, not {pager!r}")
    return pager


def _words(text: str, most: int) -> bytes:
    if any(not " " <= character <= "~" for character in text):
        raise ValueError(f"only printable ASCII reaches a pager, not {text!r}")
    if len(text) > most:
        raise ValueError(f"{len(text)} characters do not fit a page of {most}")
    return text.encode("ascii")


@dataclass
class Framer:
    """Bytes between a starting and an ending byte, hunting for the next start; what lies outside is counted."""

    start: bytes
    end: bytes
    garbage: int = 0
    _buffer: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete, without their start and end."""
        self._buffer += data
        found: list[bytes] = []
        while True:
            at = self._buffer.find(self.start)
            if at < 0:
                keep = min(len(self.start) - 1, len(self._buffer))
                self._drop(len(self._buffer) - keep)
                return found
            self._drop(at)
            head = len(self.start)
            stop = self._buffer.find(self.end, head)
            if stop < 0:
                if len(self._buffer) <= LIMIT:
                    return found
                self._drop(1)  # nothing is that long: this was no start
                continue
            found.append(bytes(self._buffer[head:stop]))
            del self._buffer[: stop + len(self.end)]

    def _drop(self, count: int) -> None:
        self.garbage += count
        del self._buffer[:count]


def read_jtech(body: bytes) -> Heard | None:
    """The inside of a JTECH frame; None when it is none."""
    body = body.lstrip(b"\xff")  # more than three are sync too
    number = body[1:8]
    if len(body) < 9 or body[0] not in set(Jtech) or not number.isdigit() or not _readable(body[9:]):
        return None
    return Heard(number.decode(), Jtech(body[0]).name, body[9:].decode("ascii"))


def read_waveware(body: bytes) -> Heard | None:
    """The inside of a WaveWare frame (SOH to ETX EOT); None when it is none."""
    head, mark, text = body.partition(bytes([STX]))
    parts = head.split(b",")
    if not mark or len(parts) != 4 or parts[3] or not parts[2].isdigit() or not _readable(text):
        return None
    if parts[0].decode("latin-1") not in set(Tone) or parts[1] not in (b"5", b"1", b"2"):
        return None
    return Heard(parts[2].decode(), parts[0].decode(), text.decode("ascii"))


def read_lrs(body: bytes) -> Heard | None:
    """The inside of an LRS line after `PAGE,`; None when it is none."""
    number, _, rest = body.partition(b",")
    kind, comma, text = rest.partition(b",")
    if not comma or not number.isdigit() or not kind.isdigit() or not _readable(text):
        return None
    return Heard(number.decode(), kind.decode(), text.decode("ascii"))


@dataclass
class Answers:
    """What a WaveWare says. Its yes is two bytes: what ends it is not published, and no page waits for that."""

    _yes: Framer = field(default_factory=lambda: Framer(bytes([SOH, ACK]), b""))
    _no: Framer = field(default_factory=lambda: Framer(bytes([SOH, NAK]), bytes([EOT])))

    def feed(self, data: bytes) -> list[Answer]:
        taken = [Answer(True) for _ in self._yes.feed(data)]
        return taken + [Answer(False, why.decode("ascii", "replace")) for why in self._no.feed(data)]


def _readable(text: bytes) -> bool:
    return all(0x20 <= byte <= 0x7E for byte in text)
