"""The hall is left: everything that works says so over everything else, though a sign is dark and a voice hangs."""

from __future__ import annotations

import os
import stat
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from caller.messages import CallsState, EmergencyState, encode
from config.schema import Hall
from display import voice
from display.siren import Siren
from display.teller import CutShort
from display.turns import Turn
from display.wording import alarm_lines
from drivers import clock
from drivers.errors import DeviceLost
from drivers.sim.host import Served, serve_tcp
from drivers.sim.onbon import OnbonCard
from drivers.sim.tap import TapTerminal
from drivers.speech import sound
from drivers.speech.player import AlsaPlayer, FilePlayer, always
from tests.broker import Broker
from tests.display.scenes import call, morning
from tests.display.stage import Caller, process, wait_for, write
from tests.display.test_saying import Ruler
from tests.display.test_teller import Notebook

OFF = EmergencyState(on=False)
EVERYTHING = ("sign-3", "voice-east", "pager-2", "board-main")


def now() -> datetime:
    return clock.now("Asia/Shanghai")


@pytest.fixture
def signs() -> Iterator[list[Served]]:
    with ExitStack() as cards:
        yield [cards.enter_context(serve_tcp(OnbonCard(f"sign-{n}", width=128, height=32))) for n in (3, 4)]


@pytest.fixture
def terminal() -> Iterator[Served]:
    with serve_tcp(TapTerminal("paging", known="1000001,1000002,1999999")) as terminal:
        yield terminal


@pytest.fixture
def ours(hall: Hall, broker: Broker, signs: list[Served], terminal: Served, tmp_path: Path) -> Hall:
    """Two signs, a voice that writes files and one whose card hangs, a paging terminal, a board."""
    east, west = hall.voice
    assert hall.pager_terminal is not None
    return msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, port=broker.port),
        sign=tuple(
            msgspec.structs.replace(hall.sign[n], url=card.url) for n, card in zip((2, 3), signs, strict=True)
        ),
        voice=(
            msgspec.structs.replace(east, out=f"file:{tmp_path}/east"),
            msgspec.structs.replace(west, out="alsa:stuck"),
        ),
        pager_terminal=msgspec.structs.replace(hall.pager_terminal, url=terminal.url, everybody="1999999"),
    )


def amber(picture: Path) -> bool:
    with Image.open(picture) as image:
        pixel = image.convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 8 for a, b in zip(pixel, (255, 212, 146), strict=True))


def test_everything_says_so_over_everything_until_it_is_called_off(
    ours: Hall, broker: Broker, signs: list[Served], terminal: Served, tmp_path: Path
) -> None:
    stuck = tmp_path / "bin" / "aplay"
    stuck.parent.mkdir()
    stuck.write_text("#!/bin/sh\nexec sleep 600\n")
    stuck.chmod(stuck.stat().st_mode | stat.S_IXUSR)
    env = {"PATH": f"{stuck.parent}:{os.environ['PATH']}", "CACHE_DIRECTORY": str(tmp_path / "cache")}
    board = {"HALL_PICTURES": str(tmp_path), "SDL_VIDEODRIVER": "offscreen"}
    file, picture = write(ours, tmp_path / "hall.toml"), tmp_path / "board-main.png"
    busy = msgspec.structs.replace(morning(ours), lent=(2,), at=now())
    signs[1].do("unplug")
    with (
        Caller(broker, ours) as caller,
        process("signs", file),
        process("voice", file, **env),
        process("pagers", file),
        process("board", file, **board),
    ):
        caller.tell(busy)
        caller.wait_for("A012 sign-3 shown")
        caller.wait_for("A012 board-main shown")
        wait_for(lambda: caller.healthy("voice-east") is True, "the voice is there")
        wait_for(lambda: caller.healthy("paging") is True, "the pagers are there")
        begun = time.monotonic()
        caller.bus.keep("state/emergency", encode(EmergencyState(on=True, since=now())))
        told: dict[str, float] = {}

        def everywhere() -> bool:
            for device in EVERYTHING:
                if caller.healthy(f"emergency-{device}"):
                    told.setdefault(device, time.monotonic() - begun)
            return len(told) == len(EVERYTHING)

        wait_for(everywhere, f"everybody is warned, only {told}")
        print({device: round(seconds, 3) for device, seconds in told.items()})
        assert signs[0].do("show") == ["请立即撤离", "LEAVE NOW"]
        paged = [(e["pager"], e["text"]) for e in terminal.sim.events if e["event"] == "paged"]
        assert paged == [("1999999", "LEAVE NOW"), ("1000002", "LEAVE NOW")], "all at once, then each"
        assert list((tmp_path / "east").glob("*-emergency.wav"))
        wait_for(lambda: picture.exists() and amber(picture), "the board is all alarm")
        assert caller.healthy("emergency-sign-4") is None and caller.healthy("emergency-voice-west") is None
        # Nobody is called meanwhile, and the sign that comes back says so too.
        late = call("A002", 3, now=now())
        caller.tell(CallsState(version=0, calls=(late,)))
        signs[1].do("plug")
        wait_for(lambda: signs[1].do("show") == ["请立即撤离", "LEAVE NOW"], "the sign that was dark")
        assert not [line for line in caller.said() if line.startswith("A002")]
        caller.bus.keep("state/emergency", encode(OFF))
        wait_for(lambda: signs[0].do("show") == ["请A012号", "到3号窗口"], "what is true again")
        wait_for(lambda: not amber(picture), "the board again")
        over = {*EVERYTHING, "sign-4", "pagers"}
        wait_for(lambda: {d for d in over if caller.detail(f"emergency-{d}") == "off"} == over, "all say so")
        caller.wait_for("A002 voice-east spoken")


