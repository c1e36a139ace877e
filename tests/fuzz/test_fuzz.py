"""Every parser, a few seconds of hostile bytes each; with --long, two million inputs each."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.fuzz import engine

SHORT, LONG = (20_000, 3), (2_000_000, 3600)
NAMES = sorted(engine.targets())


def run(name: str, execs: int, seconds: int, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz", name, f"--execs={execs}", f"--seconds={seconds}", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_no_bytes_break_a_parser(name: str) -> None:
    done = run(name, *SHORT)
    assert done.returncode == 0, done.stderr[-4000:]
    tried = re.search(r"Done (\d+) (?:runs|in)|: (\d+) inputs", done.stderr + done.stdout)
    assert tried and int(tried[1] or tried[2]) > 100, done.stderr[-4000:]


@pytest.mark.long
@pytest.mark.timeout(4000)
@pytest.mark.parametrize("name", NAMES)
def test_two_million_inputs_break_no_parser(name: str) -> None:
    # Short inputs reach every branch and are four times as fast; the short profile has the long ones.
    done = run(name, *LONG, "--longest=512")
    assert done.returncode == 0, done.stderr[-4000:]
    tried = re.search(r"Done (\d+) runs|: (\d+) inputs", done.stderr + done.stdout)
    assert tried and int(tried[1] or tried[2]) >= LONG[0], done.stderr[-4000:]


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
    assert len(engine.seeds("onbon")) > 3 and len(engine.seeds("strip")) == 3
    assert engine.seeds("no-such-protocol") == [b""]
