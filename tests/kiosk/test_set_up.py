"""Behind the service PIN: the way in, what locks it, each trial, and that a kiosk is a kiosk again by itself."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import msgspec
import pytest

from caller.messages import Answer, Status, TrySigns
from config.schema import Hall
from drivers.reader.person import Person
from kiosk import bench, pin
from kiosk.happenings import Answered, Carded, DeviceSaid, PinSaid, Pointed, Printed, Scanned
from kiosk.paper import paper
from kiosk.printing import profile_of
from kiosk.steps import Ask, Bench, CheckPin, Page, PrintTrial, Trouble
from kiosk.trial import trial
from kiosk.view import Place, view
from tests.kiosk.visit import NOON, Visit

PIN = "135790"


def taps(visit: Visit, times: int, x: float = 10.0, y: float = 8.0, every: float = 0.4) -> None:
    for _ in range(times):
        visit.at += every
        visit.feed(Pointed(x, y, visit.session.scene, visit.at))


def types(visit: Visit, digits: str) -> list[CheckPin]:
    for digit in digits:
        visit.touch(f"digit:{digit}", after=0.2)
    return [e for e in visit.touch("open") if isinstance(e, CheckPin)]


def enters(visit: Visit) -> None:
    taps(visit, 5)
    (asked,) = types(visit, PIN)
    visit.feed(PinSaid(asked.job, True, visit.at))
    assert visit.on(Page.SETUP)


def test_five_taps_in_the_corner_and_nothing_else_lead_to_the_pin(visit: Visit) -> None:
    taps(visit, 5, x=40.0)
    taps(visit, 5, y=40.0)
    taps(visit, 4)
    visit.at += 5
    taps(visit, 4)
    assert visit.on(Page.HOME), "slow taps are a visitor's"
    taps(visit, 1)
    assert visit.on(Page.PIN)
    visit.wait(31)
    assert visit.on(Page.HOME), "nobody is asked whether they are still there"


def test_a_kiosk_that_cannot_print_can_be_set_up_too(visit: Visit) -> None:
    visit.printer(Trouble.PRINTER)
    assert visit.on(Page.OUT)
    taps(visit, 5)
    assert visit.on(Page.PIN)


def test_without_a_pin_in_hall_toml_there_is_no_way_in(hall: Hall) -> None:
    visit = Visit(msgspec.structs.replace(hall, setup=msgspec.structs.replace(hall.setup, pin_file="")))
    taps(visit, 10)
    assert visit.on(Page.HOME)


def test_the_pin_is_shown_and_told_to_nobody(visit: Visit) -> None:
    taps(visit, 5)
    assert types(visit, "12345") == [] and visit.says().primary.label == "还差 1 位"  # type: ignore[union-attr]
    assert visit.says().number == "•••••"
    visit.touch("clear")
    (asked,) = types(visit, PIN)
    assert asked.pin == PIN and PIN not in repr(asked) and visit.session.typed == ""


def test_five_wrong_pins_lock_for_ten_minutes_whoever_comes(visit: Visit) -> None:
    taps(visit, 5)
    for left in (4, 3, 2, 1):
        (asked,) = types(visit, "000000")
        visit.feed(PinSaid(asked.job, False, visit.at))
        assert f"还可以试 {left} 次" in visit.says().lead
    (asked,) = types(visit, "000000")
    visit.feed(PinSaid(asked.job, False, visit.at))
    assert "不能再试" in visit.says().lead
    assert types(visit, PIN) == []
    visit.touch("leave")
    taps(visit, 5)
    assert types(visit, PIN) == [], "coming back does not help"
    visit.at += bench.LOCKED
    visit.touch("leave")
    taps(visit, 5)
    assert len(types(visit, PIN)) == 1


def test_leaving_between_tries_gives_no_more_of_them(visit: Visit) -> None:
    for _ in range(4):
        taps(visit, 5)
        (asked,) = types(visit, "000000")
        visit.feed(PinSaid(asked.job, False, visit.at))
        visit.touch("leave")
    taps(visit, 5)
    assert "还可以试 1 次" in visit.says().lead


def test_crosses_at_the_corners_and_the_centre_show_how_far_off_the_panel_is(visit: Visit) -> None:
    enters(visit)
    visit.touch("cross")
    kiosk = visit.hall.kiosk[0]
    for n, (x, y) in enumerate(bench.crosses(kiosk)):
        assert visit.on(Page.CROSS) and visit.says().cross is not None
        visit.at += 1
        visit.feed(Pointed(x + 3, y - 4 if n == 4 else y, visit.session.scene, visit.at))
    assert visit.on(Page.CROSSED)
    assert visit.says().facts[4].value == "5.0 毫米（右 +3.0，下 -4.0）"
    assert "要校准" in visit.says().lead
    visit.touch("back")
    assert "最多偏 5.0 毫米" in [tile.note for tile in visit.says().tiles]
    wide, high = kiosk.width / kiosk.px_per_mm, kiosk.height / kiosk.px_per_mm
    assert all(0 < x < wide and 0 < y < high for x, y in bench.crosses(kiosk))


def test_the_printer_and_the_signs_are_tried_and_say_how_it_went(visit: Visit) -> None:
    enters(visit)
    (printed,) = [e for e in visit.touch("trial") if isinstance(e, PrintTrial)]
    visit.feed(Printed(printed.job, None, visit.at))
    assert "打好了" in [tile.note for tile in visit.says().tiles]
    (asked,) = [e for e in visit.touch("signs") if isinstance(e, Ask)]
    assert isinstance(asked.command, TrySigns) and asked.command.kiosk == "kiosk-1"
    visit.feed(Answered(asked.command.id, Answer(id=asked.command.id, done=True), visit.at))
    assert "请看屏" in [tile.note for tile in visit.says().tiles]
    (printed,) = [e for e in visit.touch("trial") if isinstance(e, PrintTrial)]
    visit.feed(Printed(printed.job, Trouble.PAPER, visit.at))
    assert "没有打出来" in [tile.note for tile in visit.says().tiles]
    assert visit.touch("trial") == [], "a printer that is known to fail is not tried"
    (asked,) = [e for e in visit.touch("signs") if isinstance(e, Ask)]
    visit.feed(Answered(asked.command.id, None, visit.at))
    assert "没有应答" in [tile.note for tile in visit.says().tiles]


def test_what_is_read_is_shown_here_and_starts_nothing(visit: Visit) -> None:
    enters(visit)
    visit.feed(Carded(Person("a" * 64, "张*", "女士", "60+"), visit.at))
    assert visit.on(Page.SETUP) and "张*" in visit.says().lead and "60+" in visit.says().lead
    visit.feed(Scanned("BJ0001", visit.at))
    assert visit.on(Page.SETUP) and "6 个字" in visit.says().lead and "BJ0001" not in visit.says().lead
    visit.touch("leave")
    assert visit.session.bench == Bench()


def test_what_does_not_answer_stands_on_the_page_of_addresses(visit: Visit) -> None:
    enters(visit)
    visit.feed(DeviceSaid("sign-3", Status(online=False), visit.at))
    visit.feed(DeviceSaid("voice-east", Status(online=True), visit.at))
    visit.touch("about")
    said = view(visit.session, Place(visit.hall, visit.hall.kiosk[0], NOON, about=(("版本", "1"),)))
    assert [fact.value for fact in said.facts] == ["1", "sign-3"]


@pytest.mark.parametrize("target", ["", "cross", "about"])
def test_a_kiosk_that_is_left_open_is_a_kiosk_again_after_two_minutes(visit: Visit, target: str) -> None:
    enters(visit)
    if target:
        visit.touch(target)
    visit.wait(119)
    assert not visit.on(Page.HOME)
    visit.wait(2)
    assert visit.on(Page.HOME) and not visit.session.personal


def test_no_visitor_gets_in_by_a_target_of_these_pages(visit: Visit) -> None:
    for target in ("setup", "trial", "cross", "about", "signs", "open"):
        assert visit.touch(target) == [] and visit.on(Page.HOME)


def test_a_paper_that_is_tried_says_that_it_is_no_ticket(hall: Hall) -> None:
    kiosk = hall.kiosk[0]
    blocks = trial(hall, kiosk, NOON)
    assert "不是号票" in repr(blocks) and "𠮷" in repr(blocks)
    assert paper(blocks, profile_of(kiosk))


def test_a_pin_is_kept_as_a_hash_and_opens_with_itself_alone() -> None:
    seal = pin.sealed(PIN)
    assert PIN not in seal and seal != pin.sealed(PIN), "salted"
    assert pin.opens(PIN, seal + "\n")
    assert not pin.opens("135791", seal) and not pin.opens("", seal) and not pin.opens(PIN, PIN)
    for poor in ("12345", "1234567890123", "12345a", "１２３４５６"):
        with pytest.raises(ValueError):
            pin.sealed(poor)
    assert not any(map(pin.is_seal, ("", "scrypt:", "scrypt:zz:zz", PIN, "md5:00:00")))


def test_whoever_installs_makes_the_file_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PIN + "\n"))
    assert pin.main() == 0
    assert pin.opens(PIN, capsys.readouterr().out)
    monkeypatch.setattr(sys, "stdin", io.StringIO("123\n"))
    assert pin.main() == 1


def test_an_error_while_it_is_set_up_leads_out_of_it(visit: Visit) -> None:
    from kiosk.session import afresh

    enters(visit)
    after = afresh(replace(visit.session, bench=Bench(read=6)), visit.at)
    assert after.page is Page.HOME and after.bench == Bench()
