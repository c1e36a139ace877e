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

from msgspec.structs import replace

from config import entry
from config.languages import _
from config.schema import Hall, Kiosk
from drivers import screen
from drivers.clock import now
from drivers.errors import DeviceLost
from drivers.mqtt import Bus
from drivers.printer import PROFILES, Printer
from drivers.reader.watch import key_of
from kiosk import pin

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


def with_key(hall: Hall) -> tuple[Hall, bytes]:
    """The key for phone numbers; where it cannot be read nobody is asked for one, and numbers are given still."""
    file = hall.appointments.key_file
    if not file:
        return hall, b""
    try:
        return hall, key_of("appointments", Path(file))
    except DeviceLost as error:
        log.error("%s", error)
        return replace(hall, appointments=replace(hall.appointments, key_file="")), b""


def with_seal(hall: Hall) -> tuple[Hall, str]:
    """What the service PIN is held against; where it cannot be read there is no way in, and numbers are given still."""
    file = hall.setup.pin_file
    if not file:
        return hall, ""
    try:
        seal = Path(file).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        log.error("%s: %s", file, error)
        seal = ""
    if not pin.is_seal(seal):
        log.error(_("{file} 里没有维护密码：python -m kiosk.pin > {file}").format(file=file))
        return replace(hall, setup=replace(hall.setup, pin_file="")), ""
    return hall, seal


def run(hall: Hall, kiosk: Kiosk, glass: screen.Glass) -> int:
    # Kivy is configured by now; what follows opens its window.
    from kiosk.app import KioskApp
    from kiosk.beside import Beside
    from kiosk.bookkeeper import Bookkeeper
    from kiosk.ear import Ear
    from kiosk.enquiring import Enquiries
    from kiosk.headphones import Headphones
    from kiosk.pad import ArrowPad
    from kiosk.printing import Press
    from kiosk.readers import Readers
    from kiosk.wires import Wires

    hall, key = with_key(hall)
    hall, seal = with_seal(hall)
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
        Headphones(f"jack-{kiosk.id}", kiosk.jack) as headphones,
        Ear(kiosk, lambda: headphones.inside) as ear,
        Enquiries(hall.progress) as enquiries,
        Readers(hall, kiosk) as readers,
        Bookkeeper(Path(kiosk.journal), lambda: now(hall.hall.timezone)) as books,
        bus,
    ):
        wires = Wires(kiosk, bus, press, books, key)
        beside = Beside(pad, ear, enquiries, readers, headphones)
        app = KioskApp(hall, kiosk, wires, beside, secrets.token_hex(4), glass, seal)
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
    entry.run(main)
