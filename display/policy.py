"""Which channels a call goes to, and when the next one takes over; nothing here looks at a clock or a wire.

Board and sign show every call: what hangs on a wall goes on showing what is true. The first rule of hall.toml
that fits the call (config.calling) says what is done besides and after how many seconds. Three things stand
above every rule: a pager that did not reach its visitor makes room for the next channel at once, a visitor who
cannot hear is always vibrated, and one who cannot see is always spoken to. Nothing is told of a call that has
expired or whose visitor is no longer waited for.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from caller.messages import Call, Channel, Need, Result
from config.boards import Shows, arrangement
from config.calling import USUAL, Act, Calling, Wish
from config.schema import Board, Hall, Pager, Sign, Voice

UNTOLD = (Result.RECEIVED, Result.FAILED)  # after these a device still has to tell of the call
PERCEIVED = {
    Need.NONE: frozenset(Channel),
    Need.DEAF: frozenset({Channel.PAGER, Channel.PHONE}),  # a sign calls who happens to look at it
    Need.BLIND: frozenset({Channel.VOICE, Channel.PAGER}),
}
FLASHES = timedelta(seconds=5)  # as long as a board flashes
CALLING = (Shows.CALLS, Shows.WINDOWS, Shows.TICKET)  # panels on which a visitor finds their call
AGAIN = "-again"  # behind the name of a pager that vibrates for the second time


def rule_of(call: Call, hall: Hall) -> Calling:
    """The first rule that fits; where none does, the usual one."""
    return next(rule for rule in (*hall.calling, *USUAL) if _fits(rule, call, hall))


def _fits(rule: Calling, call: Call, hall: Hall) -> bool:
    wish = Wish.SILENT if silent(hall, call) else Wish.ALOUD
    return (
        rule.wish in (Wish.ANYBODY, wish)
        and (not rule.zones or call.zone in rule.zones)
        and (not rule.services or call.service in rule.services)
        and (not rule.hours or any(_within(span, call.at, hall) for span in rule.hours))
    )


def _within(span: str, at: datetime, hall: Hall) -> bool:
    begins, _, ends = span.partition("-")
    clock = at.astimezone(ZoneInfo(hall.hall.timezone)).time()
    return time.fromisoformat(begins) <= clock < time.fromisoformat(ends)


def acts(call: Call, hall: Hall) -> tuple[tuple[Act, timedelta], ...]:
    """What this call's rule and its visitor's need make of it: each act and how long after the call."""
    rule, none = rule_of(call, hall), timedelta()
    planned = [(stage.act, timedelta(seconds=stage.after_seconds)) for stage in rule.stages]
    if not silent(hall, call):
        planned = [(act, after) for act, after in planned if act is not Act.PAGER]
    elif call.need is Need.DEAF and (Act.PAGER, none) not in planned:
        planned.insert(0, (Act.PAGER, none))
    aloud = rule.aloud_from_attempt and call.attempt >= rule.aloud_from_attempt
    if aloud or call.need is Need.BLIND:
        planned.insert(0, (Act.VOICE, none))
    if not planned:
        planned.append((Act.VOICE, none))  # a rule of pagers only, and a visitor without one
    return tuple(sorted(planned, key=lambda each: each[1]))


def due_at(call: Call, channel: Channel, hall: Hall) -> datetime | None:
    """From when on this channel has to tell of this call, as far as is known now; None if never."""
    match channel:
        case Channel.BOARD:
            return call.at if any(tells(board, call, hall) for board in hall.board) else None
        case Channel.SIGN:
            return call.at if sign_of(hall, call.window) is not None else None
        case Channel.PAGER:
            vibrated = _times(call, hall, Act.PAGER)
            return vibrated[0] if vibrated and pager_of(hall, call) is not None else None
        case Channel.PHONE:
            return None  # whoever has its page open looks at it; nobody can send it anything
        case Channel.VOICE:
            spoken = _times(call, hall, Act.VOICE)
            if not spoken or voice_of(hall, call.zone) is None:
                return None
            return call.at if pager_failed(call) else spoken[0]


def _times(call: Call, hall: Hall, act: Act) -> list[datetime]:
    return [call.at + after for each, after in acts(call, hall) if each is act]


def due(call: Call, channel: Channel, hall: Hall, now: datetime) -> bool:
    """Whether this channel has to tell of this call at the moment `now`."""
    begins = due_at(call, channel, hall)
    if channel in (Channel.BOARD, Channel.SIGN):
        return begins is not None
    return begins is not None and begins <= now < call.expires and call.live


def overdue(call: Call, channel: Channel, hall: Hall, now: datetime) -> bool:
    """Whether it is too late for a channel that had to tell of this call while it was young and waited for."""
    begins = due_at(call, channel, hall)
    return call.live and begins is not None and begins < call.expires <= now


def look_again(call: Call, channel: Channel, hall: Hall, now: datetime) -> datetime | None:
    """When the answer of `due` changes by itself, with no word from anybody; None if it does not."""
    begins = due_at(call, channel, hall)
    if begins is None or not call.live:
        return None
    moments = [begins, call.expires]
    if channel is Channel.PAGER:
        moments += _times(call, hall, Act.PAGER)
    return min((moment for moment in moments if now < moment <= call.expires), default=None)


def vibrations(call: Call, hall: Hall, now: datetime) -> tuple[str, ...]:
    """The names under which this call's pager has to report by now: "pager-7", then "pager-7-again"."""
    pager = pager_of(hall, call)
    if pager is None or not due(call, Channel.PAGER, hall, now):
        return ()
    count = sum(moment <= now for moment in _times(call, hall, Act.PAGER))
    return tuple(f"pager-{pager.number}{AGAIN if n else ''}" for n in range(min(count, 2)))


