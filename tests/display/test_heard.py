"""What the loudspeaker really plays, measured on its samples: words in their order, pauses, pace, level, silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from caller.messages import Call, CallsState, Need, Result
from config.schema import Hall
from display import voice
from display.saying import rules_of
from display.siren import Siren
from display.teller import Outcome, Teller
from display.turns import Turn, turns
from drivers.speech import reading, sound
from drivers.speech.loudness import true_peak
from drivers.speech.player import always, open_player
from drivers.speech.reading import Language, Rules
from drivers.speech.voice import Speech
from tests.display.scenes import NINE, call
from tests.display.stage import wait_for
from tests.display.test_saying import Ruler
from tests.display.test_teller import Notebook

ENGLISH = Rules(Language.ENGLISH)


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    return Speech("voice-east", cache=tmp_path_factory.mktemp("zh"))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    return Speech("voice-east", cache=tmp_path_factory.mktemp("en"), language=Language.ENGLISH)


def places(whole: bytes, parts: list[bytes]) -> list[tuple[float, float]]:
    """Where each part is heard, one after the other, in seconds from the beginning; an assertion if one is missing."""
    found, at = [], 0
    for n, part in enumerate(parts):
        begins = whole.find(part, at)
        assert begins >= 0, f"part {n} is not heard after {at / 2 / sound.RATE:.2f} s"
        at = begins + len(part)
        found.append((begins / 2 / sound.RATE, at / 2 / sound.RATE))
    return found


def played(told: Call, hall: Hall, folder: Path, chinese: Speech, english: Speech) -> sound.Samples[int]:
    east = msgspec.structs.replace(hall.voice[0], out=f"file:{folder}")
    line = Notebook(hall)
    siren = Siren(line, "voice-east", open_player(east.out, "voice-east"), chinese, english)
    loud = voice.Loudspeaker(line, east, chinese, english, Turn(), siren)
    spoken = loud.announce(told, 1, lambda: True)
    (file,) = folder.iterdir()
    samples = sound.from_wav(file.read_bytes())
    assert spoken == Outcome(Result.SPOKEN, sound.seconds(samples)), "the journal knows how long"
    assert line.spoke == [("east", round(sound.seconds(samples), 1)), ("east", 0.0)], "others know how long"
    return samples


@pytest.mark.parametrize(("ticket", "window"), [("A001", 3), ("P999", 12)])
def test_chime_who_where_pause_who_where_then_english(
    hall: Hall, tmp_path: Path, chinese: Speech, english: Speech, ticket: str, window: int
) -> None:
    heard = played(call(ticket, window, language="en"), hall, tmp_path, chinese, english)
    who, where = (chinese.say(half) for half in reading.call(ticket, window, rules_of(hall.voice[0])))
    ticket_en, window_en = (english.say(half) for half in reading.call(ticket, window, ENGLISH))
    parts = [sound.chime(), who, where, who, where, ticket_en, window_en]
    chime, *words = places(heard.tobytes(), [part.tobytes() for part in parts])
    assert chime[0] == 0.0 and chime[1] <= 1.0
    breaths = [words[n + 1][0] - words[n][1] for n in range(len(words) - 1)]
    assert breaths == pytest.approx([0.3, 1.2, 0.3, 1.2, 0.3], abs=0.01)
    characters = sum(c.isalnum() for half in reading.call(ticket, window) for c in half)
    assert 120 <= 60 * characters / (words[1][1] - words[0][0]) <= 180, "characters a minute"
    assert sound.loudness(heard) == pytest.approx(-16.0, abs=1.0)
    assert true_peak(heard) <= -1.0
    assert words[-1][1] == pytest.approx(sound.seconds(heard), abs=0.01), "nothing after the last word"


def test_who_did_not_choose_english_hears_none(
    hall: Hall, tmp_path: Path, chinese: Speech, english: Speech
) -> None:
    heard = played(call("A001", 3), hall, tmp_path, chinese, english)
    assert heard.tobytes().find(english.say(reading.call("A001", 3, ENGLISH)[0]).tobytes()) < 0


@contextmanager
def zone(hall: Hall, line: Notebook, folder: Path) -> Iterator[Teller[voice.Loudspeaker]]:
    east = msgspec.structs.replace(hall.voice[0], out=f"file:{folder}")
    line.hall = msgspec.structs.replace(hall, voice=(east, hall.voice[1]))
    siren = Siren(line, "voice-east", open_player(east.out, "voice-east"), Ruler(), None)
    with voice.teller(line, east, Ruler(), None, Turn(), siren) as queue:
        yield queue


def test_a_silent_call_is_no_sample_of_sound_before_its_escalation(hall: Hall, tmp_path: Path) -> None:
    line = Notebook(hall)
    silent = CallsState(version=1, calls=(call("A001", 3, pager=7), call("A002", 4, pager=8, need=Need.DEAF)))
    with zone(hall, line, tmp_path) as queue:
        wait_for(lambda: line.well == {"voice-east": True}, "the loudspeaker is there")
        for seconds in (0, 15, 39):
            line.clock = NINE + timedelta(seconds=seconds)
            queue.see(silent)
            queue.look()
        assert queue.waiting == 0 and not any(tmp_path.iterdir()) and not line.spoke
        line.clock = NINE + timedelta(seconds=40)
        queue.look()
        wait_for(lambda: len(line.said) == 2, "both are spoken at last")
    assert len(list(tmp_path.iterdir())) == 2


def test_who_cannot_see_is_heard_though_they_hold_a_pager(hall: Hall, tmp_path: Path) -> None:
    line = Notebook(hall)
    with zone(hall, line, tmp_path) as queue:
        queue.see(CallsState(version=1, calls=(call("A001", 3, pager=7, need=Need.BLIND),)))
        wait_for(lambda: line.said == ["A001 spoken"], "spoken at once")
    assert max(sound.from_wav(next(tmp_path.iterdir()).read_bytes())) > 1000


class Studio:
    """A loudspeaker that notes when it sounds, and takes its time."""

    def __init__(self, sounds: list[tuple[float, float]]) -> None:
        self.sounds = sounds

    def check(self) -> None: ...

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        begun = time.monotonic()
        threading.Event().wait(0.01)
        self.sounds.append((begun, time.monotonic()))

    def hush(self) -> None: ...


def test_two_zones_that_hear_each_other_never_sound_at_once(hall: Hall) -> None:
    near = tuple(
        msgspec.structs.replace(each, near=tuple(o.id for o in hall.voice if o is not each))
        for each in hall.voice
    )
    line, sounds, shared = Notebook(hall), list[tuple[float, float]](), turns(near)
    tellers = [
        voice.teller(
            line, each, Ruler(), None, shared[each.id], Siren(line, each.id, Studio(sounds), Ruler(), None)
        )
        for each in near
    ]
    line.hall = msgspec.structs.replace(hall, voice=near)
    calls = tuple(call(f"A{n:03}", 3 if n % 2 else 9, zone="east" if n % 2 else "west") for n in range(1, 31))
    with tellers[0], tellers[1]:
        for each in tellers:
            each.see(CallsState(version=1, calls=calls))
        wait_for(lambda: len(line.said) == 30, "all are spoken")
    ordered = sorted(sounds)
    assert len(ordered) == 30
    assert all(before[1] <= after[0] for before, after in pairwise(ordered))
    spans = [seconds > 0 for _, seconds in line.spoke]
    assert spans == [True, False] * 30, "begun and ended, one after the other"


def test_whoever_asked_first_speaks_first_and_a_busy_neighbour_asks_anew() -> None:
    turn, order = Turn(), list[str]()

    def speak(name: str) -> None:
        with turn:
            order.append(name)

    with turn:
        for n, name in enumerate(("west", "east", "upstairs"), 2):
            threading.Thread(target=speak, args=(name,)).start()
            wait_for(lambda n=n: turn.order.asked == n, "it asks")  # type: ignore[misc]
        order.append("the one before")
    with turn:
        order.append("the one before, again")
    assert order == ["the one before", "west", "east", "upstairs", "the one before, again"]
