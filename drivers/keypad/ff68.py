"""`FF 68 LEN LEN 68 ADDR CMD DATA… CS 16`: the frames of Chinese RS-485 caller pads, both ways.

LEN counts ADDR to the last data byte; CS is their sum, low byte. 9600 8N1. A pad speaks right after a key,
without being polled; the host acknowledges by sending the same frame back.
Sources: 21 键点阵液晶呼叫器通讯协议 (max.book118.com/html/2020/0406/7033135055002126.shtm), agreeing with
two deployed hosts, JackQChen/QueueSystem and uvbs/HospitalQueueSystem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD = b"\xff\x68"
MARK, TAIL = 0x68, 0x16
LEAST, MOST = 2, 16  # LEN: an address and a command; the longest that any pad sends or takes

PRESSED, DISPLAY, BEEP, RATED = 0x01, 0x02, 0x03, 0x11  # commands
FAILED, OK = 0x00, 0x01
RATE = "RATE"  # the key of an evaluator; its digit is the grade
GRADES = range(5)  # 0 very poor … 4 very good
START_RATING, STARS = 0x0B, 0x05  # what an evaluator is told: ask now (PRESSED), show the stars (DISPLAY)
BLANK = 0x0A  # in a display: leave these digits as they are
PLACES = 3  # digits for the waiting count, and for the ticket
HIGHEST_ADDRESS = 127

KEYS = {
    0x0A: "START",
    0x0B: "WAIT",
    0x0C: "NEXT",
    0x0D: "RECALL",
    0x0E: "CANCEL",
    0x0F: "FUNCTION",
    0x11: "LINE",
    0x12: "PAUSE",
    0x13: "TRANSFER",
}
CODES = {name: code for code, name in KEYS.items()}

# Seconds in which the same frame again is the pad repeating itself because it missed the echo. Pads repeat
# after 300 to 400 ms; no clerk means the same key twice within half a second.
REPEAT = 0.5


@dataclass(frozen=True)
class Frame:
    """One frame; `data` is what stands between the command and the checksum."""

    address: int
    command: int
    data: bytes = b""


def encode(frame: Frame) -> bytes:
    """The bytes of a frame. ValueError when a field does not fit: that is our bug."""
    body = bytes([frame.address, frame.command]) + frame.data
    if not 0 <= frame.address <= HIGHEST_ADDRESS or len(body) > MOST:
        raise ValueError(f"does not fit a frame: {frame}")
    length = len(body)
    return HEAD + bytes([length, length, MARK]) + body + bytes([sum(body) & 0xFF, TAIL])


def press(address: int, key: str, digits: str = "", codes: Mapping[str, int] = CODES) -> Frame:
    """What a pad sends for a key, with the digits typed before it."""
    return Frame(address, PRESSED, bytes(int(digit) for digit in digits) + bytes([codes[key]]))


def read_press(frame: Frame, chart: Mapping[int, str] = KEYS) -> tuple[str, str] | None:
    """The key and its digits, of an evaluator RATE and the grade; None when the frame is not on the model's chart."""
    if frame.command == RATED:
        rated = len(frame.data) == 1 and frame.data[0] in GRADES
        return (RATE, str(frame.data[0])) if rated else None
    # Hosts accept any other command: makers do not agree on its value.
    if not frame.data:
        return None
    *digits, key = frame.data
    if key not in chart or any(digit > 9 for digit in digits):
        return None
    return chart[key], "".join(map(str, digits))


def rating(address: int, grade: int) -> Frame:
    """What an evaluator sends when a visitor rates, 0 to 4."""
    return Frame(address, RATED, bytes([grade]))


def acknowledge(frame: Frame) -> Frame:
    """What the host answers to a key: the frame itself; to a rating: the same data as command 01."""
    return Frame(frame.address, PRESSED, frame.data) if frame.command == RATED else frame


def ask_rating(address: int) -> Frame:
    """Let the evaluator ask the visitor."""
    return Frame(address, PRESSED, bytes([START_RATING]))


