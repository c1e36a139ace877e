"""Bytes from outside into every parser of a pager's protocol: none may raise, hang, or keep more than 4 KiB."""

from __future__ import annotations

from collections.abc import Callable

from drivers.pager import coaster, pocsag, tap
from drivers.pager.coaster import Answers, Framer
from drivers.pager.pocsag import Decoder, Function, Page
from drivers.pager.tap import Dialogue, Step
from drivers.sim.coaster import JtechBox, LrsBox, WaveWareBox
from drivers.sim.radio import PocsagReceiver
from drivers.sim.tap import TapTerminal
from tests.fuzz.engine import chopped, fed, side

MOST = 4096
STEPS = (b"", b"ID=", b"ID=\x06\r", b"ID=\x06\r\x1b[p\r")
LOGINS = (b"", b"\r\x1bPG1\r")
FRAMES: tuple[tuple[bytes, bytes, Callable[[bytes], object]], ...] = (
    (coaster.START, b"\r", coaster.read_jtech),
    (b"\x01", b"\x03\x04", coaster.read_waveware),
    (b"PAGE,", b"\r", coaster.read_lrs),
)


def fuzz_tap(data: bytes) -> None:
    """A terminal that says anything at any step, and a client that says anything to our terminal."""
    which = side(data, len(STEPS) + len(LOGINS))
    if which >= len(STEPS):
        terminal = TapTerminal("fuzz")
        terminal.receive(LOGINS[which - len(STEPS)])
        for part in chopped(data):
            terminal.receive(part)
        assert len(terminal.line) <= MOST
        return
    dialogue = Dialogue()
    dialogue.start(0.0)
    dialogue.receive(STEPS[which], 0.0)
    if dialogue.step is Step.READY:
        dialogue.page("1000001", "A012 -> 3", 0.0)
    for number, part in enumerate(chopped(data)):
        dialogue.receive(part, float(number))
        dialogue.tick(float(number))
    assert len(dialogue._line) <= tap.LIMIT


def fuzz_pocsag(data: bytes) -> None:
    """Any bits and any samples, and any text in a page whose words are right."""
    which = side(data, 4)
    if which < 2:
        PocsagReceiver("fuzz", form=("raw", "spi")[which]).receive(data)
        return
    if which == 2:
        decoder = Decoder()
        # Radio has no bytes, so any input may be the inside of a batch: the sync word is given.
        air = pocsag.as_bytes([pocsag.SYNC]) + data[:64]
        for page in decoder.feed(byte >> shift & 1 for byte in air for shift in range(7, -1, -1)):
            assert 0 <= page.address <= pocsag.HIGHEST_ADDRESS and len(page.text) <= MOST
        assert len(decoder._text) <= pocsag.MOST_TEXT
        return
    if len(data) % 8:  # the rest costs fifty times as much, and looks at our own side only
        return
    text = "".join(chr(0x20 + byte % 0x5F) for byte in data[:60])
    words = pocsag.encode(Page(int.from_bytes(data[:2], "big"), Function.ALPHA, text))
    # Behind a real page the air may hold anything: the page itself is heard.
    again = Decoder()
    heard = again.feed(word >> shift & 1 for word in words for shift in range(31, -1, -1))
    assert [page.text for page in heard] == [text.rstrip("\0")]


def fuzz_coaster(data: bytes) -> None:
    """The frames of three makers as they come and to a box of each, and what a WaveWare answers."""
    which = side(data, 7)
    if which == 3:
        answers = Answers()
        for part in chopped(data):
            answers.feed(part)
            assert max(len(answers._yes._buffer), len(answers._no._buffer)) <= coaster.LIMIT
        return
    if which > 3:
        box = (JtechBox, WaveWareBox, LrsBox)[which - 4]("fuzz")
        for part in chopped(data):
            box.receive(part)
        assert len(box.framer._buffer) <= coaster.LIMIT
        return
    start, end, read = FRAMES[which]
    fed(Framer(start, end), data, read, "_buffer", coaster.LIMIT)
    read(data)
