"""A GM65 on a serial line, and what somebody holds under it.

Physics: `scan(code, encoding)`, `noise`, `die`, `revive`. With `mode=trigger` it says a code only when it was
told to look. No event carries the code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.reader import gm65

NOISE = b"\x02\x00\x00\x01\x00\x33\x30\x00\xff\xfe"  # an answer with a broken crc, and no text


class Scanner:
    """`mode` is continuous or trigger, `end` what stands behind a code: cr, lf or crlf."""

    def __init__(
        self, name: str, out: Path | None = None, *, mode: str = "continuous", end: str = "cr"
    ) -> None:
        if mode not in ("continuous", "trigger"):
            raise ValueError("mode is continuous or trigger")
        self.name = name
        self.mode = mode
        self.end = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}[end]
        self.events: list[dict[str, Any]] = []
        self.heard = bytearray()
        self.saying = bytearray()
        self.held: bytes | None = None
        self.looking = mode == "continuous"
        self.dead = False

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        self.heard += data
        answers = b""
        while (at := self.heard.find(gm65.HEAD)) >= 0:
            command = self.heard[at:]
            size = 8 + (command[3] if command[2:3] == bytes([gm65.WRITE]) else 1) if len(command) > 3 else 99
            if len(command) < size:
                break
            if bytes(command[:size]) == gm65.trigger():
                self.looking = True
            answers += gm65.reply()
            del self.heard[: at + size]
        del self.heard[:-300]
        return answers

    def poll(self) -> bytes:
        if self.looking and self.held is not None and not self.dead:
            self.saying += self.held + self.end
            self.held = None
            self.looking = self.mode == "continuous"
            self.events.append({"event": "scanned"})
        said = bytes(self.saying)
        self.saying.clear()
        return said

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "scan":
                self.held = str(args["code"]).encode(str(args.get("encoding", "utf-8")))
            case "noise":
                self.saying += NOISE
            case "die":
                self.dead, self.held = True, None
            case "revive":
                self.dead = False
            case _:
                raise ValueError(f"a scanner cannot {action!r}")
        return None
