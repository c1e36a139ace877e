"""Between two calls a board plays pictures, films and words; a call has it back at once."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from caller.messages import VoiceState
from config.boards import Board, Item
from config.schema import Hall
from display import frames
from display.filmsound import FilmSound
from display.frames import Film, Frame, Stills, read_picture
from display.playlist import Playlist, spoken_over
from tests.broker import Broker
from tests.display.scenes import NINE, morning, opening
from tests.display.stage import Caller, process, wait_for, write
from tests.display.test_board_screen import PAPER, TOP, VERMILION, Pictures, share

BLUE = (20, 60, 200)
PICTURE, WORDS, FILM = (
    Item(picture="/a.png", seconds=8),
    Item(text="您好", seconds=5),
    Item(video="/b.mp4", seconds=0),
)


def test_one_after_the_other_and_round_again() -> None:
    playlist = Playlist((PICTURE, WORDS))
    assert [playlist.look(t, True) for t in (0, 7.9, 8, 12.9, 13, 21)] == [
        PICTURE, PICTURE, WORDS, WORDS, PICTURE, WORDS,
    ]  # fmt: skip


def test_a_call_takes_the_board_and_what_it_cut_short_comes_again_whole() -> None:
    playlist = Playlist((PICTURE, WORDS))
    playlist.look(0, True)
    assert playlist.look(9, True) == WORDS
    assert playlist.look(10, False) is None
    turn = playlist.turn
    assert playlist.look(60, True) == WORDS and playlist.turn == turn + 1
    assert playlist.look(64.9, True) == WORDS
    assert playlist.look(65, True) == PICTURE


def test_a_film_ends_when_it_is_over_and_what_cannot_be_shown_is_passed_over() -> None:
    playlist = Playlist((FILM, WORDS))
    playlist.look(0, True)
    assert playlist.look(1000, True) == FILM
    assert playlist.look(1001, True, ended=True) == WORDS
    alone = Playlist((FILM,))
    first = alone.look(0, True), alone.turn
    assert (alone.look(3, True, ended=True), alone.turn) == (first[0], first[1] + 1)
    assert Playlist(()).look(0, True) is None


def test_words_stand_in_for_a_film_as_long_as_words_do() -> None:
    playlist = Playlist((msgspec.structs.replace(FILM, text="您好"), PICTURE))
    playlist.cannot.add("/b.mp4")
    assert [playlist.look(t, True) is PICTURE for t in (0, 9.9, 10)] == [False, False, True]


def test_a_film_has_no_sound_while_a_voice_speaks_where_its_board_hangs(hall: Hall) -> None:
    def over(board: Board, zones: tuple[str, ...], seconds: float) -> bool:
        voice = VoiceState(zones=zones, until=NINE + timedelta(seconds=seconds))
        return spoken_over(hall, board, [VoiceState(zones=("west",)), voice], NINE)

    whole, east = Board(id="a"), Board(id="b", zones=("east",))
    at_nine = Board(id="c", layout="window", window=9)  # in the west
    assert over(whole, ("east",), 3) and over(east, ("east",), 3) and over(at_nine, ("west",), 3)
    assert over(east, (), 3)
    assert not over(at_nine, ("east",), 3) and not over(whole, ("east",), -1)


def test_a_picture_is_whole_and_no_larger_than_its_place(tmp_path: Path) -> None:
    for size, fits in (((3000, 1000), (600, 200)), ((100, 400), (75, 300)), ((40, 30), (40, 30))):
        file = tmp_path / "a.png"
        Image.new("RGB", size, BLUE).save(file)
        frame = read_picture(str(file), 600, 300)
        assert (frame.width, frame.height) == fits
        assert frame.pixels == bytes(BLUE) * (frame.width * frame.height)


def test_pictures_are_read_beside_the_screen_and_only_the_latest_kept(tmp_path: Path) -> None:
    stills = Stills()
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    assert stills.get(str(tmp_path / "broken.png"), 100, 100) is None
    wait_for(lambda: bool(stills.faults), "the fault is told")
    for n in range(frames.KEPT + 3):
        file = str(tmp_path / f"{n}.png")
        Image.new("RGB", (8, 8), BLUE).save(file)
        wait_for(lambda file=file: stills.get(file, 100, 100) is not None, "it is read")  # type: ignore[misc]
    assert len(stills._ready) == frames.KEPT
    assert stills.get(str(tmp_path / "broken.png"), 100, 100) is None
    assert stills.arrived == frames.KEPT + 4


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of blue with a tone."""
    file = tmp_path_factory.mktemp("clip") / "blue.mp4"
    colour = f"color=c=0x{bytes(BLUE).hex()}:s=320x180:r=25:d=2"
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    line = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        colour,
        *tone,
        "-c:v",
        "mpeg4",
        "-q:v",
        "2",
        str(file),
    ]
    subprocess.run(line, check=True)
    return file


