"""What the doctor found at one wire: how it is, what answered, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from drivers.doctor.devices import Device


class State(StrEnum):
    """How a device is. Only FAULT is a reason to call somebody before the hall opens."""

    FINE = "fine"  # it answered, and it can work
    OPEN = "open"  # the wire is open; this device cannot be asked anything
    HEED = "heed"  # it works, and wants a hand soon
    FAULT = "fault"


class Finding(msgspec.Struct, frozen=True):
    """`devices` share one wire. `answer` is what was heard, `todo` is "" when there is nothing to do."""

    devices: tuple[str, ...]
    spoken: str
    kind: str
    url: str
    state: State
    answer: str
    todo: str = ""

    @classmethod
    def of(cls, devices: Sequence[Device], state: State, answer: str, todo: str = "") -> Finding:
        first, names = devices[0], tuple(device.name for device in devices)
        return cls(names, spoken(devices), first.kind, first.url, state, answer, todo)


def spoken(devices: Sequence[Device]) -> str:
    """One device's name, or those of many on one wire: "呼叫器 1-7、10"."""
    first = devices[0]
    if len(devices) == 1:
        return first.spoken
    called = first.spoken.removesuffix(first.which).strip()
    return f"{called} {ranges([device.which for device in devices])}"


def ranges(names: Sequence[str]) -> str:
    """1, 2, 3, 7 as "1-3、7"; names that are no numbers as they are."""
    if not all(name.isdecimal() for name in names):
        return "、".join(names)
    runs: list[list[int]] = []
    for number in sorted(map(int, names)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)
