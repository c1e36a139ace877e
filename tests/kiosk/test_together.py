"""Buyer, seller and agent take one number together: who comes alone is not asked, and touches nothing more."""

from __future__ import annotations

import pytest

from caller.messages import ReserveTicket
from kiosk.sizes import Sizes
from kiosk.steps import Page
from kiosk.themes import Theme
from kiosk.view import Place, view
from tests.kiosk.visit import NOON, Visit, ticket


def asked(visit: Visit) -> ReserveTicket:
    visit.touch("take")
    visit.ready()
    (command,) = visit.commands(ReserveTicket)
    assert isinstance(command, ReserveTicket)
    return command


def test_three_people_take_one_number(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("people")
    assert visit.on(Page.PEOPLE)
    visit.touch("together:3")
    assert visit.on(Page.SERVICE)
    assert "3 人一起" in visit.says().after_primary
    assert "3 人一起" in [tile.label for tile in visit.says().foot]
    assert asked(visit).people == 3
    visit.answer(ticket(people=3))
    visit.printed()
    visit.touch("ok")
    assert visit.session.people == 1, "the next visitor is alone"


def test_who_is_not_three_says_so_or_goes_back(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("people")
    visit.touch("together:3")
    visit.touch("people")
    visit.touch("together:1")
    visit.touch("people")
    visit.touch("back")
    assert visit.on(Page.SERVICE)
    assert asked(visit).people == 1


def test_somebody_who_said_how_many_is_not_forgotten_unasked(visit: Visit) -> None:
    visit.choose_transfer()
    visit.touch("people")
    visit.touch("together:2")
    visit.touch("back")
    visit.touch("back")
    assert visit.on(Page.HOME) and visit.session.personal
    visit.wait(46)
    assert visit.on(Page.STILL)
    visit.wait(21)
    assert visit.on(Page.HOME) and visit.session.people == 1


@pytest.mark.parametrize("target", ["together:0", "together:10", "together:x", "together:"])
def test_no_other_count_is_heard(visit: Visit, target: str) -> None:
    visit.choose_transfer()
    visit.touch("people")
    visit.touch(target)
    assert visit.on(Page.PEOPLE) and visit.session.people == 1


def test_the_desks_where_one_asks_or_complains_do_not_ask_how_many(visit: Visit) -> None:
    visit.touch("service:unresolved")
    visit.touch("case:passed-on")
    assert visit.on(Page.SERVICE)
    assert "people" not in [tile.target for tile in (*visit.says().foot, *visit.says().keys)]


@pytest.mark.parametrize("kiosk", [0, 1])
@pytest.mark.parametrize("theme", list(Theme))
def test_it_is_on_the_glass_in_every_way_of_seeing(visit: Visit, kiosk: int, theme: Theme) -> None:
    visit.choose_transfer()
    panel = visit.hall.kiosk[kiosk]
    place = Place(visit.hall, panel, NOON, sheets=Sizes.of(panel, theme).sheets())
    found = set()
    for sheet in range(4):
        visit.touch(f"sheet:{sheet}")
        seen = view(visit.session, place)
        found |= {tile.target for tile in (*seen.foot, *seen.keys)}
    assert {"people", "green", "guide"} <= found
