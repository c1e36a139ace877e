"""`python -m tests.drivers.socketed URL`: reads a headphone socket and says what it does, a line for each change."""

from __future__ import annotations

import sys
import time

from drivers.errors import DeviceLost
from drivers.jack import Jack

while True:
    try:
        with Jack("jack-1", sys.argv[1]) as jack:
            print("open", jack.inside(), flush=True)
            while True:
                for inside in jack.changes(0.2):
                    print("in" if inside else "out", flush=True)
    except DeviceLost as error:
        print("lost", error.device, flush=True)
        time.sleep(0.05)
