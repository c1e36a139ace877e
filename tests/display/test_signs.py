"""A sign shows what is true, also when it could not at first and nobody says anything new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self, cast

import msgspec
import pytest

from caller.messages import Channel, EmergencyState, Result, Step, WindowState, WindowStatus
from config.schema import Hall
from display import signs
from display.line import Line
from display.signs import WindowSign
from drivers.errors import DeviceError
from drivers.sign.sign import Sign
from drivers.sign.wired import always
from tests.drivers.waiting import until

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Busy:
    """A card that is there, and refuses what it is told so many times."""

    refuses: int
    asked: int = 0
    shows: tuple[str, ...] = ()
    wanted: Callable[[], bool] = always

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def ping(self) -> None: ...

    def show(self, lines: tuple[str, ...]) -> str:
        self.asked += 1
        if self.asked <= self.refuses:
            raise DeviceError("sign-3", "卡忙")
        self.shows = lines
        return ""


@dataclass
class Noted:
    """Stands for the line to the caller: what was acknowledged."""

    hall: Hall
    reports: list[tuple[str, Result, str]] = field(default_factory=list)

    def report(
        self, call: str, channel: Channel, device: str, result: Result, why: str = "", seconds: float = 0.0
    ) -> None:
        assert (channel, device) == (Channel.SIGN, "sign-3")
        self.reports.append((call, result, why))

    def health(self, device: str, online: bool, detail: str = "") -> None: ...

    def warned(self, device: str, emergency: EmergencyState) -> None: ...


def test_what_a_sign_could_not_show_is_tried_again_though_nothing_new_is_said(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, line = Busy(refuses=2), Noted(hall)
    monkeypatch.setattr(signs, "open_sign", lambda *_, **__: cast(Sign, card))
    monkeypatch.setattr(signs, "AGAIN", 0.05)
    window = hall.find_window(3)
    sign = WindowSign(cast(Line, line), window, next(s for s in hall.sign if s.window == 3))
    state = WindowState(
        number=3, status=WindowStatus.OPEN, ticket="A012", step=Step.CALLED, call="c-A012-1", waiting=0
    )
    with sign.worker:
        sign.see(state)

        def shown() -> bool:
            sign.look(MORNING)
            return bool(card.shows)

        until(shown)
        until(lambda: len(line.reports) >= 2)
        for _ in range(10):
            sign.look(MORNING)
    assert card.shows[0] == "请A012号" and card.asked == 3
    assert [(call, result) for call, result, _ in line.reports] == [
        ("c-A012-1", Result.FAILED),
        ("c-A012-1", Result.SHOWN),
    ]


@dataclass
class Silent(Busy):
    """A card that has not answered to its first lines when the window says something newer."""

    newer: Callable[[], None] = lambda: None
    worth: list[tuple[str, bool]] = field(default_factory=list)

    def show(self, lines: tuple[str, ...]) -> str:
        if not self.worth:
            self.newer()
        self.worth.append((lines[0], self.wanted()))
        if not self.wanted():
            raise DeviceError("sign-3", "更新的内容")
        return super().show(lines)


def test_lines_that_wait_for_an_answer_are_worth_no_more_when_there_are_newer(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, line = Silent(refuses=0), Noted(hall)
    monkeypatch.setattr(signs, "open_sign", lambda *_, **__: cast(Sign, card))
    sign = WindowSign(cast(Line, line), hall.find_window(3), next(s for s in hall.sign if s.window == 3))
    first, then = (
        WindowState(
            number=3, status=WindowStatus.OPEN, ticket=n, step=Step.CALLED, call=f"c-{n}-1", waiting=0
        )
        for n in ("A012", "A013")
    )
    card.newer = lambda: sign.see(then)
    with sign.worker:
        sign.see(first)
        until(lambda: len(line.reports) == 2)
    assert card.worth == [("请A012号", False), ("请A013号", True)]
    assert [(call, result) for call, result, _ in line.reports] == [
        ("c-A012-1", Result.FAILED),
        ("c-A013-1", Result.SHOWN),
    ]
    assert card.wanted(), "whether it is there is asked as often as ever"


def test_a_sign_of_one_line_warns_in_both_languages_until_it_is_called_off(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, line = Busy(refuses=0), Noted(hall)
    monkeypatch.setattr(signs, "open_sign", lambda *_, **__: cast(Sign, card))
    monkeypatch.setattr(signs, "TURN", 0.05)
    low = msgspec.structs.replace(hall.sign[0], height_dots=16)
    sign = WindowSign(cast(Line, line), hall.find_window(low.window), low)

    def says(words: str) -> None:
        def shown() -> bool:
            sign.look(MORNING)
            return card.shows == (words,)

        until(shown)

    with sign.worker:
        sign.warn(EmergencyState(on=True, since=MORNING))
        for words in ("LEAVE NOW", "请立即撤离", "LEAVE NOW"):
            says(words)
        sign.see(WindowState(number=low.window, status=WindowStatus.OPEN, waiting=0))
        says("请立即撤离")
        sign.warn(EmergencyState(on=False))
        until(lambda: "绿色通道" in "".join(card.shows))
        sign.look(MORNING)