def stars(address: int) -> Frame:
    """Let the evaluator show its five stars."""
    return Frame(address, DISPLAY, bytes([STARS]))


def display(address: int, waiting: int | None = None, ticket: str | None = None) -> Frame:
    """Show people waiting and a ticket's digits; None leaves that half as it is.

    The pad has three digits for each: more people than 999 show as 999, of `A012` it shows 012.
    """
    left = None if waiting is None else str(min(max(waiting, 0), 999))
    right = None if ticket is None else "".join(c for c in ticket if c in "0123456789")[-PLACES:]
    return Frame(address, DISPLAY, _digits(left) + _digits(right))


def _digits(text: str | None) -> bytes:
    return bytes([BLANK] * PLACES) if text is None else bytes(int(c) for c in text.rjust(PLACES, "0"))


def result(address: int, ok: bool) -> Frame:
    """Tell the clerk that the key worked, or that it did not."""
    return Frame(address, DISPLAY, bytes([OK if ok else FAILED]))


def beep(address: int) -> Frame:
    """One beep."""
    return Frame(address, BEEP)


@dataclass
class Decoder:
    """Bytes from the bus to frames. Never raises: it hunts for the next head and counts what it drops."""

    frames: int = 0
    bad_checksum: int = 0
    garbage: int = 0  # bytes that belong to no frame
    _buffer: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        found = []
        while (step := self._next()) is not None:
            if isinstance(step, Frame):
                found.append(step)
        return found

    def silence(self) -> list[Frame]:
        """The bus has been silent: what has begun will never be completed, but may hide a whole frame."""
        found = []
        while self._buffer:
            self._drop(1)
            found += self.feed(b"")
        return found

    def _next(self) -> Frame | bool | None:
        """A frame; True when something was dropped and another look is due; None when more is needed."""
        buffer = self._buffer
        at = buffer.find(HEAD)
        if at != 0:
            # A last FF may be half of a head.
            keep = buffer[-1:] == HEAD[:1]
            skip = at if at > 0 else len(buffer) - keep
            return self._drop(skip) if skip else None
        length = buffer[2] if len(buffer) > 2 else LEAST
        wrong = (
            not LEAST <= length <= MOST
            or (len(buffer) > 3 and buffer[3] != length)
            or (len(buffer) > 4 and buffer[4] != MARK)
        )
        if wrong:
            return self._drop(1)
        size = 5 + length + 2
        if len(buffer) < max(size, 5):
            return None
        body = bytes(buffer[5 : 5 + length])
        if buffer[size - 1] != TAIL or buffer[size - 2] != sum(body) & 0xFF:
            self.bad_checksum += 1
            return self._drop(1)
        del buffer[:size]
        self.frames += 1
        return Frame(body[0], body[1], body[2:])

    def _drop(self, count: int) -> bool:
        self.garbage += count
        del self._buffer[:count]
        return True


@dataclass
class Repeats:
    """Which frames are only repetitions. Pure: the time comes with the frame."""

    seen: dict[tuple[int, bool], tuple[Frame, float]] = field(default_factory=dict)

    def is_new(self, frame: Frame, at: float) -> bool:
        """False for the same frame from the same pad within REPEAT seconds of its last appearance."""
        sender = frame.address, frame.command == RATED  # an evaluator may have its pad's address
        last = self.seen.get(sender)
        self.seen[sender] = (frame, at)
        return last is None or last[0] != frame or at - last[1] > REPEAT


def addresses(text: str) -> tuple[int, ...]:
    """`"3,5"` or `"3+5"` as (3, 5), `"1-3"` as (1, 2, 3); ValueError for what is no address."""
    found: list[int] = []
    for part in text.replace("+", ",").split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"pad addresses are written 3, 3+5 or 1-7, not {text!r}")
        found += range(int(first), int(last or first) + 1)
    if not found or any(not 1 <= address <= HIGHEST_ADDRESS for address in found):
        raise ValueError(f"pad addresses are 1 to {HIGHEST_ADDRESS}: {text!r}")
    return tuple(found)
