"""A pager that is hung up is scanned: its label says its number, and from then on it can be lent again."""

from __future__ import annotations

import logging
import uuid
from contextlib import AbstractContextManager, nullcontext

from caller.messages import ReturnPager, encode, topic
from config.wired import labelled
from display.line import Line
from drivers.reader.scanner import Scan
from drivers.reader.watch import Read, open_reader, watch
from drivers.worker import LOST

log = logging.getLogger(__name__)

NAME = "rack"  # its name under status/
PATIENCE = 60.0  # seconds that a scan is repeated while the caller is away


def scanner(line: Line) -> AbstractContextManager[object]:
    """The scanner at the rack, if the hall has one; to be entered."""
    url = line.hall.rack.scanner
    if not url:
        return nullcontext()

    def scanned(read: Read) -> None:
        number = labelled(line.hall.pager, read.code) if isinstance(read, Scan) else None
        if number is None:
            log.warning("%s: a label that is no pager's", NAME)
            return
        back = ReturnPager(id=f"rack-{uuid.uuid4().hex}", pager=number)
        line.bus.post(topic(back), encode(back), PATIENCE)

    kind = "wedge" if url.startswith("evdev:") else "scanner"
    return watch(
        NAME,
        lambda: open_reader(kind, NAME, url),
        scanned,
        lambda _name, state, why: line.health(NAME, state != LOST, why),
    )
