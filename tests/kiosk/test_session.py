"""A visitor at the glass, without glass: what is touched, what is asked, and where it ends."""

from __future__ import annotations

import msgspec

from caller.messages import (
    ConfirmTicket,
    LendPager,
    Need,
    Reason,
    ReserveTicket,
)
from config.schema import Hall
from kiosk import alone, patience
from kiosk.steps import (
    Ask,
    CallerSaid,
    CheckPrinter,
    HallHeard,
    Keyed,
    Page,
    Print,
    PrinterSaid,
    Touched,
    Trouble,
)
from kiosk.themes import Theme
from kiosk.view import Place, view
from tests.kiosk.visit import NOON, Visit, snapshot, ticket


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
    assert visit.on(Page.CASES)
    visit.touch("case:passed-on")
    assert visit.on(Page.SERVICE) and visit.session.service == "unresolved"
    visit.touch("take")
    visit.ready()
    (reserve,) = visit.commands(ReserveTicket)
    assert isinstance(reserve, ReserveTicket) and reserve.about == "passed-on"


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


def test_a_hall_without_a_caller_sends_visitors_elsewhere_and_recovers(visit: Visit) -> None:
    visit.choose_transfer()
    visit.feed(CallerSaid(False, visit.at))
    assert visit.on(Page.SERVICE)
    visit.wait(alone.AWAY + 1)
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
    visit.touch("theme:contrast")
    visit.touch("access")
    visit.touch("low:on")
    visit.touch("green")
    visit.touch("priority:ill")
    visit.touch("group:trade")
    visit.wait(patience.IDLE - 1)
    assert visit.on(Page.GROUP)
    visit.wait(2)
    assert visit.on(Page.STILL)
    visit.wait(patience.WARNED - 1)
    assert visit.on(Page.STILL)
    visit.wait(1)
    assert visit.on(Page.HOME)
    gone = visit.session
    assert (gone.language, gone.priority, gone.theme, gone.low) == ("zh", "", Theme.PLAIN, False)


def test_a_visitor_who_needs_more_time_gets_it_as_often_as_asked(visit: Visit) -> None:
    visit.choose_transfer()
    for _ in range(12):
        visit.wait(patience.IDLE + 1)
        assert visit.on(Page.STILL)
        visit.wait(patience.WARNED - 2)
        visit.touch("more")
        assert visit.on(Page.SERVICE)
    visit.wait(patience.IDLE + 1)
    visit.touch("home")
    assert visit.on(Page.HOME) and visit.session.trail == ()


def test_large_letters_come_with_more_time(visit: Visit) -> None:
    visit.touch("theme:elder")
    visit.touch("group:trade")
    visit.wait(patience.ELDER_IDLE - 1)
    assert visit.on(Page.GROUP)
    visit.wait(2)
    assert visit.on(Page.STILL)
    visit.wait(patience.ELDER_WARNED - 1)
    assert visit.on(Page.STILL) and visit.session.theme is Theme.ELDER
    visit.wait(2)
    assert visit.on(Page.HOME) and str(visit.session.theme) == "plain"


def test_a_tap_meant_for_the_small_letters_does_not_fall_on_the_large(visit: Visit) -> None:
    scene = visit.session.scene
    visit.touch("theme:elder")
    visit.at += 1
    visit.feed(Touched("group:trade", scene, visit.at))
    assert visit.on(Page.HOME)


def test_take_your_ticket_stays_eighteen_seconds(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.wait(17)
    assert visit.on(Page.DONE)
    visit.wait(2)
    assert visit.on(Page.HOME) and visit.session.ticket is None


def reserved(visit: Visit) -> ReserveTicket:
    (command,) = visit.commands(ReserveTicket)
    assert isinstance(command, ReserveTicket)
    return command


def test_who_cannot_hear_says_so_and_is_led_to_a_pager(visit: Visit) -> None:
    visit.touch("access")
    visit.touch("need:deaf")
    visit.touch("back")
    visit.take()
    assert reserved(visit).need is Need.DEAF
    visit.printed()
    assert visit.on(Page.PAGER)
    visit.touch("lend:7")
    visit.answer(ticket(pager=7))
    assert visit.on(Page.DONE)
    visit.touch("ok")
    assert visit.session.need is Need.NONE, "the next visitor begins anew"


def test_who_cannot_hear_is_not_led_to_an_empty_rack(visit: Visit, hall: Hall) -> None:
    visit.touch("access")
    visit.touch("need:deaf")
    visit.feed(HallHeard(snapshot(2, lent=tuple(p.number for p in hall.pager)), visit.at))
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.answer(ticket(token="secret"))
    visit.printed()
    assert visit.on(Page.DONE) and "手机" in visit.says().lead, "their own phone calls them"
    wide = view(visit.session, Place(hall, hall.kiosk[1], NOON))
    assert any("手机" in fact.value for fact in wide.facts)


def test_a_need_that_was_touched_by_mistake_is_taken_back(visit: Visit) -> None:
    visit.touch("access")
    visit.touch("need:blind")
    visit.touch("need:")
    visit.take()
    assert reserved(visit).need is Need.NONE
    visit.printed()
    assert visit.on(Page.DONE)


def test_who_goes_by_ear_is_called_by_voice_and_in_their_language(visit: Visit) -> None:
    visit.feed(Keyed(visit.at))
    visit.touch("language:en")
    visit.take()
    assert (reserved(visit).need, reserved(visit).language) == (Need.BLIND, "en")


def test_a_key_pressed_in_passing_is_forgotten(visit: Visit) -> None:
    visit.feed(Keyed(visit.at))
    visit.wait(patience.IDLE)
    assert visit.on(Page.STILL)
    visit.wait(patience.WARNED)
    assert visit.on(Page.HOME) and visit.session.need is Need.NONE


def test_the_volume_is_the_visitors_and_goes_with_them(visit: Visit) -> None:
    for _ in range(5):
        visit.feed(Keyed(visit.at, louder=1))
    assert visit.session.volume == 2, "it has an end"
    assert visit.session.personal
    visit.wait(patience.IDLE + 1)
    assert visit.on(Page.STILL) and visit.session.volume == 2
    visit.wait(patience.WARNED)
    assert visit.on(Page.HOME) and visit.session.volume == 0
