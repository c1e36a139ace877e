"""Every parser, two seconds of hostile bytes each; with --long, two million inputs each, which takes a night."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.fuzz import engine

SHORT = 2  # seconds for each
LONG, NIGHT = 2_000_000, 10_800  # inputs for each, and seconds that they may take
MOST_GROWN = 150  # MB: what atheris itself keeps, and the fonts of a simulator
NAMES = sorted(engine.targets())


def tried(*args: str, seconds: int) -> dict[str, int]:
    """What became of a run: how many inputs each target was tried with. None may have broken or grown."""
    command = [sys.executable, "-m", "tests.fuzz", f"--seconds={seconds}", *args]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",  # atheris shows the bytes that it tries
        timeout=(seconds + 10) * len(NAMES),
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    found: dict[str, int] = {}
    for line in done.stdout.splitlines():
        if line.removesuffix(":") in NAMES:
            name = line.removesuffix(":")
        elif counted := re.match(r"Done (\d+) runs", line):
            found[name] = int(counted[1])
        elif grown := re.search(r"grew by (\d+) MB", line):
            assert int(grown[1]) < MOST_GROWN, (name, line)
    return found


@pytest.mark.timeout(400)
def test_no_bytes_break_a_parser() -> None:
    found = tried(seconds=SHORT)
    assert sorted(found) == NAMES
    assert min(found.values()) > 100, found


@pytest.mark.long
@pytest.mark.timeout(NIGHT + 200)
@pytest.mark.parametrize("name", NAMES)
def test_two_million_inputs_break_no_parser(name: str) -> None:
    # Short inputs reach every branch and are four times as fast; the short profile has the long ones.
    found = tried(name, f"--execs={LONG}", "--longest=80", seconds=NIGHT)
    assert found[name] >= LONG, f"not in {NIGHT} s"


@pytest.mark.parametrize("name", NAMES)
def test_the_blind_engine_runs_where_atheris_is_not(name: str) -> None:
    assert engine.mutate(name, engine.targets()[name], 200, 30) == 200


def test_a_parser_that_breaks_is_found() -> None:
    def broken(data: bytes) -> None:
        if b"\xff" in data:
            raise IndexError("as a careless parser would")

    with pytest.raises(IndexError):
        engine.mutate("onbon", broken, 5000, 30)


def test_the_golden_vectors_are_where_it_starts() -> None:
    assert len(engine.seeds("onbon")) > 3 and len(engine.seeds("strip")) == 4
    assert engine.seeds("no-such-protocol") == [b""]
