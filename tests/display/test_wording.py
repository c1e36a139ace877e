"""What a passer-by reads on a window's sign."""

from __future__ import annotations

import msgspec
import pytest

from caller.messages import Step, WindowState, WindowStatus
from config.schema import Hall, Sign
from display.wording import page_text, sign_lines
from drivers.sign.area import gb2312, width_of
from tests.display.scenes import call, window

TALL = Sign(window=3, url="tcp:127.0.0.1:5005", width_dots=128, height_dots=32)
FLAT = msgspec.structs.replace(TALL, height_dots=16)
NARROW = msgspec.structs.replace(TALL, height_dots=16, width_dots=64)
STATES = [
    (window(3, "A012", Step.CALLED), ("请A012号", "到3号窗口"), "A012 请到3号窗口"),
    (window(3, "A012", Step.SERVING), ("正在办理", "A012"), "正在办理 A012"),
    (window(3), ("3号窗口 综合", "党员先锋岗"), "3 综合"),
    (window(3, status=WindowStatus.PAUSED), ("3号窗口", "暂停服务"), "3号暂停服务"),
    (window(3, status=WindowStatus.CLOSED), ("3号窗口", "窗口关闭"), "3号窗口关闭"),
    # A clerk who pauses with a visitor at the desk still serves that visitor.
    (window(3, "A012", Step.SERVING, status=WindowStatus.PAUSED), ("正在办理", "A012"), "正在办理 A012"),
]


@pytest.mark.parametrize(("state", "two", "one"), STATES)
def test_a_sign_says_what_its_window_does(
    hall: Hall, state: WindowState, two: tuple[str, str], one: str
) -> None:
    assert sign_lines(state, hall.find_window(3), TALL) == two
    assert sign_lines(state, hall.find_window(3), FLAT) == (one,)


def test_everything_fits_every_window_of_the_hall_in_a_font_that_every_card_has(hall: Hall) -> None:
    for place in hall.window:
        for state, _, _ in STATES:
            for sign in (TALL, FLAT):
                for line in sign_lines(state, place, sign):
                    assert width_of(line) <= sign.width_dots, line
                    assert gb2312(line)[1] == "", line


def test_half_a_strip_still_names_ticket_and_window(hall: Hall) -> None:
    assert sign_lines(window(3, "A012", Step.CALLED), hall.find_window(3), NARROW) == ("A012 3",)


def test_a_pager_reads_ascii() -> None:
    assert page_text(call("A012", 3, pager=7)) == "A012 -> 3"
