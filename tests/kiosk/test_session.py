"""A visitor at the glass, without glass: what is touched, what is asked, what is printed, where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caller.messages import (
    Answer,
    ConfirmTicket,
    HallState,
    LendPager,
    Reason,
    ReserveTicket,
    Step,
    TicketView,
    VoidTicket,
)
from config.schema import Hall
from kiosk import session as machine
from kiosk.steps import (
    Answered,
    Ask,
    CallerSaid,
    CheckPrinter,
    Effect,
    Event,
    HallHeard,
    Page,
    Phase,
    Print,
    Printed,
    PrinterSaid,
    PrintVoid,
    Session,
    Ticked,
    Touched,
    Trouble,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def ticket(number: str = "A005", **more: object) -> TicketView:
    view = TicketView(number=number, service="transfer", step=Step.RESERVED, issued_at=NOON, ahead=4)
    return msgspec.structs.replace(view, **more)


def snapshot(version: int = 1, reserved: tuple[tuple[str, str], ...] = (), **more: object) -> HallState:
    hall = HallState(version=version, day="2026-11-23", at=NOON, services=(), windows=(), recent=())
    return msgspec.structs.replace(hall, reserved=reserved, **more)


@dataclass
class Visit:
    """A kiosk on a table: `at` is its clock, `done` everything that it asked for."""

    hall: Hall
    at: float = 100.0
    session: Session = field(init=False)
    done: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = machine.start(1, "run", self.at)
        self.feed(CallerSaid(True, self.at))
        self.feed(HallHeard(snapshot(), self.at))

    def feed(self, event: Event) -> list[Effect]:
        self.session, effects = machine.step(self.session, event, self.hall)
        self.done += effects
        return list(effects)

    def touch(self, target: str, after: float = 1.0) -> list[Effect]:
        self.at += after
        return self.feed(Touched(target, self.session.scene, self.at))

    def wait(self, seconds: float) -> list[Effect]:
        self.at += seconds
        return self.feed(Ticked(self.at))

    def ready(self) -> list[Effect]:
        return self.feed(PrinterSaid(None, self.at, self.session.job))

    def printer(self, trouble: Trouble | None) -> list[Effect]:
        return self.feed(PrinterSaid(trouble, self.at))

    def answer(self, view: TicketView | None, reason: Reason | None = None) -> list[Effect]:
        told = Answer(id=self.session.job, done=reason is None, reason=reason, ticket=view)
        return self.feed(Answered(self.session.job, told, self.at))

    def silence(self) -> list[Effect]:
        return self.feed(Answered(self.session.job, None, self.at))

    def printed(self, trouble: Trouble | None = None) -> list[Effect]:
        return self.feed(Printed(self.session.job, trouble, self.at))

    def choose_transfer(self) -> None:
        self.touch("group:trade")
        self.touch("service:transfer")

    def take(self) -> None:
        """As far as the ticket on its way out of the printer."""
        self.choose_transfer()
        self.touch("take")
        self.ready()
        self.answer(ticket())

    def commands(self, kind: type) -> list[object]:
        return [e.command for e in self.done if isinstance(e, Ask) and isinstance(e.command, kind)]

    def on(self, page: Page) -> bool:
        return self.session.page is page


@pytest.fixture
def visit(hall: Hall) -> Visit:
    return Visit(hall)


def test_three_touches_make_a_ticket(visit: Visit) -> None:
    visit.touch("group:trade")
    assert visit.on(Page.GROUP)
    visit.touch("service:transfer")
    assert visit.on(Page.SERVICE)
    (asked,) = visit.touch("take")
    assert isinstance(asked, CheckPrinter) and visit.on(Page.PRINTING)
    (reserve,) = visit.ready()
    assert isinstance(reserve, Ask) and isinstance(reserve.command, ReserveTicket)
    assert reserve.command.service == "transfer" and reserve.command.kiosk == "kiosk-1"
    (paper,) = visit.answer(ticket())
    assert isinstance(paper, Print) and paper.ticket.number == "A005" and not paper.reprint
    (confirm,) = visit.printed()
    assert isinstance(confirm, Ask) and isinstance(confirm.command, ConfirmTicket)
    assert not confirm.command.reprint and visit.on(Page.DONE)


def test_a_group_with_one_service_skips_a_touch(hall: Hall) -> None:
    lone = msgspec.structs.replace(hall.group[0], id="lone", services=("search",))
    visit = Visit(msgspec.structs.replace(hall, group=(lone,)))
    visit.touch("group:lone")
    assert visit.on(Page.SERVICE) and visit.session.service == "search"
    visit.touch("back")
    assert visit.on(Page.HOME)


def test_enterprise_and_unresolved_lead_straight_to_their_service(visit: Visit) -> None:
    visit.touch("service:enterprise")
    assert visit.on(Page.SERVICE)
    visit.touch("back")
    visit.touch("all")
    visit.touch("service:unresolved")
    assert visit.on(Page.SERVICE)
    visit.touch("back")
    assert visit.on(Page.ALL)


def test_a_number_is_not_reserved_while_the_printer_cannot_print(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    visit.feed(PrinterSaid(Trouble.PAPER, visit.at, visit.session.job))
    assert visit.on(Page.OUT) and not visit.commands(ReserveTicket)
    visit.printer(None)
    assert visit.on(Page.HOME)


def test_a_double_tap_makes_one_ticket(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    scene = visit.session.scene
    for late in (0.05, 0.2, 0.4, 1.0):
        assert visit.feed(Touched("take", scene - 1, visit.at + late)) == []
        assert visit.feed(Touched("take", scene, visit.at + late)) == []
    visit.ready()
    assert visit.ready() == []
    assert len(visit.commands(ReserveTicket)) == 1


def test_the_second_of_two_quick_taps_does_not_fall_on_the_next_page(visit: Visit) -> None:
    visit.touch("group:trade")
    visit.touch("service:tax", after=0.1)
    assert visit.on(Page.GROUP)


def test_a_tap_on_a_page_that_has_gone_is_dropped(visit: Visit) -> None:
    scene = visit.session.scene
    visit.touch("group:trade")
    visit.at += 5
    assert visit.feed(Touched("group:search", scene, visit.at)) == []
    assert visit.session.group == "trade"


def test_green_channel_marks_the_ticket_and_only_this_one(visit: Visit) -> None:
    visit.touch("green")
    visit.touch("priority:elderly")
    assert visit.on(Page.HOME) and visit.session.priority == "elderly"
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    (reserve,) = visit.commands(ReserveTicket)
    assert isinstance(reserve, ReserveTicket) and reserve.priority == "elderly"
    visit.answer(ticket())
    visit.printed()
    visit.touch("ok")
    assert visit.session.priority == ""


def test_paper_out_in_the_middle_holds_the_number_and_prints_it_again_marked(visit: Visit) -> None:
    visit.take()
    visit.printed(Trouble.PAPER)
    assert visit.on(Page.HELD) and not visit.commands(ConfirmTicket)
    visit.wait(60)
    (again,) = visit.printer(None)
    assert isinstance(again, Print) and again.reprint and again.ticket.number == "A005"
    (confirm,) = visit.printed()
    assert isinstance(confirm, Ask) and isinstance(confirm.command, ConfirmTicket)
    assert confirm.command.reprint and visit.on(Page.DONE)
    assert not any(isinstance(e, PrintVoid) for e in visit.done)


def test_a_visitor_who_does_not_wait_leaves_a_visible_void(visit: Visit) -> None:
    visit.take()
    visit.printed(Trouble.PAPER)
    (void,) = visit.touch("leave")
    assert isinstance(void, Ask) and isinstance(void.command, VoidTicket)
    assert visit.on(Page.OUT) and visit.session.voided == "A005"
    (slip,) = visit.printer(None)
    assert isinstance(slip, PrintVoid) and slip.tickets == ("A005",)
    assert visit.on(Page.HOME)
    visit.feed(Printed(slip.job, None, visit.at))
    assert visit.session.slips == () and visit.printer(None) == []


def test_a_slip_that_fails_is_tried_again_when_the_printer_is_well(visit: Visit) -> None:
    visit.take()
    visit.printed(Trouble.COVER)
    visit.touch("leave")
    (slip,) = visit.printer(None)
    assert isinstance(slip, PrintVoid)
    assert visit.feed(Printed(slip.job, Trouble.COVER, visit.at)) == []
    (again,) = visit.printer(None)
    assert isinstance(again, PrintVoid) and again.tickets == ("A005",)


def test_after_two_minutes_without_paper_the_number_is_void(visit: Visit) -> None:
    visit.take()
    visit.printed(Trouble.PAPER)
    assert visit.wait(119) == []
    (void,) = visit.wait(2)
    assert isinstance(void, Ask) and isinstance(void.command, VoidTicket) and "paper" in void.command.why


def test_a_printer_that_fails_three_times_is_not_fed_for_ever(visit: Visit) -> None:
    visit.take()
    for _ in range(2):
        visit.printed(Trouble.PRINTER)
        visit.printer(None)
    visit.printed(Trouble.PRINTER)
    assert len(visit.commands(VoidTicket)) == 1
    assert len([e for e in visit.done if isinstance(e, Print)]) == 3


def test_a_confirm_that_nobody_answers_is_repeated_with_its_id_until_it_is(visit: Visit) -> None:
    visit.take()
    visit.printed()
    (first,) = visit.commands(ConfirmTicket)
    assert isinstance(first, ConfirmTicket)
    (again,) = visit.feed(Answered(first.id, None, visit.at))
    assert again == Ask(first)
    visit.touch("ok")
    told = Answer(id=first.id, done=True, ticket=ticket())
    assert visit.feed(Answered(first.id, told, visit.at)) == [] and visit.session.owed == ()


def test_a_journal_that_cannot_write_sends_the_visitor_elsewhere_and_is_asked_again(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.answer(None, Reason.JOURNAL_UNAVAILABLE)
    assert visit.on(Page.OUT)
    visit.wait(machine.SILENT + 1)
    assert visit.on(Page.HOME)


def test_numbers_left_by_a_kiosk_that_died_are_voided_in_the_journal_and_on_paper(hall: Hall) -> None:
    visit = Visit(hall)
    visit.session = machine.start(1, "next-run", visit.at)
    left = (("A007", "kiosk-1"), ("B001", "kiosk-2"))
    effects = visit.feed(HallHeard(snapshot(reserved=left), visit.at))
    assert [type(e) for e in effects] == [Ask, PrintVoid]
    (void,) = visit.commands(VoidTicket)
    assert isinstance(void, VoidTicket) and void.ticket == "A007"
    assert visit.feed(HallHeard(snapshot(2, reserved=left), visit.at)) == []


def test_a_number_whose_answer_was_lost_is_voided_without_a_slip(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.silence()
    assert visit.on(Page.OUT)
    effects = visit.feed(HallHeard(snapshot(2, reserved=(("A008", "kiosk-1"),)), visit.at))
    assert [type(e) for e in effects] == [Ask]


def test_a_late_snapshot_does_not_void_a_ticket_that_was_confirmed(visit: Visit) -> None:
    visit.take()
    visit.feed(HallHeard(snapshot(2, reserved=(("A005", "kiosk-1"),)), visit.at))
    visit.printed()
    visit.touch("ok")
    visit.feed(HallHeard(snapshot(3, reserved=(("A005", "kiosk-1"),)), visit.at))
    assert not visit.commands(VoidTicket)


def test_a_hall_without_a_caller_sends_visitors_elsewhere_and_recovers(visit: Visit) -> None:
    visit.choose_transfer()
    visit.feed(CallerSaid(False, visit.at))
    assert visit.on(Page.SERVICE)
    visit.wait(machine.AWAY + 1)
    assert visit.on(Page.OUT)
    visit.feed(CallerSaid(True, visit.at))
    assert visit.on(Page.HOME)


def test_a_refusal_is_told_and_leads_back(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.answer(None, Reason.NUMBERS_USED_UP)
    assert visit.on(Page.SORRY) and visit.session.reason is Reason.NUMBERS_USED_UP
    visit.touch("home")
    assert visit.on(Page.HOME)


def test_a_pager_is_lent_once_and_shown(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.touch("pager")
    visit.touch("lend:7")
    visit.touch("lend:8")
    (lend,) = visit.commands(LendPager)
    assert isinstance(lend, LendPager) and (lend.ticket, lend.pager) == ("A005", 7)
    visit.answer(ticket(pager=7))
    assert visit.on(Page.DONE) and visit.session.pager == 7


def test_a_pager_that_is_gone_leaves_the_choice_open(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.touch("pager")
    visit.touch("lend:7")
    visit.answer(None, Reason.PAGER_TAKEN)
    assert visit.on(Page.PAGER) and visit.session.reason is Reason.PAGER_TAKEN
    visit.touch("back")
    assert visit.on(Page.DONE)


def test_the_glass_forgets_a_visitor_who_went_away(visit: Visit) -> None:
    visit.touch("language:en")
    visit.touch("green")
    visit.touch("priority:ill")
    visit.touch("group:trade")
    visit.wait(machine.IDLE - 1)
    assert visit.on(Page.GROUP)
    visit.wait(2)
    assert visit.on(Page.HOME)
    assert (visit.session.language, visit.session.priority) == ("zh", "")


def test_take_your_ticket_stays_eighteen_seconds(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.wait(17)
    assert visit.on(Page.DONE)
    visit.wait(2)
    assert visit.on(Page.HOME) and visit.session.ticket is None


TARGETS = (
    "group:trade", "group:search", "service:transfer", "service:unresolved", "take", "back", "home", "all",
    "green", "priority:elderly", "ordinary", "leave", "ok", "pager", "lend:3", "language:en", "nonsense:",
)  # fmt: skip
SOMETHING = st.one_of(
    st.sampled_from(TARGETS).map(lambda t: ("touch", t)),
    st.sampled_from([None, *Trouble]).map(lambda t: ("printer", t)),
    st.sampled_from([None, Trouble.PAPER, Trouble.PRINTER]).map(lambda t: ("printed", t)),
    st.sampled_from(["ok", "refused", "silence"]).map(lambda a: ("answer", a)),
    st.booleans().map(lambda online: ("caller", online)),
    st.sampled_from([0.1, 1.0, 20.0, 50.0]).map(lambda s: ("wait", s)),
)


@given(story=st.lists(SOMETHING, max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_story_gives_two_numbers_or_ends_nowhere(hall: Hall, story: list[tuple[str, object]]) -> None:
    visit = Visit(hall)
    numbers = 0
    fate: dict[str, list[str]] = {}
    for kind, what in story:
        if kind == "answer" and visit.session.phase is Phase.RESERVING and what == "ok":
            numbers += 1
            visit.answer(ticket(f"A{numbers:03d}"))
        elif kind == "answer":
            refused = Reason.NUMBERS_USED_UP if what == "refused" else None
            _ = visit.answer(None, refused) if refused else visit.silence()
        elif kind == "touch":
            visit.touch(str(what), after=0.4)
        elif kind == "printer":
            visit.feed(PrinterSaid(what, visit.at, visit.session.job))  # type: ignore[arg-type]
        elif kind == "printed":
            visit.printed(what)  # type: ignore[arg-type]
        elif kind == "caller":
            visit.feed(CallerSaid(bool(what), visit.at))
        else:
            visit.wait(float(str(what)))
        if visit.session.phase is Phase.RESERVING:
            assert len(visit.commands(ReserveTicket)) == numbers_asked(visit)
    for command in visit.commands(ConfirmTicket):
        assert isinstance(command, ConfirmTicket)
        fate.setdefault(command.ticket, []).append(command.id)
    for command in visit.commands(VoidTicket):
        assert isinstance(command, VoidTicket)
        fate.setdefault(command.ticket, []).append(command.id)
    assert all(len(ids) == 1 for ids in fate.values()), "a number is confirmed or void, never both"
    flows = [e for e in visit.done if isinstance(e, CheckPrinter)]
    assert len(visit.commands(ReserveTicket)) <= len(flows)
    ids = [c.id for c in visit.commands(object)]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids)), "one id is one command"
    back_home(visit)


def numbers_asked(visit: Visit) -> int:
    return len({c.id for c in visit.commands(ReserveTicket)})  # type: ignore[attr-defined]


def back_home(visit: Visit) -> None:
    """Whatever happened: with the printer well and the caller there, the glass comes home by itself."""
    visit.feed(CallerSaid(True, visit.at))
    for _ in range(12):
        if visit.session.phase is Phase.RESERVING:
            visit.silence()
        visit.wait(50.0)
        visit.printer(None)
    visit.printed()
    visit.wait(20.0)
    assert visit.on(Page.HOME)
    assert visit.session.ticket is None
