"""A TAP 1.8 paging terminal with pagers in reach.

Physics: `nak_next(count)`, `reject_next(count)`, `hang_up`, `die`, `revive`, and `out_of_range(pager)` and
`in_range(pager)`: the terminal still says yes, because paging goes one way, but nobody feels anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.pager.tap import (
    ACK,
    AUTOMATIC,
    BYE,
    CR,
    EOT,
    ESC,
    ETX,
    GO_AHEAD,
    LF,
    LIMIT,
    MOST_INFORMATION,
    NAK,
    PROMPT,
    RS,
    STX,
    checksum,
)

SENT, GOODBYE, WELCOME = b"211 Page(s) Sent Successfully", b"115 Thank you", b"110 1.8"
BAD_SUM, BAD_PAGER, ILLEGAL, TOO_LONG = (
    b"514 Checksum error",
    b"511 Invalid pager ID",
    b"510 Illegal character",
    b"517 Message too long",
)
BAD_LOGIN = b"506 Logon refused"
MOST_LOGINS = 3


class TapTerminal:
    """`known` lists the pager numbers that this terminal serves ("1000001,1000002"); empty: all."""

    def __init__(
        self, name: str, out: Path | None = None, *, password: str = "", known: str = "", greeting: str = ""
    ) -> None:
        self.name = name
        self.password = password
        self.known = set(filter(None, known.split(",")))
        self.greeting = greeting.encode("ascii")
        self.events: list[dict[str, Any]] = []
        self.line = bytearray()
        self.saying = bytearray()
        self.logged_in = self.asked = self.dead = False
        self.refused_logins = 0
        self.naks = self.rejects = 0
        self.unreachable: set[str] = set()

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        answer = b""
        for number in data:
            byte = bytes([number & 0x7F])
            inside = self.line.startswith(STX) and not (ETX in self.line[:-3] and byte == CR)
            if byte == CR and not inside:
                line = bytes(self.line)
                self.line.clear()
                answer += self._hear(line)
            elif byte != LF or inside:  # between lines LF means nothing; in a block it is text, and summed
                self.line += byte
                del self.line[:-LIMIT]
        return answer

    def poll(self) -> bytes:
        said = bytes(self.saying)
        self.saying.clear()
        return said

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "nak_next":
                self.naks = int(args.get("count", 1))
            case "reject_next":
                self.rejects = int(args.get("count", 1))
            case "hang_up":
                self.saying += self._bye()
            case "die":
                self.dead = True
                self._forget()
            case "revive":
                self.dead = False
            case "out_of_range":
                self.unreachable.add(str(args["pager"]))
            case "in_range":
                self.unreachable.discard(str(args["pager"]))
            case _:
                raise ValueError(f"a paging terminal cannot {action!r}")
        return None

    def _hear(self, line: bytes) -> bytes:
        if line.startswith(STX) and self.logged_in:
            return self._block(line)
        if line == EOT:
            return GOODBYE + CR + self._bye()
        if not self.logged_in and line.startswith(ESC + AUTOMATIC) and self.asked:
            return self._log_in(line[len(ESC + AUTOMATIC) :].decode("ascii"))
        if not self.logged_in and not line:
            self.asked = True
            return self.greeting + PROMPT
        return b""  # a terminal does not answer what it does not understand

    def _log_in(self, password: str) -> bytes:
        if password == self.password:
            self.logged_in, self.refused_logins = True, 0
            return WELCOME + CR + ACK + CR + GO_AHEAD + CR
        self.refused_logins += 1
        if self.refused_logins < MOST_LOGINS:
            return BAD_LOGIN + CR + NAK + CR
        return BAD_LOGIN + CR + self._bye()

    def _block(self, line: bytes) -> bytes:
        body, _, _ = line.rpartition(ETX)
        if self.naks or line != body + ETX + checksum(body + ETX):
            self.naks = max(0, self.naks - 1)
            return BAD_SUM + CR + NAK + CR
        fields = body[1:].decode("ascii").split("\r")
        if len(fields) != 3 or fields[2]:
            return ILLEGAL + CR + RS + CR
        pager, text, _ = fields
        if len(pager) + 1 + len(text) > MOST_INFORMATION:
            return TOO_LONG + CR + RS + CR
        if self.rejects or not pager.isdecimal() or (self.known and pager not in self.known):
            self.rejects = max(0, self.rejects - 1)
            return BAD_PAGER + CR + RS + CR
        felt = "missed" if pager in self.unreachable else "paged"
        self.events.append({"event": felt, "pager": pager, "text": text})
        return SENT + CR + ACK + CR

    def _bye(self) -> bytes:
        self._forget()
        return BYE + CR

    def _forget(self) -> None:
        self.line.clear()
        self.logged_in = self.asked = False
        self.refused_logins = 0
