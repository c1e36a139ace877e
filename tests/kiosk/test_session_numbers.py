"""A number at the glass, without glass: on paper and confirmed, or void where everybody can see it."""

from __future__ import annotations

from caller.messages import (
    Answer,
    ConfirmTicket,
    Reason,
    VoidTicket,
)
from config.schema import Hall
from kiosk import session as machine
from kiosk.steps import (
    Answered,
    Ask,
    HallHeard,
    Page,
    Print,
    Printed,
    PrintVoid,
    Trouble,
)
from tests.kiosk.visit import Visit, snapshot, ticket


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
