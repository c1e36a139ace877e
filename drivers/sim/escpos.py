"""The ESC/POS language as a printer reads it: bytes into commands, each with its parameters.

Lengths are from Epson's ESC/POS reference and from the manuals of HPRT TP80K and SPRT POS76 (FS commands).
What is not in these tables is unknown; a printer skips it, and we count it.
"""

from __future__ import annotations

from dataclasses import dataclass

# Commands with a fixed number of parameter bytes.
FIXED = {
    b"\x1b@": 0, b"\x1b2": 0, b"\x1bi": 0, b"\x1bm": 0, b"\x1bL": 0, b"\x1bS": 0,
    b"\x1b ": 1, b"\x1b!": 1, b"\x1b-": 1, b"\x1b3": 1, b"\x1b=": 1, b"\x1bE": 1, b"\x1bG": 1, b"\x1bJ": 1,
    b"\x1bK": 1, b"\x1bM": 1, b"\x1bR": 1, b"\x1bT": 1, b"\x1bV": 1, b"\x1ba": 1, b"\x1bd": 1, b"\x1be": 1,
    b"\x1br": 1, b"\x1bt": 1, b"\x1b{": 1, b"\x1b$": 2, b"\x1b\\": 2, b"\x1bB": 2, b"\x1bp": 3,
    b"\x1bc3": 1, b"\x1bc4": 1, b"\x1bc5": 1,
    b"\x1c&": 0, b"\x1c.": 0, b"\x1c!": 1, b"\x1c-": 1, b"\x1cC": 1, b"\x1cW": 1, b"\x1cS": 2,
    b"\x1d!": 1, b"\x1dB": 1, b"\x1dH": 1, b"\x1dI": 1, b"\x1dT": 1, b"\x1da": 1, b"\x1db": 1, b"\x1df": 1,
    b"\x1dh": 1, b"\x1dr": 1, b"\x1dw": 1, b"\x1d$": 2, b"\x1d\\": 2, b"\x1dL": 2, b"\x1dP": 2, b"\x1dW": 2,
    b"\x10\x04": 1, b"\x10\x05": 1,
}  # fmt: skip
SINGLE = b"\x00\t\n\x0c\r\x18"
CUT_WITH_FEED = b"ABab"  # GS V 65/66/97/98 n
CONTROL_BELOW = 0x20


@dataclass(frozen=True)
class Command:
    """`code` is the command's own bytes (b"\\x1dV"), b"" for text, b"?" for bytes that mean nothing."""

    code: bytes
    args: bytes = b""


def take(buffer: bytearray) -> tuple[int, Command] | None:
    """The first command in the buffer and how many bytes it takes; None while it is not complete."""
    first = buffer[0]
    if first >= CONTROL_BELOW:
        end = next((i for i, byte in enumerate(buffer) if byte < CONTROL_BELOW), len(buffer))
        return end, Command(b"", bytes(buffer[:end]))
    if first in SINGLE:
        return 1, Command(bytes((first,)))
    if first not in b"\x10\x1b\x1c\x1d":
        return 1, Command(b"?", bytes((first,)))
    if len(buffer) < 2:
        return None
    for size in (2, 3):
        code = bytes(buffer[:size])
        if code in FIXED:
            return _parameters(buffer, code, FIXED[code])
    return _variable(buffer, bytes(buffer[:2]))


def _variable(buffer: bytearray, code: bytes) -> tuple[int, Command] | None:
    at = len(code)
    match code:
        case b"\x1d(" | b"\x1c(":  # GS ( X pL pH …
            return _counted(buffer, 3, 2)
        case b"\x1d8":  # GS 8 L p1 p2 p3 p4 …
            return _counted(buffer, 3, 4)
        case b"\x1dv":  # GS v 0 m xL xH yL yH data
            if len(buffer) < 8:
                return None
            rows = (buffer[4] | buffer[5] << 8) * (buffer[6] | buffer[7] << 8)
            return _parameters(buffer, b"\x1dv0", 5 + rows)
        case b"\x1b*":  # ESC * m nL nH data
            if len(buffer) < 5:
                return None
            columns = (buffer[3] | buffer[4] << 8) * (3 if buffer[2] in (32, 33) else 1)
            return _parameters(buffer, code, 3 + columns)
        case b"\x1dV":
            if len(buffer) < 3:
                return None
            return _parameters(buffer, code, 2 if buffer[2] in CUT_WITH_FEED else 1)
        case b"\x1dk":  # GS k: old form ends with 00, new form (m >= 65) is counted
            if len(buffer) < 4:
                return None
            if buffer[2] >= 65:
                return _parameters(buffer, code, 2 + buffer[3])
            return _until_nul(buffer, code)
        case b"\x1bD":
            return _until_nul(buffer, code)
        case b"\x10\x14":  # DLE DC4 fn …
            if len(buffer) < 3:
                return None
            return _parameters(buffer, code, {1: 3, 2: 3, 8: 8}.get(buffer[at], 1))
        case b"\x1bc" if len(buffer) < 3:
            return None
    return 2, Command(b"?", bytes(buffer[:2]))


def _parameters(buffer: bytearray, code: bytes, count: int) -> tuple[int, Command] | None:
    end = len(code) + count
    return (end, Command(code, bytes(buffer[len(code) : end]))) if len(buffer) >= end else None


def _counted(buffer: bytearray, at: int, width: int) -> tuple[int, Command] | None:
    if len(buffer) < at + width:
        return None
    count = int.from_bytes(buffer[at : at + width], "little")
    end = at + width + count
    if len(buffer) < end:
        return None
    return end, Command(bytes(buffer[:at]), bytes(buffer[at + width : end]))


def _until_nul(buffer: bytearray, code: bytes) -> tuple[int, Command] | None:
    end = buffer.find(0, len(code) + 1)
    return (end + 1, Command(code, bytes(buffer[len(code) : end]))) if end >= 0 else None
