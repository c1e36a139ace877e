"""Bytes from outside into every parser of a sign's protocol: none may raise, hang, or keep more than 4 KiB."""

from __future__ import annotations

import struct

from drivers.sign import alpha, area, bitmap, bx, candle, onbon, strip
from drivers.sign.bx import Message, Series
from drivers.sim.alpha import AlphaBoard
from drivers.sim.bx import BxCard
from drivers.sim.candle import CandleBoard
from drivers.sim.onbon import OnbonCard
from drivers.sim.strip import WindowStrip
from tests.fuzz.engine import chopped, fed, side

DOTS = 8  # of a simulated sign: what it draws costs less than what it hears


def fuzz_onbon(data: bytes) -> None:
    """BX-5K/6K frames as they come, any payload, that payload in a frame whose CRC is right, and a card."""
    match side(data, 4):
        case 0:
            fed(onbon.Decoder(), data, lambda frame: area.parse(frame.payload))
        case 1:
            areas = area.parse(data)
            assert areas is None or len(areas[1]) * 27 <= len(data)
        case 2:
            frame = onbon.Frame(0xA3, 6, payload=data)
            assert onbon.Decoder(limit=1 << 18).feed(onbon.encode(frame)) == [frame]
        case _:
            OnbonCard("fuzz", width=DOTS, height=DOTS).receive(
                onbon.encode(onbon.Frame(0xA3, 6, payload=data))
            )


def fuzz_bx(data: bytes) -> None:
    """BX-5 and BX-6 messages as they come, any body, that body in a message whose checks are right, and a card."""
    series = (None, *Series)[len(data) % 3]
    match side(data, 4):
        case 0:
            fed(bx.Decoder(), data, lambda message: _bx_body(message.body))
        case 1:
            _bx_body(data)
            _bx_body(struct.pack("<BBBH", 1, 0xA7, 0, len(data) & 0xFFFF) + data)
        case 2:
            message = Message(data, series)
            assert bx.Decoder(limit=1 << 18).feed(bx.encode(message)) == [message]
        case _:
            card = BxCard("fuzz", series="bx5", width=DOTS, height=DOTS)
            card.receive(bx.encode(Message(data, series)))


def _bx_body(body: bytes) -> None:
    for series in Series:
        found = bitmap.parse_show(body, series)
        assert found is None or len(found) * bitmap.AREA.size <= len(body)
    bitmap.parse_delete(body)
    assert Message(body).verdict is None or len(body) >= bx.REPLY.size


def fuzz_alpha(data: bytes) -> None:
    """Alpha packets as they come, and any command to a sign that draws what it is told."""
    if side(data, 3):
        fed(alpha.Decoder(), data)
        return
    board = AlphaBoard("fuzz", width=DOTS, height=DOTS)
    board.receive(data)
    board.receive(alpha.SOH + b"Z00" + alpha.STX + data.replace(alpha.EOT, b"") + alpha.EOT)


def fuzz_strip(data: bytes) -> None:
    """Frames of a window strip as the strip hears them, its answers as we hear them, and any text in one."""
    match side(data, 4):
        case 0:
            fed(strip.Decoder(), data, lambda frame: strip.read_text(frame.data), "_kept")
        case 1:
            answers = strip.ReplyDecoder()
            for part in chopped(data):
                answers.addresses(part)
                assert len(answers._kept) <= strip.REPLY_MOST
        case 2:
            strip.read_text(data)
            frame = strip.Frame(3, strip.Command.TEXT, data[: strip.DATA_MOST])
            assert strip.Decoder().feed(strip.encode(frame)) == [frame]
        case _:
            frame = strip.Frame(1, strip.Command.TEXT, data[: strip.DATA_MOST])
            WindowStrip("fuzz", width=DOTS, height=DOTS).receive(strip.encode(frame))


def fuzz_candle(data: bytes) -> None:
    """Packets of a number board as they come and to a board, and any text of ours for one."""
    match side(data, 3):
        case 0:
            fed(candle.Decoder(), data)
        case 1:
            said, _ = candle.words([data.decode("utf-8", errors="replace")])
            assert candle.Decoder().feed(candle.encode(candle.Show(0x22, said[: candle.TEXT_MOST])))
        case _:
            CandleBoard("fuzz").receive(data)
