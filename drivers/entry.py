"""How a program of this room ends when nobody listens any more: `python -m drivers doctor | head`."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import NoReturn

EX_PIPE = 141  # what a shell says of a program that SIGPIPE ended


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
