"""A script is read whole, or refused with the number of the line."""

from __future__ import annotations

from datetime import time

import pytest

from tests.arranged import arranged
from tests.day import (
    Actor,
    Book,
    CheckedIn,
    Expected,
    Extend,
    Give,
    Handle,
    Happen,
    Press,
    ScriptError,
    Touch,
    Turn,
    Unbook,
    parse,
)

SCRIPT = """
# a comment
seconds_between_calls 1 ; hall config/hall.toml
09:00     kiosk 1 touches 转移登记 as 军人 with pager 7 twice   -> ticket A001, 2 ahead, pager 7   # why
09:01:30  window 12 presses transfer 8
09:02     window 3 presses next, repeated    -> sign 3 "请A001号" "到3号窗口", voice -, parked
09:03     pager terminal reaches nobody      -> refused nobody-waiting
"""


def test_a_script_becomes_steps() -> None:
    day = parse("morning", SCRIPT)
    assert (day.hall, day.options) == ("config/hall.toml", (("seconds_between_calls", "1"),))
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


def test_what_no_pad_can_say_becomes_steps_too() -> None:
    script = """
    numbers.last 2 ; hall.hours ["07:00-17:00"]
    09:00 window 3 says transfer 缴税 at the tail and back with note 补契税
    09:01 window 3 says park waiting for 10 minutes, repeated
    09:02 window 3 says call A001 because urgent   -> rule by-hand, overtook A002 A003
    09:03 desk gives 转移登记 as 军人 to 甲 then 缴税 then 领证 for 3 people
    09:04 desk reserves 转移登记
    09:05 desk cancels A001 without its code
    09:06 desk extends hours to 17:30 for 转移登记
    09:20 clock goes back to 09:10
    09:11 clock goes to 08:30 on the next workday
    08:31 clock goes on
    08:32 caller is away
    08:33 caller is back
    """
    day = parse("morning", script)
    assert day.options == (("numbers.last", "2"), ("hall.hours", '["07:00-17:00"]'))
    assert [step.action for step in day.steps] == [
        Press("transfer", "缴税", said=True, at_tail=True, come_back=True, note="补契税"),
        Press("park", "waiting", repeated=True, said=True, minutes=10),
        Press("call", "A001", said=True, why="urgent"),
        Give("转移登记", "军人", "甲", ("缴税", "领证"), 3),
        Give("转移登记", printed=False),
        Handle("cancels", "A001", forged=True),
        Extend(time(17, 30), "转移登记"),
        Turn(time(9, 10)),
        Turn(time(8, 30), later=True),
        Happen("goes on"),
        Happen("is away"),
        Happen("is back"),
    ]
    assert day.steps[2].expected == (Expected("rule", ("by-hand",)), Expected("overtook", ("A002", "A003")))


def test_appointments_become_steps_too() -> None:
    script = """
    09:00 desk books 转移登记 at 09:30 as BJ01 for 甲                -> booked 09:30
    09:01 desk books 转移登记 at 09:00 on the next workday as BJ02
    09:02 desk cancels booking BJ02
    09:03 desk checks in BJ01
    """
    steps = parse("morning", script).steps
    assert [step.action for step in steps] == [
        Book("转移登记", time(9, 30), "BJ01", "甲"),
        Book("转移登记", time(9), "BJ02", later=True),
        Unbook("BJ02"),
        CheckedIn("BJ01"),
    ]
    assert steps[0].expected == (Expected("booked", ("09:30",)),)


def test_an_option_changes_one_thing_of_the_hall() -> None:
    raw = {"service": [{"id": "a"}, {"id": "b"}], "window": [{"number": 9}], "caller": {"journal": "x"}}
    options = (
        ("priority_in_a_row", "1"),
        ("service.b.letter", "F"),
        ("window.9.also", '["a"]'),
        ("clerk.018.name", "王"),
    )
    assert arranged(raw, options) == {
        "service": [{"id": "a"}, {"id": "b", "letter": "F"}],
        "window": [{"number": 9, "also": ["a"]}],
        "caller": {"journal": "x", "priority_in_a_row": 1},
        "clerk": [{"badge": "018", "name": "王"}],
    }
    assert "clerk" not in raw


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
        ("09:00 desk sings", "cannot do that"),
        ("09:00 window 3 says call A001 because hungry", "no reason hungry"),
        ("09:00 window 3 presses next -> rule whim", "no rule whim"),
        ("09:20 clock goes back to 09:10\n09:05 clock goes on", "time goes back"),
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
