"""A kiosk at whose keyboard somebody tries to leave: `python -m tests.kiosk.escaping`, otherwise `python -m kiosk`.

The keys go into SDL's own queue, as a keyboard's do: nothing between it and the hall is passed over.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from drivers import screen
from kiosk.__main__ import main

QUIT, WINDOW_EVENT, CLOSE, KEY_DOWN, KEY_UP = 0x100, 0x200, 14, 0x300, 0x301  # SDL_events.h, SDL_video.h
SHIFT, CTRL, ALT, SUPER = 0x0001, 0x0040, 0x0100, 0x0400  # SDL_keycode.h
MOVED = 1 << 30  # a key without a character: its scancode
ESCAPE, TAB, ENTER, BACKSPACE, SPACE, DELETE = 27, 9, 13, 8, 32, 127
F = {number: MOVED | (57 + number) for number in range(1, 13)}
PRINT, PAUSE, MENU, HOME, LEFT = (MOVED | code for code in (70, 72, 101, 74, 80))
AC_BACK, AC_HOME, POWER = (MOVED | code for code in (270, 269, 102))

COMBOS = (
    *((F[number], 0) for number in range(1, 13)),
    (ESCAPE, 0), (ESCAPE, CTRL), (ESCAPE, CTRL | SHIFT), (ESCAPE, ALT), (ESCAPE, SUPER),
    (F[4], ALT), (F[4], CTRL), (F[4], SHIFT | ALT), (F[1], ALT), (F[2], ALT), (F[10], SHIFT), (F[11], ALT),
    (F[1], CTRL | ALT), (F[2], CTRL | ALT), (F[7], CTRL | ALT), (BACKSPACE, CTRL | ALT), (DELETE, CTRL | ALT),
    (TAB, ALT), (TAB, CTRL), (TAB, ALT | SHIFT), (TAB, SUPER), (SPACE, ALT), (ENTER, ALT), (LEFT, ALT), (HOME, ALT),
    *((ord(letter), CTRL) for letter in "qwcntl"), *((ord(letter), SUPER) for letter in "dlre"), (ord("t"), CTRL | ALT),
    (PRINT, 0), (PAUSE, 0), (MENU, 0), (AC_BACK, 0), (AC_HOME, 0), (POWER, 0),
)  # fmt: skip
assert len(set(COMBOS)) == len(COMBOS) >= 40


class Keysym(ctypes.Structure):
    _fields_ = (
        ("scancode", ctypes.c_int32), ("sym", ctypes.c_int32), ("mod", ctypes.c_uint16), ("unused", ctypes.c_uint32),
    )  # fmt: skip


class Key(ctypes.Structure):
    """SDL_KeyboardEvent, as long as SDL_Event."""

    _fields_ = (
        ("type", ctypes.c_uint32), ("at", ctypes.c_uint32), ("window", ctypes.c_uint32), ("state", ctypes.c_uint8),
        ("repeat", ctypes.c_uint8), ("padding", ctypes.c_uint8 * 2), ("key", Keysym), ("rest", ctypes.c_uint8 * 64),
    )  # fmt: skip


class Window(ctypes.Structure):
    """SDL_WindowEvent, likewise."""

    _fields_ = (
        ("type", ctypes.c_uint32), ("at", ctypes.c_uint32), ("window", ctypes.c_uint32), ("event", ctypes.c_uint8),
        ("rest", ctypes.c_uint8 * 64),
    )  # fmt: skip


def sdl() -> ctypes.CDLL:
    """The very library that Kivy draws with."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    return ctypes.CDLL(next(line.split()[-1] for line in maps if "libSDL2-2" in line))


def events() -> Iterator[ctypes.Structure]:
    for sym, mod in COMBOS:
        scancode = sym & ~MOVED if sym & MOVED else 0
        for kind, state in ((KEY_DOWN, 1), (KEY_UP, 0)):
            yield Key(type=kind, window=1, state=state, key=Keysym(scancode=scancode, sym=sym, mod=mod))
    yield Window(type=WINDOW_EVENT, window=1, event=CLOSE)
    yield Window(type=QUIT, window=1)


def try_to_leave() -> None:
    watch = screen.watch

    def watched(glass: screen.Glass) -> None:
        watch(glass)
        from kivy.clock import Clock
        from kivy.core import window

        came: list[int] = []
        window.Window.bind(on_key_down=lambda _, key, *__: came.append(key))
        library, todo = sdl(), events()

        def press(_: float) -> bool:
            event = next(todo, None)
            if event is None:
                Path(os.environ["HALL_PICTURES"], "left.txt").write_text(str(len(came)), "utf-8")
                return False
            assert library.SDL_PushEvent(ctypes.byref(event)) == 1
            return True

        Clock.schedule_once(lambda _: Clock.schedule_interval(press, 0), 1.5)

    screen.watch = watched


if __name__ == "__main__":
    try_to_leave()
    sys.exit(main())
