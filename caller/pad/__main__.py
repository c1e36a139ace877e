"""`python -m caller.pad --window 11`: the keypad on a clerk's PC."""

from __future__ import annotations

import signal
import sys
import threading

from config import entry
from config.languages import _
from drivers import clock, notify, screen
from drivers.mqtt import Bus

WIDTH, HEIGHT = 420, 760


def main(arguments: list[str] | None = None) -> int:
    line = entry.parser("python -m caller.pad", "电脑上的叫号键盘 / a clerk's keypad on a PC")
    line.add_argument("--window", type=int, required=True, metavar="N", help="the window's number")
    line.add_argument(
        "--touch", default="screen", metavar="URL", help="screen, or evdev:/dev/input/eventN for a panel"
    )
    options = line.parse_args(arguments)
    hall = entry.hall(options.config)
    if options.window not in {window.number for window in hall.window}:
        print(f"--window {options.window}: {_('没有这个窗口')}", file=sys.stderr)
        return entry.EX_CONFIG
    title = _("{number} 号窗口 · 叫号").format(number=options.window)
    glass = screen.Glass(title, WIDTH, HEIGHT, resizable=True, touch=options.touch)
    try:
        screen.prepare(glass)
    except ValueError as error:
        print(f"--touch: {error}", file=sys.stderr)
        return entry.EX_CONFIG
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    from caller.pad.app import ClerksPad  # Kivy reads its settings when it is first imported

    name, broker = f"pad-{options.window}", hall.broker
    bus = Bus(broker.host, broker.port, hall.hall.id, name, user=broker.user, password=broker.password)
    with bus:
        timezone = hall.hall.timezone
        ClerksPad(
            hall, options.window, bus, glass, lambda: clock.now(timezone), lambda: not stop.is_set()
        ).run()
        notify.stopping()
    return 0


if __name__ == "__main__":
    entry.run(main)
