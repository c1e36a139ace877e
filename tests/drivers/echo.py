"""A device that says back what it hears: enough to test wires with."""

from __future__ import annotations

from typing import Any


class Echo:
    """Echoes upper case; `speak` makes it talk by itself, `fill` takes its room away."""

    def __init__(self, name: str = "echo") -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.heard = bytearray()
        self.to_say = bytearray()
        self.full = False

    def receive(self, data: bytes) -> bytes:
        self.heard += data
        return data.upper()

    def poll(self) -> bytes:
        said, self.to_say = bytes(self.to_say), bytearray()
        return said

    def room(self) -> int:
        return 0 if self.full else 4096

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "speak":
                self.to_say += args["text"].encode()
                self.events.append({"event": "spoke", "text": args["text"]})
            case "fill":
                self.full = True
            case "drain":
                self.full = False
            case _:
                raise ValueError(f"an echo cannot {action}")
        return len(self.to_say)
