"""A Kivy window as a hall needs it: one input provider, no key that leaves the program, no file of its own.

`prepare` comes before any other import of kivy; `watch` and `picture` come after. It knows no process by name:
kiosk, board and the clerk's pad each bring their `Glass`.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import time
from collections import deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from drivers.words import _

log = logging.getLogger(__name__)

ENVIRONMENT = ("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG")
HEADLESS = ("offscreen", "dummy")
SOFTWARE = (b"llvmpipe", b"softpipe", b"swrast", b"swiftshader", b"software")
SETTLED = 0.15  # seconds after which a changed layout has been drawn
# mallopt(3): a picture of a text goes back to the system when it goes, and threads share two heaps.
MALLOC = {-1: 128 * 1024, -3: 128 * 1024, -8: 2}  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX
TOO_MANY, WITHIN = 3, 60.0  # errors and seconds after which a restart is better than going on


@dataclass(frozen=True)
class Glass:
    """A window: pixels, and where touches come from ("screen", or "evdev:/dev/input/event7").

    Where there is no desktop a full screen would have no size of its own, so it gets `width` x `height`.
    """

    title: str
    width: int
    height: int
    full_screen: bool = False
    resizable: bool = False
    show_cursor: bool = True
    touch: str = "screen"
    frames: int = 30  # per second at most; a still picture costs nothing
    prompt: bool = False  # what becomes due at once does not wait for the next of them


def prepare(glass: Glass) -> None:
    """Settle everything that Kivy reads once, when it is first imported."""
    libc = ctypes.CDLL(None)
    for option, size in MALLOC.items():
        libc.mallopt(option, size)
    for name in ENVIRONMENT:
        os.environ.setdefault(name, "1")
    # Kivy's second choice, x11, ends the whole process where there is no X server.
    os.environ.setdefault("KIVY_WINDOW", "sdl2")
    # Otherwise Kivy takes sys.stderr away, and without its console log every traceback with it.
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    from kivy.config import Config

    logging.getLogger("kivy").setLevel(logging.WARNING)

    headless = os.environ.get("SDL_VIDEODRIVER") in HEADLESS
    settings: dict[str, dict[str, object]] = {
        "kivy": {
            "exit_on_escape": 0,
            "keyboard_mode": "system",
            "kivy_clock": "interrupt" if glass.prompt else "default",
        },
        "graphics": {
            "width": glass.width,
            "height": glass.height,
            "fullscreen": "auto" if glass.full_screen and not headless else 0,
            "resizable": int(glass.resizable),
            "show_cursor": int(glass.show_cursor),
            "allow_screensaver": 0,
            "maxfps": glass.frames,
            "multisamples": 0,
        },
    }
    for section, values in settings.items():
        for name, value in values.items():
            Config.set(section, name, str(value))
    for provider in list(Config["input"]):
        Config.remove_option("input", provider)
    Config.set("input", *_provider(glass.touch))
    from kivy.app import App

    # F1 would open Kivy's settings over the hall's screen; True says that this has been dealt with.
    App.open_settings = lambda self, *_: True


def _provider(touch: str) -> tuple[str, str]:
    """Exactly one: two providers that see the same panel make two touches of one finger."""
    if touch == "screen":
        return "mouse", "mouse,disable_multitouch"
    scheme, _colon, path = touch.partition(":")
    if scheme != "evdev" or not path.startswith("/"):
        raise ValueError(_("“{touch}”要写成 screen 或 evdev:/dev/input/…").format(touch=touch))
    return "panel", f"mtdev,{path}"


def watch(glass: Glass) -> None:
    """After the window is there: name it, and let one error in a callback cost one callback, not the screen.

    The third error within a minute ends the process; whoever started it starts it again.
    """
    from kivy.base import ExceptionHandler, ExceptionManager
    from kivy.core import window

    recent: deque[float] = deque(maxlen=TOO_MANY)

    class Steady(ExceptionHandler):
        def handle_exception(self, error: BaseException) -> int:
            log.error("screen", exc_info=error)
            recent.append(time.monotonic())
            often = len(recent) == TOO_MANY and recent[-1] - recent[0] < WITHIN
            return int(ExceptionManager.RAISE if often else ExceptionManager.PASS)

    ExceptionManager.add_handler(Steady())
    window.Window.set_title(glass.title)
    if os.environ.get("SDL_VIDEODRIVER") in HEADLESS:
        window.Window.bind(on_flip=_drawn)


def pace(frames: int) -> None:
    """So many times a second at most, from now on, the loop looks whether there is something to do."""
    from kivy.clock import Clock

    Clock._max_fps = float(frames)  # Kivy reads its setting once


def let_go() -> None:
    """After a page has gone: its widgets, which know each other, and the room that their pictures had, back to the
    system. Some milliseconds; not while a finger waits."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _drawn(*_: Any) -> None:
    """A display waits for what is drawn; where there is none, pictures that nobody sees would pile up, 1 MB each."""
    finish()


def finish() -> None:
    """Wait until everything is drawn. Not by Kivy's glFinish: it would let no other thread run meanwhile, and where
    the processor draws that is most of a frame."""
    _gl().glFinish()


@cache
def _gl() -> ctypes.CDLL:
    """The library that Kivy's window has loaded: OpenGL, or on some small boards only OpenGL ES."""
    try:
        return ctypes.CDLL("libGL.so.1")
    except OSError:
        return ctypes.CDLL("libGLESv2.so.2")


def in_software() -> bool:
    """Whether the processor draws, for want of a graphics card or its driver. After the window is there."""
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    return any(name in bytes(glGetString(GL_RENDERER)).lower() for name in SOFTWARE)


_due: dict[str, Any] = {}


def picture(name: str) -> None:
    """Once the layout has settled, leave the real frame as HALL_PICTURES/name.png, if anybody wants it."""
    folder = os.environ.get("HALL_PICTURES")
    if not folder:
        return
    from kivy.clock import Clock

    if name in _due:
        _due[name].cancel()
    target = Path(folder) / f"{name}.png"
    _due[name] = Clock.schedule_once(lambda _: _take(target), SETTLED)


def picture_now(name: str) -> None:
    """The same, of a screen that is known to have settled: whoever reacts to it may change it at once."""
    folder = os.environ.get("HALL_PICTURES")
    if folder:
        _take(Path(folder) / f"{name}.png")


def _take(target: Path) -> None:
    from kivy.core import window
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
    from PIL import Image

    glass = window.Window
    glass.dispatch("on_draw")
    width, height = glass.system_size
    # As the frame lies in memory, the lowest line first: any other way it is converted pixel by pixel.
    pixels = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
    frame = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, -1).convert("RGB")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_suffix(f".{os.getpid()}.new")
    if target.suffix == ".tga":  # for whoever takes hundreds of them: five times as fast, and not much larger
        frame.save(new, "TGA", compression="tga_rle")
    else:
        frame.save(new, "PNG", compress_level=1)
    new.replace(target)
