"""With an ID card: a number in one's own name, a proof of age, and a lost ticket again."""

from __future__ import annotations

import msgspec

from caller.messages import Answer, ConfirmTicket, FindTickets, Reason, ReserveTicket, Step
from config.calling import Act, Calling, Stage
from kiosk.happenings import Answered
from kiosk.steps import Page, Print
from tests.kiosk.visit import OLD, YOUNG, Visit, ticket


def test_a_card_on_the_first_page_asks_what_for(visit: Visit) -> None:
    visit.lays(OLD)
    said = visit.says()
    assert visit.on(Page.CARD) and said.badge == "身份证：张*女士"
    assert [tile.target for tile in said.tiles] == ["checkin", "home", "lost", "elderly"]
    visit.touch("home")
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    (asked,) = visit.commands(ReserveTicket)
    assert isinstance(asked, ReserveTicket) and asked.person == OLD.card and not asked.proved


def test_only_a_hall_that_calls_by_name_hears_the_surname_and_the_visitor_is_told(visit: Visit) -> None:
    rule = Calling(name="叫称呼", stages=(Stage(act=Act.VOICE),), by_name=True)
    for calling, address, badge in (
        ((), "", "身份证：张*女士"),
        ((rule,), "张*女士", "身份证：张*女士，叫号时会念到"),
    ):
        visit.hall = msgspec.structs.replace(visit.hall, calling=calling)
        visit.lays(OLD)
        assert visit.says().badge == badge
        visit.touch("home")
        visit.choose_transfer()
        visit.touch("take")
        visit.ready()
        asked = visit.commands(ReserveTicket)[-1]
        assert isinstance(asked, ReserveTicket) and asked.address == address
        visit.answer(None, Reason.ALREADY_HOLDS)
        visit.touch("home")


def test_one_number_for_one_person_is_said_kindly(visit: Visit) -> None:
    visit.lays(OLD)
    visit.touch("home")
    visit.choose_transfer()
    visit.touch("take")
    visit.ready()
    visit.answer(None, Reason.ALREADY_HOLDS)
    assert visit.on(Page.SORRY) and "已经有号" in visit.says().title
    assert [tile.target for tile in visit.says().tiles] == ["lost"], "the card that was read is enough"
    visit.touch("lost")
    (sought,) = visit.commands(FindTickets)
    assert isinstance(sought, FindTickets) and sought.person == OLD.card


def test_a_card_that_says_sixty_is_proof_and_the_clerk_need_not_look(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("green")
    assert "60 岁以上" in visit.says().lead
    visit.lays(OLD)
    assert visit.on(Page.SERVICE) and visit.session.priority == "elderly"
    assert visit.says().badge == "绿色通道：老年人，证件已核验"
    visit.touch("take")
    visit.ready()
    (asked,) = visit.commands(ReserveTicket)
    assert isinstance(asked, ReserveTicket) and (asked.priority, asked.proved) == ("elderly", True)


def test_a_card_that_says_less_is_no_proof_of_it_but_other_groups_remain(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("green")
    visit.lays(YOUNG)
    assert visit.on(Page.PRIORITY) and "还不到 60 岁" in visit.says().alert and not visit.session.priority
    visit.touch("priority:elderly")
    assert not visit.session.arrival.proved, "the clerk looks at it"
    visit.touch("green")
    visit.touch("priority:disabled")
    assert visit.says().badge == "绿色通道：残疾人"


def test_from_the_page_of_the_card_priority_is_one_touch(visit: Visit) -> None:
    visit.lays(OLD)
    visit.touch("elderly")
    assert visit.on(Page.HOME) and visit.session.arrival.proved
    visit.touch("ordinary")
    assert not visit.session.priority and not visit.session.arrival.proved


# --- a ticket that was lost --------------------------------------------------------------------------------


def finds(visit: Visit, *numbers: str) -> None:
    found = tuple(ticket(n, step=Step.WAITING, pager=7) for n in numbers)
    told = Answer(id=visit.session.job, done=bool(found), found=found)
    if not found:
        told = msgspec.structs.replace(told, reason=Reason.UNKNOWN_TICKET)
    visit.feed(Answered(visit.session.job, told, visit.at))


def test_a_lost_ticket_is_printed_again_by_card_and_the_queue_is_told(visit: Visit) -> None:
    visit.lays(OLD)
    visit.touch("lost")
    (asked,) = visit.commands(FindTickets)
    assert isinstance(asked, FindTickets) and (asked.person, asked.kiosk) == (OLD.card, "kiosk-1")
    finds(visit, "A005")
    (printed,) = [e for e in visit.done if isinstance(e, Print)]
    assert printed.reprint and printed.ticket.number == "A005" and printed.pager == 7
    visit.printed()
    (told,) = visit.commands(ConfirmTicket)
    assert isinstance(told, ConfirmTicket) and told.reprint


def test_of_several_one_is_chosen(visit: Visit) -> None:
    visit.lays(OLD)
    visit.touch("lost")
    finds(visit, "A005", "B001")
    assert visit.on(Page.LOST) and [t.label for t in visit.says().tiles] == ["A005", "B001"]
    visit.touch("copy:B001")
    (printed,) = [e for e in visit.done if isinstance(e, Print)]
    assert printed.ticket.number == "B001"
    assert visit.touch("copy:A005") == []


def test_a_card_without_a_number_is_told_where_to_go(visit: Visit) -> None:
    visit.lays(OLD)
    visit.touch("lost")
    finds(visit)
    assert visit.says().title == "这张身份证今天没有号" and "11 号窗口" in visit.says().lead


def test_who_lost_a_ticket_is_asked_for_the_card(visit: Visit) -> None:
    visit.scans("BJ0001")
    visit.ready()
    visit.answer(None, Reason.APPOINTMENT_USED)
    visit.touch("lost")
    assert visit.on(Page.CARD) and visit.says().title == "请放身份证"
    visit.lays(OLD)
    assert len(visit.commands(FindTickets)) == 1, "no further question"
