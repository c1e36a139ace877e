"""How every process of the hall begins: one option, `--config`, and a hall that is fit to run or exit 78."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from config.load import ConfigError, load
from config.schema import Hall

EX_CONFIG = 78
EX_UNAVAILABLE = 69
DEFAULT = Path("/etc/hall/hall.toml")


def parser(program: str, what: str) -> argparse.ArgumentParser:
    """The command line that all processes share; a process adds what is its own."""
    line = argparse.ArgumentParser(prog=program, description=what)
    line.add_argument("--config", type=Path, default=DEFAULT, metavar="FILE", help="hall.toml")
    return line


def also_after(*words: argparse.ArgumentParser) -> None:
    """`--config` may stand after a word of the command line as well as before it."""
    for line in words:
        line.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="hall.toml")


def hall(file: Path) -> Hall:
    """The hall described by `file`; tells every problem and exits 78 if it cannot run."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return load(file)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise SystemExit(EX_CONFIG) from None
