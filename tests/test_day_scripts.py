"""A script is read whole, or refused with the number of the line."""

from __future__ import annotations

from datetime import time

import pytest

from tests.day import Actor, Expected, Happen, Press, ScriptError, Touch, parse

SCRIPT = """
# a comment
seconds_between_calls 1 ; hall config/hall.toml ; only queue
09:00     kiosk 1 touches 转移登记 as 军人 with pager 7 twice   -> ticket A001, 2 ahead, pager 7   # why
09:01:30  window 12 presses transfer 8
09:02     window 3 presses next, repeated    -> sign 3 "请A001号" "到3号窗口", voice -, parked
09:03     pager terminal reaches nobody      -> refused nobody-waiting
"""


def test_a_script_becomes_steps() -> None:
    day = parse("morning", SCRIPT)
    assert (day.hall, day.options, day.only) == ("config/hall.toml", (("seconds_between_calls", 1),), "queue")
    assert parse("morning", "09:00 window 3 presses next").only == ""
    touch, transfer, press, terminal = day.steps
    assert (touch.line, touch.at, touch.actor) == (4, time(9), Actor("kiosk", 1))
    assert touch.action == Touch("转移登记", "军人", 7, twice=True)
    assert touch.expected == (
        Expected("ticket", ("A001",)),
        Expected("ahead", ("2",)),
        Expected("pager", ("7",)),
    )
    assert (transfer.at, transfer.action, transfer.expected) == (time(9, 1, 30), Press("transfer", "8"), ())
    assert press.action == Press("next", repeated=True)
    assert press.expected == (
        Expected("sign 3", ("请A001号", "到3号窗口")),
        Expected("voice", ("-",)),
        Expected("parked", ()),
    )
    assert (str(terminal.actor), terminal.action) == ("pager terminal", Happen("reaches nobody"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "nothing happens"),
        ("9:00 window 3 presses next", "no step"),
        ("25:00 window 3 presses next", "hour"),
        ("09:00 dog 3 barks", "nobody acts"),
        ("09:00 window three presses next", "three"),
        ("09:00 window 3 touches 转移登记", "cannot do that"),
        ("09:00 window 3 presses nxet", "no key nxet"),
        ("09:00 window 3 presses transfer", "transfer whom"),
        ("09:00 window 3 presses next 5", "next with 5"),
        ("09:00 window 3 presses park sideways", "park with sideways"),
        ("09:00 printer 1 burns", "cannot do that"),
        ("09:00 window 3 presses next -> lamp 3", "'lamp'"),
        ("09:00 window 3 presses next -> refused because", "no reason because"),
        ("09:00 window 3 presses next -> sign A001", "which sign"),
        ("09:00 window 3 presses next -> ticket A001 A002", "ticket with 2 words"),
        ('09:00 window 3 presses next -> voice "half', "stray"),
        ("09:01 window 3 presses next\n09:00 window 3 presses next", "time goes back"),
        ("09:01 window 3 presses next\nseconds_between_calls 1", "options stand before"),
    ],
)
def test_a_line_that_nobody_could_play_is_refused(line: str, why: str) -> None:
    with pytest.raises(ScriptError, match=why):
        parse("morning", line)
