"""`python -m caller desk`: what the desk and the supervisor say about one number, or about the hours of today.

`show` is read from the journal and needs nothing else; the others are commands, and the running caller answers. A
number that is given here counts at once: whoever gives it writes it down for the visitor.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from caller import why
from caller.asking import Mistaken, asked, ended, new_id, told
from caller.chinese import TITLES
from caller.evolve import evolve
from caller.messages import (
    Answer,
    CancelTicket,
    Command,
    ConfirmTicket,
    ExtendHours,
    Reason,
    ReserveTicket,
    ReturnTicket,
    VoidTicket,
    say,
)
from caller.rules import calendar_of, rules_of
from caller.state import State, Ticket
from config import entry
from config.languages import _
from config.schema import Hall
from drivers import clock


def main(arguments: Sequence[str]) -> int:
    """0 done, 1 refused, 69 the caller or its journal is not there."""
    options = _options().parse_args(list(arguments))
    hall = entry.hall(options.config)
    return ended(hall, lambda: _done(hall, options))


def _done(hall: Hall, options: Namespace) -> int:
    match options.what:
        case "show":
            return show(hall, options.ticket.upper())
        case "give":
            return give(hall, options)
    return told(asked(hall, _command(hall, options)))


def give(hall: Hall, options: Namespace) -> int:
    """A number for whoever stands at the desk: for several services in order, or several people."""
    reserve = ReserveTicket(
        id=new_id(),
        service=service(hall, options.service),
        kiosk="desk",
        then=tuple(service(hall, name) for name in options.then),
        people=options.people,
    )
    answer = asked(hall, reserve)
    if answer.ticket is None:
        return told(answer)
    given = asked(hall, ConfirmTicket(id=new_id(), ticket=answer.ticket.number)).ticket
    if given is None:
        return told(Answer(id="", done=False, reason=Reason.WRONG_STEP))
    print(_("{ticket}，前面还有 {ahead} 位，请写给群众").format(ticket=given.number, ahead=given.ahead))
    return 0


def show(hall: Hall, number: str) -> int:
    """Where a number is on its way, and who was asked first (首问)."""
    state = State(rules_of(hall))
    for event in why.today(hall.caller.journal):
        state = evolve(state, event)
    ticket = state.tickets.get(number)
    if ticket is None:
        print(say(Reason.UNKNOWN_TICKET), file=sys.stderr)
        return 1
    print(sentence(hall, ticket))
    return 0


def sentence(hall: Hall, ticket: Ticket) -> str:
    """One line for a supervisor. Nobody's name is in it."""
    zone = ZoneInfo(hall.hall.timezone)
    parts = [
        _("{ticket} {service}：{step}").format(
            ticket=ticket.number,
            service=hall.find_service(ticket.service).name,
            step=TITLES[ticket.step.name],
        ),
        _("{time} 取号").format(time=f"{ticket.at.astimezone(zone):%H:%M}"),
    ]
    if ticket.window is not None:
        parts.append(_("{number} 号窗口").format(number=ticket.window))
    if ticket.people > 1:
        parts.append(_("同来 {count} 人").format(count=ticket.people))
    if ticket.plan:
        after = " → ".join(hall.find_service(stop.service).name for stop in ticket.plan)
        parts.append(_("接着 {services}").format(services=after))
    if ticket.first_window is not None:
        clerk = _("工号 {clerk}").format(clerk=ticket.first_clerk) if ticket.first_clerk else ""
        first = " ".join(filter(None, (_("{number} 号窗口").format(number=ticket.first_window), clerk)))
        parts.append(_("首问 {who}").format(who=first))
    if ticket.note:
        parts.append(_("留言：{note}").format(note=ticket.note))
    return "，".join(parts)


def service(hall: Hall, name: str) -> str:
    """Its id, from the id or the name; raises Mistaken."""
    found = next((s.id for s in hall.service if name in (s.id, s.name, s.plain)), None)
    if found is None:
        raise Mistaken(_("没有这项业务：{name}").format(name=name))
    return found


def _command(hall: Hall, options: Namespace) -> Command:
    match options.what:
        case "back":
            return ReturnTicket(id=new_id(), ticket=options.ticket.upper())
        case "cancel":
            return CancelTicket(id=new_id(), ticket=options.ticket.upper(), token=options.code.split("/")[-1])
        case "void":
            return VoidTicket(id=new_id(), ticket=options.ticket.upper(), why=options.why[:64])
    now, calendar = clock.now(hall.hall.timezone), calendar_of(hall)
    until = datetime.combine(now.date(), options.until, now.tzinfo)
    if until <= now and calendar.day(until + timedelta(days=1)) == calendar.day(now):
        until += timedelta(days=1)  # after midnight, and still today's business
    return ExtendHours(
        id=new_id(), until=until, service=service(hall, options.service) if options.service else ""
    )


def _options() -> ArgumentParser:
    line = entry.parser(
        "python -m caller desk", "导服台：一个号、今天的时间 / one number, or the hours of today"
    )
    what = line.add_subparsers(dest="what", required=True, metavar="show|give|back|cancel|void|extend")
    one = what.add_parser(
        "show", help="这个号到哪一步了，首问是谁 / how far a number is, and who was asked first"
    )
    one.add_argument("ticket", help="A012")
    one = what.add_parser("give", help="给一个号 / a number: several services in order, several people")
    one.add_argument("service", help="转移登记")
    one.add_argument("--then", action="append", default=[], help="接着办的业务，可以写几次")
    one.add_argument("--people", type=int, choices=range(1, 10), default=1, metavar="1-9", help="同来几人")
    one = what.add_parser("back", help="过号按时回来，排到票上说的位置 / back in time after a missed call")
    one.add_argument("ticket")
    one = what.add_parser("cancel", help="群众不办了 / the visitor does not want to wait")
    one.add_argument("ticket")
    one.add_argument("code", help="号票上二维码的内容 / what the code on the paper says")
    one = what.add_parser("void", help="作废 / void a number")
    one.add_argument("ticket")
    one.add_argument("--why", default="desk")
    one = what.add_parser("extend", help="延长取号时间 / give numbers for longer today")
    one.add_argument("until", type=time.fromisoformat, help="18:00")
    one.add_argument("--service", default="", help="只延这一项")
    entry.also_after(*what.choices.values())
    return line
