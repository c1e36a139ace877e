"""No page is a dead end: 办不成事 is on each of them and leads where somebody listens, no key does nothing, and whoever
has given a number up gets no paper of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from caller.messages import Step, VoidTicket
from config.schema import Hall
from kiosk import session as machine
from kiosk.choices import complaint
from kiosk.steps import HolderSeen, Lost, Page, Print, Printed, Session, Touched, Trouble
from kiosk.themes import Theme
from kiosk.view import Place, Tile, View, view
from tests.kiosk.gallery import NOW, sessions
from tests.kiosk.visit import Visit, ticket

ELSEWHERE = Page.IDLE, Page.PIN, Page.SETUP, Page.CROSS, Page.CROSSED, Page.ABOUT
THERE = "cases", "service-short", "held-unresolved", "out-unresolved"  # 办不成事 itself


def poses(hall: Hall) -> Iterator[tuple[str, Session, View]]:
    """Every page of the gallery, as its visitor left it."""
    for name, session in sessions(hall, 1, "zh"):
        if session.page is Page.SETUP or session.page in ELSEWHERE[1:]:
            continue
        # Long ago, and as the hall of this kiosk is.
        cause = session.cause if session.page is Page.OUT else None
        at = replace(session, shown_at=-1e3, printer=cause or session.printer)
        if cause is Trouble.CALLER or session.alone:
            at = replace(at, away_since=-1e3, online=False)
        if cause is Trouble.DISK:
            at = replace(at, away_since=None, silent_until=1e3, full=True, printer=None)
        if cause is Trouble.CALLER:
            at = replace(at, printer=None)
        yield name, at, says(at, hall)


def says(session: Session, hall: Hall) -> View:
    return view(session, Place(hall, hall.kiosk[0], NOW))


def keys(shown: View) -> list[Tile]:
    every = (*shown.tiles, *shown.keys, *shown.foot, shown.primary, shown.tongue)
    return [tile for tile in every if tile and tile.target]


def touched(session: Session, target: str, hall: Hall) -> tuple[Session, tuple[object, ...]]:
    return machine.step(session, Touched(target, session.scene, 100.0), hall)


def test_the_way_out_is_on_every_page_but_the_moment_in_which_a_ticket_is_printed(hall: Hall) -> None:
    without = [
        name
        for name, _, shown in poses(hall)
        if f"service:{complaint(hall)}" not in [key.target for key in keys(shown)]
    ]
    assert set(without) == {"idle", "printing", *THERE}


def test_from_every_page_it_leads_to_what_went_wrong_or_says_where_somebody_listens(hall: Hall) -> None:
    led = set()
    for name, session, shown in poses(hall):
        if f"service:{complaint(hall)}" not in [key.target for key in keys(shown)]:
            continue
        after, _ = touched(session, f"service:{complaint(hall)}", hall)
        led.add(name)
        if session.page in (Page.PRINTING, Page.HELD, Page.OUT):
            assert after.page is session.page and after.ticket == session.ticket, name
            assert "西区的 12 号窗口" in says(after, hall).lead, name
            back, _ = touched(replace(after, tapped_at=0.0), "back", hall)
            assert says(back, hall) == shown, name
        elif not session.alone:
            assert after.page is Page.CASES and after.ticket is None and not after.typed, name
            assert (after.language, after.theme) == (session.language, session.theme)
    assert {
        "done",
        "held",
        "still",
        "printing-slow",
        "out-paper",
        "out-disk",
        "pager",
        "found",
        "progress",
    } <= led


def test_no_key_of_any_page_does_nothing(hall: Hall) -> None:
    for name, session, shown in poses(hall):
        for key in keys(shown):
            if key.label.startswith("还差"):
                continue  # it says why not
            after, effects = touched(session, key.target, hall)
            assert effects or says(after, hall) != shown, (name, key)


def test_a_language_or_large_letters_are_not_lost_by_looking_at_something(visit: Visit) -> None:
    visit.touch("theme:elder")
    visit.touch("progress")
    visit.touch("digit:1")
    visit.touch("back")
    assert visit.on(Page.HOME) and visit.session.theme is Theme.ELDER and visit.session.typed == ""


def test_what_was_typed_for_one_thing_is_not_shown_for_another(visit: Visit) -> None:
    visit.touch("checkin")
    visit.touch("phone")
    visit.touch("digit:1")
    assert visit.on(Page.PHONE) and visit.session.typed == "1"
    visit.touch("home")
    visit.touch("progress")
    assert visit.on(Page.PROGRESS) and visit.says().number == ""


def test_who_still_has_to_wait_for_paper_may_ask_and_gets_it_all_the_same(visit: Visit) -> None:
    visit.take()
    visit.printed(Trouble.PAPER)
    visit.touch("service:unresolved")
    assert visit.on(Page.HELD) and "A005" in visit.says().lead
    (paper,) = visit.printer(None)
    assert isinstance(paper, Print) and not visit.session.unresolved and not visit.commands(VoidTicket)


def test_a_ticket_that_is_long_in_coming_has_a_way_out_beside_it(visit: Visit) -> None:
    visit.take()
    assert not visit.says().foot, "a finger that is still there touches nothing"
    visit.wait(machine.SLOW)
    scene = visit.session.scene
    assert [tile.label for tile in visit.says().foot if tile.target] == ["办不成事"]
    visit.touch("service:unresolved")
    assert visit.session.scene == scene + 1 and "A005" in visit.says().lead
    visit.printed()
    assert visit.on(Page.DONE) and visit.session.ticket and visit.says().number == "A005"


def test_asking_for_help_does_not_put_off_the_end_of_a_printer_that_says_nothing(visit: Visit) -> None:
    visit.take()
    for _ in range(4):
        visit.wait(machine.JOB / 4 - 1)
        visit.touch("back" if visit.session.unresolved else "service:unresolved", after=1.0)
    visit.wait(0.1)
    assert visit.on(Page.HELD)


@pytest.mark.parametrize("trouble", [Trouble.PAPER, Trouble.CALLER])
def test_where_no_number_is_given_the_words_go_when_nobody_stands_there(
    visit: Visit, trouble: Trouble
) -> None:
    if trouble is Trouble.CALLER:
        visit.session = replace(visit.session, online=False, away_since=0.0)
        visit.wait(0.1)
    else:
        visit.printer(trouble)
    visit.touch("service:unresolved")
    assert visit.says().title == "办不成的事，有人听您说"
    visit.wait(46)
    assert visit.on(Page.OUT) and visit.says().title != "办不成的事，有人听您说"


def test_whose_card_was_read_before_is_nothing_to_the_next_errand(visit: Visit) -> None:
    from tests.kiosk.visit import OLD

    visit.lays(OLD)
    visit.touch("home")
    visit.take()
    visit.printed()
    visit.touch("service:unresolved")
    assert visit.on(Page.CASES) and visit.session.arrival.person is None and visit.session.lost


# --- a number that was given up ----------------------------------------------------------------------------


def gone(visit: Visit, step: Step) -> None:
    visit.take()
    visit.printed()
    visit.feed(HolderSeen("A005", Step.WAITING, visit.at))
    visit.touch("ok")
    visit.feed(HolderSeen("A005", step, visit.at))


@pytest.mark.parametrize("step", [Step.CANCELLED, Step.FINISHED])
def test_no_paper_is_printed_of_a_number_that_has_ended_and_it_is_said_why(visit: Visit, step: Step) -> None:
    gone(visit, step)
    assert visit.touch("again") == []
    said = visit.says()
    assert visit.on(Page.SORRY) and "A005" in said.title and "不再打票" in said.lead
    assert ("取消" in said.title) is (step is Step.CANCELLED)
    assert visit.session.lost is None, "it is not offered again"
    visit.touch("service:transfer")
    assert visit.on(Page.SERVICE)
    visit.touch("back")
    assert visit.on(Page.HOME)


def test_a_number_that_waits_or_was_called_is_printed_again(visit: Visit) -> None:
    gone(visit, Step.NO_SHOW)
    (paper,) = visit.touch("again")
    assert isinstance(paper, Print)


def test_one_of_several_lost_tickets_may_end_while_its_holder_chooses(visit: Visit) -> None:
    tickets = ticket("A005", step=Step.WAITING), ticket("B001", step=Step.WAITING, service="mortgage")
    here = replace(visit.session.arrival, found=tickets)
    visit.session = replace(visit.session, page=Page.LOST, arrival=here)
    visit.feed(HolderSeen("B001", Step.CANCELLED, visit.at))
    assert visit.touch("copy:B001") == [] and visit.on(Page.SORRY)


def test_the_paper_of_another_visitor_is_not_spoken_of(visit: Visit) -> None:
    visit.take()
    visit.printed()
    visit.feed(HolderSeen("A004", Step.CANCELLED, visit.at))
    lost = visit.session.lost
    assert isinstance(lost, Lost) and msgspec.structs.asdict(lost.ticket)["step"] is Step.RESERVED
    visit.feed(Printed("nothing", None, visit.at))
