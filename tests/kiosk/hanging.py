"""A kiosk whose loop can hang: touching 全部业务 never comes back. `python -m tests.kiosk.hanging` is otherwise
`python -m kiosk`."""

from __future__ import annotations

import sys
import threading

from config.schema import Hall
from kiosk import session as machine
from kiosk.__main__ import main
from kiosk.steps import Event, Session, Touched


def hang_it() -> None:
    step = machine.step

    def stuck(session: Session, event: Event, hall: Hall) -> machine.Step:
        if isinstance(event, Touched) and event.target == "all":
            threading.Event().wait()
        return step(session, event, hall)

    machine.step = stuck


if __name__ == "__main__":
    hang_it()
    sys.exit(main())
