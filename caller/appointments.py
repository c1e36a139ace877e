"""`python -m caller appointments import|list|cancel|forgive`: what a supervisor does with appointments by hand.

A list is taken whole or not at all: every bad line is told, with its number. An ID number is typed, never an argument
of a command line, where everybody on the machine could read it.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from getpass import getpass
from pathlib import Path
from zoneinfo import ZoneInfo

from caller import why
from caller.asking import OF_A_LIST, Mistaken, asked, ended, new_id, told
from caller.evolve import evolve
from caller.messages import (
    MOST_ROWS,
    AppointmentStep,
    CancelAppointment,
    ForgiveAbsences,
    ImportAppointments,
    Take,
    say,
)
from caller.rows import BadRow, Sheet, key_of, person, read
from caller.rules import rules_of
from caller.state import State
from config import entry
from config.languages import _
from config.schema import Hall
from drivers.errors import DeviceLost


def main(arguments: Sequence[str]) -> int:
    """0 done, 1 refused, 69 the caller or its journal is not there, 78 no key to hash ID numbers with."""
    options = _options(arguments)
    hall = entry.hall(options.config)
    try:
        return ended(hall, lambda: _done(hall, options))
    except DeviceLost as error:
        print(error, file=sys.stderr)
        return entry.EX_CONFIG


def _done(hall: Hall, options: Namespace) -> int:
    match options.what:
        case "import":
            return bring(hall, options.file)
        case "list":
            return show(hall, str(options.day or ""))
        case "cancel":
            return told(asked(hall, CancelAppointment(id=new_id(), code=options.code)))
    number = getpass(_("身份证号（不显示）：")) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        who = person(number, key_of(hall))
    except BadRow as bad:
        raise Mistaken(str(bad)) from None
    return told(asked(hall, ForgiveAbsences(id=new_id(), person=who, why=options.why[:64])))


def bring(hall: Hall, file: Path) -> int:
    """Import a CSV file; raises Silent, and DeviceLost if the key is of no use."""
    key = key_of(hall)
    try:
        sheet = read(file.read_bytes(), hall, key)
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 1
    if len(sheet.bookings) > MOST_ROWS:
        sheet.problems.append((0, _("一次最多 {most} 行，请分成几个文件").format(most=MOST_ROWS)))
        sheet.bookings.clear()
    if not sheet.bookings:
        return _unfit(sheet)
    take = Take.NOTHING if sheet.problems else Take.WHOLE
    command = ImportAppointments(
        id=new_id(), bookings=tuple(sheet.bookings), source=file.name[:64], take=take
    )
    answer = asked(hall, command, OF_A_LIST)
    sheet.problems += [(sheet.rows[bad.row], say(bad.reason)) for bad in answer.refused]
    if sheet.problems:
        return _unfit(sheet)
    if not answer.done:
        return told(answer)
    print(_("已导入 {count} 个预约").format(count=len(sheet.bookings)))
    return 0


def _unfit(sheet: Sheet) -> int:
    for line, what in sorted(sheet.problems):
        print(_("第 {line} 行：{what}").format(line=line, what=what) if line else what, file=sys.stderr)
    print(_("{count} 行有问题，一个也没有导入").format(count=len(sheet.problems)), file=sys.stderr)
    return 1


def show(hall: Hall, day: str) -> int:
    """The book of one day, from the journal alone; today if none is named. Nobody's name is in it."""
    state = State(rules_of(hall))
    for event in why.today(hall.caller.journal):
        state = evolve(state, event)
    day, zone = day or state.day, ZoneInfo(hall.hall.timezone)
    tickets = {ticket.appointment: ticket.number for ticket in state.tickets.values() if ticket.appointment}
    here = sorted(
        (one for one in state.book.appointments.values() if one.day == day),
        key=lambda one: (one.slot, one.id),
    )
    for one in here:
        name = next((s.name for s in hall.service if s.id == one.service), one.service)
        print(
            f"{one.slot.astimezone(zone):%H:%M}  {name}  {step(one.step)}  {tickets.get(one.id, '')}".rstrip()
        )
    print(_("{day} 共 {count} 个预约").format(day=day, count=len(here)))
    return 0


def step(of: AppointmentStep) -> str:
    match of:
        case AppointmentStep.BOOKED:
            return _("已预约")
        case AppointmentStep.CHECKED_IN:
            return _("已报到")
        case AppointmentStep.CANCELLED:
            return _("已取消")


def _options(arguments: Sequence[str]) -> Namespace:
    line = entry.parser("python -m caller appointments", "预约 / appointments")
    what = line.add_subparsers(dest="what", required=True, metavar="import|list|cancel|forgive")
    one = what.add_parser("import", help="从 CSV 文件导入 / from a CSV file, whole or not at all")
    one.add_argument("file", type=Path, metavar="FILE.csv")
    one = what.add_parser("list", help="某一天的预约 / the appointments of a day")
    one.add_argument("day", nargs="?", type=date.fromisoformat, metavar="2026-11-24")
    one = what.add_parser("cancel", help="取消，名额放回号池 / cancel; the place goes to the pool")
    one.add_argument("code")
    one = what.add_parser("forgive", help="撤销一个人的爽约记录 / an appeal was heard")
    one.add_argument("--why", default="", help="写进记录的理由")
    entry.also_after(*what.choices.values())
    return line.parse_args(list(arguments))
