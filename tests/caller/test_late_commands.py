"""A command whose turn comes after its sender gave up is dropped: the clerk was told that it failed."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from caller.messages import OpenWindow, WindowStatus, encode, topic
from config.schema import Hall
from drivers.mqtt import Delivery
from tests.quiet import QuietHall


def test_a_command_that_nobody_waits_for_changes_nothing_and_is_counted(hall: Hall, tmp_path: Path) -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(hall.hall.timezone))
    with QuietHall(hall, tmp_path / "journal.db", nine) as quiet:
        for late, id in ((-0.1, "given up"), (60.0, "waited for")):
            opens = OpenWindow(id=id, window=3 if late < 0 else 4)
            quiet.caller.handle(
                [Delivery(topic(opens), encode(opens), "someone", until=time.monotonic() + late)]
            )
        quiet.caller.show()
        status = {window.number: window.status for window in quiet.shown.windows}
        assert (status[3], status[4]) == (WindowStatus.CLOSED, WindowStatus.OPEN)
        assert [answer.id for answer in quiet.ears.answers] == ["waited for"]
        assert quiet.caller.late == 1
