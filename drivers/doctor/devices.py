"""The devices of a hall as another program tells of them: this room may not read hall.toml itself.

`python -m config devices FILE` checks the file and prints one JSON object a line.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "broker": "消息服务",
    "printer": "打印机",
    "touch": "触摸屏",
    "sign": "窗口屏",
    "keypad": "呼叫器",
    "reader": "读卡器",
    "pagers": "寻呼台",
    "pager": "震动牌",
    "voice": "语音",
}


class Device(msgspec.Struct, frozen=True):
    """`name` is "sign:3", `kind` the word of hall.toml, `options` what else its table says."""

    name: str
    kind: str
    url: str
    options: dict[str, Any] = {}

    @property
    def family(self) -> str:
        return self.name.partition(":")[0]

    @property
    def which(self) -> str:
        return self.name.partition(":")[2]

    @property
    def spoken(self) -> str:
        """What a person calls it: "窗口屏 3"."""
        called = PEOPLE.get(self.family, self.family)
        return called if self.which in ("main", "terminal") else f"{called} {self.which}"


class Unfit(Exception):
    """hall.toml cannot be read; `code` is what to exit with, the text what was said about it."""

    def __init__(self, said: str, code: int) -> None:
        super().__init__(said)
        self.code = code


def listed(file: Path) -> list[Device]:
    """The devices of the hall described by `file`. Raises Unfit."""
    command = [sys.executable, "-m", "config", "devices", str(file.absolute())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(done.stderr.strip(), done.returncode)
    return [msgspec.json.decode(line, type=Device) for line in done.stdout.splitlines()]


def find(devices: list[Device], name: str) -> Device:
    """The device called "sign:3" (or "sign-3"). LookupError names those there are."""
    wanted = name if ":" in name else name.replace("-", ":", 1)
    for device in devices:
        if device.name == wanted:
            return device
    known = [d.name for d in devices if d.family == wanted.partition(":")[0]] or [d.name for d in devices]
    raise LookupError(f"没有设备 {name}，有的是 {'、'.join(known)}")
