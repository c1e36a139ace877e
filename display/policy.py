"""Which channels a call goes to, and when the next one takes over; nothing here looks at a clock or a wire.

Board and sign show every call. A visitor who took a pager is called silently: the pager instead of the voice,
unless the pager's last word is that it did not reach them. Nothing is told of a call that has expired or whose
visitor is no longer waited for, but what hangs on a wall goes on showing what is true.
"""

from __future__ import annotations

from datetime import datetime

from caller.messages import Call, Channel, Result
from config.schema import Board, Hall, Pager, Sign, Voice


def due(call: Call, channel: Channel, hall: Hall, now: datetime) -> bool:
    """Whether this channel has to tell of this call at the moment `now`."""
    match channel:
        case Channel.BOARD:
            return any(shows(board, call.zone) for board in hall.board)
        case Channel.SIGN:
            return sign_of(hall, call.window) is not None
        case Channel.PAGER:
            return call.live and now < call.expires and pager_of(hall, call) is not None
        case Channel.VOICE:
            aloud = not silent(hall, call) or pager_failed(call)
            return aloud and call.live and now < call.expires and voice_of(hall, call.zone) is not None


def overdue(call: Call, channel: Channel, hall: Hall, now: datetime) -> bool:
    """Whether it is too late for a channel that had to tell of this call while it was young."""
    return now >= call.expires and due(call, channel, hall, call.at)


def silent(hall: Hall, call: Call) -> bool:
    """Whether this visitor is told by a pager. One that the hall does not have cannot tell anybody."""
    return pager_of(hall, call) is not None


def pager_failed(call: Call) -> bool:
    """Whether the last that the visitor's pager said is that the call did not reach them."""
    said = [report.result for report in call.reports if report.channel is Channel.PAGER]
    return bool(said) and said[-1] in (Result.FAILED, Result.EXPIRED)


def told(call: Call, channel: Channel, device: str) -> bool:
    """Whether this device has told of the call, or said that it is too late: a restart must not repeat it."""
    return any(
        report.channel is channel and report.device == device and report.result is not Result.FAILED
        for report in call.reports
    )


def shows(board: Board, zone: str) -> bool:
    """A board without zones is the whole hall's."""
    return not board.zones or zone in board.zones


def sign_of(hall: Hall, window: int) -> Sign | None:
    return next((sign for sign in hall.sign if sign.window == window), None)


def voice_of(hall: Hall, zone: str) -> Voice | None:
    return next((voice for voice in hall.voice if zone in voice.zones), None)


def pager_of(hall: Hall, call: Call) -> Pager | None:
    if hall.pager_terminal is None:
        return None
    return next((pager for pager in hall.pager if pager.number == call.pager), None)
