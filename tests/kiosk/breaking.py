"""A kiosk with a defect: touching 全部业务 raises. `python -m tests.kiosk.breaking` is otherwise `python -m kiosk`."""

from __future__ import annotations

import sys

from config.schema import Hall
from kiosk import session as machine
from kiosk.__main__ import main
from kiosk.steps import Event, Session, Touched


def break_it() -> None:
    step = machine.step

    def broken(session: Session, event: Event, hall: Hall) -> machine.Step:
        if isinstance(event, Touched) and event.target == "all":
            raise ZeroDivisionError("the defect of this test")
        return step(session, event, hall)

    machine.step = broken


if __name__ == "__main__":
    break_it()
    sys.exit(main())
