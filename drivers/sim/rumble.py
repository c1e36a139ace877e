"""A gamepad with two motors, at the level of python-evdev's InputDevice: what a driver calls, and what is felt.

There is no force feedback in umockdev, so this stands where the class stands; it refuses what the kernel
refuses. Physics: `unplug`, `plug`, `no_motors`.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

EV_FF, FF_RUMBLE = 0x15, 0x50
SLOTS = 16  # effects that a gamepad keeps


class Gamepad:
    """`open(path)` is what a driver is given for `evdev.InputDevice`; every open one is a handle of its own."""

    def __init__(self, name: str, out: Path | None = None) -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.plugged = self.motors = True
        self.handles = 0
        self.effects: dict[int, Any] = {}

    def open(self, path: str) -> Handle:
        """The device at any path."""
        if not self.plugged:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self.handles += 1
        return Handle(self, path)

    def receive(self, data: bytes) -> bytes:
        return b""

    def poll(self) -> bytes:
        return b""

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "unplug":
                self.plugged = False
                self.effects.clear()
            case "plug":
                self.plugged = True
            case "no_motors":
                self.motors = False
            case _:
                raise ValueError(f"a gamepad cannot {action!r}")
        return None


class Handle:
    """What `evdev.InputDevice` is to a driver."""

    def __init__(self, pad: Gamepad, path: str) -> None:
        self.pad = pad
        self.path = path
        self.name = pad.name
        self.closed = False

    def capabilities(self) -> dict[int, list[int]]:
        return {EV_FF: [FF_RUMBLE]} if self.pad.motors else {1: [304]}

    def upload_effect(self, effect: Any) -> int:
        self._there()
        if effect.type != FF_RUMBLE or effect.id != -1:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if len(self.pad.effects) == SLOTS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        number = next(n for n in range(SLOTS) if n not in self.pad.effects)
        self.pad.effects[number] = effect
        return number

    def erase_effect(self, number: int) -> None:
        self._there()
        del self.pad.effects[number]

    def write(self, kind: int, code: int, value: int) -> None:
        self._there()
        if kind != EV_FF or code not in self.pad.effects:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        effect = self.pad.effects[code]
        strong = effect.u.ff_rumble_effect.strong_magnitude
        for _ in range(value):
            felt = {"ms": effect.ff_replay.length, "strength": strong}
            self.pad.events.append({"event": "rumble", "pager": self.path.rpartition("-")[2], **felt})

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.pad.handles -= 1

    def _there(self) -> None:
        if not self.pad.plugged:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
