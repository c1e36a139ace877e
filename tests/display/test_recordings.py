"""./hall voice: the list that a person reads into a microphone, and the check of what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.schema import Hall
from display import recordings
from display.rehearsal import likely
from drivers.speech import clips
from tests.drivers.test_speech_clips import utterance, wav

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"


def test_the_list_is_what_this_hall_says(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    assert recordings.main(["record-list", "--config", str(EXAMPLE)]) == 0
    told = capsys.readouterr().out
    words = [line.split()[-1].removesuffix(".wav") for line in told.splitlines() if line.endswith(".wav")]
    assert {"请", "号", "到", "零", "九", "三号窗口", "十二号窗口"} <= set(words)
    assert {service.letter for service in hall.service} <= set(words)
    assert len(words) == len(set(words))
    assert f"共 {len(words)} 段" in told


def test_whatever_may_be_called_in_a_zone_is_on_its_list_and_ready(hall: Hall) -> None:
    """An integrated window in the east calls for services that belong to the west, and the east says it."""
    for voice in hall.voice:
        here = [window for window in hall.window if window.zone in voice.zones]
        letters = {s.letter for s in hall.service for w in here if w.number in hall.window_numbers(s.id)}
        assert letters <= set(recordings.fragments(hall, [voice])), voice.id
        assert {f"请 {letter} 零零一 号" for letter in letters} <= set(likely(hall, voice)), voice.id
    east = next(voice for voice in hall.voice if voice.id == "east")
    assert {"D", "F", "M"} <= set(recordings.fragments(hall, [east]))


def test_building_says_what_is_missing_and_then_what_to_write(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = recordings.fragments(hall, [hall.voice[0]])
    recorded = wav(utterance(rate=22050), 22050)
    for word in wanted[:-2]:
        (tmp_path / f"{word}.wav").write_bytes(recorded)
    command = ["build", str(tmp_path), "--voice", hall.voice[0].id, "--config", str(EXAMPLE)]
    assert recordings.main(command) == 1
    failed = capsys.readouterr()
    assert all(f"{word}.wav：没有录" in failed.err for word in wanted[-2:])
    assert f"修好 {len(wanted) - 2} 段" in failed.out
    for word in wanted[-2:]:
        (tmp_path / f"{word}.wav").write_bytes(recorded)
    assert recordings.main(command) == 0
    assert f'clips = "{tmp_path}"' in capsys.readouterr().out
    assert len(list(clips.measured(tmp_path))) == len(wanted)


def test_a_folder_or_a_zone_that_is_not_there(tmp_path: Path) -> None:
    assert recordings.main(["build", str(tmp_path / "no"), "--config", str(EXAMPLE)]) == 1
    assert recordings.main(["record-list", "--voice", "attic", "--config", str(EXAMPLE)]) == 78
