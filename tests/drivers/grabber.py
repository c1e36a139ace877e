"""Prints a USB pad's presses, and when it is lost: `python -m tests.drivers.grabber URL`."""

from __future__ import annotations

import sys
import time

from drivers.errors import DeviceLost
from drivers.keypad.usb import UsbPad

while True:
    try:
        with UsbPad("keypad-8", sys.argv[1]) as pad:
            print("ready", pad.device.name, pad.device.phys, flush=True)
            while True:
                for press in pad.presses(timeout=5):
                    print(press.source, press.key, press.digits, flush=True)
    except DeviceLost as lost:
        print("lost", lost.device, flush=True)
        time.sleep(0.01)
