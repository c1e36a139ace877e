"""Every day script in one whole hall that is never switched off: a business day for each, played by fingers."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from caller.messages import Condition, ReportPager
from tests import day, eyes
from tests.play import Player
from tests.wholehall import ROOT, WholeHall

DAYS = [day.load(path) for path in sorted((ROOT / "tests" / "days").glob("*.txt"))]
PLAYED = [script for script in DAYS if not script.only]
SMOKE = (
    "demo",
    "double_tap",
    "paper_runs_out",
    "plain_day",
    "silent_call",
)  # the others are played by --long
PATIENCE = 40.0  # seconds: a page that thanks the last visitor goes home in its own time
KEPT_FROM_FINGERS = 3  # scripts that may be the queue's alone


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
        for script in PLAYED
    ],
)
def test_the_day_goes_as_written_on_glass_and_keys(morning: WholeHall, script: day.Day) -> None:
    assert script.hall == "config/hall.toml"
    told: list[str] = []
    missing = Player(morning, told.append).play(script)
    assert not missing, "\n".join([*missing, "", *told])


def test_few_scripts_are_kept_from_fingers_and_say_why() -> None:
    kept = [script.name for script in DAYS if script.only]
    assert len(kept) <= KEPT_FROM_FINGERS < len(PLAYED)
    for name in kept:
        opening = (ROOT / "tests" / "days" / f"{name}.txt").read_text("utf-8").splitlines()[0]
        assert opening.startswith("#") and len(opening) > 10


def test_the_player_misses_what_does_not_happen(morning: WholeHall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player that finds everything would prove nothing."""
    monkeypatch.setattr(eyes, "PATIENCE", 3.0)  # what does not come in three seconds does not come in fifteen
    called = "09:00 window 4 presses next -> board A001 4, window 4 idle"
    refused = "09:01 window 4 presses recall -> refused window-busy"
    script = day.parse("wrong", f"{called}\n{refused}")
    missing = Player(morning, lambda _: None).play(script)
    assert len(missing) == 2 and "board A001 4" in missing[0] and "refused window-busy" in missing[1]
