"""Every day script on the queue alone: the caller service, its journal, and who would hear of each call."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller.messages import (
    Answer,
    Call,
    CancelAppointment,
    Channel,
    Command,
    ConfirmTicket,
    LendPager,
    ReportDelivery,
    Result,
    TicketCalled,
    TicketReserved,
    TicketView,
    WindowState,
)
from config.load import parse
from config.schema import Hall
from display import policy
from display.wording import alarm_lines, sign_lines
from drivers.speech.reading import sentence
from tests import day, orders
from tests.alone import Alone
from tests.arranged import arranged
from tests.day import (
    Arrive,
    Book,
    CheckedIn,
    Day,
    Expected,
    Extend,
    Give,
    Handle,
    Happen,
    Open,
    Press,
    Step,
    Touch,
    Turn,
    Unbook,
)
from tests.daywords import state_of
from tests.quiet import QuietHall
from tests.visits import Visits

ROOT = Path(__file__).parent.parent
DAYS = sorted((ROOT / "tests" / "days").glob("*.txt"))
HALF, NONE = "has paper for half a ticket", "runs out of paper"


class QuietDay:
    """One script being played: its hall, and what the step being played has brought."""

    def __init__(self, script: Day, journal: Path) -> None:
        raw = tomllib.loads((ROOT / script.hall).read_text("utf-8"))
        self.hall: Hall = parse(arranged(raw, script.options))
        self.script = script
        self.journal = journal
        self.day = date(2026, 11, 23)
        self.paper: dict[int, str] = {}
        self.pagers_work = True
        self.answer: Answer | None = None
        self.ticket: TicketView | None = None
        self.call: Call | None = None
        self.called: TicketCalled | None = None
        self.visits = Visits()
        self.alone: Alone | None = None

    def play(self) -> None:
        self.quiet = self._started(self.script.steps[0])
        try:
            for step in self.script.steps:
                self.quiet.now = self._at(step)
                self._do(step)
                for expected in step.expected:
                    seen = self._see(expected, step)
                    where = f"{self.script.name}, line {step.line}: {step.text}"
                    assert seen in (None, expected.values), f"{where}\n  {expected.subject} is {seen}"
        finally:
            self.quiet.__exit__(None, None, None)

    def _at(self, step: Step) -> datetime:
        return datetime.combine(self.day, step.at, ZoneInfo(self.hall.hall.timezone))

    def _started(self, step: Step) -> QuietHall:
        return QuietHall(self.hall, self.journal, self._at(step)).__enter__()

    # --- doing ---------------------------------------------------------------------------------------------

    def _do(self, step: Step) -> None:
        self.answer, self.ticket = None, None
        if self.alone is None:
            self.quiet.time_passes()
        told = len(self.quiet.ears.events)
        number = step.actor.number
        match step.action:
            case Touch() as touch if self.alone is not None:
                self.answer = self.alone.gives(orders.touched(self.hall, number, touch, f"{step.line}"))
                self.ticket = self.answer.ticket
            case Touch():
                self._touch(number, step.action, f"{step.line}")
            case Press(repeated=repeated):
                command = orders.pressed(self.hall, number, step.action, f"{step.line}")
                answers = self.quiet.says(*[command] * (2 if repeated else 1))
                assert all(answer == answers[0] for answer in answers)
                self.answer, self.ticket = answers[0], answers[0].ticket
            case Give(printed=printed):
                self._given(orders.given(self.hall, step.action, f"{step.line}"), printed)
            case CheckedIn():
                self._given(orders.checked_in(step.action, f"{step.line}"), printed=True)
            case Arrive():
                self._arrived(orders.arrived(self.hall, step.action, number, f"{step.line}"))
            case Book():
                booking = orders.booked(self.hall, step.action, self.quiet.now, f"{step.line}")
                self.answer = self.quiet.does(booking)
            case Unbook(code=code):
                self.answer = self.quiet.does(CancelAppointment(id=f"{step.line}", code=code))
                assert self.answer.done
            case Handle(ticket=ticket):
                command = orders.handled(step.action, self._token(ticket), f"{step.line}")
                self.answer = self.quiet.does(command)
                self.ticket = self.answer.ticket
            case Extend():
                longer = orders.extended(self.hall, step.action, self.quiet.now, f"{step.line}")
                self.answer = self.quiet.does(longer)
            case Turn(later=later):
                while later:
                    self.day += timedelta(days=1)
                    later = self.day.weekday() > 4
                self.quiet.now = datetime.combine(self.day, step.action.to, self.quiet.now.tzinfo)
                self.quiet.time_passes()
            case Open() | Happen() if step.actor.kind in Visits.ACTORS:
                self.answer = self.visits.do(self.quiet, step, self._token)
            case Happen(what="runs out of paper" | "has paper for half a ticket" as what):
                self.paper[number] = what
            case Happen(what="gets paper"):
                self._paper_comes(number)
            case Happen(what="goes on" | "is away and comes back" | "is unplugged" | "is plugged in"):
                pass  # time has passed already; and here there is no broker or sign to miss
            case Happen(what="reaches nobody" | "reaches everybody" as what):
                self.pagers_work = what == "reaches everybody"
            case Happen(what="is away"):
                self.alone = Alone(self.quiet, self.journal.parent)
                self.quiet.__exit__(None, None, None)
            case Happen(what="is back") if self.alone is not None:
                self.quiet = self._started(step)
                self.alone.hand_over(self.quiet)
                self.alone = None
            case Happen(what="is killed and started again"):
                before = self.quiet
                before.__exit__(None, None, None)
                self.quiet = self._started(step)
                self.quiet.caller._publish([])
                assert msgspec.structs.replace(before.shown, at=self.quiet.now) == self.quiet.shown
            case _:
                raise AssertionError(f"this player does not know {step.action}")
        called = [e for e in self.quiet.ears.events[told:] if isinstance(e, TicketCalled)]
        assert len(called) <= 1, f"line {step.line} called {called}"
        self.called = called[0] if called else None
        self.call = next((c for c in self.quiet.calls.calls if called and c.id == called[0].call), None)
        if self.call and self.call.pager and not self.pagers_work:
            self._report_failure(self.call)
        self.visits.look(self.quiet)

    def _touch(self, kiosk: int, touch: Touch, id: str) -> None:
        """What the glass makes of it: ask the printer, reserve, print, confirm, lend."""
        if self.paper.get(kiosk) == NONE:
            return
        reserve = orders.touched(self.hall, kiosk, touch, id)
        answers = self.quiet.says(*[reserve] * (2 if touch.twice else 1))
        assert all(answer == answers[0] for answer in answers)
        self.answer = answers[0]
        if self.answer.ticket is None:
            return
        number = self.answer.ticket.number
        if self.paper.get(kiosk) == HALF:
            self.paper[kiosk] = NONE
            return
        self._confirm(number, again=False)
        if touch.pager is not None:
            self.answer = self.quiet.does(LendPager(id=f"{id}-pager", ticket=number, pager=touch.pager))
            self.ticket = self.answer.ticket or self.ticket

    def _given(self, asked: Command, printed: bool) -> None:
        self.answer = self.quiet.does(asked)
        self.ticket = self.answer.ticket
        if printed and self.answer.ticket:
            self._confirm(self.answer.ticket.number, again=False)

    def _arrived(self, asked: Command) -> None:
        self._given(asked, printed=True)
        if self.answer and self.answer.found:  # what was lost is printed again
            self._confirm(self.answer.found[0].number, again=True)

    def _confirm(self, number: str, again: bool) -> None:
        self.ticket = self.quiet.does(
            ConfirmTicket(id=f"paper-{number}{'-again' * again}", ticket=number, reprint=again)
        ).ticket

    def _token(self, number: str) -> str:
        """What is on this ticket's paper."""
        given = [e for e in self.quiet.ears.events if isinstance(e, TicketReserved) and e.ticket == number]
        return given[-1].token if given else ""

    def _paper_comes(self, kiosk: int) -> None:
        self.paper.pop(kiosk, None)
        for number, where in self.quiet.shown.reserved:
            if where == str(kiosk):
                self._confirm(number, again=True)

    def _report_failure(self, call: Call) -> None:
        device = f"pager-{call.pager}"
        report = ReportDelivery(
            id=f"{call.id}/{device}", call=call.id, channel=Channel.PAGER, device=device, result=Result.FAILED
        )
        assert self.quiet.does(report).done
        self.call = next(c for c in self.quiet.calls.calls if c.id == call.id)

    # --- seeing --------------------------------------------------------------------------------------------

    def _see(self, expected: Expected, step: Step) -> tuple[str, ...] | None:
        """What there is to see of it, in the script's words; None if only glass or paper could tell."""
        kind, _, number = expected.subject.partition(" ")
        ticket, call = self.ticket, self.call
        match kind:
            case "kiosk" | "printer":
                return None
            case "phone" | "rack" | "bad":
                return self.visits.see(self.quiet, kind, expected.values[0])
            case "ticket":
                return (ticket.number if ticket else "-",)
            case "held":
                return tuple(n for n, kiosk in self.quiet.shown.reserved if kiosk == str(step.actor.number))
            case "ahead":
                return (str(ticket.ahead) if ticket else "-",)
            case "priority":
                return () if ticket and ticket.priority else ("ordinary",)
            case "refused":
                return (str(self.answer.reason) if self.answer else "-",)
            case "pager" if isinstance(step.action, Touch):
                return (str(ticket.pager) if ticket and ticket.pager else "-",)
            case "pager":
                return (str(call.pager) if call and call.pager else "-",)
            case "voice":
                return (self._spoken(call),)
            case "English":
                return () if call and call.language == "en" else ("not",)
            case "board":
                return (call.ticket, str(call.window)) if call else ("-",)
            case "sign":
                return self._sign(int(number))
            case "window":
                return state_of(self._window(int(number)), expected.values)
            case "parked":
                return self._window(step.actor.number).parked
            case "waiting":
                name, waiting = expected.values[0], {s.id: s.waiting for s in self.quiet.shown.services}
                return name, str(waiting[orders.service_of(self.hall, name)])
            case "booked":
                told = self.answer.appointment if self.answer else None
                return (f"{told.slot.astimezone(self.quiet.now.tzinfo):%H:%M}" if told else "-",)
            case "rule":
                return (self.called.rule if self.called else "-",)
            case "overtook":
                return self.called.overtook if self.called else ()
        raise AssertionError(f"this player cannot see {expected.subject}")

    def _spoken(self, call: Call | None) -> str:
        """As it is written in a script: without the breaths."""
        if call is None or not policy.due(call, Channel.VOICE, self.hall, self.quiet.now):
            return "-"
        return sentence(call.ticket, call.window).replace(" ", "").replace("，", "")

    def _window(self, number: int) -> WindowState:
        return next(w for w in self.quiet.shown.windows if w.number == number)

    def _sign(self, window: int) -> tuple[str, ...]:
        sign = policy.sign_of(self.hall, window)
        assert sign is not None, f"window {window} has no sign"
        if self.quiet.emergency.on:
            return alarm_lines(self.hall, sign)
        return sign_lines(self._window(window), self.hall.find_window(window), sign)


@pytest.mark.parametrize("path", DAYS, ids=[path.stem for path in DAYS])
def test_the_day_goes_as_written(path: Path, tmp_path: Path) -> None:
    QuietDay(day.load(path), tmp_path / "journal.db").play()
