"""A kiosk with little patience: `python -m tests.kiosk.hurried` asks after six seconds; otherwise `python -m kiosk`."""

from __future__ import annotations

import sys

from kiosk import patience
from kiosk.__main__ import main

if __name__ == "__main__":
    patience.IDLE = patience.ELDER_IDLE = 6.0
    patience.WARNED = patience.ELDER_WARNED = 15.0
    sys.exit(main())
