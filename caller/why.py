"""`python -m caller why A012`: from the journal alone, why this number was called when it was, and before whom.

One sentence that a supervisor can read to the visitor who asks. It needs neither the bus nor the caller service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select

from caller.asking import ended
from caller.database import UNREADABLE, JournalError, cause, reader
from caller.evolve import evolve
from caller.messages import (
    EVENTS,
    DayOpened,
    Event,
    Reason,
    Step,
    TicketAdvanced,
    TicketCalled,
    TicketReserved,
    TicketResumed,
    TicketReturned,
    TicketTransferred,
    kebab,
    say,
    say_why,
)
from caller.order import Rule
from caller.rules import rules_of
from caller.snapshot import ticket_view
from caller.state import Rules, State
from caller.tables import events
from config import entry
from config.languages import _, languages
from config.schema import Hall

NOT_A_CHOICE = (Rule.RECALL,)  # a second call of whoever was chosen before
IN_LINE = (Rule.FIRST_COME, Rule.PRIORITY, Rule.PRIORITY_BOUND, Rule.OVERDUE)  # chosen by the place in a line


@dataclass(frozen=True)
class Way:
    """What last gave this number its place: it says why that place is not where the visitor stood up."""

    event: Event | None = None

    def after(self, event: Event, number: str) -> Way:
        moves = isinstance(event, TicketReturned | TicketTransferred | TicketAdvanced | TicketResumed) or (
            isinstance(event, TicketReserved) and event.offline
        )
        return Way(event) if moves and getattr(event, "ticket", "") == number else self

    def said(self, came: str, language: str) -> str:
        """`came` is the clock of the place."""
        match self.event:
            case TicketReturned(behind=""):
                return _("（过号后按时回来，排在最后）", language)
            case TicketReturned(behind=other):
                return _("（过号后按时回来，排在 {other} 之后）", language).format(other=other)
            case TicketTransferred(window=window, at_tail=True):
                return _("（从 {window} 号窗口转来，排到最后，算 {time} 来的）", language).format(
                    window=window, time=came
                )
            case TicketTransferred(window=window) | TicketAdvanced(window=window):
                return _("（从 {window} 号窗口转来，还按 {time} 来的排）", language).format(
                    window=window, time=came
                )
            case TicketResumed():
                return _("（挂起到时间，还按 {time} 来的排）", language).format(time=came)
            case TicketReserved():
                return _("（断网时取的号，按 {time} 来的排）", language).format(time=came)
        return ""


def told(happened: Iterable[Event], rules: Rules, number: str, zone: str, language: str = "zh") -> str:
    """Why the latest choice fell on this number; or that it was not called yet. "" if there is no such number."""
    state, came = State(rules), ""
    choice: TicketCalled | None = None
    waited, way, since = 0, Way(), dict[str, str]()
    for event in happened:
        way = way.after(event, number)
        if isinstance(event, TicketCalled) and event.ticket == number and event.rule not in NOT_A_CHOICE:
            choice, place = event, state.tickets[number].place[0]
            waited = max(0, int((event.at - place).total_seconds() // 60))
            came = way.said(_clock(place, zone), language) if event.rule in IN_LINE else ""
            others = {*event.overtook, event.turn} - {""}
            since = {other: _clock(state.tickets[other].place[0], zone) for other in others}
        state = evolve(state, event)
    ticket = state.tickets.get(number)
    if ticket is None:
        return ""
    if choice is None:
        if ticket.step is not Step.WAITING:
            return _("{ticket} 还没有叫过", language).format(ticket=number)
        ahead = ticket_view(state, ticket).ahead
        return _("{ticket} 还没有叫到，同一业务前面还有 {ahead} 位", language).format(
            ticket=number, ahead=ahead
        )
    held = state.book.appointments.get(ticket.appointment)
    promised = ""
    if held is not None and not held.ordinary:
        promised = _("（预约 {time}，按预约时间算到达）", language).format(time=_clock(held.slot, zone))
    where = _("{time} {window} 号窗口叫 {ticket}：", language).format(
        time=_clock(choice.at, zone), window=choice.window, ticket=number
    )
    return (
        where
        + _reason(choice, waited, rules, language)
        + (promised or came)
        + _overtaken(choice, since, language)
    )


def _reason(call: TicketCalled, waited: int, rules: Rules, language: str) -> str:
    """Which rule chose this ticket."""
    match Rule(call.rule):
        case Rule.OVERDUE:
            text = _("已经等了 {minutes} 分钟，超过最长等候时间的先叫", language)
        case Rule.PRIORITY:
            text = _("绿色通道先叫，越过普通群众连叫 {bound} 位之后一定轮到一位普通群众", language)
        case Rule.PRIORITY_BOUND:
            text = _("绿色通道已经连叫 {bound} 位，轮到最先来的普通群众", language)
        case Rule.RETURNED:
            text = _("过号后按时回来，不用重新取号", language)
        case Rule.RESUMED:
            text = _("之前在窗口办到一半挂起，现在接着办", language)
        case Rule.BY_HAND:
            text = _("不按顺序，是工作人员按号叫的，原因是“{why}”", language)
        case _:
            text = _("这个窗口先办的业务里，来得最早的先叫", language)
    why = say_why(call.why, language) if call.why else ""
    return text.format(minutes=waited, bound=rules.priority_in_a_row, why=why)


def _overtaken(call: TicketCalled, since: dict[str, str], language: str) -> str:
    """Who came before and was called after, and whose turn it was, with the time at which they came."""
    turn = ""
    if call.turn and call.turn not in call.overtook:
        turn = _("；本来轮到 {other}", language).format(other=f"{call.turn} ({since[call.turn]})")
    if not call.overtook:
        return turn + _("；没有越过任何人。", language)
    names = few([f"{n} ({since[n]})" for n in call.overtook], call.overtaken, language)
    return turn + _("；越过了来得更早的 {others}。", language).format(others=names)


def few(names: Sequence[str], count: int, language: str) -> str:
    """The first of so many."""
    said = _("、", language).join(names)
    if count <= len(names):
        return said
    return _("{names} 等 {count} 位", language).format(names=said, count=count)


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def of_hall(hall: Hall, number: str, language: str = "zh", day: str = "") -> str:
    """The sentence, from the hall's own journal; raises JournalError."""
    return told(today(hall.caller.journal, day), rules_of(hall), number, hall.hall.timezone, language)


