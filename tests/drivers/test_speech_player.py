"""A loudspeaker plays one sound at a time, through real ALSA, and a card that is gone is said to be gone."""

from __future__ import annotations

import threading
import wave
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.speech import player, sound

ASOUND = """
pcm.quiet { type null }
pcm.hall { type file  slave.pcm quiet  file "%s"  format "raw" }
"""


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ALSA device "hall" that writes every sample that reaches the sound card into a file."""
    heard = tmp_path / "heard.raw"
    (tmp_path / "asound.conf").write_text(ASOUND % heard)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    return heard


def stub(tmp_path: Path, script: str) -> str:
    path = tmp_path / "aplay"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_every_sample_reaches_the_card(card: Path) -> None:
    chime = sound.chime()
    player.open_player("alsa:hall", "voice-east").play(sound.to_wav(chime), "c1")
    heard = card.read_bytes()
    assert heard[: 2 * len(chime)] == chime.tobytes()
    assert not any(heard[2 * len(chime) :])  # ALSA fills up its last period with silence


def test_a_card_that_is_not_there_says_so(card: Path) -> None:
    with pytest.raises(DeviceLost) as lost:
        player.open_player("alsa:attic", "voice-east").check()
    assert lost.value.device == "voice-east"
    assert lost.value.why == "attic: No such file or directory"


def test_no_aplay_says_so() -> None:
    with pytest.raises(DeviceLost, match="no-aplay: No such file"):
        player.AlsaPlayer("default", "voice-east", command="no-aplay").check()


def test_a_card_that_never_finishes_is_left_behind(tmp_path: Path) -> None:
    stuck = player.AlsaPlayer("default", "voice-east", stub(tmp_path, "exec sleep 60"), grace=0.2)
    with pytest.raises(DeviceLost, match="还没有放完"):
        stuck.play(sound.to_wav(sound.silence(0.1)), "c1")


def test_never_two_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    slow = stub(tmp_path, f"echo begin >>{log}; cat >/dev/null; sleep 0.1; echo end >>{log}")
    one = player.AlsaPlayer("default", "voice-east", slow)
    threads = [threading.Thread(target=one.play, args=(sound.to_wav(sound.silence(0.1)), "c")) for _ in "123"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.read_text().split() == ["begin", "end"] * 3


def test_files_are_numbered_on_after_a_restart_and_named_after_the_call(tmp_path: Path) -> None:
    wav = sound.to_wav(sound.chime())
    player.open_player(f"file:{tmp_path}/out", "voice-east").play(wav, "A001-1")
    again = player.open_player(f"file:{tmp_path}/out", "voice-east")
    again.play(wav, "../A002:1")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["0001-A001-1.wav", "0002-.._A002_1.wav"]
    with wave.open(str(tmp_path / "out" / "0001-A001-1.wav")) as file:
        assert file.getparams()[:3] == (1, 2, 22050)


def test_a_directory_that_cannot_be_made_is_a_lost_device(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceLost, match="file"):
        player.open_player(f"file:{tmp_path}/file/out", "voice-east").check()


def test_only_alsa_and_file_are_loudspeakers() -> None:
    with pytest.raises(ValueError, match="alsa:"):
        player.open_player("tcp:127.0.0.1:1", "voice-east")
