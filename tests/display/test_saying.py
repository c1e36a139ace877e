"""What is heard: chime, order, pauses, level; short in a burst, in English for who chose it, never two at once."""

from __future__ import annotations

from array import array
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from caller.messages import Call, Need, Result
from config.calling import Act, Calling, Stage
from config.load import ConfigError, parse
from config.schema import Hall
from display import saying, voice
from display.policy import rule_of
from display.saying import Manner, rules_of
from display.siren import Siren
from display.teller import Outcome
from display.turns import Turn, turns
from drivers.speech import sound
from drivers.speech.player import length, open_player
from tests.display.scenes import NINE, call
from tests.display.test_teller import Notebook

FULL, SHORT = Manner(), Manner(chime=False, short=True, times=1)


class Ruler:
    """Says every half as a tone as long as its characters take at the hall's pace, and remembers it."""

    device = "voice-east"

    def __init__(self) -> None:
        self.said: list[str] = []

    def choose(self) -> str:
        return "ruler"

    def say(self, half: str) -> sound.Samples[int]:
        self.said.append(half)
        return array("h", [8000, -8000]) * round(0.36 * len(half.replace(" ", "")) * sound.RATE / 2)

    def has(self, half: str) -> bool:
        return True

    def prepare(self, half: str) -> None:
        """Nothing to do."""


def silences(wav: bytes) -> list[float]:
    """Seconds of every silence of 0.1 s or more inside the sound, in order."""
    found, run = [], 0
    for sample in sound.from_wav(wav):
        if sample == 0:
            run += 1
            continue
        if run >= 0.1 * sound.RATE:
            found.append(round(run / sound.RATE, 2))
        run = 0
    return found


def test_in_a_quiet_hall_a_call_is_chime_who_where_and_again(hall: Hall) -> None:
    ruler = Ruler()
    wav = saying.say(call("A001", 3), FULL, ruler, rules_of(hall.voice[0]))
    assert ruler.said == ["请 A 零零一 号", "到 三号窗口"]
    assert [pause for pause in silences(wav) if pause >= 0.15] == [0.15, 0.3, 1.2, 0.3]


def test_a_visitor_is_addressed_where_the_rule_says_so_and_nobody_waits_behind(hall: Hall) -> None:
    ruler, rules = Ruler(), rules_of(hall.voice[0])
    named = Calling(name="叫称呼", stages=(Stage(act=Act.VOICE),), by_name=True)
    told = msgspec.structs.replace(call("A001", 3, language="en"), address="单*女士")
    how = saying.manner(told, hall.voice[0], named, 1, 60)
    english = Ruler()
    wav = saying.say(told, how, ruler, rules, english)
    assert ruler.said == ["请 A 零零一 号", "善女士", "到 三号窗口"], "the surname 单 sounds like 善"
    assert [pause for pause in silences(wav) if 0.15 <= pause < 1.2] == [0.15, *[0.3] * 4, 0.3]
    assert english.said == ["Ticket A zero zero one", "please go to window three"]
    assert saying.manner(told, hall.voice[0], named, named.busy_from, 60).address == ""
    assert saying.manner(told, hall.voice[0], rule_of(told, hall), 1, 60).address == ""


def test_english_comes_after_chinese_for_who_chose_it(hall: Hall) -> None:
    chinese, english = Ruler(), Ruler()
    told = call("A001", 3, language="en")
    how = saying.manner(told, hall.voice[0], rule_of(told, hall), 1, 60)
    assert how.english
    saying.say(told, how, chinese, rules_of(hall.voice[0]), english)
    assert english.said == ["Ticket A zero zero one", "please go to window three"]
    assert not saying.manner(call("A001", 3), hall.voice[0], rule_of(told, hall), 1, 60).english


