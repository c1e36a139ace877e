"""A queue before one device: in order, once, never late, and never silently lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from caller.messages import Call, CallsState, Channel, EmergencyState, Result
from config.schema import Hall, Voice
from display.line import Line
from display.lookout import Lookout
from display.teller import CutShort, NotReached, Outcome, Teller
from drivers.errors import DeviceLost
from tests.display.scenes import NINE, call, report
from tests.display.stage import wait_for


class Notebook(Line):
    """A line whose other end is this test, with a clock that the test sets."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(hall, "notebook")
        self.clock = NINE
        self.said: list[str] = []
        self.received: list[str] = []  # which calls wait behind others
        self.well: dict[str, bool] = {}
        self.details: dict[str, str] = {}
        self.alarms: list[str] = []
        self.spoke: list[tuple[str, float]] = []

    def now(self) -> datetime:
        return self.clock

    def report(
        self, call: str, channel: Channel, device: str, result: Result, why: str = "", seconds: float = 0.0
    ) -> None:
        ticket = call.split("-")[3]
        if result is Result.RECEIVED:
            self.received.append(ticket)
        else:
            self.said.append(f"{ticket} {result}")

    def alarm(self, call: str) -> None:
        self.alarms.append(call)

    def speaks(self, voice: Voice, seconds: float = 0.0) -> None:
        self.spoke.append((voice.id, round(seconds, 1)))

    def health(self, device: str, online: bool, detail: str = "") -> None:
        self.well[device], self.details[device] = online, detail


