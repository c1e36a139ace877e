"""A reader of second-generation ID cards, and the card that lies on it.

Physics: `lay(name, sex, birth, number)`, `take_away`, `fail_next(count, status)` (the card moved), `die`,
`revive`, `noise`, `trickle` (its answers come byte by byte). No event carries anything of a card.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.reader import sdt
from drivers.reader.sdt import Decoder

PHOTO = bytes(range(256)) * 4  # WLT, which nobody here decodes
NOISE = bytes.fromhex("aa aa 00 aa aa aa 96 69 00 05 00 00 90 11 22 aa aa aa 96 69 ff ff 96 69")


class CardReader:
    """A card is found once each time it is laid down, as the module does it."""

    def __init__(self, name: str, out: Path | None = None) -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.decoder = Decoder()
        self.card: dict[str, str] | None = None
        self.found = self.selected = self.told = False
        self.failures: list[int] = []
        self.dead = self.trickling = False
        self.saying = bytearray()

    def __repr__(self) -> str:
        return f"CardReader({self.name!r})"

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        answers = b"".join(self._obey(body) for body in self.decoder.feed(data))
        if self.trickling:
            self.saying += answers
            return b""
        return answers

    def poll(self) -> bytes:
        size = 64 if self.trickling else len(self.saying)
        said = bytes(self.saying[:size])
        del self.saying[:size]
        return said

    def do(self, action: str, **args: Any) -> Any:
        match action:
            case "lay":
                if not sdt.valid_number(str(args["number"])):
                    raise ValueError("the number's check character does not fit")
                self.card = {key: str(value) for key, value in args.items()}
                self.found = self.selected = self.told = False
            case "take_away":
                self.card = None
                self.found = self.selected = self.told = False
            case "fail_next":
                self.failures = [int(args.get("status", sdt.NOT_READ))] * int(args.get("count", 1))
            case "die":
                self.dead = True
            case "revive":
                self.dead = False
            case "noise":
                self.saying += NOISE
            case "trickle":
                self.trickling = True
            case _:
                raise ValueError(f"a card reader cannot {action!r}")
        return None

    def _obey(self, body: bytes) -> bytes:
        match sdt.read_command(body):
            case sdt.STATE:
                return sdt.answer(sdt.OK)
            case sdt.RESET:
                self.found = self.selected = False
                return sdt.answer(sdt.OK)
            case sdt.FIND:
                if self.card is None or self.told:
                    return sdt.answer(sdt.NO_CARD)
                self.found = True
                return sdt.answer(sdt.FOUND, bytes(4))
            case sdt.SELECT:
                self.selected = self.found
                return sdt.answer(sdt.OK, bytes(8)) if self.selected else sdt.answer(sdt.NOT_SELECTED)
            case sdt.READ:
                return self._read()
        return sdt.answer(0x21)

    def _read(self) -> bytes:
        if self.card is None or not self.selected:
            return sdt.answer(sdt.NOT_READ)
        if self.failures:
            self.found = self.selected = False
            return sdt.answer(self.failures.pop())
        self.told = True
        self.events.append({"event": "read"})
        return sdt.answer(sdt.OK, sdt.card_data(self.card, PHOTO))
