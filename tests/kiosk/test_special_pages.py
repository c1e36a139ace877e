"""What cannot be had now is said before anybody tries, each thing in its own words, and is over by itself."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from caller.messages import Reason, VoidTicket
from config.schema import Hall
from kiosk import again, session
from kiosk.steps import Ask, CallerSaid, Page, Print, Printed, PrintNotice, Ticked, Trouble
from kiosk.view import Place, view
from tests.kiosk.visit import NOON, Visit, ticket


def test_outside_hours_says_when_it_opens_and_opens_by_itself(visit: Visit) -> None:
    visit.hears(Reason.OUTSIDE_HOURS)
    assert visit.on(Page.CLOSED)
    assert visit.says().title == "现在不是取号时间"
    assert visit.says().lead == "明天 8:30 开始取号。\n有急事请打 12345。", "nobody is at the windows"
    visit.hears(None)
    assert visit.on(Page.HOME)


def test_no_button_of_a_closed_hall_does_nothing(hall: Hall) -> None:
    shown = Visit(hall)
    shown.hears(Reason.OUTSIDE_HOURS)
    said = shown.says()
    targets = [tile.target for tile in (*said.tiles, *said.foot) if tile.target]
    assert len(targets) > 3
    for target in targets:
        visitor = Visit(hall)
        visitor.hears(Reason.OUTSIDE_HOURS)
        visitor.touch(target)
        assert visitor.says() != said, target


def test_too_late_for_today_is_said_otherwise_than_before_the_morning(visit: Visit) -> None:
    visit.hears(Reason.CLOSING)
    assert visit.says().title == "今天的取号时间已经过了"
    assert "11 号窗口" in visit.says().lead, "who holds a number is still served, and the desk is there"
    visit.hears(None)
    assert visit.on(Page.HOME)


def test_a_number_that_waits_for_paper_names_another_kiosk_or_the_desk(hall: Hall) -> None:
    alone = msgspec.structs.replace(hall, kiosk=hall.kiosk[:1])
    for house, where in ((hall, "北门"), (alone, "11 号窗口")):
        visit = Visit(house)
        visit.take()
        visit.printed(Trouble.PAPER)
        assert visit.on(Page.HELD)
        said = visit.says()
        assert where in said.lead + "".join(tile.hint for tile in said.tiles)
        visit.printer(None)
        assert visit.on(Page.PRINTING), "it goes on by itself"


def test_who_takes_a_number_is_told_what_happens_to_late_comers(visit: Visit) -> None:
    took(visit)
    assert visit.says().rule.startswith("叫号 3 次未到算过号。") and "不用重新取号" in visit.says().rule


def test_the_map_says_where_one_stands_and_where_each_window_is(visit: Visit) -> None:
    visit.touch("map")
    said = visit.says()
    assert said.lead == "您在这里：南门，自助取号机 1"
    zones = {spot.name: spot for spot in said.plan if spot.width}
    assert zones.keys() == {zone.name for zone in visit.hall.zone}
    told = "".join(spot.words for spot in zones.values())
    assert all(f"{window.number}" in told for window in visit.hall.window)
    marks = [(spot.name, spot.here) for spot in said.plan if not spot.width]
    assert marks == [("您在这里", True), ("取号机 2", False)]


def test_a_hall_without_a_plan_and_very_large_letters_have_a_list(visit: Visit, hall: Hall) -> None:
    for without in (
        msgspec.structs.replace(hall, zone=[msgspec.structs.replace(z, area=()) for z in hall.zone]),
        msgspec.structs.replace(hall, kiosk=[msgspec.structs.replace(k, spot=()) for k in hall.kiosk]),
    ):
        shown = Visit(without)
        shown.touch("map")
        assert shown.says().plan == () and [f.name for f in shown.says().facts] == ["东区", "西区"]
    visit.touch("map")
    large = view(visit.session, Place(hall, hall.kiosk[1], NOON, sheets={Page.MAP: (1, 1)}))
    assert large.plan == () and large.facts


def test_what_to_bring_can_be_read_while_the_hall_is_closed(visit: Visit) -> None:
    visit.hears(Reason.OUTSIDE_HOURS)
    visit.touch("all")
    visit.touch("service:transfer")
    assert visit.on(Page.SERVICE)
    said = visit.says()
    assert said.primary and said.primary.target == "all" and "明天 8:30" in said.alert and said.things
    visit.touch("take")
    assert visit.on(Page.SERVICE), "nothing to take"
    visit.wait(46)
    visit.wait(21)
    assert visit.on(Page.CLOSED)


def test_one_service_that_is_used_up_leaves_the_others(visit: Visit) -> None:
    visit.hears(Reason.QUOTA_USED_UP, "transfer")
    assert visit.on(Page.HOME)
    visit.touch("group:trade")
    notes = {tile.target: tile.note for tile in visit.says().tiles}
    assert notes["service:transfer"] == "今天的号已取完" and notes["service:notice"] == "不用等"
    visit.touch("service:transfer")
    assert visit.says().alert == "今天的号已取完，明天 8:30 再来取号。"
    visit.touch("back")
    visit.touch("service:notice")
    assert visit.says().primary and not visit.says().alert
    (asked,) = visit.touch("take")
    assert asked


def test_the_last_number_may_go_while_a_visitor_reads(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.hears(Reason.QUOTA_USED_UP, "transfer")
    visit.answer(None, Reason.QUOTA_USED_UP)
    assert visit.on(Page.SORRY) and "明天 8:30" in visit.says().lead and "咨询台" in visit.says().lead


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_page_of_its_own_with_a_next_step(visit: Visit, trouble: Trouble) -> None:
    if trouble is Trouble.CALLER:
        visit.feed(CallerSaid(False, visit.at))
        visit.wait(6)
    elif trouble is Trouble.DISK:
        visit.choose_transfer()
        visit.touch("take")
        visit.ready()
        visit.answer(None, Reason.JOURNAL_UNAVAILABLE)
    else:
        visit.printer(trouble)
    assert visit.on(Page.OUT) and visit.session.cause is trouble
    said = visit.says()
    assert "11 号窗口" in said.lead
    assert ("北门" in said.lead) is (trouble is not Trouble.DISK), "another kiosk asks the same queue"
    others = {visit_of(visit.hall, other).says().title for other in Trouble if other is not trouble}
    assert said.title not in others and len(others) == len(Trouble) - 1
    if trouble is Trouble.DISK:
        visit.wait(session.SILENT)
    elif trouble is Trouble.CALLER:
        visit.feed(CallerSaid(True, visit.at))
    else:
        visit.printer(None)
    assert visit.on(Page.HOME)


def visit_of(hall: Hall, trouble: Trouble) -> Visit:
    """A kiosk with this trouble."""
    other = Visit(hall)
    other.session = replace(other.session, page=Page.OUT, cause=trouble)
    return other


# --- printed once more -------------------------------------------------------------------------------------


def took(visit: Visit) -> None:
    visit.take()
    visit.printed()
    assert visit.on(Page.DONE)


def test_a_ticket_that_nobody_got_is_printed_once_more(visit: Visit) -> None:
    took(visit)
    (paper,) = visit.touch("again")
    assert isinstance(paper, Print) and paper.reprint and paper.ticket.number == "A005"
    (confirm,) = visit.printed()
    assert isinstance(confirm, Ask) and confirm.command.reprint  # type: ignore[attr-defined]
    assert visit.on(Page.DONE)
    assert "again" not in [tile.target for tile in visit.says().tiles] and visit.touch("again") == []


def test_for_two_minutes_it_can_be_had_from_the_first_page(visit: Visit) -> None:
    took(visit)
    visit.touch("ok")
    assert "again" in [key.target for key in visit.says().foot]
    assert "A005" not in str(visit.says()), "whose it was is nobody's business"
    visit.wait(again.WITHIN - 5)
    assert visit.session.lost
    visit.wait(5)
    assert "again" not in [key.target for key in visit.says().foot] and visit.touch("again") == []


def test_a_reprint_that_fails_does_not_take_the_number_away(visit: Visit) -> None:
    took(visit)
    visit.touch("again")
    visit.printed(Trouble.PAPER)
    assert visit.on(Page.OUT) and not visit.commands(VoidTicket)


# --- the one-time notice -----------------------------------------------------------------------------------


def test_the_notice_is_printed_and_the_page_says_so(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("guide")
    (paper,) = visit.touch("notice")
    assert isinstance(paper, PrintNotice) and (paper.service, paper.language) == ("transfer", "zh")
    assert visit.says().after_primary == "正在打印…" and visit.touch("notice") == []
    visit.feed(Printed(paper.job, None, visit.at))
    assert "请从下方取走" in visit.says().after_primary
    visit.touch("back")
    visit.touch("take")
    assert visit.on(Page.PRINTING)


# --- nobody here -------------------------------------------------------------------------------------------


def test_a_kiosk_that_nobody_touches_shows_posters_one_after_the_other(visit: Visit) -> None:
    idle = visit.hall.idle
    visit.wait(idle.after_seconds - 1)
    assert visit.on(Page.HOME)
    visit.wait(1)
    assert visit.on(Page.IDLE) and visit.says().title == idle.poster[0].title
    scene = visit.session.scene
    visit.wait(idle.step_seconds)
    assert visit.says().title == idle.poster[1].title and visit.session.scene == scene
    visit.touch("wake")
    assert visit.on(Page.HOME)


def test_a_hall_without_an_idle_page_keeps_its_first_one(hall: Hall) -> None:
    plain = msgspec.structs.replace(hall, idle=msgspec.structs.replace(hall.idle, after_seconds=0))
    visit = Visit(plain)
    visit.wait(10_000)
    assert visit.on(Page.HOME)


def test_nobody_is_called_idle_who_has_chosen_a_language(visit: Visit) -> None:
    visit.touch("language:en")
    visit.feed(Ticked(visit.at + 44))
    assert visit.on(Page.HOME)
    visit.wait(visit.hall.idle.after_seconds)
    assert visit.on(Page.STILL)


def test_the_case_and_its_number_stand_on_the_slip(visit: Visit) -> None:
    from kiosk.ticket import Pair
    from kiosk.ticket import ticket as blocks

    slip = blocks(visit.hall, visit.hall.kiosk[0], ticket("P003", service="unresolved", about="passed-on"))
    assert Pair("反映的事", "被推来推去") in slip and Pair("反映编号", "20261123-P003") in slip
    assert Pair("窗口", "12 号") in slip
