"""`python -m caller`: the caller service, the one process that decides who is next."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from datetime import datetime

from caller import evacuate, why
from caller.journal import Journal, JournalError
from caller.rules import calendar_of, rules_of
from caller.service import Caller
from config import entry
from config.schema import Hall
from drivers import clock, notify
from drivers.mqtt import Bus

log = logging.getLogger("caller")


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["emergency"]:
        return evacuate.main(given[1:])
    if given[:1] == ["why"]:
        return why.main(given[1:])
    options = entry.parser("python -m caller", "叫号服务 / the caller service").parse_args(given)
    hall = entry.hall(options.config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        serve(hall, stop)
    except JournalError as error:
        log.critical("journal %s: %s", hall.caller.journal, error)
        return entry.EX_UNAVAILABLE
    return 0


def serve(hall: Hall, stop: threading.Event) -> None:
    """Until `stop` is set; raises JournalError."""

    def now() -> datetime:
        return clock.now(hall.hall.timezone)

    broker = hall.broker
    bus = Bus(broker.host, broker.port, hall.hall.id, "caller", user=broker.user, password=broker.password)
    with Journal(hall.caller.journal) as journal, bus:
        caller = Caller(rules_of(hall), journal, bus, now, calendar_of(hall))
        notify.ready()
        caller.run(lambda: not stop.is_set(), notify.watchdog)
        notify.stopping()


if __name__ == "__main__":
    sys.exit(main())
