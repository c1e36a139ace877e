"""sd_notify: the process tells systemd that it is ready, alive, or stopping; silent where there is no systemd.

Source of the protocol: sd_notify(3), sd_watchdog_enabled(3).
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def ready() -> None:
    _say("READY=1")


def watchdog() -> None:
    """Call it from the loop that does the work, never from a helper thread."""
    _say("WATCHDOG=1")


def stopping() -> None:
    _say("STOPPING=1")


def status(text: str) -> None:
    """One line for whoever reads `systemctl status`."""
    _say("STATUS=" + " ".join(text.split()))


def interval() -> float | None:
    """Seconds between two feedings (half the watchdog's limit), or None if nobody watches this process."""
    limit = os.environ.get("WATCHDOG_USEC", "")
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(limit) / 2_000_000 if ours and limit.isdecimal() and int(limit) else None


def _say(text: str) -> None:
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    # the hall goes on when systemd does not listen: a feeding that never arrived is alarm enough
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
        end.settimeout(1.0)
        end.sendto(text.encode(), "\0" + path[1:] if path.startswith("@") else path)
