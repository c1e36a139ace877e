"""All boundaries of a business day, under the service and a real journal, wherever the machine lives."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller.messages import CallNext, ConfirmTicket, ExtendHours, OpenWindow, ReserveTicket
from config.schema import Hall
from tests.quiet import QuietHall

DAY = "2026-11-23"
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def early(hall: Hall) -> Hall:
    """A hall that opens when its day begins."""
    return msgspec.structs.replace(hall, hall=msgspec.structs.replace(hall.hall, hours=("04:00-17:00",)))


def open_late(quiet: QuietHall) -> None:
    """Numbers are given at an hour at which the hall sleeps, so that its boundaries can be looked at."""
    until = quiet.now + timedelta(hours=2)
    assert quiet.does(ExtendHours(id=f"late-{until}", until=until)).done


def test_the_day_begins_at_four_in_the_hall_on_a_machine_in_utc(early: Hall, url: str) -> None:
    """20:00 UTC is four in the morning in the hall; midnight, of either, is nothing."""
    before = datetime(2026, 11, 22, 19, 59, tzinfo=UTC)
    with QuietHall(early, url, before) as quiet:
        open_late(quiet)
        quiet.does(ReserveTicket(id="r1", service="transfer"))
        assert quiet.shown.day == "2026-11-22"
        quiet.now = before + timedelta(minutes=1)
        answer = quiet.does(ReserveTicket(id="r2", service="transfer"))
        assert quiet.shown.day == "2026-11-23"
        assert answer.ticket is not None and answer.ticket.number == "A001", "numbers begin again"


def test_a_day_begins_by_itself(hall: Hall, url: str) -> None:
    """Before the first visitor comes, the boards already show an empty hall."""
    with QuietHall(hall, url, NINE) as quiet:
        for command in (ReserveTicket(id="1", service="transfer"), ConfirmTicket(id="2", ticket="A001")):
            quiet.does(command)
        quiet.does(CallNext(id="3", window=3))
        assert len(quiet.shown.recent) == 1
        quiet.now = NINE.replace(day=24, hour=4)
        quiet.time_passes()
        assert quiet.shown.day == "2026-11-24" and not quiet.shown.recent
        version = quiet.journal.version
        quiet.time_passes()
        assert quiet.journal.version == version, "once"


def test_a_visit_across_midnight_stays_in_its_day(hall: Hall, url: str) -> None:
    with QuietHall(hall, url, NINE.replace(hour=23, minute=50)) as quiet:
        open_late(quiet)
        quiet.does(ReserveTicket(id="1", service="transfer"))
        quiet.does(ConfirmTicket(id="2", ticket="A001"))
        quiet.now = NINE.replace(day=24, hour=0, minute=20)
        called = quiet.does(CallNext(id="3", window=3))
        assert called.ticket is not None and called.ticket.number == "A001"


def test_a_clock_that_jumps_back_does_not_give_a_number_twice(early: Hall, url: str) -> None:
    with QuietHall(early, url, NINE.replace(hour=4)) as quiet:
        open_late(quiet)
        quiet.does(ReserveTicket(id="1", service="transfer"))
        quiet.now = NINE.replace(hour=3, minute=50)
        second = quiet.does(ReserveTicket(id="2", service="transfer"))
        assert second.ticket is not None and second.ticket.number == "A002"
        assert quiet.shown.day == DAY
        quiet.now = NINE.replace(hour=4, minute=1)
        third = quiet.does(ReserveTicket(id="3", service="transfer"))
        assert third.ticket is not None and third.ticket.number == "A003", "and the day is not opened again"


def test_yesterdays_command_id_does_not_stop_today(hall: Hall, url: str) -> None:
    with QuietHall(hall, url, NINE) as quiet:
        quiet.does(OpenWindow(id="hand-written", window=3))
    with QuietHall(hall, url, NINE + timedelta(days=1)) as quiet:
        opened, other = quiet.says(OpenWindow(id="hand-written", window=3), OpenWindow(id="x", window=4))
        assert opened.done and other.done


def test_the_machine_may_live_in_any_time_zone(hall: Hall, tmp_path: Path) -> None:
    """The same moment is the same business day, whatever TZ the process has."""
    code = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from config.load import load; from tests.quiet import QuietHall\n"
        "hall = load(Path('config/hall.toml'))\n"
        "at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)\n"
        "with QuietHall(hall, Path(sys.argv[1]), at) as quiet: print(quiet.shown.day)\n"
    )
    days = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / f"{n}.db")],
            env={"TZ": zone, "PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
            cwd=Path(__file__).parent.parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for n, zone in enumerate(("UTC", "America/Los_Angeles", "Asia/Shanghai"))
    }
    assert days == {DAY}
