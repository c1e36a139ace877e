"""Signs, voices and pagers as real processes: what the caller tells reaches the far end of each wire."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from caller.messages import (
    Call,
    CallsState,
    Channel,
    HallState,
    Result,
    SignsTried,
    Step,
    WindowState,
    WindowStatus,
    encode,
)
from config.schema import Hall
from drivers import clock
from drivers.sim.host import Served, serve_tcp
from drivers.sim.onbon import OnbonCard
from drivers.sim.tap import TapTerminal
from drivers.speech.reading import Language
from drivers.speech.voice import Speech
from tests.broker import Broker
from tests.display.scenes import call, morning, opening, report, window
from tests.display.stage import Caller, process, wait_for, write


def now() -> datetime:
    return clock.now("Asia/Shanghai")


def calls(*told: Call) -> CallsState:
    return CallsState(version=0, calls=told)


def with_window(hall: Hall, state: WindowState) -> HallState:
    whole = morning(hall)
    changed = tuple(state if w.number == state.number else w for w in whole.windows)
    return msgspec.structs.replace(whole, windows=changed, at=now())


@pytest.fixture
def card() -> Iterator[Served]:
    with serve_tcp(OnbonCard("sign-3", width=128, height=32)) as card:
        yield card


@pytest.fixture
def terminal() -> Iterator[Served]:
    with serve_tcp(TapTerminal("paging", known="1000001,1000002,1000003")) as terminal:
        yield terminal


@pytest.fixture
def ours(hall: Hall, broker: Broker, card: Served, terminal: Served, tmp_path: Path) -> Hall:
    """The example hall with one sign, two voices that write files, and a paging terminal, all simulated."""
    east, west = hall.voice
    assert hall.pager_terminal is not None
    return msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, port=broker.port),
        sign=(msgspec.structs.replace(hall.sign[2], url=card.url),),
        voice=(
            msgspec.structs.replace(east, out=f"file:{tmp_path}/east"),
            msgspec.structs.replace(west, out=f"file:{tmp_path}/west"),
        ),
        pager_terminal=msgspec.structs.replace(hall.pager_terminal, url=terminal.url),
    )


@pytest.fixture
def caller(ours: Hall, broker: Broker) -> Iterator[Caller]:
    with Caller(broker, ours) as caller:
        yield caller


@pytest.fixture
def file(ours: Hall, tmp_path: Path) -> Path:
    return write(ours, tmp_path / "hall.toml")


def spoken(tmp_path: Path, zone: str) -> list[str]:
    """The calls that a zone has heard, in order."""
    return [path.stem for path in sorted((tmp_path / zone).glob("*.wav"))]


def test_a_sign_shows_what_its_window_does_and_acknowledges_calls_only(
    ours: Hall, caller: Caller, card: Served, file: Path
) -> None:
    with process("signs", file):
        caller.tell(with_window(ours, window(3)))
        wait_for(lambda: card.do("show") == ["3号窗口 综合", "党员先锋岗"], "idle")
        caller.tell(with_window(ours, window(3, "A012", Step.CALLED)))
        caller.wait_for("A012 sign-3 shown")
        assert card.do("show") == ["请A012号", "到3号窗口"]
        caller.tell(with_window(ours, window(3, "A012", Step.SERVING)))
        wait_for(lambda: card.do("show") == ["正在办理", "A012"], "serving")
        caller.tell(with_window(ours, window(3, status=WindowStatus.PAUSED)))
        wait_for(lambda: card.do("show") == ["3号窗口", "暂停服务"], "paused")
        assert caller.healthy("sign-3")
        assert caller.said() == ["A012 sign-3 shown"]


def test_a_sign_that_is_tried_says_whose_it_is_until_somebody_is_called(
    ours: Hall, caller: Caller, card: Served, file: Path
) -> None:
    def tried(seconds_ago: float = 0.0) -> None:
        said = SignsTried(at=now() - timedelta(seconds=seconds_ago), kiosk="kiosk-1")
        caller.bus.tell("event/signs-tried", encode(said))

    with process("signs", file):
        caller.tell(with_window(ours, window(3)))
        wait_for(lambda: card.do("show") == ["3号窗口 综合", "党员先锋岗"], "idle")
        tried(seconds_ago=60)  # what comes late is no trial
        tried()
        wait_for(lambda: card.do("show") == ["试屏", "3号窗口"], "the trial")
        caller.tell(with_window(ours, window(3, status=WindowStatus.PAUSED)))
        wait_for(lambda: card.do("show") == ["3号窗口", "暂停服务"], "its end, by itself")
        tried()
        wait_for(lambda: card.do("show") == ["试屏", "3号窗口"], "the trial")
        caller.tell(with_window(ours, window(3, "A012", Step.CALLED)))
        caller.wait_for("A012 sign-3 shown")
        tried()
        caller.tell(with_window(ours, window(3, "A012", Step.SERVING)))
        wait_for(lambda: card.do("show") == ["正在办理", "A012"], "serving")
        assert caller.said() == ["A012 sign-3 shown"], "a trial acknowledges no call"


def test_a_sign_that_is_dark_is_told_of_and_is_right_when_it_comes_back(
    ours: Hall, caller: Caller, card: Served, file: Path
) -> None:
    card.do("unplug")
    with process("signs", file):
        caller.tell(with_window(ours, window(3, "A012", Step.CALLED)))
        caller.wait_for("A012 sign-3 failed")
        assert caller.healthy("sign-3") is False
        caller.tell(with_window(ours, window(3, "A013", Step.CALLED)))
        caller.wait_for("A013 sign-3 failed")
        card.do("plug")
        caller.wait_for("A013 sign-3 shown")
        assert card.do("show") == ["请A013号", "到3号窗口"]
        wait_for(lambda: caller.healthy("sign-3") is True, "health")
        # Its power goes for a moment while nothing is called: it comes back dark and is made right.
        card.do("unplug")
        card.do("die")
        card.do("revive")
        assert card.do("show") == []
        card.do("plug")
        wait_for(lambda: card.do("show") == ["请A013号", "到3号窗口"], "right again")
    assert "A012 sign-3 shown" not in caller.said()


def test_every_zone_hears_its_own_calls_in_order_and_once(caller: Caller, file: Path, tmp_path: Path) -> None:
    first = call("A001", 3, now=now())
    with process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")) as voice:
        caller.tell(calls(first))
        caller.wait_for("A001 voice-east spoken")
        burst = [call(f"B00{n}", 4, now=now()) for n in range(1, 5)]
        burst.insert(2, call("D001", 9, now=now(), zone="west"))
        caller.tell(calls(first, *burst[:3]))
        caller.tell(calls(first, *burst))
        caller.wait_for("B004 voice-east spoken", "D001 voice-west spoken")
        recalled = call("A001", 3, now=now(), attempt=2)
        caller.tell(calls(first, *burst, recalled))
        wait_for(lambda: len(spoken(tmp_path, "east")) == 6, "the recall")
        wait_for(lambda: sum(line.endswith("spoken") for line in caller.said()) == 7, "its report")
        assert "B004 voice-east received" in caller.said(), "it had to wait"
        voice.kill()
    known = [
        msgspec.structs.replace(c, reports=(report(Channel.VOICE, f"voice-{c.zone}", Result.SPOKEN),))
        for c in (first, *burst, recalled)
    ]
    new = call("C001", 5, now=now())
    with process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")):
        caller.tell(calls(*known, new))
        caller.wait_for("C001 voice-east spoken")
    order = ["A001-1", "B001-1", "B002-1", "B003-1", "B004-1", "A001-2", "C001-1"]
    assert [name.partition("-2026-11-23-")[2] for name in spoken(tmp_path, "east")] == order
    assert [name.partition("-2026-11-23-")[2] for name in spoken(tmp_path, "west")] == ["D001-1"]
    with wave.open(str(next((tmp_path / "east").glob("0001-*.wav")))) as sound:
        assert sound.getparams()[:3] == (1, 2, 22050)
        assert 7 < sound.getnframes() / 22050 < 13


def test_the_process_that_speaks_hears_who_chose_english(
    ours: Hall, caller: Caller, file: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "cache"
    english = Speech("voice-east", cache=kept / "speech", language=Language.ENGLISH)
    english.choose()
    with process("voice", file, CACHE_DIRECTORY=str(kept)):
        caller.tell(msgspec.structs.replace(opening(ours), languages=(("A077", "en"),)))
        wait_for(lambda: english.has("Ticket A zero seven seven"), "it is kept")


def test_nothing_is_spoken_late_nor_to_somebody_who_has_come(
    caller: Caller, file: Path, tmp_path: Path
) -> None:
    with process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")):
        late, come = call("A001", 3, 61, now=now()), call("A002", 3, 5, now=now(), live=False)
        caller.tell(calls(late, come, call("A003", 4, now=now())))
        caller.wait_for("A003 voice-east spoken", "A001 voice-east expired")
    assert len(spoken(tmp_path, "east")) == 1
    assert [line for line in caller.said() if line.startswith("A002")] == []


def test_a_zone_without_a_voice_says_so_at_once(ours: Hall, caller: Caller, tmp_path: Path) -> None:
    (tmp_path / "blocked").touch()
    east, west = ours.voice
    deaf = (msgspec.structs.replace(east, out=f"file:{tmp_path}/blocked"), west)
    file = write(msgspec.structs.replace(ours, voice=deaf), tmp_path / "deaf.toml")
    with process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")):
        caller.tell(calls(call("A001", 3, now=now()), call("D001", 9, now=now(), zone="west")))
        caller.wait_for("A001 voice-east failed", "D001 voice-west spoken")
        assert caller.healthy("voice-east") is False
        assert caller.healthy("voice-west") is True


def test_a_silent_call_goes_to_the_pager_and_makes_no_sound(
    caller: Caller, terminal: Served, file: Path, tmp_path: Path
) -> None:
    quiet = call("A001", 3, now=now(), pager=2)
    with process("pagers", file), process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")):
        caller.tell(calls(quiet, call("A002", 4, now=now())))
        caller.wait_for("A001 pager-2 vibrated", "A002 voice-east spoken")
        events = terminal.sim.events
        assert [e for e in events if e["event"] == "paged"] == [
            {"event": "paged", "pager": "1000002", "text": "A001 -> 3"}
        ]
    assert [name[-6:] for name in spoken(tmp_path, "east")] == ["A002-1"]


def test_the_voice_takes_over_from_a_pager_that_the_terminal_refuses_or_cannot_reach(
    caller: Caller, terminal: Served, file: Path, tmp_path: Path
) -> None:
    refused, unreached = call("A001", 3, now=now(), pager=9), call("A002", 3, now=now(), pager=1)
    with process("pagers", file), process("voice", file, CACHE_DIRECTORY=str(tmp_path / "cache")):
        caller.tell(calls(refused))
        caller.wait_for("A001 pager-9 failed")
        assert spoken(tmp_path, "east") == []
        terminal.do("unplug")
        caller.tell(calls(refused, unreached))
        caller.wait_for("A002 pager-1 failed")
        assert caller.healthy("paging") is False
        failed = tuple(
            msgspec.structs.replace(c, reports=(report(Channel.PAGER, f"pager-{c.pager}", Result.FAILED),))
            for c in (refused, unreached)
        )
        caller.tell(calls(*failed))
        caller.wait_for("A001 voice-east spoken", "A002 voice-east spoken")
