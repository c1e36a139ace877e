"""Prints the presses of any kind of pad, and when it is lost: `python -m tests.drivers.pressed KIND URL`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from drivers.errors import DeviceLost
from drivers.keypad.bus import Bus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.usb import UsbPad

OPENED: dict[str, Callable[[str], Bus | ButtonBoxes | UsbPad]] = {
    "rs485": lambda url: Bus("pad", url),
    "modbus": lambda url: ButtonBoxes("pad", url, [5], inputs="counted"),
    "usb": lambda url: UsbPad("pad", url),
}

if __name__ == "__main__":
    while True:
        try:
            with OPENED[sys.argv[1]](sys.argv[2]) as pad:
                while isinstance(pad, ButtonBoxes) and pad.boxes[5].before is None:
                    pad.presses(0)  # what a box counted before it was asked is not known
                print("ready", flush=True)
                while True:
                    for press in pad.presses(timeout=0.5):
                        print(press.source, press.key, flush=True)
        except DeviceLost as lost:
            print("lost", lost.device, flush=True)
            time.sleep(0.05)
