"""Who has read enough (`| head`) ends a program quietly, with the status of a closed pipe; nothing else is hushed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from config import entry as of_the_rooms
from drivers import entry as of_the_drivers

ROOT = Path(__file__).parent.parent
EXAMPLE = "config/hall.toml"
RUNS: list[Callable[[Callable[[], int]], NoReturn]] = [of_the_rooms.run, of_the_drivers.run]


@pytest.mark.parametrize(
    "told",
    [
        ("config", "check", EXAMPLE),
        ("config", "words", "en"),
        ("caller", "why", "--help"),
        ("caller.quiet", "--help"),
        ("drivers", "doctor", "--help"),
        ("drivers.sim", "pad"),
    ],
    ids=" ".join,
)
def test_a_program_whose_reader_has_gone_leaves_without_a_word(told: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", *told],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr.decode()) == (141, "")


@pytest.mark.parametrize("run", RUNS)
def test_another_pipe_that_breaks_is_told_of_like_any_fault(
    run: Callable[[Callable[[], int]], NoReturn],
) -> None:
    def loses_a_device() -> int:
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours:
            return ours.send(b"x")

    with pytest.raises(BrokenPipeError):
        run(loses_a_device)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("code", [0, 1, 78])
def test_what_a_program_says_at_its_end_is_kept(
    run: Callable[[Callable[[], int]], NoReturn], code: int
) -> None:
    def refuses() -> int:
        raise SystemExit(code)

    for main in (refuses, lambda: code):
        with pytest.raises(SystemExit) as end:
            run(main)
        assert end.value.code == code


def test_every_program_ends_there() -> None:
    otherwise = [
        path
        for room in ("caller", "config", "display", "drivers", "kiosk")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^\s+sys\.exit\(main\(\)\)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert not otherwise, "entry.run(main)"
