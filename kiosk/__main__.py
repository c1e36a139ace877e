"""`python -m kiosk --config FILE --kiosk N`: one kiosk on its own glass, for ever.

Exit codes: 0 told to stop; 70 three errors within a minute (whoever started it starts it again); 78 hall.toml
cannot be used.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
from pathlib import Path

from config import entry
from config.languages import _
from config.schema import Hall, Kiosk
from drivers import screen
from drivers.clock import now
from drivers.mqtt import Bus
from drivers.printer import PROFILES, Printer

EX_SOFTWARE = 70
FRAMES = 60  # per second at most: a finger waits for the next one

log = logging.getLogger("kiosk")


def main(arguments: list[str] | None = None) -> int:
    line = entry.parser("python -m kiosk", _("群众取号的自助机"))
    line.add_argument("--kiosk", type=int, default=1, metavar="N", help=_("hall.toml 里的取号机编号"))
    given = line.parse_args(arguments)
    hall = entry.hall(given.config)
    kiosk = next((k for k in hall.kiosk if k.id == given.kiosk), None)
    if kiosk is None or kiosk.printer.profile not in PROFILES:
        print(problem(given.kiosk, kiosk), file=sys.stderr)
        return entry.EX_CONFIG
    windowed = os.environ.get("HALL_WINDOWED") == "1"
    glass = screen.Glass(
        title=f"{hall.hall.name} · {kiosk.id}", width=kiosk.width, height=kiosk.height,
        full_screen=not windowed, show_cursor=windowed, touch=kiosk.touch, frames=FRAMES,
    )  # fmt: skip
    screen.prepare(glass)
    return run(hall, kiosk, glass)


def problem(number: int, kiosk: Kiosk | None) -> str:
    if kiosk is None:
        return _("[kiosk] 没有编号为 {number} 的取号机").format(number=number)
    known = "、".join(PROFILES)
    return _("[kiosk] printer.profile = {profile}：可以写 {known}").format(
        profile=kiosk.printer.profile, known=known
    )


def run(hall: Hall, kiosk: Kiosk, glass: screen.Glass) -> int:
    # Kivy is configured by now; what follows opens its window.
    from kiosk.app import KioskApp
    from kiosk.beside import Beside
    from kiosk.bookkeeper import Bookkeeper
    from kiosk.ear import Ear
    from kiosk.enquiring import Enquiries
    from kiosk.pad import ArrowPad
    from kiosk.printing import Press
    from kiosk.wires import Wires

    broker = hall.broker
    password = Path(broker.password_file).read_text("utf-8").strip() if broker.password_file else ""
    name = f"printer-{kiosk.id}"
    bus = Bus(
        broker.host, broker.port, hall.hall.id, f"kiosk-{kiosk.id}", user=broker.user, password=password
    )
    with (
        Printer(name, kiosk.printer.url, PROFILES[kiosk.printer.profile]) as printer,
        Press(hall, kiosk, printer) as press,
        ArrowPad(f"arrows-{kiosk.id}", kiosk.keypad) as pad,
        Ear(kiosk) as ear,
        Enquiries(hall.progress) as enquiries,
        Bookkeeper(Path(kiosk.journal), lambda: now(hall.hall.timezone)) as books,
        bus,
    ):
        wires = Wires(kiosk, bus, press, books)
        app = KioskApp(hall, kiosk, wires, Beside(pad, ear, enquiries), secrets.token_hex(4), glass)
        signal.signal(signal.SIGTERM, lambda *_: app.stop())
        signal.signal(signal.SIGINT, lambda *_: app.stop())
        try:
            app.run()
        except Exception:
            # The last exception of the process: systemd starts it again.
            log.exception("the glass gave up")
            return EX_SOFTWARE
    return 0


if __name__ == "__main__":
    sys.exit(main())
