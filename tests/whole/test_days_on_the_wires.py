"""Every day script in one whole hall that is never switched off: a business day for each, played by fingers."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from caller.messages import Condition, ReportPager
from tests import day, eyes
from tests.daywords import SUBJECTS
from tests.play import Player
from tests.wholehall import ROOT, WholeHall

DAYS = [day.load(path) for path in sorted((ROOT / "tests" / "days").glob("*.txt"))]
SMOKE = (
    "double_tap",
    "paper_runs_out",
    "plain_day",
    "silent_call",
)  # the others are played by --long
PATIENCE = 40.0  # seconds: a page that thanks the last visitor goes home in its own time


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHall]:
    with WholeHall(tmp_path_factory.mktemp("hall"), kiosks=(1, 2), pads=(11,)) as hall:
        hall.ready()
        yield hall


@pytest.fixture
def morning(whole: WholeHall) -> WholeHall:
    """A new day, on which nothing in the hall shows yesterday."""
    whole.next_day()
    for pager in whole.watch.pagers.pagers if whole.watch.pagers else ():
        if pager.condition is not Condition.FINE:  # what yesterday's visitors took home is found again
            whole.watch.ask(
                ReportPager(id=f"found-{uuid4().hex}", pager=pager.number, condition=Condition.FINE)
            )
    assert whole.watch.until(lambda _: stale(whole) == [], PATIENCE), stale(whole)
    return whole


def stale(hall: WholeHall) -> list[str]:
    """What does not yet show an empty hall with closed windows."""
    shown = {seen["device"]: seen["lines"] for seen in hall.street.seen if seen["event"] == "shows"}
    wrong = []
    for sign in hall.hall.sign:
        lines = [line for line in shown.get(f"sign-{sign.window}", ()) if line]
        if lines != [f"{sign.window}号窗口", "窗口关闭"]:
            wrong.append(f"sign-{sign.window}: {lines}")
    wrong += [
        f"kiosk-{n}: {hall.watch.page(n)}"
        for n in hall.kiosks
        if hall.watch.page(n) not in ("home", "closed")
    ]
    return wrong + [name for name, screen in hall.watch.screens.items() if screen.ticket]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(script, id=script.name, marks=() if script.name in SMOKE else pytest.mark.long)
        for script in DAYS
    ],
)
def test_the_day_goes_as_written_on_glass_and_keys(morning: WholeHall, script: day.Day) -> None:
    assert script.hall == "config/hall.toml"
    told: list[str] = []
    missing = Player(morning, told.append).play(script)
    assert not missing, "\n".join([*missing, "", *told])


WRONG = """
09:00 kiosk 1 touches 转移登记 as 老年人 with pager 7 -> ticket A009, 5 ahead, pager 8, kiosk 1 shows done
09:00 kiosk 1 touches 转移登记        -> priority, pager 7, held A002, waiting 转移登记 9, refused quota-used-up
09:01 kiosk 2 touches 转移登记        -> 1 ahead, priority, pager 7, printer 2 shows 补打
09:02 window 3 presses next           -> board A009 3, sign 3 "请A009号" "到3号窗口", pager -, voice "请A零零一号到三号"
09:02 window 4 presses next           -> ticket A009, rule overdue, overtook A003, parked A001, pager 7, English
09:03 window 4 presses serve          -> window 4 idle, window 4 calls A009, window 4 paused 午餐, refused too-early
09:03 window 4 presses serve          -> window 4 clerk 021, window 4 titled 党员先锋岗, window 4 closed, rack 7 rack
09:04 desk gives 转移登记 as 军人     -> ticket A001, 9 ahead, booked 09:00, refused quota-used-up
09:04 desk gives 转移登记             -> priority, bad A001, kiosk 1 shows closed
09:05 phone opens A003                -> phone A003 called
09:05 window 5 presses next           -> board -
"""


def test_the_player_misses_what_does_not_happen(morning: WholeHall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player that finds everything would prove nothing: of what can be expected, each kind is wrong here, once or
    more, and each is missed."""
    script = day.parse("wrong", WRONG)
    look = eyes.Eyes.seen

    def at_once(self: eyes.Eyes, step: day.Step, expected: day.Expected) -> object:
        """What never comes need not be waited for long; what people do still has its time."""
        with monkeypatch.context() as hurry:
            hurry.setattr(eyes, "PATIENCE", 0.5)
            return look(self, step, expected)

    monkeypatch.setattr(eyes.Eyes, "seen", at_once)
    missing = Player(morning, lambda _: None).play(script)
    expected = [
        f"line {step.line}: missing {' '.join((e.subject, *e.values))}"
        for step in script.steps
        for e in step.expected
    ]
    found = [f"{line.split(': ')[0]}: missing {line.rpartition(': missing ')[2]}" for line in missing]
    assert found == expected
    kinds = {e.subject.partition(" ")[0] for step in script.steps for e in step.expected}
    assert kinds == set(SUBJECTS), (
        f"nothing proves that a wrong one of these is missed: {set(SUBJECTS) - kinds}"
    )


def test_what_nobody_can_see_is_an_error(morning: WholeHall) -> None:
    step = day.parse("wrong", "09:00 window 3 presses next -> printer 1 shows 作废").steps[0]
    with pytest.raises(AssertionError, match="nobody can see printer 1 shows 作废"):
        eyes.Eyes(morning).seen(step, step.expected[0])