def test_a_film_is_shown_at_its_own_pace_with_two_frames_in_memory(clip: Path) -> None:
    woken: list[None] = []
    film = Film(str(clip), 240, 200, wake=lambda: woken.append(None))
    film.start()
    seen: list[Frame] = []
    began = time.monotonic()

    def look() -> bool:
        frame = film.take()
        seen[:] = [frame] if frame else seen
        return film.over

    wait_for(look, "it ends")
    assert film.shown + film.dropped in range(48, 53) and not film.fault
    assert time.monotonic() - began > 1.5  # the decoder could have done it in a moment
    (last,) = seen
    assert len(woken) == film.shown + 1, "for each frame, and at the end"
    assert (last.width, last.height, last.colours) == (240, 135, "rgba"), "whole, in its own shape"
    middle = last.pixels[len(last.pixels) // 8 * 4 :][:3]
    assert all(abs(a - b) < 12 for a, b in zip(middle, BLUE, strict=True))


def test_a_small_film_is_left_to_the_glass_and_a_slow_glass_gets_fewer_frames(clip: Path) -> None:
    film = Film(str(clip), 1400, 800, per_second=5)
    film.start()
    seen: list[Frame] = []

    def look() -> bool:
        seen.extend(filter(None, [film.take()]))
        return film.over

    wait_for(look, "it ends")
    assert {(frame.width, frame.height) for frame in seen} == {(320, 180)}
    assert film.shown + film.dropped in range(9, 12)


def test_a_film_is_ended_at_once_and_a_broken_one_says_why(clip: Path, tmp_path: Path) -> None:
    film = Film(str(clip), 400, 200)
    film.start()
    wait_for(lambda: film.take() is not None, "it plays")
    film.stop()
    wait_for(lambda: film.over, "it is over")
    assert film.shown < 40 and not film.fault
    (tmp_path / "broken.mp4").write_bytes(b"not a film")
    broken = Film(str(tmp_path / "broken.mp4"), 400, 200)
    broken.start()
    wait_for(lambda: broken.over, "it gives up")
    assert "Invalid data" in broken.fault


def test_a_machine_without_ffmpeg_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "DECODER", "no-such-decoder")
    assert not frames.playable()
    film = Film("/a.mp4", 400, 200)
    film.start()
    wait_for(lambda: film.over, "it gives up")
    assert "no-such-decoder" in film.fault


def test_sound_is_silence_while_a_voice_speaks(tmp_path: Path) -> None:
    decoder, player, heard = tmp_path / "decoder", tmp_path / "player", tmp_path / "heard"
    tone = "import sys, time\nwhile True:\n sys.stdout.buffer.write(b'\\1' * 19200)\n time.sleep(0.02)\n"
    decoder.write_text(f"#!{sys.executable}\n{tone}")
    player.write_text(f"#!/bin/sh\nexec cat > {heard}\n")
    for program in (decoder, player):
        program.chmod(0o755)
    sound = FilmSound("", player=str(player), decoder=str(decoder))
    sound.start("/a.mp4")
    wait_for(lambda: heard.exists() and b"\1" * 100 in heard.read_bytes(), "the film is heard")
    sound.ducked = True
    wait_for(lambda: heard.read_bytes().endswith(bytes(19200)), "silence")
    sound.ducked = False
    wait_for(lambda: heard.read_bytes().endswith(b"\1" * 100), "the film again")
    sound.stop()
    assert bytes(19200) + b"\1" in heard.read_bytes()


def test_a_board_plays_and_a_call_has_it_back(hall: Hall, broker: Broker, tmp_path: Path) -> None:
    picture = tmp_path / "blue.png"
    Image.new("RGB", (640, 480), BLUE).save(picture)
    items = (Item(picture=str(picture), seconds=600),)
    board = msgspec.structs.replace(hall.board[0], playlist=items, playlist_after_seconds=3)
    ours = msgspec.structs.replace(
        hall, board=(board,), broker=msgspec.structs.replace(hall.broker, port=broker.port)
    )
    pictures = Pictures(tmp_path)
    with Caller(broker, ours) as caller:
        caller.tell(opening(ours))
        with process("board", write(ours, tmp_path / "hall.toml"), **pictures.env):
            pictures.wait_for(lambda p: share(p, BLUE, TOP) > 0.5, "the picture is on the board")
            caller.tell(morning(ours))
            caller.wait_for("A012 board-main shown")
            called = pictures.wait_for(lambda p: share(p, PAPER, TOP) > 0.5, "the call")
            assert share(called, BLUE, (0, 0, *called.size)) == 0 and share(called, VERMILION, TOP) > 0.05
            caller.tell(opening(ours))
            pictures.wait_for(lambda p: share(p, BLUE, TOP) > 0.5, "the picture again")


def test_a_board_does_not_start_without_its_files(hall: Hall, tmp_path: Path) -> None:
    items = (Item(picture="/nowhere/a.png"), Item(video="/nowhere/b.mp4", text="您好"))
    ours = msgspec.structs.replace(hall, board=(msgspec.structs.replace(hall.board[0], playlist=items),))
    with process("board", write(ours, tmp_path / "hall.toml"), SDL_VIDEODRIVER="offscreen") as board:
        assert board.wait(30) == 78
    said = (tmp_path / "board.log").read_text()
    assert "[board 1.playlist 1] picture" in said and "[board 1.playlist 2] video" in said
