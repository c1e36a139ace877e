"""What the doctor found at one wire: how it is, what answered, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drivers.doctor.devices import Device, spoken
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
        return cls(names, spoken(names), first.kind, first.url, state, answer, todo)

    def told(self, into: Into) -> Mapping[str, object]:
        """All of it for a program, its words in one language."""
        words = {"spoken": self.spoken, "answer": self.answer, "todo": self.todo}
        rest = {"devices": self.devices, "kind": self.kind, "url": self.url, "state": self.state}
        return rest | {name: said.put(into) for name, said in words.items()}
