"""A call never waits for synthesis: what will be said soon was said before, also in English and out of its order."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from caller.messages import CallsState, HallState
from config.schema import Hall
from display import saying
from display.policy import rule_of
from display.rehearsal import AHEAD, Rehearsal
from display.saying import rules_of
from drivers.speech import reading
from drivers.speech.reading import Language
from drivers.speech.voice import Speech
from tests.display.scenes import call, opening
from tests.display.test_saying import Ruler

DIES = (sys.executable, "-c", "raise SystemExit('not in time')")


class Reader(Ruler):
    """Makes ready at once whatever it is asked for, and remembers that."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: list[str] = []

    def prepare(self, half: str) -> None:
        self.ready.append(half)


def told(hall: Hall, **more: object) -> HallState:
    return msgspec.structs.replace(opening(hall), **more)


def nexts(hall: Hall, service: str, *tickets: str) -> HallState:
    services = tuple(
        msgspec.structs.replace(line, next=tickets) if line.id == service else line
        for line in opening(hall).services
    )
    return told(hall, services=services)


@pytest.fixture
def own() -> Reader:
    return Reader()


@pytest.fixture
def english() -> Reader:
    return Reader()


def test_a_number_is_ready_before_its_paper_is_out_and_again_in_english_for_who_chose_it(
    hall: Hall, own: Reader, english: Reader
) -> None:
    east = hall.voice[0]
    with Rehearsal(hall, east, own, english) as rehearsal:
        rehearsal.see(
            told(hall, reserved=(("A077", "kiosk-1"), ("A078", "kiosk-1")), languages=(("A078", "en"),))
        )
        assert rehearsal.own.idle(5) and rehearsal.english is not None and rehearsal.english.idle(5)
    windows = [w.number for w in hall.window if w.zone in east.zones]
    there = [f"please go to {reading.window(n, saying.ENGLISH)}" for n in windows]
    assert sorted(english.ready) == sorted(["Ticket A zero seven eight", *there])
    assert {"请 A 零七七 号", "请 A 零七八 号"} <= set(own.ready)
    assert len(own.ready) == len(set(own.ready))


def test_who_is_called_out_of_order_or_from_another_line_is_ready_too(
    hall: Hall, own: Reader, english: Reader
) -> None:
    """By the green channel, or transferred to a service of this zone with a letter that is not one of its own."""
    west = hall.voice[1]
    foreign = next(s for s in hall.service if s.letter not in saying.letters_of(hall, west))
    here = next(s for s in hall.service if s.id in saying.services_of(hall, west))
    transferred = f"{foreign.letter}044"
    with Rehearsal(hall, west, own, english) as rehearsal:
        elsewhere = nexts(hall, foreign.id, transferred)
        rehearsal.see(msgspec.structs.replace(elsewhere, languages=((transferred, "en"),)))
        assert rehearsal.own.idle(5) and rehearsal.english is not None and rehearsal.english.idle(5)
        assert not any("零四四" in half for half in own.ready) and not any(
            "four four" in h for h in english.ready
        )
        for _ in range(2):
            rehearsal.see(
                msgspec.structs.replace(nexts(hall, here.id, transferred), languages=((transferred, "en"),))
            )
        assert rehearsal.own.idle(5) and rehearsal.english.idle(5)
    assert own.ready.count(f"请 {foreign.letter} 零四四 号") == 1
    assert english.ready.count(f"Ticket {foreign.letter} zero four four") == 1


def test_the_numbers_after_a_call_are_ready_once_and_shortly_when_many_wait(hall: Hall, own: Reader) -> None:
    east, here, there = hall.voice[0], call("A020", 3), call("D020", 9, zone="west")
    with Rehearsal(hall, east, own, None) as rehearsal:
        assert rehearsal.own.idle(5)
        own.ready.clear()
        for _ in range(2):
            rehearsal.see(CallsState(version=1, calls=(here, there)))
        assert rehearsal.own.idle(5)
        assert own.ready == [reading.who(f"A{n:03}") for n in range(21, 21 + AHEAD)]
        many = tuple(call(f"A{n:03}", 3) for n in range(30, 30 + rule_of(here, hall).busy_from))
        rehearsal.see(CallsState(version=2, calls=many))
        assert rehearsal.own.idle(5)
    assert saying.halves(many[0], rules_of(east), short=True)[0] in own.ready


def test_when_an_english_number_is_called_its_synthesiser_is_not_needed(hall: Hall, tmp_path: Path) -> None:
    one_window = msgspec.structs.replace(hall, window=tuple(w for w in hall.window if w.number == 3))
    english = Speech("voice-east", cache=tmp_path, language=Language.ENGLISH)
    with Rehearsal(one_window, hall.voice[0], Reader(), english) as rehearsal:
        rehearsal.see(told(hall, languages=(("A077", "en"),)))
        assert rehearsal.english is not None and rehearsal.english.idle(20)
    english.renderer = DIES
    now = call("A077", 3, language="en")
    how = saying.manner(now, hall.voice[0], rule_of(now, hall), 1, 60)
    without = saying.say(now, how, Ruler(), rules_of(hall.voice[0]))
    assert len(saying.say(now, how, Ruler(), rules_of(hall.voice[0]), english)) > len(without) + 60_000
