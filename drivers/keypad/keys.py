"""The keys of a USB number pad: names as configuration writes them, codes as the kernel numbers them.

Source: linux/input-event-codes.h, names without their KEY_.
"""

from __future__ import annotations

CODES = {
    "KP0": 82,
    "KP1": 79,
    "KP2": 80,
    "KP3": 81,
    "KP4": 75,
    "KP5": 76,
    "KP6": 77,
    "KP7": 71,
    "KP8": 72,
    "KP9": 73,
    "KPDOT": 83,
    "KPENTER": 96,
    "KPPLUS": 78,
    "KPMINUS": 74,
    "KPASTERISK": 55,
    "KPSLASH": 98,
    "NUMLOCK": 69,
    "BACKSPACE": 14,
    "ESC": 1,
}
NAMES = {code: name for name, code in CODES.items()}
DIGITS = {f"KP{digit}": str(digit) for digit in range(10)}
CLEARING = ("BACKSPACE", "ESC")  # they also forget the digits typed so far
MARK = CODES["KP1"]  # a pad may have two nodes; the one with this key is the pad
