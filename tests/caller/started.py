"""A process of the hall, started as a hall starts it: from a file, with its own log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from config.schema import Hall

ROOT = Path(__file__).parents[2]


def written(hall: Hall, folder: Path) -> Path:
    """The hall as a file; TOML has no word for nothing, so what is not there is left out."""
    file = folder / "hall.toml"
    file.write_bytes(tomli_w.dumps(_there(msgspec.to_builtins(hall))).encode())
    return file


def _there(value: Any) -> Any:
    match value:
        case dict():
            return {key: _there(inner) for key, inner in value.items() if inner is not None}
        case list() | tuple():
            return [_there(inner) for inner in value]
    return value


@contextmanager
def started(
    hall: Hall, folder: Path, module: str, *arguments: str, env: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Until it is told to end, which it does with 0."""
    log = folder / f"{module}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--config", str(written(hall, folder)), *arguments],
            cwd=ROOT,
            env=os.environ | env,
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(10)
        print(log.read_text())  # pytest shows it when the test fails
    assert code == 0, log.read_text()
