"""Bytes from outside into every parser of a reader: none may raise, hang, keep more than 4 KiB, or let a number out."""

from __future__ import annotations

from datetime import date

from drivers.reader import gm65, sdt
from drivers.reader.person import mask, person_of
from drivers.reader.scanner import Burst
from drivers.sim.idcard import CardReader
from drivers.sim.scanner import Scanner
from tests.fuzz.engine import chopped, side

MOST = 4096
KEY, TODAY = bytes(32), date(2026, 5, 6)
NUMBER = "11010519491231002X"  # the example of GB 11643-1999


def fuzz_sdt(data: bytes) -> None:
    """A reader that says anything, a card that holds anything, and our reader told anything."""
    which = side(data, 3)
    if which == 1:
        CardReader("fuzz").receive(data)
        return
    if which == 2:
        _one_card(data)
        return
    decoder = sdt.Decoder()
    for part in chopped(data):
        for body in decoder.feed(part):
            said = sdt.read_answer(body)
            if said is not None:
                assert said.words
                _card(said.data)
        assert len(decoder._buffer) <= MOST


def _one_card(data: bytes) -> None:
    _card(data)
    # A card whose number is right and whose other fields are whatever stands on it.
    text = sdt.card_data({"number": NUMBER})
    at = 4 + sum(
        size for name, size in sdt.FIELDS.items() if name in ("name", "sex", "nation", "birth", "address")
    )
    _card((text[:4] + data[: at - 4].ljust(at - 4, b"\0") + text[at:]), sure=True)


def _card(data: bytes, sure: bool = False) -> None:
    card = sdt.read_card(data)
    assert card is not None or not sure
    if card is not None:
        person = person_of(card, KEY, TODAY)
        assert card.number not in repr(person)
        assert "*" in mask(card.name) and len(person.name) <= 5


def fuzz_gm65(data: bytes) -> None:
    """A scanner that says anything, one that is told anything, and keys typed in any order."""
    which = side(data, 3)
    if which == 0:
        decoder = gm65.Decoder()
        for part in chopped(data):
            assert all(code.isprintable() and len(code) <= gm65.MOST for code in decoder.feed(part))
            assert len(decoder._buffer) <= gm65.MOST + len(part) and len(decoder.replies) <= 8
    elif which == 1:
        scanner = Scanner("fuzz", mode="trigger")
        for part in chopped(data):
            scanner.receive(part)
        assert len(scanner.heard) <= MOST
    else:
        burst, now = Burst(), 0.0
        for byte in data:
            now += (byte >> 6) * 0.02
            burst.key(byte & 0x3F, byte >> 5 & 1, now)
        assert len(burst.text) <= gm65.MOST + 1
