"""One lock file names everything that comes from PyPI, to the byte, and nothing about who serves it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
RUN, TEST = LOCK.split("# for ./hall test only\n")


def asked(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {re.split(r"[\[=<>]", line)[0] for line in lines if line and line[0].isalnum()}


def locked(part: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", part, re.M))


def test_a_running_hall_finds_all_it_asks_for() -> None:
    assert asked("requirements.in") <= locked(RUN)


def test_the_tests_find_the_rest() -> None:
    assert asked("requirements-dev.in") <= locked(TEST)
    assert not locked(RUN) & locked(TEST)


@pytest.mark.parametrize("entry", re.split(r"\n(?=[a-z])", LOCK.strip()), ids=lambda entry: entry.split()[0])
def test_each_entry_is_one_version_with_hashes(entry: str) -> None:
    assert re.match(r"[a-z0-9-]+==\S+", entry)
    assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)


def test_no_registry_is_named() -> None:
    assert not re.search(r"https?:|--(extra-)?index|--find-links|file:", LOCK)
