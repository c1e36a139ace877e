"""How every process of the hall begins and ends: one option, `--config`, a hall that is fit to run or exit 78; and who
stops listening (`| head`) ends it quietly."""

from __future__ import annotations

import argparse
import logging
import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from config.load import ConfigError, load
from config.schema import Hall

EX_CONFIG = 78
EX_UNAVAILABLE = 69
EX_PIPE = 141  # what a shell says of a program that SIGPIPE ended
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


def run(main: Callable[[], int]) -> NoReturn:
    """Exit with what `main` returns; with 141 and without a word if nobody reads standard output any more."""
    code: int | str | None
    try:
        try:
            code = main()
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
    except BrokenPipeError:
        if _is_heard():
            raise  # it was another pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = EX_PIPE
    sys.exit(code)


def _is_heard() -> bool:
    """Whether somebody still holds the other end of standard output."""
    output = select.poll()
    output.register(1, 0)
    return not any(event & select.POLLERR for _, event in output.poll(0))
