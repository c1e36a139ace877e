"""Bytes from outside into every parser of a sign's protocol: none may raise, hang, or keep more than 4 KiB."""

from __future__ import annotations

import struct

from drivers.sign import alpha, area, bitmap, bx, candle, onbon, strip
from drivers.sign.bx import Message, Series
from drivers.sim.alpha import AlphaBoard

MOST = 4096


def fuzz_onbon(data: bytes) -> None:
    """BX-5K/6K frames as they come, and any payload in a frame whose CRC is right."""
    decoder = onbon.Decoder()
    for part in _chopped(data):
        for frame in decoder.feed(part):
            area.parse(frame.payload)
    assert len(decoder._body) <= MOST
    payload = data[:0xFFFF]
    assert onbon.Decoder(limit=1 << 18).feed(onbon.encode(onbon.Frame(0xA3, 6, payload=payload)))
    areas = area.parse(payload)
    assert areas is None or len(areas[1]) * 27 <= len(payload)


def fuzz_bx(data: bytes) -> None:
    """BX-5 and BX-6 messages as they come, and any body in a message whose checks are right."""
    decoder = bx.Decoder()
    for part in _chopped(data):
        for message in decoder.feed(part):
            _bx_body(message.body)
    assert len(decoder._body) <= MOST
    message = Message(data, (None, *Series)[len(data) % 3])
    assert bx.Decoder(limit=1 << 18).feed(bx.encode(message)) == [message]
    _bx_body(struct.pack("<BBBH", 1, 0xA7, 0, len(data) & 0xFFFF) + data)


def _bx_body(body: bytes) -> None:
    for series in Series:
        found = bitmap.parse_show(body, series)
        assert found is None or len(found) * bitmap.AREA.size <= len(body)
    bitmap.parse_delete(body)
    assert Message(body).verdict is None or len(body) >= bx.REPLY.size


def fuzz_alpha(data: bytes) -> None:
    """Alpha packets as they come, and any command to a sign that draws what it is told."""
    decoder = alpha.Decoder()
    for part in _chopped(data):
        decoder.feed(part)
    assert len(decoder._body) <= MOST
    board = AlphaBoard("fuzz", width=16, height=8)
    board.receive(data)
    board.receive(alpha.SOH + b"Z00" + alpha.STX + data.replace(alpha.EOT, b"") + alpha.EOT)


def fuzz_strip(data: bytes) -> None:
    """Frames of a window strip as the strip hears them, its answers as we hear them, and any text in one."""
    hears, answers = strip.Decoder(), strip.ReplyDecoder()
    for part in _chopped(data):
        for frame in hears.feed(part):
            strip.read_text(frame.data)
        answers.addresses(part)
    assert len(hears._kept) <= MOST and len(answers._kept) <= strip.REPLY_MOST
    strip.read_text(data)
    frame = strip.Frame(3, strip.Command.TEXT, data[: strip.DATA_MOST])
    assert strip.Decoder().feed(strip.encode(frame)) == [frame]


def fuzz_candle(data: bytes) -> None:
    """Packets of a number board as they come, and any text of ours for one."""
    decoder = candle.Decoder()
    for part in _chopped(data):
        decoder.feed(part)
    assert len(decoder._body) <= MOST
    said, _ = candle.words([data.decode("utf-8", errors="replace")])
    assert candle.Decoder().feed(candle.encode(candle.Show(0x22, said[: candle.TEXT_MOST])))


def _chopped(data: bytes) -> list[bytes]:
    """As reads of a wire would bring it: in parts whose size the data itself decides."""
    size = 1 + (data[0] if data else 0)
    return [data[at : at + size] for at in range(0, len(data), size)]