class Card:
    """A loudspeaker that is speaking until it is hushed."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.hushed = threading.Event()

    def check(self) -> None: ...

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        self.played.append(name)

    def hush(self) -> None:
        self.hushed.set()


class Mute(Ruler):
    """A synthesiser that has died."""

    def say(self, half: str) -> sound.Samples[int]:
        raise DeviceLost("voice-east", "the synthesiser died")


def test_a_call_is_cut_short_and_a_dead_synthesiser_leaves_the_tone(hall: Hall) -> None:
    line, card = Notebook(hall), Card()
    with Siren(line, "voice-east", card, Mute(), None) as siren:
        siren.warn(EmergencyState(on=True, since=now(), words="请走北门"))
        wait_for(lambda: len(card.played) >= 2, "the tone, again and again")
        assert card.hushed.is_set()
        siren.warn(OFF)
    assert line.well == {"emergency-voice-east": True}


def test_what_is_being_played_ends_when_it_is_hushed(tmp_path: Path) -> None:
    slow = tmp_path / "aplay"
    slow.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 600\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    player = AlsaPlayer("default", "voice-east", command=str(slow), grace=600)
    playing = threading.Thread(target=player.play, args=(sound.to_wav(array("h", [0] * 100)), "call"))
    playing.start()
    wait_for(lambda: (tmp_path / "begun").exists(), "it plays")
    player.hush()
    playing.join(20)
    assert not playing.is_alive()


class Late(Card):
    """The hall is evacuated when a call has been found worth playing, and has not begun to sound."""

    def __init__(self, evacuate: Callable[[], None]) -> None:
        super().__init__()
        self.evacuate = evacuate

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        if not self.played:
            self.evacuate()
        if wanted():
            self.played.append(name)


def test_a_call_that_is_just_about_to_sound_does_not(hall: Hall) -> None:
    line = Notebook(hall)
    card = Late(lambda: siren.warn(EmergencyState(on=True, since=now())))
    siren = Siren(line, "voice-east", card, Ruler(), None)  # whose thread has not begun
    loud = voice.Loudspeaker(line, hall.voice[0], Ruler(), None, Turn(), siren)
    with pytest.raises(CutShort):
        loud.announce(call("A001", 3), 1, always)
    assert card.played == []


def test_what_was_hushed_before_it_began_is_not_played(tmp_path: Path) -> None:
    slow = tmp_path / "aplay"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    wav = sound.to_wav(array("h", [0] * 100))
    player = AlsaPlayer("default", "voice-east", command=str(slow), grace=600)
    playing = threading.Thread(target=player.play, args=(wav, "call", lambda: False))
    playing.start()
    playing.join(20)
    assert not playing.is_alive()
    FilePlayer(tmp_path / "sound", "voice-east").play(wav, "call", lambda: False)
    assert not list((tmp_path / "sound").iterdir())


def test_a_sign_of_one_line_says_it_in_one_language_after_the_other(hall: Hall) -> None:
    low = msgspec.structs.replace(hall.sign[0], height_dots=16)
    assert [alarm_lines(hall, low, turn) for turn in range(3)] == [
        ("请立即撤离",),
        ("LEAVE NOW",),
        ("请立即撤离",),
    ]
