"""What a scanner means that types: the US layout, evdev's key codes to characters (linux/input-event-codes.h)."""

from __future__ import annotations

ROWS = {
    2: ("1234567890-=", "!@#$%^&*()_+"),
    16: ("qwertyuiop[]", "QWERTYUIOP{}"),
    30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
    43: ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
    57: (" ", " "),
}
ENTER, SHIFTS = 28, (42, 54)
PLAIN = {first + n: c for first, (row, _) in ROWS.items() for n, c in enumerate(row)}
SHIFTED = {first + n: c for first, (_, row) in ROWS.items() for n, c in enumerate(row)}
KEYS = {c: (code, False) for code, c in PLAIN.items()} | {
    c: (code, True) for code, c in SHIFTED.items() if c not in PLAIN.values()
}
