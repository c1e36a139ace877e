"""A kiosk that counts the pages it still holds, once each has settled, a line in sheets.txt of HALL_PICTURES;
`python -m tests.kiosk.leaving` is otherwise `python -m kiosk`."""

from __future__ import annotations

import os
import sys
import weakref
from pathlib import Path
from typing import Any

from drivers import screen
from kiosk.__main__ import main


def count_them() -> None:
    let_go, watch = screen.let_go, screen.watch
    held: weakref.WeakSet[Any] = weakref.WeakSet()
    out = Path(os.environ["HALL_PICTURES"]) / "sheets.txt"

    def watching(glass: screen.Glass) -> None:
        from kiosk.widgets import Sheet

        made = Sheet.__init__

        def noted(sheet: Any, **given: Any) -> None:
            made(sheet, **given)
            held.add(sheet)

        Sheet.__init__ = noted  # type: ignore[method-assign, assignment]
        watch(glass)

    def counted() -> None:
        let_go()
        with out.open("a") as file:
            file.write(f"{len(held)}\n")

    screen.watch, screen.let_go = watching, counted


if __name__ == "__main__":
    count_them()
    sys.exit(main())