def test_the_hour_and_the_zone_set_the_level(hall: Hall) -> None:
    noon = call("A001", 3, now=NINE.replace(hour=12, minute=10))
    zone = msgspec.structs.replace(hall.voice[0], volume_db=-3.0)
    how = saying.manner(noon, zone, rule_of(noon, hall), 1, 60)
    assert (how.decibels, how.times) == (-9.0, 1)
    ruler, rules = Ruler(), rules_of(zone)
    usual = max(sound.from_wav(saying.say(noon, Manner(chime=False), ruler, rules)))
    soft = max(sound.from_wav(saying.say(noon, Manner(chime=False, decibels=-9.0), ruler, rules)))
    assert soft == pytest.approx(usual * 10 ** (-9 / 20), rel=0.01)


def spoken_of(burst: list[Call], hall: Hall, short: bool) -> int:
    """How many of these are said before they expire, each as long as it takes, one after the other."""
    rule = Calling(name="规矩", stages=(Stage(act=Act.VOICE),), busy_from=4 if short else 50)
    ruler, rules, now, count = Ruler(), rules_of(hall.voice[0]), burst[0].at, 0
    ended = now - timedelta(seconds=60)
    for n, told in enumerate(burst):
        if now >= told.expires:
            break
        how = saying.manner(told, hall.voice[0], rule, len(burst) - n, (now - ended).total_seconds())
        now += timedelta(seconds=len(sound.from_wav(saying.say(told, how, ruler, rules))) / sound.RATE)
        ended, count = now, count + 1
    return count


def test_most_of_thirty_calls_at_once_are_said_in_time(hall: Hall) -> None:
    burst = [call(f"A{n:03}", n % 12 + 1) for n in range(30)]
    assert spoken_of(burst, hall, short=True) > 15
    assert spoken_of(burst, hall, short=False) < 8


def test_who_cannot_see_is_told_in_full_however_many_wait(hall: Hall) -> None:
    blind = call("A001", 3, need=Need.BLIND)
    how = saying.manner(blind, hall.voice[0], rule_of(blind, hall), 30, 0.0)
    assert (how.chime, how.short, how.times) == (True, False, 2)
    other = saying.manner(call("A002", 3), hall.voice[0], rule_of(call("A002", 3), hall), 30, 0.0)
    assert other == SHORT


def test_zones_that_hear_each_other_take_turns(hall: Hall) -> None:
    east, west = hall.voice
    walled = msgspec.structs.replace(east, near=())
    apart = turns([walled, west])
    assert apart["east"] is not apart["west"]
    third = msgspec.structs.replace(walled, id="upstairs")
    assert east.near == ("west",), "one room"
    together = turns([east, west, third])
    assert together["east"] is together["west"]
    assert together["upstairs"] is not together["east"]


def test_who_came_or_waited_too_long_while_a_neighbour_spoke_is_not_said(hall: Hall, tmp_path: Path) -> None:
    line = Notebook(hall)
    east = msgspec.structs.replace(hall.voice[0], out=f"file:{tmp_path}/east")
    siren = Siren(line, "voice-east", open_player(east.out, "voice-east"), Ruler(), None)
    loud = voice.Loudspeaker(line, east, Ruler(), None, Turn(), siren)
    spoken = loud.announce(call("A001", 3), 1, lambda: True)
    (east_heard,) = (tmp_path / "east").iterdir()
    assert spoken == Outcome(Result.SPOKEN, length(east_heard.read_bytes())), "and for how long it sounded"
    assert loud.announce(call("A003", 3), 1, lambda: False) is None, "who came meanwhile is not called"
    line.clock = NINE + timedelta(seconds=60)
    assert loud.announce(call("A002", 3), 1, lambda: True) == Outcome(Result.EXPIRED)
    assert [path.name[:4] for path in (tmp_path / "east").iterdir()] == ["0001"]


def test_a_neighbour_that_is_nowhere_is_told_of(hall: Hall) -> None:
    import tomllib

    raw = tomllib.loads((Path(__file__).parents[2] / "config" / "hall.toml").read_text("utf-8"))
    raw["voice"][0]["near"] = ["wset"]
    with pytest.raises(ConfigError) as found:
        parse(raw)
    assert "near = wset" in str(found.value)
