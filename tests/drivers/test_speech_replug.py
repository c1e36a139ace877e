"""A loudspeaker and a serial printer are pulled out two hundred times: back at once, and nothing is leaked."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.printer import PROFILES, Paper, Printed, Printer
from drivers.sim import host
from drivers.sim.printer import PrinterSimulator
from drivers.speech import player, sound
from drivers.worker import Worker

TIMES = 200
BACK = 2.0  # seconds


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_sound_card_that_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """aplay is a stand-in that finds the card or does not: each sound is one process, which must not stay."""
    card = tmp_path / "card"
    stand_in = tmp_path / "aplay"
    refuse = "echo 'aplay: main:831: audio open error: No such device' >&2; exit 1"
    stand_in.write_text(f"#!/bin/sh\n[ -e {card} ] || {{ {refuse}; }}\ncat >/dev/null\n")
    stand_in.chmod(0o755)
    speaker = player.AlsaPlayer("default", "voice-east", str(stand_in))
    wav = sound.to_wav(sound.silence(0.05))
    before = descriptors()
    for _ in range(TIMES):
        card.touch()
        speaker.play(wav, "c1")
        card.unlink()
        with pytest.raises(DeviceLost, match="No such device"):
            speaker.play(wav, "c1")
    assert descriptors() == before
    children = Path("/proc/self/task").glob("*/children")
    assert not [pid for file in children for pid in file.read_text().split() if _is(pid, "aplay")]


def _is(pid: str, name: str) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == name
    except OSError:
        return False


def test_a_printer_on_a_serial_line_that_is_pulled_out_with_garbage_between(tmp_path: Path) -> None:
    paper = Paper(PROFILES["80mm"])
    paper.text("请A012号等候")
    paper.cut()
    with host.serve_pty(PrinterSimulator("printer-1", None)) as served:
        printer = Printer("printer-1", served.url, PROFILES["80mm"], answer=0.3)
        printer.status()
        before = descriptors()
        for turn in range(TIMES):
            served.do("unplug")
            with pytest.raises(DeviceLost):
                printer.status()
            served.do("plug")
            # A line that was cut in the middle of a command: the printer has heard half of something.
            served.sim.receive(bytes((0x1D, 0x76, 0x30, turn & 1)))
            start = time.monotonic()
            assert printer.status().ready
            assert time.monotonic() - start < BACK
        assert printer.print(paper.bytes) is Printed.PROCESSED
        # One more or less at both ends of the line: the simulator's is in this process, too.
        assert abs(descriptors() - before) <= 1
        printer.close()
        assert served.sim.events[-1]["lines"] == ["请A012号等候"]


def test_sounds_that_wait_for_a_lost_loudspeaker_are_played_once_each_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "said"
    blocked = tmp_path / "said"
    blocked.touch()  # a file where the folder should be: the device is lost
    wav = sound.to_wav(sound.silence(0.05))

    class Loudspeaker:
        def __init__(self) -> None:
            self.player = player.open_player(f"file:{folder}", "voice-east")

        def __enter__(self) -> Loudspeaker:
            self.player.check()
            return self

        def __exit__(self, *_: object) -> None:
            pass

    health: list[str] = []
    done: list[str] = []
    with Worker[Loudspeaker, str](
        "voice-east",
        Loudspeaker,
        lambda device, job: device.player.play(wav, job),
        on_health=lambda _, state, __: health.append(state),
        on_done=done.append,
        fifo=True,
    ) as worker:
        _until(lambda: health == ["lost"])
        for call in ("A001-1", "A002-1", "A003-1"):
            worker.put(call, call)
        blocked.unlink()
        _until(lambda: len(done) == 3)
    assert health == ["lost", "ready"]
    assert [path.name[5:-4] for path in sorted(folder.iterdir())] == done == ["A001-1", "A002-1", "A003-1"]


def _until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
