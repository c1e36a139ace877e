"""What is read aloud: at the volume that a visitor chose, cut short when they go on, personal words into headphones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.schema import Hall, Kiosk
from drivers.speech import sound
from drivers.speech.player import FilePlayer, always
from kiosk.ear import Ear
from kiosk.focus import Spoken

PLAIN, OWN = Spoken("请坐下等。"), Spoken("绿色通道，残疾人。", personal=True)


@pytest.fixture
def kiosk(hall: Hall, tmp_path: Path) -> Kiosk:
    return msgspec.structs.replace(
        hall.kiosk[0], speaker=f"file:{tmp_path}/loud", headphones=f"file:{tmp_path}/private"
    )


def said(folder: Path, count: int) -> list[Path]:
    """The sounds in the order in which they were played, once there are so many."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = sorted(folder.glob("*.wav"))
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{len(sorted(folder.glob('*.wav')))} sounds in {folder}, not {count}")


def test_a_key_makes_it_twelve_decibels_louder_or_softer(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk = msgspec.structs.replace(kiosk, headphones="")
    with Ear(kiosk) as ear:
        for n, decibels in enumerate((0.0, 6.0, -12.0), 1):
            ear.decibels = decibels
            ear.say((PLAIN,), "zh")
            said(tmp_path / "loud", n)
        usual, louder, softer = (
            sound.loudness(sound.from_wav(path.read_bytes())) for path in said(tmp_path / "loud", 3)
        )
    assert louder > usual + 2, "the ceiling may take some of the six"
    assert softer == pytest.approx(usual - 12, abs=0.5)


def test_personal_words_reach_the_headphones_alone(kiosk: Kiosk, tmp_path: Path) -> None:
    with Ear(kiosk) as ear:
        ear.say((PLAIN, OWN), "zh")
        said(tmp_path / "private", 2)
    assert not list((tmp_path / "loud").glob("*.wav"))


def test_without_headphones_personal_words_are_not_spoken(kiosk: Kiosk, tmp_path: Path) -> None:
    with Ear(msgspec.structs.replace(kiosk, headphones="")) as ear:
        ear.say((OWN, PLAIN), "zh")
        said(tmp_path / "loud", 1)
        time.sleep(0.3)
    assert len(list((tmp_path / "loud").glob("*.wav"))) == 1


def test_while_the_socket_is_empty_the_loudspeaker_says_what_is_not_personal(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    worn = False
    with Ear(kiosk, lambda: worn) as ear:
        ear.say((OWN, PLAIN), "zh")
        said(tmp_path / "loud", 1)
        worn = True
        ear.say((OWN, PLAIN), "zh")
        said(tmp_path / "private", 2)
        worn = False
        ear.say((OWN,), "zh")
        time.sleep(0.3)
    assert len(list((tmp_path / "loud").glob("*.wav"))) == 1
    assert len(list((tmp_path / "private").glob("*.wav"))) == 2


class Slow(FilePlayer):
    """A loudspeaker at which a sentence lasts until it is hushed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "slow")
        self.quiet, self.began = threading.Event(), threading.Event()

    def play(self, wav: bytes, name: str, wanted: Callable[[], bool] = always) -> None:
        self.quiet.clear()  # what was hushed before does not count
        super().play(wav, name, wanted)
        self.began.set()
        assert self.quiet.wait(20), "nobody cut it short"

    def hush(self) -> None:
        self.quiet.set()


def test_who_goes_on_hears_no_more_of_it_and_can_have_it_again(kiosk: Kiosk, tmp_path: Path) -> None:
    ear = Ear(msgspec.structs.replace(kiosk, headphones=""))
    ear.aloud = slow = Slow(tmp_path / "loud")
    with ear:
        ear.say((Spoken("第一句。第二句。第三句。"),), "zh")
        assert slow.began.wait(20)
        assert ear.speaking
        ear.hush()
        end = time.monotonic() + 20
        while ear.speaking and time.monotonic() < end:
            time.sleep(0.02)
        assert not ear.speaking
        assert len(list((tmp_path / "loud").glob("*.wav"))) == 1, "the sentences after it are not begun"
        ear.again()
        said(tmp_path / "loud", 2)
        ear.forget()
        ear.again()
        time.sleep(0.3)
        assert len(list((tmp_path / "loud").glob("*.wav"))) == 2, (
            "the next visitor does not hear the last one's page"
        )
        slow.quiet.set()
