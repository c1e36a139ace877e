"""Whoever comes with a card, a code or a phone number: the page says what came of it, and nothing of it stays."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from caller.messages import (
    Answer,
    AppointmentStep,
    AppointmentView,
    CheckIn,
    ConfirmTicket,
    LendPager,
    Reason,
    ReserveTicket,
)
from config.schema import Hall
from kiosk import arrivals
from kiosk.happenings import Answered, CallerSaid, HallHeard, Misread, Scanned, Ticked
from kiosk.steps import Arrival, Ask, By, Page, Print, Session
from tests.kiosk.visit import NOON, OLD, YOUNG, Visit, snapshot, ticket

PHONE = "13800138000"


def booked(**more: object) -> AppointmentView:
    slot = NOON.replace(hour=14)
    view = AppointmentView(
        service="transfer", slot=slot, until=slot, early=NOON.replace(hour=13, minute=30), late=slot,
        step=AppointmentStep.BOOKED,
    )  # fmt: skip
    return msgspec.structs.replace(view, **more)


def refuses(visit: Visit, reason: Reason, appointment: AppointmentView | None = None) -> None:
    told = Answer(id=visit.session.job, done=False, reason=reason, appointment=appointment)
    visit.feed(Answered(visit.session.job, told, visit.at))


# --- checking in -------------------------------------------------------------------------------------------


def test_a_card_on_the_check_in_page_is_enough(visit: Visit) -> None:
    visit.touch("checkin")
    assert visit.on(Page.CHECKIN)
    visit.lays(OLD)
    visit.ready()
    (asked,) = visit.commands(CheckIn)
    assert isinstance(asked, CheckIn)
    assert (asked.person, asked.code, asked.phone, asked.kiosk) == (OLD.card, "", "", "kiosk-1")
    visit.answer(ticket())
    (printed,) = [e for e in visit.done if isinstance(e, Print)]
    assert not printed.reprint
    visit.printed()
    assert visit.on(Page.DONE) and visit.commands(ConfirmTicket)
    assert not visit.commands(ReserveTicket)


@pytest.mark.parametrize("code", ["BJ0001", " BJ0001\r", "https://booking.example/a/BJ0001"])
def test_a_code_checks_in_from_the_first_page_already(visit: Visit, code: str) -> None:
    visit.scans(code)
    visit.ready()
    (asked,) = visit.commands(CheckIn)
    assert isinstance(asked, CheckIn) and (asked.code, asked.person) == ("BJ0001", "")


def test_a_phone_number_is_typed_whole_and_goes_no_further_than_the_wires(visit: Visit) -> None:
    visit.touch("checkin")
    visit.touch("phone")
    for figure in PHONE[:5] + "9":
        visit.touch(f"digit:{figure}", after=0.2)
    visit.touch("erase")
    assert visit.touch("here") == [] and visit.says().primary.label == "还差 6 位"  # type: ignore[union-attr]
    for figure in PHONE[5:] + "77":
        visit.touch(f"digit:{figure}", after=0.2)
    assert visit.says().number == "138 0013 8000"
    visit.touch("here")
    (asked,) = visit.ready()
    assert isinstance(asked, Ask) and isinstance(asked.command, CheckIn)
    assert asked.phone == PHONE and asked.command.phone == ""
    assert PHONE not in repr(asked) and PHONE not in repr(visit.session)
    assert PHONE not in repr(visit.done) and visit.session.typed == visit.session.arrival.said == ""


@pytest.mark.parametrize(
    ("reason", "title", "says", "way"),
    [
        (Reason.APPOINTMENT_EARLY, "您来早了", "今天 13:30 以后", "service:transfer"),
        (Reason.APPOINTMENT_LATE, "预约的时间过了", "今天 14:00", "service:transfer"),
        (Reason.APPOINTMENT_USED, "这个预约已经报到过了", "您手里的号", "lost"),
        (Reason.ALREADY_HOLDS, "这项业务您已经有号了", "您手里的号", "lost"),
        (Reason.APPOINTMENT_CANCELLED, "这个预约已经取消了", "普通号", "service:transfer"),
        (Reason.APPOINTMENT_OTHER_DAY, "预约的不是今天", "那天再来", "service:transfer"),
        (Reason.CLOSING, "今天来不及办了，请改天再来", "没有报到成", "service:transfer"),
    ],
)
def test_each_refusal_has_its_own_kind_sentence_and_a_way_on(
    visit: Visit, reason: Reason, title: str, says: str, way: str
) -> None:
    visit.scans("BJ0001")
    visit.ready()
    refuses(visit, reason, booked())
    said = visit.says()
    assert visit.on(Page.SORRY) and said.title == title and says in said.lead
    assert "11 号窗口" in said.lead, "and where a person helps"
    assert way in [tile.target for tile in said.tiles]
    visit.touch(way)
    assert not visit.on(Page.SORRY)


@pytest.mark.parametrize(("by", "hint"), [(By.CARD, "代约"), (By.CODE, "短信"), (By.PHONE, "核对")])
def test_who_is_not_found_is_told_another_way(visit: Visit, by: By, hint: str) -> None:
    visit.session = replace(
        visit.session, page=Page.SORRY, reason=Reason.UNKNOWN_APPOINTMENT, arrival=Arrival(by=by)
    )
    assert hint in visit.says().lead
    visit.touch("checkin")
    assert visit.on(Page.CHECKIN)


def test_a_code_that_is_none_is_said_to_be_none(visit: Visit) -> None:
    url = visit.hall.hall.ticket_url
    for code in (f"{url}abcdefgh", "二维码", "a b c d"):
        assert visit.scans(code) == [] and visit.on(Page.SORRY)
        assert visit.says().title == "没有找到预约"
        visit.touch("home")


def test_an_ordinary_number_after_a_refusal_is_no_check_in(visit: Visit) -> None:
    visit.scans("BJ0001")
    visit.ready()
    refuses(visit, Reason.APPOINTMENT_LATE, booked())
    visit.touch("service:transfer")
    visit.touch("take")
    visit.ready()
    assert len(visit.commands(CheckIn)) == 1 and len(visit.commands(ReserveTicket)) == 1


def test_without_the_caller_an_appointment_cannot_be_looked_up_and_a_number_can_be_had(visit: Visit) -> None:
    visit.session = replace(visit.session, alone=True)
    after, effects = arrivals.check_in(visit.session, By.CARD)
    assert effects == () and after.page is Page.SORRY
    visit.session = replace(after, alone=False)
    assert visit.says().title == "现在查不了" and "普通号" in visit.says().lead
    visit.touch("all")
    assert visit.on(Page.ALL)


def test_a_caller_that_goes_while_it_is_asked_is_the_same(visit: Visit) -> None:
    visit.scans("BJ0001")
    visit.ready()
    visit.silence()
    assert visit.on(Page.SORRY) and visit.says().title == "现在查不了"


def test_a_card_that_moved_is_said_where_somebody_holds_one(visit: Visit) -> None:
    for target in ("checkin", "green"):
        visit.touch(target)
        visit.feed(Misread(visit.at))
        assert "放平" in visit.says().lead + visit.says().alert
        visit.touch("back")
    visit.feed(Misread(visit.at))
    assert visit.on(Page.CARD) and "放平" in visit.says().lead


# --- a pager by its label ----------------------------------------------------------------------------------


def test_a_pager_is_taken_by_its_label(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.feed(Scanned("PAGER-03", visit.at))
    (asked,) = visit.commands(LendPager)
    assert isinstance(asked, LendPager) and (asked.ticket, asked.pager) == ("A005", 3)
    visit.answer(ticket(pager=3))
    assert visit.on(Page.DONE) and visit.session.pager == 3


def test_a_label_that_cannot_be_had_is_said(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.feed(HallHeard(snapshot(2, lent=(3,)), visit.at))
    visit.touch("pager")
    assert "条码" in visit.says().lead
    for label, said in (("PAGER-03", "已经借出"), ("not a pager", "没有这个震动牌")):
        assert not visit.scans(label) and said in visit.says().lead
    assert not visit.commands(LendPager)


# --- and nothing stays -------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["", "home", "lost"])
def test_everything_personal_is_gone_when_its_owner_is(visit: Visit, target: str) -> None:
    visit.lays(OLD)
    if target:
        visit.touch(target)
    if target == "lost":
        visit.answer(None, Reason.UNKNOWN_TICKET)
    visit.wait(46)
    assert visit.on(Page.STILL)
    visit.wait(21)
    assert visit.on(Page.HOME) and visit.session.arrival == Arrival() and not visit.session.personal


def test_the_next_visitors_card_is_not_the_last_ones(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.lays(YOUNG)
    assert visit.on(Page.CARD) and visit.session.ticket is None
    assert visit.session.arrival.person is YOUNG
    assert OLD.card not in repr(visit.session) and YOUNG.name not in repr(visit.session)


def test_nothing_is_read_while_a_number_is_on_its_way(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("take")
    before = visit.session
    visit.lays(OLD)
    visit.scans("BJ0001")
    assert visit.session.arrival == before.arrival and visit.on(Page.PRINTING)


def test_a_hall_without_appointments_or_readers_offers_neither(hall: Hall) -> None:
    bare = msgspec.structs.replace(
        hall, reader=(), appointments=msgspec.structs.replace(hall.appointments, quota=(), key_file="")
    )
    visit = Visit(bare)
    said = visit.says()
    assert "checkin" not in [key.target for key in said.keys] and "身份证" not in said.lead
    visit.touch("checkin")
    visit.touch("lost")
    assert visit.on(Page.HOME)


def test_a_session_begins_with_nobody(visit: Visit) -> None:
    fresh: Session = visit.session
    assert fresh.arrival == Arrival() and not fresh.personal
    visit.feed(CallerSaid(True, visit.at))
    visit.feed(Ticked(visit.at))
    assert not visit.session.personal
