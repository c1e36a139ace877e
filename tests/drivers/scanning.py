"""Prints what a keyboard wedge reads, and when it is lost: `python -m tests.drivers.scanning URL`."""

from __future__ import annotations

import sys
import time

from drivers.errors import DeviceLost
from drivers.reader.scanner import WedgeScanner

while True:
    try:
        with WedgeScanner("scanner-1", sys.argv[1]) as scanner:
            print("ready", scanner.device.name, flush=True)
            while True:
                for scan in scanner.scans(timeout=5):
                    print(scan.source, scan.code, flush=True)
    except DeviceLost as lost:
        print("lost", lost.device, flush=True)
        time.sleep(0.05)
