"""`AA AA AA 96 69 LEN_H LEN_L … XOR`: the SAM of a 二代身份证 reader, both ways, and the text on a card.

LEN counts everything behind it, XOR included; XOR makes all bytes from LEN_H on cancel out. 115200 8N1.
    to the reader    CMD PARA [data]
    from the reader  SW1 SW2 SW3 [data]
Text is UTF-16LE in fixed fields. Sources: softs.im/身份证阅读器通信协议, blog.csdn.net zhangbijun1230/85242964,
HslCommunication SAMSerial.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.words import Words, _

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
SHORTEST, LONGEST = 4, 2400  # LEN: three bytes and the XOR; text, photo and fingerprint
HEAD = len(PREAMBLE) + 2

FIND, SELECT, READ = (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)
STATE, RESET, SAM_ID = (0x11, 0xFF), (0x10, 0xFF), (0x12, 0xFF)

OK, FOUND, NO_CARD, NOT_SELECTED, NOT_READ = 0x90, 0x9F, 0x80, 0x81, 0x41
STATUS = {
    OK: _("完成"),
    FOUND: _("找到证件"),
    NO_CARD: _("没有证件"),
    NOT_SELECTED: _("证件没有选中，请重新放"),
    0x91: _("证件里没有这项内容"),
    NOT_READ: _("证件没有读出来，请重新放"),
    0x10: _("读卡器收到的校验不对"),
    0x11: _("读卡器收到的长度不对"),
    0x21: _("读卡器不认识这个命令"),
    0x24: _("读卡器没有权限"),
    0x31: _("证件没有通过认证"),
    0x32: _("读卡器没有通过证件的认证"),
    0x33: _("证件信息验证不对"),
    0x40: _("不认识的证件"),
    0x47: _("读卡器的安全模块出错"),
    0x60: _("读卡器自检没有通过"),
    0x66: _("读卡器没有授权"),
}
FATAL = (0x47, 0x60, 0x66)  # the reader, not the card

# Bytes of each field of the text, in their order.
FIELDS = {
    "name": 30,
    "sex": 2,
    "nation": 4,
    "birth": 16,
    "address": 70,
    "number": 36,
    "issuer": 30,
    "from": 16,
    "to": 16,
    "spare": 36,
}
TEXT = 256


@dataclass(frozen=True)
class Answer:
    """What a reader said. `data` may hold everything on a card, so it is left out of every repr."""

    status: int
    data: bytes = field(default=b"", repr=False)

    @property
    def words(self) -> Words:
        """The status as a sentence."""
        return STATUS.get(self.status, _("读卡器状态 {status:02X}").format(status=self.status))


@dataclass(frozen=True)
class CardText:
    """The four fields that a hall may look at, as they stand on the card. No repr, no str: it holds the number."""

    name: str = field(repr=False)
    sex: str = field(repr=False)
    birth: str = field(repr=False)
    number: str = field(repr=False)


def command(order: tuple[int, int], data: bytes = b"") -> bytes:
    """A command to the reader."""
    return _frame(bytes(order) + data)


def answer(status: int, data: bytes = b"") -> bytes:
    """What a reader says, for its simulator."""
    return _frame(bytes([0, 0, status]) + data)


def read_answer(body: bytes) -> Answer | None:
    """The inside of a frame from a reader; None when it is too short to be one."""
    return Answer(body[2], body[3:]) if len(body) >= 3 else None


def read_command(body: bytes) -> tuple[int, int] | None:
    """The inside of a frame to a reader; None when it is too short to be one."""
    return (body[0], body[1]) if len(body) >= 2 else None


def card_data(fields: dict[str, str], photo: bytes = b"") -> bytes:
    """What stands behind the status when a card has been read, for the simulator."""
    text = b"".join(_field(fields.get(name, ""), size) for name, size in FIELDS.items())
    return TEXT.to_bytes(2, "big") + len(photo).to_bytes(2, "big") + text + photo


def _field(value: str, size: int) -> bytes:
    return value.ljust(size // 2).encode("utf-16-le")[:size]


def read_card(data: bytes) -> CardText | None:
    """The text of a card; None when it is cut short or does not carry a number. The photo is never looked at."""
    size, text = int.from_bytes(data[:2], "big"), data[4 : 4 + TEXT]
    if size != TEXT or len(text) != TEXT:
        return None
    values, at = {}, 0
    for name, length in FIELDS.items():
        values[name] = text[at : at + length].decode("utf-16-le", errors="replace").strip(" \0")
        at += length
    if not valid_number(values["number"]):
        return None
    return CardText(values["name"], values["sex"], values["birth"], values["number"])


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECKS = "10X98765432"


def valid_number(number: str) -> bool:
    """Whether the check character of an 18-character number fits (GB 11643-1999)."""
    body, check = number[:17], number[17:]
    if len(body) != 17 or not (body.isascii() and body.isdecimal()):
        return False
    return check == CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def _frame(body: bytes) -> bytes:
    length = (len(body) + 1).to_bytes(2, "big")
    check = 0
    for byte in length + body:
        check ^= byte
    return PREAMBLE + length + body + bytes([check])


@dataclass
class Decoder:
    """Bytes to the insides of frames. Never raises: it hunts for the next preamble and counts what it drops."""

    frames: int = 0
    bad_checksum: int = 0
    garbage: int = 0
    _buffer: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[bytes]:
        """The insides (between LEN and XOR) of the frames that are complete."""
        self._buffer += data
        found = []
        while (body := self._next()) is not None:
            if body:
                found.append(body)
        return found

    def clear(self) -> None:
        """Forget what has begun: nothing of a card stays in memory longer than it must."""
        self._buffer.clear()

    def _next(self) -> bytes | None:
        """A frame's inside; b"" when something was dropped and another look is due; None when more is needed."""
        buffer = self._buffer
        at = buffer.find(PREAMBLE)
        if at < 0:
            keep = next((n for n in range(len(PREAMBLE) - 1, 0, -1) if buffer.endswith(PREAMBLE[:n])), 0)
            self._drop(len(buffer) - keep)
            return None
        self._drop(at)
        if len(buffer) < HEAD:
            return None
        length = int.from_bytes(buffer[len(PREAMBLE) : HEAD], "big")
        if not 3 <= length <= LONGEST:
            self._drop(1)
            return b""
        if len(buffer) < HEAD + length:
            return None
        check = 0
        for byte in buffer[len(PREAMBLE) : HEAD + length]:
            check ^= byte
        if check:
            self.bad_checksum += 1
            self._drop(1)
            return b""
        body = bytes(buffer[HEAD : HEAD + length - 1])
        del buffer[: HEAD + length]
        self.frames += 1
        return body

    def _drop(self, count: int) -> None:
        self.garbage += count
        del self._buffer[:count]