def flashing(call: Call, hall: Hall, now: datetime) -> bool:
    """Whether boards make this call flash now."""
    begun = _times(call, hall, Act.FLASH)
    return call.live and any(moment <= now < moment + FLASHES for moment in begun)


def alarm(call: Call, hall: Hall, now: datetime) -> bool:
    """Whether somebody has to call this visitor by mouth: it is over, or nothing is left to try, and fewer than
    two channels say that they told of it, or none that calls this visitor whatever they look at."""
    if not call.live or _enough(call, reached(call)):
        return False
    last = {(r.channel, r.device): r.result for r in call.reports}
    failed = {channel for (channel, _), result in last.items() if result.failed} - reached(call)
    hopes = {c for c in Channel if due_at(call, c, hall) is not None} - failed
    if call.need is Need.DEAF and Channel.PAGER not in failed:
        hopes |= {Channel.PHONE}  # an open page may shake yet
    return now >= call.expires or not _enough(call, hopes | reached(call))


def _enough(call: Call, channels: Set[Channel]) -> bool:
    return len(channels) >= 2 and not channels.isdisjoint(PERCEIVED[call.need])


def reached(call: Call) -> frozenset[Channel]:
    """The channels of which some device's last word is that it told of the call."""
    last = {(r.channel, r.device): r.result for r in call.reports}
    return frozenset(channel for (channel, _), result in last.items() if result.reached)


def silent(hall: Hall, call: Call) -> bool:
    """Whether this visitor is told by a pager. One that the hall does not have cannot tell anybody."""
    return pager_of(hall, call) is not None


def pager_failed(call: Call) -> bool:
    """Whether the last that the visitor's pager said is that the call did not reach them."""
    said = [report.result for report in call.reports if report.channel is Channel.PAGER]
    return bool(said) and said[-1].failed


def told(call: Call, channel: Channel, device: str) -> bool:
    """Whether this device has told of the call, or said that it is too late: a restart must not repeat it."""
    return any(
        report.channel is channel and report.device == device and report.result not in UNTOLD
        for report in call.reports
    )


def shows(board: Board, call: Call) -> bool:
    """Whether a call is this board's business: one without zones is the whole hall's."""
    if board.window is not None:
        return call.window == board.window
    return not board.zones or call.zone in board.zones


def tells(board: Board, call: Call, hall: Hall) -> bool:
    """Whether this board has a place for the call: a sign that shows the way has none."""
    layout = arrangement(hall.board_layout, board)
    return shows(board, call) and layout is not None and any(panel.shows in CALLING for panel in layout.panel)


def sign_of(hall: Hall, window: int) -> Sign | None:
    return next((sign for sign in hall.sign if sign.window == window), None)


def voice_of(hall: Hall, zone: str) -> Voice | None:
    return next((voice for voice in hall.voice if zone in voice.zones), None)


def pager_of(hall: Hall, call: Call) -> Pager | None:
    if hall.pager_terminal is None:
        return None
    return next((pager for pager in hall.pager if pager.number == call.pager), None)
