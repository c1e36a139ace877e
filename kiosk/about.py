"""What this machine is and what hangs on it: for whoever sets it up and has no keyboard to ask with."""

from __future__ import annotations

import platform
import socket
import tomllib
from pathlib import Path

from config.languages import _
from config.schema import Hall, Kiosk

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def about(hall: Hall, kiosk: Kiosk) -> tuple[tuple[str, str], ...]:
    """Names and values; no secret is in any URL of hall.toml."""
    readers = [(str(r.kind), r.url) for r in hall.reader if r.kiosk == kiosk.id]
    broker = f"{hall.broker.host}:{hall.broker.port}"
    return (
        (_("版本"), f"{_version()} · Python {platform.python_version()}"),
        (_("取号机"), f"{hall.hall.id} · kiosk-{kiosk.id} · {kiosk.width}×{kiosk.height}"),
        (_("本机地址"), f"{platform.node()} · {_address(hall.broker.host, hall.broker.port)}"),
        (_("消息服务器"), broker),
        (_("打印机"), f"{kiosk.printer.url} · {kiosk.printer.profile}"),
        (_("触摸屏"), kiosk.touch),
        *readers,
    )


def _version() -> str:
    try:
        return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "?"


def _address(host: str, port: int) -> str:
    """The address with which this machine reaches the broker; nothing is sent to find it out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect((host, port))
            return str(asked.getsockname()[0])
    except OSError:
        return "?"
