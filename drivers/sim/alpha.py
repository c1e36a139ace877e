"""An Alpha sign: a memory of files, and what they say in lights.

Physics: those of a panel, `turn` (the next page), `mishear` (the next packet arrives with a wrong checksum).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from drivers.sign import alpha, dots
from drivers.sign.alpha import Decoder, Packet
from drivers.sim.leds import COLOURS
from drivers.sim.panel import Panel

INKS = {ord(b"1"): "red", ord(b"2"): "green", ord(b"3"): "amber"}
PIXELS = {ord(code): COLOURS[name] for name, code in alpha.DOTS_COLOURS.items()}
ENTRY = 11  # characters of one file in a memory configuration
ALWAYS = {b"A": b"A", b"0": b"A"}  # files that exist without being configured


class AlphaBoard(Panel):
    """The sign at `address` of its line; 0 is one that was never given an address."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        width: str | int = 96,
        height: str | int = 16,
        colour: str = "red",
        address: str | int = 0,
    ) -> None:
        super().__init__(name, out, width, height, colour)
        self.address = b"%02X" % int(address)
        self.decoder = self._decoder()
        self.kinds: dict[bytes, bytes] = dict(ALWAYS)
        self.files: dict[bytes, bytes] = {}
        self.sequence = [b"A"]
        self.errors = alpha.FINE
        self.deaf = 0
        self.page = 0
        self.text = ""

    def _decoder(self) -> Decoder:
        return Decoder(limit=4 * (self.size[0] * self.size[1] + 512))

    def receive(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        said = b""
        before = self.decoder.bad_sum
        packets = self.decoder.feed(data)
        if self.decoder.bad_sum > before:
            self.errors |= alpha.BAD_SUM
        for packet in packets:
            if packet.address in (alpha.BROADCAST, self.address) and packet.kind != alpha.RESPONSE:
                said += self._obey(packet)
        return said

    def do(self, action: str, **args: Any) -> Any:
        if self.switch(action):
            return None
        match action:
            case "turn":
                self.page += 1
                self._draw()
            case "mishear":
                self.deaf += int(args.get("count", 1))
            case "show":
                return self.rows()
            case _:
                raise ValueError(f"a sign cannot {action!r}")
        return None

    def forget(self) -> None:
        # The memory is kept by a battery; what was half received is not.
        self.decoder = self._decoder()
        self._draw()

    def _obey(self, packet: Packet) -> bytes:
        said = b""
        if self.deaf and packet.commands[0][:1] != alpha.READ_SPECIAL:
            self.deaf -= 1
            self.errors |= alpha.BAD_SUM
            return b""
        for command in packet.commands:
            code, data = command[:1], command[1:]
            if code == alpha.READ_SPECIAL:
                said += self._read(data)
            elif not self._write(code, data):
                self.errors |= alpha.ILLEGAL
        self._draw()
        return said

    def _read(self, data: bytes) -> bytes:
        if data != alpha.ERRORS:
            self.errors |= alpha.ILLEGAL
            return b""
        reply = Packet((alpha.WRITE_SPECIAL + alpha.ERRORS + bytes([self.errors]),), b"00", alpha.RESPONSE)
        return bytes(15) + alpha.encode(reply)

    def _write(self, code: bytes, data: bytes) -> bool:
        label, body = data[:1], data[1:]
        match code:
            case alpha.WRITE_SPECIAL:
                return self._special(label, body)
            case alpha.WRITE_TEXT | alpha.WRITE_STRING | alpha.WRITE_DOTS:
                kind = {b"A": b"A", b"G": b"B", b"I": b"D"}[code]
                if self.kinds.get(label) != kind or (
                    code == alpha.WRITE_STRING and len(body) > alpha.STRING_MOST
                ):
                    return False
                self.files[label] = body
                self.page = 0
                return True
        return False

    def _special(self, label: bytes, body: bytes) -> bool:
        match label:
            case alpha.CLEAR_ERRORS:
                self.errors = alpha.FINE
            case alpha.MEMORY:
                if len(body) % ENTRY:
                    return False
                entries = [body[at : at + ENTRY] for at in range(0, len(body), ENTRY)]
                self.kinds = ALWAYS | {entry[:1]: entry[1:2] for entry in entries}
                self.files.clear()
            case alpha.RUN:
                self.sequence = [bytes([c]) for c in body[2:]]
            case alpha.RESET:
                pass
            case _:
                return False
        return True

    def _draw(self) -> None:
        shown = self.files.get(alpha.PRIORITY) or next(
            (self.files[label] for label in self.sequence if label in self.files), b""
        )
        pages = shown[3:].split(alpha.NEW_PAGE)  # ESC, position, mode
        screen, self.text = self._page(pages[self.page % len(pages)])
        lit = sum(screen.convert("L").histogram()[1:])
        self.show(screen, text=self.text, lit=lit)

    def _page(self, body: bytes) -> tuple[Image.Image, str]:
        """The dots of one page, its lines one above the other in the middle, and its letters."""
        rows = [self._row(row) for row in self._called(body).split(alpha.NEW_LINE)]
        screen = Image.new("RGB", self.size)
        y = (self.size[1] - sum(strip.height for strip, _ in rows)) // 2
        for strip, _ in rows:
            screen.paste(strip, ((self.size[0] - strip.width) // 2, y))
            y += strip.height
        return screen, " ".join(said for _, said in rows if said)

    def _row(self, body: bytes) -> tuple[Image.Image, str]:
        """One line: its pieces side by side."""
        strips: list[Image.Image] = []
        said, ink, at = "", COLOURS[self.colour], 0
        while at < len(body):
            code = body[at]
            if code == alpha.CALL_DOTS[0]:
                drawn = _picture(self.files.get(body[at + 1 : at + 2], b""))
                strips += [drawn] if drawn else []
                at += 2
            elif code == alpha.COLOURS["red"][0]:
                ink = COLOURS[INKS.get(body[at + 1] if at + 1 < len(body) else 0, self.colour)]
                at += 2
            else:
                if 0x20 <= code < 0x7F:
                    said += chr(code)
                    letter = dots.glyph(chr(code))
                    painted = Image.new("RGB", letter.size)
                    painted.paste(ink, (0, 0), letter)
                    strips.append(painted)
                at += 1
        size = sum(strip.width for strip in strips), max((strip.height for strip in strips), default=0)
        line = Image.new("RGB", size)
        x = 0
        for strip in strips:
            line.paste(strip, (x, 0))
            x += strip.width
        return line, said

    def _called(self, body: bytes) -> bytes:
        """The text with its STRING files in their places."""
        first, *rest = body.split(alpha.CALL_STRING)
        return first + b"".join(self.files.get(part[:1], b"") + part[1:] for part in rest)


def _picture(data: bytes) -> Image.Image | None:
    try:
        height, width = bytes.fromhex(data[:4].decode("ascii"))  # int() would take a minus, too
    except ValueError:
        return None
    image = Image.new("RGB", (max(width, 1), max(height, 1)))
    for y, row in enumerate(data[4:].split(b"\r")[:height]):
        for x, code in enumerate(row[:width]):
            if code in PIXELS:
                image.putpixel((x, y), PIXELS[code])
    return image
