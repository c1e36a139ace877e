"""The doctor opens every device of a hall at once, each in its own bounded time, and says what to do about it.

A device that hangs costs its own line of the report and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from drivers.doctor.devices import Device
from drivers.doctor.finding import Finding, State
from drivers.doctor.probe import PROBES, examine
from drivers.words import _, plain

LIMIT = 40.0  # seconds for one device, with every baud rate tried

log = logging.getLogger(__name__)


def visits(devices: Iterable[Device]) -> list[list[Device]]:
    """The devices by wire: what shares one is asked through one opening of it. Pagers have no wire at all."""
    wires: dict[tuple[str, str], list[Device]] = {}
    for device in devices:
        if device.kind in PROBES or device.family != "pager":
            # Signs on one line are asked one by one, each by its address, and so are lists of files; pads only
            # listen together.
            asked = device.name if device.family == "sign" or device.kind == "files" else device.kind
            wires.setdefault((asked, device.url), []).append(device)
    return list(wires.values())


def diagnose(
    devices: Sequence[Device],
    limit: float = LIMIT,
    look: Callable[[list[Device]], Finding] = examine,
) -> list[Finding]:
    """One finding for every wire, in the order of the devices; takes at most about `limit` seconds."""
    asked = visits(devices)
    found: list[Finding | None] = [None] * len(asked)

    def visit(at: int) -> None:
        try:
            found[at] = look(asked[at])
        except Exception as error:  # the last line of a thread: a driver's bug is one line of the report
            log.debug("%s", asked[at][0].name, exc_info=True)
            why = plain(f"{type(error).__name__}: {error}")
            found[at] = Finding.of(asked[at], State.FAULT, why, _("这是程序的错误：请把这一行报给我们"))

    threads = [threading.Thread(target=visit, args=(at,), daemon=True) for at in range(len(asked))]
    for thread in threads:
        thread.start()
    end = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = _("{limit:g} 秒还没有结果").format(limit=limit), _("设备半开半死：断电十秒再通电，然后再查一次")
    return [
        finding if finding is not None else Finding.of(asked[at], State.FAULT, *late)
        for at, finding in enumerate(found)
    ]