def today(url: str, day: str = "") -> list[Event]:
    """The events of the running day, or of another one, read beside whoever writes; raises JournalError."""
    opened = kebab(DayOpened.__name__)
    first = select(func.max(events.c.seq)).where(events.c.kind == opened)
    meant = events.c.day == day if day else events.c.seq >= first.scalar_subquery()
    query = select(events.c.kind, events.c.payload).where(meant).order_by(events.c.seq)
    engine = reader(url)
    try:
        with engine.connect() as connection:
            return [
                msgspec.json.decode(row.payload, type=EVENTS[row.kind]) for row in connection.execute(query)
            ]
    except UNREADABLE as error:
        raise JournalError(cause(error)) from error
    finally:
        engine.dispose()


def main(arguments: Sequence[str]) -> int:
    """0 told, 1 no such number today, 69 no journal."""
    line = entry.parser("python -m caller why", "为什么先叫这个号 / why this number was called")
    line.add_argument("ticket", help="A012")
    line.add_argument(
        "--day", type=date.fromisoformat, metavar="2026-11-23", help="不写就是今天 / else today"
    )
    line.add_argument("--language", choices=languages(), default="zh")
    asked = line.parse_args(arguments)
    hall = entry.hall(asked.config)

    def told() -> int:
        sentence = of_hall(hall, asked.ticket.upper(), asked.language, str(asked.day or ""))
        print(sentence or say(Reason.UNKNOWN_TICKET, asked.language))
        return 0 if sentence else 1

    return ended(hall, told)
