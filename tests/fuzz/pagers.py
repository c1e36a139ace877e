"""Bytes from outside into every parser of a pager's protocol: none may raise, hang, or keep more than 4 KiB."""

from __future__ import annotations

from drivers.pager import coaster, pocsag, tap
from drivers.pager.coaster import Framer
from drivers.pager.pocsag import Decoder, Function, Page
from drivers.pager.tap import Dialogue, Step
from drivers.sim.radio import PocsagReceiver
from drivers.sim.tap import TapTerminal

MOST = 4096
STEPS = (b"", b"ID=", b"ID=\x06\r", b"ID=\x06\r\x1b[p\r")
LOGINS = (b"", b"\r\x1bPG1\r")


def fuzz_tap(data: bytes) -> None:
    """A terminal that says anything at any step, and a client that says anything to our terminal."""
    # One of them for each input, so that there are many inputs: the last byte decides which.
    which = data[-1] % (len(STEPS) + len(LOGINS)) if data else 0
    if which >= len(STEPS):
        terminal = TapTerminal("fuzz")
        terminal.receive(LOGINS[which - len(STEPS)])
        for part in _chopped(data):
            terminal.receive(part)
        assert len(terminal.line) <= MOST
        return
    dialogue = Dialogue()
    dialogue.start(0.0)
    dialogue.receive(STEPS[which], 0.0)
    if dialogue.step is Step.READY:
        dialogue.page("1000001", "A012 -> 3", 0.0)
    for number, part in enumerate(_chopped(data)):
        dialogue.receive(part, float(number))
        dialogue.tick(float(number))
    assert len(dialogue._line) <= tap.LIMIT


def fuzz_pocsag(data: bytes) -> None:
    """Any bits and any samples, and any text in a page whose words are right."""
    if len(data) % 2:
        PocsagReceiver("fuzz").receive(data)
        return
    decoder = Decoder()
    # Radio has no bytes, so any input may be the inside of a batch: the sync word is given.
    air = pocsag.as_bytes([pocsag.SYNC]) + data[:512]
    for page in decoder.feed(byte >> shift & 1 for byte in air for shift in range(7, -1, -1)):
        assert 0 <= page.address <= pocsag.HIGHEST_ADDRESS and len(page.text) <= MOST
    assert len(decoder._text) <= pocsag.MOST_TEXT
    if len(data) % 16:  # the rest costs fifty times as much, and looks at our own side only
        return
    text = "".join(chr(0x20 + byte % 0x5F) for byte in data[:60])
    words = pocsag.encode(Page(int.from_bytes(data[:2], "big"), Function.ALPHA, text))
    # Behind a real page the air may hold anything: the page itself is heard.
    again = Decoder()
    heard = again.feed(word >> shift & 1 for word in words for shift in range(31, -1, -1))
    assert [page.text for page in heard] == [text.rstrip("\0")]


def fuzz_coaster(data: bytes) -> None:
    """The frames of three makers as they come, and what a WaveWare answers."""
    for start, end, read in (
        (coaster.START, b"\r", coaster.read_jtech),
        (b"\x01", b"\x03\x04", coaster.read_waveware),
        (b"PAGE,", b"\r", coaster.read_lrs),
        (b"\x01", b"\x04", coaster.read_answer),
    ):
        framer = Framer(start, end)
        for part in _chopped(data):
            for body in framer.feed(part):
                read(body)
            assert len(framer._buffer) <= coaster.LIMIT
        read(data)


def _chopped(data: bytes) -> list[bytes]:
    size = data[0] % 32 + 1 if data else 1
    return [data[at : at + size] for at in range(0, len(data), size)]
