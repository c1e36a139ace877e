"""POCSAG, the radio code of pagers: a page becomes words of 32 bits, and words become bits on air and back.

Source: ITU-R M.584-2 (radiopaging code No. 1). A transmission is at least 576 bits 1010…, then batches of a
sync word and eight frames of two words; a pager listens only to the frame that is its address modulo 8.
Radio needs a licence: this module ends at words and samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

SYNC, IDLE, PREAMBLE = 0x7CD215D8, 0x7A89C197, 0xAAAAAAAA
PREAMBLE_WORDS = 576 // 32
BATCH = 16  # words after a sync word
MESSAGE = 1 << 31  # set in a word that carries text, clear in one that carries an address
GENERATOR = 0x769  # x10+x9+x8+x6+x5+x3+1
HIGHEST_ADDRESS = (1 << 21) - 1
SPEEDS = (512, 1200, 2400)  # bit/s
DIGITS = "0123456789*U -)("  # 4 bits each; * is the spare one
MOST_TEXT = 240  # characters: what a pager of any make shows


class Function(IntEnum):
    """The two bits that a pager is programmed by; 1 and 2 usually beep or vibrate without words."""

    NUMERIC = 0
    TONE_B = 1
    TONE_C = 2
    ALPHA = 3


@dataclass(frozen=True)
class Page:
    """One call to one pager. `text` is empty for a call that only vibrates."""

    address: int
    function: Function
    text: str = ""


def encode(page: Page) -> list[int]:
    """The words of a whole transmission, preamble included. ValueError for what no pager can take."""
    if not 0 <= page.address <= HIGHEST_ADDRESS:
        raise ValueError(f"a POCSAG address is 0 to {HIGHEST_ADDRESS}, not {page.address}")
    if len(page.text) > MOST_TEXT:
        raise ValueError(f"{len(page.text)} characters do not fit a page of {MOST_TEXT}")
    address = protect(page.address >> 3 << 13 | page.function << 11)
    words = [IDLE] * (page.address % 8 * 2) + [address] + [protect(w) for w in _message(page)]
    # A pager that loses the end of a message shows what it has; one idle word more says that it is complete.
    words += [IDLE] * (-len(words) % BATCH or BATCH)
    sent = [PREAMBLE] * PREAMBLE_WORDS
    for start in range(0, len(words), BATCH):
        sent += [SYNC, *words[start : start + BATCH]]
    return sent


def protect(word: int) -> int:
    """The 21 information bits of a word with their BCH(31,21) check and even parity below them."""
    rest = word & 0xFFFFF800
    for bit in range(31, 10, -1):
        if rest >> bit & 1:
            rest ^= GENERATOR << bit - 10
    word = word & 0xFFFFF800 | rest & 0x7FE
    return word | word.bit_count() & 1


def intact(word: int) -> bool:
    """Whether check and parity of a word are right."""
    return protect(word) == word


def _message(page: Page) -> Iterator[int]:
    match page.function:
        case Function.NUMERIC:
            symbols, width, pad = _indexes(page.text.upper().replace("[", "(").replace("]", ")")), 4, 0xC
        case Function.ALPHA:
            if any(not (" " <= c <= "~" or c == "\n") for c in page.text):
                raise ValueError(f"only printable ASCII reaches a pager, not {page.text!r}")
            symbols, width, pad = list(page.text.encode("ascii")), 7, 0
        case _:
            if page.text:
                raise ValueError(f"function {page.function.name} carries no text")
            return
    bits = "".join(format(symbol, f"0{width}b")[::-1] for symbol in symbols)
    filler = format(pad, "04b")[::-1] * 5
    for start in range(0, len(bits), 20):
        piece = bits[start : start + 20]
        yield MESSAGE | int(piece + filler[len(piece) :], 2) << 11


def _indexes(text: str) -> list[int]:
    if any(c not in DIGITS for c in text):
        raise ValueError(f"a numeric pager shows only {DIGITS}, not {text!r}")
    return [DIGITS.index(c) for c in text]


def as_bytes(words: Iterable[int]) -> bytes:
    """Words as they are shifted out, the first bit first: for an FSK transmitter on SPI."""
    return b"".join(word.to_bytes(4, "big") for word in words)


def as_samples(
    words: Iterable[int], speed: int, rate: int = 22050, quiet: int = 4000, level: int = 12000
) -> bytes:
    """Signed 16-bit little-endian mono samples: a 1 is negative, because the lower frequency means 1.

    `quiet` zero samples follow, so that a receiver sees the end.
    """
    bits = [word >> shift & 1 for word in words for shift in range(31, -1, -1)]
    low, high = (-level).to_bytes(2, "little", signed=True), level.to_bytes(2, "little", signed=True)
    samples = bytearray()
    for index, bit in enumerate(bits, 1):
        # Each bit ends where the exact time says, so that 22050/1200 does not drift.
        samples += (low if bit else high) * (index * rate // speed - len(samples) // 2)
    return bytes(samples) + bytes(2 * quiet)


@dataclass
class Decoder:
    """Bits back to pages. Never raises: it hunts for the next sync word and counts the words that are broken."""

    pages: int = 0
    broken: int = 0
    _window: int = 0
    _left: int = 0  # words of this batch that are still to come; 0: looking for a sync word
    _bits: int = 0
    _heard: int = 0  # bits since the last sync word
    _address: int | None = None
    _function: Function = Function.NUMERIC
    _text: list[int] = field(default_factory=list, repr=False)

    def feed(self, bits: Iterable[int]) -> list[Page]:
        """The pages that are complete."""
        found: list[Page] = []
        for bit in bits:
            self._window = (self._window << 1 | bit & 1) & 0xFFFFFFFF
            if not self._left:
                self._heard += 1
                if self._window == SYNC:
                    self._left, self._bits, self._heard = BATCH, 0, 0
                elif self._heard == 32:
                    found += self._end()  # no further batch followed
                continue
            self._bits += 1
            if self._bits == 32:
                self._bits = 0
                found += self._word(self._window, (BATCH - self._left) // 2)
                self._left -= 1
        return found

    def _word(self, word: int, frame: int) -> list[Page]:
        if not intact(word):
            self.broken += 1
            return self._end()
        if word == IDLE:
            return self._end()
        if word & MESSAGE:
            if self._address is not None and len(self._text) < MOST_TEXT:
                self._text.append(word >> 11 & 0xFFFFF)
            return []
        ended = self._end()
        self._address = (word >> 13 & 0x3FFFF) << 3 | frame
        self._function = Function(word >> 11 & 3)
        return ended

    def _end(self) -> list[Page]:
        if self._address is None:
            return []
        bits = "".join(format(word, "020b") for word in self._text)
        width = 4 if self._function is Function.NUMERIC else 7
        symbols = [int(bits[at : at + width][::-1], 2) for at in range(0, len(bits) - width + 1, width)]
        if self._function is Function.NUMERIC:
            text = "".join(DIGITS[symbol] for symbol in symbols).rstrip(" ")
        else:
            text = "".join(map(chr, symbols)).rstrip("\0")
        page = Page(self._address, self._function, text)
        self._address = None
        self._text.clear()
        self.pages += 1
        return [page]