class Speaker:
    """A loudspeaker that speaks when it is let, and can be pulled out."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.there = True
        self.begun: list[str] = []

    @contextmanager
    def open(self) -> Iterator[Speaker]:
        if not self.there:
            raise DeviceLost("voice-east", "no such device")
        yield self

    def tell(self, call: Call) -> Outcome:
        self.begun.append(call.ticket)
        assert self.let.wait(20)
        if not self.there:
            raise DeviceLost("voice-east", "pulled out")
        if call.ticket == "A666":
            raise NotReached("voice-east", "refused")
        return Outcome(Result.SPOKEN)


@pytest.fixture
def line(hall: Hall) -> Notebook:
    return Notebook(hall)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


@pytest.fixture
def tell(line: Notebook, speaker: Speaker) -> Iterator[Callable[..., None]]:
    def device_of(call: Call) -> str | None:
        return "voice-east" if call.zone == "east" else None

    teller = Teller(line, Channel.VOICE, "voice-east", device_of, speaker.open, Speaker.tell)
    with teller:
        yield lambda *calls: teller.see(CallsState(version=1, calls=calls))
        speaker.let.set()


def test_in_order_and_once_however_often_it_is_told(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    speaker.let.set()
    told = [call(f"A{n:03}", 3) for n in range(1, 31)]
    for n in range(1, 31):
        tell(*told[:n])
    tell(*told)
    wait_for(lambda: len(line.said) == 30, "thirty reports")
    assert line.said == [f"A{n:03} spoken" for n in range(1, 31)]
    assert line.well == {"voice-east": True}


def test_other_zones_are_not_its_business(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    speaker.let.set()
    tell(call("D001", 9, zone="west"), call("A001", 3))
    wait_for(lambda: line.said == ["A001 spoken"], "the east only")


@pytest.mark.parametrize("ended", [(), (call("A002", 4, live=False),)], ids=["not listed", "not live"])
def test_who_came_while_another_was_spoken_is_not_called(
    line: Notebook, speaker: Speaker, tell: Callable[..., None], ended: tuple[Call, ...]
) -> None:
    first, second, third = call("A001", 3), call("A002", 4), call("A003", 5)
    tell(first, second, third)
    wait_for(lambda: speaker.begun == ["A001"], "the first begins")
    assert line.received == ["A002", "A003"], "which wait behind it"
    tell(first, *ended, third)
    speaker.let.set()
    wait_for(lambda: len(line.said) == 2, "two reports")
    assert line.said == ["A001 spoken", "A003 spoken"]
    assert speaker.begun == ["A001", "A003"]


def test_what_grew_old_in_the_queue_is_not_spoken(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    first, second = call("A001", 3), call("A002", 4)
    tell(first, second)
    wait_for(lambda: speaker.begun == ["A001"], "the first begins")
    line.clock = NINE + timedelta(seconds=61)
    speaker.let.set()
    wait_for(lambda: "A002 expired" in line.said, "the second is said to be too late")
    assert speaker.begun == ["A001"]


def test_too_late_is_said_once(line: Notebook, tell: Callable[..., None]) -> None:
    old = call("A001", 3, 90)
    tell(old)
    tell(old)
    assert line.said == ["A001 expired"]
    told = call("A002", 3, 90, reports=[report(Channel.VOICE, "voice-east", Result.SPOKEN)])
    tell(old, told)
    assert line.said == ["A001 expired"]


def test_a_lost_device_is_told_of_at_once_and_makes_up_for_it_in_time(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    first, second = call("A001", 3), call("A002", 4)
    tell(first, second)
    wait_for(lambda: speaker.begun == ["A001"], "the first begins")
    speaker.there = False
    speaker.let.set()
    wait_for(lambda: len(line.said) == 2, "both have failed")
    assert line.said == ["A001 failed", "A002 failed"]
    assert line.well == {"voice-east": False}
    tell(first, second, call("A003", 5))
    assert line.said[2:] == ["A003 failed"]
    speaker.there = True
    wait_for(lambda: len(line.said) == 6, "all are told after all")
    assert line.said[3:] == ["A001 spoken", "A002 spoken", "A003 spoken"]


def test_a_refusal_concerns_one_call_only(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    speaker.let.set()
    tell(call("A666", 3), call("A001", 3))
    wait_for(lambda: len(line.said) == 2, "two reports")
    assert line.said == ["A666 failed", "A001 spoken"]
    assert line.well == {"voice-east": True}


def test_a_visitor_called_again_while_waiting_for_the_voice_is_called_once(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    first, before, again = call("A001", 3), call("A002", 4), call("A002", 4, attempt=2)
    tell(first, before)
    wait_for(lambda: speaker.begun == ["A001"], "the first begins")
    tell(first, call("A002", 4, live=False), again)
    speaker.let.set()
    wait_for(lambda: len(line.said) == 2, "two reports")
    assert speaker.begun == ["A001", "A002"]


def test_a_burst_of_thirty_is_spoken_in_order_and_nothing_late(
    line: Notebook, speaker: Speaker, tell: Callable[..., None]
) -> None:
    line.clock = NINE + timedelta(seconds=30)
    burst = [call(f"A{n:03}", n % 12 + 1, now=NINE + timedelta(seconds=n)) for n in range(1, 31)]
    tell(*burst)
    wait_for(lambda: speaker.begun == ["A001"], "the first begins")
    line.clock = NINE + timedelta(seconds=75)  # those of the first fifteen seconds have expired
    speaker.let.set()
    wait_for(lambda: len(line.said) == 30, "every call has its end")
    assert speaker.begun == ["A001", *(f"A{n:03}" for n in range(16, 31))]
    assert line.said[1:15] == [f"A{n:03} expired" for n in range(2, 16)]
    assert line.said[15:] == [f"A{n:03} spoken" for n in range(16, 31)]


class Interrupted(Speaker):
    """A loudspeaker that an emergency cuts short while it speaks."""

    def tell(self, call: Call) -> Outcome:
        self.begun.append(call.ticket)
        assert self.let.wait(20)
        if len(self.begun) == 1:
            raise CutShort("voice-east", "正在紧急撤离")
        return Outcome(Result.SPOKEN)


def test_what_an_emergency_cut_short_or_kept_waiting_is_told_once_when_it_is_over(line: Notebook) -> None:
    speaker = Interrupted()
    told = CallsState(version=1, calls=(call("A001", 3), call("A002", 4), call("A003", 5)))
    with Teller(
        line,
        Channel.VOICE,
        "voice-east",
        lambda _: "voice-east",
        speaker.open,
        lambda device, call: device.tell(call),
    ) as teller:
        teller.see(told)
        wait_for(lambda: speaker.begun == ["A001"], "the first begins")
        teller.hush(True)
        teller.see(told)
        speaker.let.set()
        wait_for(lambda: teller.waiting == 0, "all have been put off")
        assert line.said == ["A001 failed"]
        teller.hush(False)

        def all_told() -> bool:
            teller.look()
            return len(line.said) == 4

        wait_for(all_told, "all are told")
        teller.see(told)
        teller.look()
    assert line.said[1:] == ["A001 spoken", "A002 spoken", "A003 spoken"]
    assert speaker.begun == ["A001", "A001", "A002", "A003"]


def test_an_emergency_that_is_over_before_it_was_noticed_repeats_nothing(
    line: Notebook, speaker: Speaker
) -> None:
    told = CallsState(version=1, calls=(call("A001", 3),))
    with Teller(
        line, Channel.VOICE, "voice-east", lambda _: "voice-east", speaker.open, Speaker.tell
    ) as teller:
        teller.see(told)
        wait_for(lambda: speaker.begun == ["A001"], "it is being made")
        teller.hush(True)
        teller.hush(False)
        speaker.let.set()
        wait_for(lambda: bool(line.said) and teller.waiting == 0, "it is told")
        teller.look()
    assert speaker.begun == ["A001"] and line.said == ["A001 spoken"]


def test_a_call_that_reaches_nobody_raises_its_alarm_once(line: Notebook) -> None:
    lookout = Lookout(line)
    dead = [report(Channel.SIGN, "sign-3", Result.FAILED), report(Channel.VOICE, "voice-east", Result.FAILED)]
    well, lost = call("A001", 3), call("A002", 3, reports=dead)
    lookout.see(CallsState(version=1, calls=(well, lost)))
    lookout.look()
    lookout.look()
    assert line.alarms == [lost.id], "nothing is left to try, though a minute is not over"
    line.clock = well.expires
    lookout.look()
    assert line.alarms == [lost.id, well.id]


def test_no_alarm_is_raised_while_the_hall_is_being_left(line: Notebook) -> None:
    lookout = Lookout(line)
    lookout.see(EmergencyState(on=True, since=NINE))
    lookout.see(CallsState(version=1, calls=(call("A001", 3, 61),)))
    lookout.look()
    assert line.alarms == []
