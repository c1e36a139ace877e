"""What the doctor found at one wire: how it is, what answered, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drivers.doctor.devices import Device, numbered
from drivers.words import NOTHING, Into, Words


class State(StrEnum):
    """How a device is. Only FAULT is a reason to call somebody before the hall opens."""

    FINE = "fine"  # it answered, and it can work
    OPEN = "open"  # the wire is open; this device cannot be asked anything
    HEED = "heed"  # it works, and wants a hand soon
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """`devices` share one wire. `answer` is what was heard, `todo` is empty when there is nothing to do."""

    devices: tuple[str, ...]
    spoken: Words
    kind: str
    url: str
    state: State
    answer: Words
    todo: Words = NOTHING

    @classmethod
    def of(cls, devices: Sequence[Device], state: State, answer: Words, todo: Words = NOTHING) -> Finding:
        first, names = devices[0], tuple(device.name for device in devices)
        return cls(names, spoken(devices), first.kind, first.url, state, answer, todo)

    def told(self, into: Into) -> Mapping[str, object]:
        """All of it for a program, its words in one language."""
        words = {"spoken": self.spoken, "answer": self.answer, "todo": self.todo}
        rest = {"devices": self.devices, "kind": self.kind, "url": self.url, "state": self.state}
        return rest | {name: said.put(into) for name, said in words.items()}


def spoken(devices: Sequence[Device]) -> Words:
    """One device's name, or those of many on one wire: "呼叫器 1-7、10"."""
    first = devices[0]
    return (
        first.spoken
        if len(devices) == 1
        else numbered(first.called, ranges([device.which for device in devices]))
    )


def ranges(names: Sequence[str]) -> list[str]:
    """1, 2, 3, 7 as 1-3 and 7; names that are no numbers as they are."""
    if not all(name.isdecimal() for name in names):
        return list(names)
    runs: list[list[int]] = []
    for number in sorted(map(int, names)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
