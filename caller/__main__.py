"""`python -m caller`: the caller service, the one process that decides who is next, and what is asked of its record."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from caller import appointments, checkpoint, desk, evacuate, markreport, pagers, why
from caller.backup import backup, examine, verify
from caller.chain import Broken, Head
from caller.daykeys import day_keys
from caller.journal import Journal, JournalError, LeaseLost
from caller.rules import calendar_of, rules_of
from caller.service import Caller
from caller.steady import Steady
from config import entry
from config.languages import _
from config.schema import Hall
from drivers import clock, notify
from drivers.mqtt import Bus

log = logging.getLogger("caller")

ASKED = {  # questions that end when they are answered
    "emergency": evacuate.main,
    "pagers": pagers.main,
    "appointments": appointments.main,
    "marks": markreport.main,
    "why": why.main,
    "desk": desk.main,
}
LONG = 50_000  # events whose pages are not looked at before the start, as that takes seconds
STANDBY = 0.25  # seconds between two tries of a standby to take over


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] and given[0] in ASKED:
        return ASKED[given[0]](given[1:])
    options = _options(given)
    hall = entry.hall(options.config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        match options.what:
            case "verify":
                head = verify(hall.caller.journal, options.head)
                checkpoint.check(hall.caller.journal, rules_of(hall))
                _found(head, _("记录完整，链到 {head}"))
            case "backup":
                _found(backup(hall.caller.journal, options.file), _("备份完成，链到 {head}"))
            case _:
                serve(hall, stop, standby=options.standby)
    except Broken as broken:
        print(_("记录在第 {seq} 条断开：{why}").format(seq=broken.seq, why=broken.why), file=sys.stderr)
        return 1
    except JournalError as error:
        log.critical("journal %s: %s", hall.caller.journal, error)
        return entry.EX_UNAVAILABLE
    return 0


def serve(hall: Hall, stop: threading.Event, standby: bool = False) -> None:
    """Until `stop` is set; raises JournalError. A standby waits until nobody else writes."""

    def now() -> datetime:
        return clock.now(hall.hall.timezone)

    broker = hall.broker
    journal = Journal(hall.caller.journal, hall.caller.keep_days)
    if not _entered(journal, stop, standby):
        return
    bus = Bus(broker.host, broker.port, hall.hall.id, "caller", user=broker.user, password=broker.password)
    try:
        _examine(hall.caller.journal, journal.version)
        steady = now if clock.is_rehearsal() else Steady(now)
        caller = Caller(rules_of(hall), journal, bus, steady, calendar_of(hall), day_keys(hall))
        caller.recall()  # before anybody is told that the caller is there
        with bus:
            caller.run(lambda: not stop.is_set(), notify.watchdog, notify.ready)
            log.info("chain head %s", journal.head)
            notify.stopping()
    finally:
        journal.__exit__()


def _entered(journal: Journal, stop: threading.Event, standby: bool) -> bool:
    """Whether this process may write now; a standby that was told to stop may not."""
    said = ""
    while not stop.is_set():
        try:
            journal.__enter__()
            return True
        except LeaseLost:
            raise
        except JournalError as error:
            if not standby:
                raise
            if str(error) != said:
                said = str(error)
                log.info("standing by: %s", said)
            notify.ready()
            notify.watchdog()
            stop.wait(STANDBY)
    return False


def _examine(url: str, events: int) -> None:
    """Is the file itself whole? Nothing is written to one that is not; but a long one is read while the hall works.
    Raises JournalError."""

    def look() -> None:
        try:
            examine(url)
        except JournalError as error:  # the hall goes on with what it has; the engineer must know
            log.critical("the journal is damaged: %s", error)

    if events < LONG:
        examine(url)
    else:
        threading.Thread(target=look, name="examine", daemon=True).start()


def _found(head: Head, said: str) -> None:
    print(said.format(head=head))


def _options(arguments: list[str] | None) -> Namespace:
    line = entry.parser("python -m caller", "叫号服务 / the caller service")
    line.add_argument(
        "--standby", action="store_true", help="wait while another caller service writes this hall"
    )
    line.set_defaults(what="serve")
    more = line.add_subparsers(dest="what", metavar="")
    check = more.add_parser("verify", help="检查记录 / is the record whole and unchanged")
    check.add_argument("--head", type=Head.read, action="append", default=[], metavar="SEQ:HASH")
    copy = more.add_parser("backup", help="备份 / copy the record while the service runs")
    copy.add_argument("file", type=Path, metavar="FILE")
    entry.also_after(check, copy)
    return line.parse_args(arguments)


if __name__ == "__main__":
    entry.run(main)
