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


def tried(*args: str, seconds: int) -> tuple[dict[str, int], dict[str, int]]:
    """What became of a run: how many inputs each target was tried with, and how many of them were long. None may have
    broken or grown."""
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
    long: dict[str, int] = {}
    for line in done.stdout.splitlines():
        if line.removesuffix(":") in NAMES:
            name = line.removesuffix(":")
        elif counted := re.match(r"Done (\d+) runs", line):
            found[name] = int(counted[1])
        elif counted := re.match(r"Of these (\d+) longer than", line):
            long[name] = int(counted[1])
        elif grown := re.search(r"grew by (\d+) MB", line):
            assert int(grown[1]) < MOST_GROWN, (name, line)
    return found, long


@pytest.mark.timeout(400)
def test_no_bytes_break_a_parser() -> None:
    found, long = tried(seconds=SHORT)
    assert sorted(found) == NAMES
    assert min(found.values()) > 100, found
    assert sorted(long) == NAMES and all(long.values()), long


@pytest.mark.long
@pytest.mark.timeout(NIGHT + 200)
@pytest.mark.parametrize("name", NAMES)
def test_two_million_inputs_break_no_parser(name: str) -> None:
    found, long = tried(name, f"--execs={LONG}", seconds=NIGHT)
    assert found[name] >= LONG, f"not in {NIGHT} s"
    assert long[name] >= LONG // 1000


@pytest.mark.parametrize("name", NAMES)
def test_the_blind_engine_runs_where_atheris_is_not(name: str) -> None:
    assert engine.mutate(name, engine.targets()[name], 200, 30) == 200


def test_a_parser_that_breaks_is_found() -> None:
    def broken(data: bytes) -> None:
        if b"\xff" in data:
            raise IndexError("as a careless parser would")

    with pytest.raises(IndexError):
        engine.mutate("onbon", broken, 5000, 30)


def test_short_inputs_and_long_ones_have_their_share() -> None:
    lengths = [len(engine.shared(seed)) for seed in engine.lengthened(engine.seeds("sdt"))]
    assert engine.LONGEST in lengths and engine.MIDDLE in lengths and min(lengths) <= engine.SHORT
    cut = [len(engine.shared(number.to_bytes(engine.LONGEST))) for number in range(51_200)]
    assert cut.count(engine.SHORT) > 100 * cut.count(engine.LONGEST) > 5000
    blind: list[int] = []
    engine.mutate("sdt", lambda data: blind.append(len(data)), 2000, 30)
    assert max(blind) > 1000 and sum(length <= engine.SHORT for length in blind) > 1000


def test_the_golden_vectors_are_where_it_starts() -> None:
    assert len(engine.seeds("onbon")) > 3 and len(engine.seeds("strip")) == 4
    assert engine.seeds("no-such-protocol") == [b""]
