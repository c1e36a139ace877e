"""Words from outside into what reads them: the bus, the city's bookings, a phone's request, a gateway, hall.toml."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
import tomllib
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec

from caller.messages import COMMANDS, EVENTS, STATES, Answer, Result, decode, encode
from caller.rows import BadRow, booking_of
from caller.rows import read as read_sheet
from config import load
from config.schema import Hall
from display.phone.book import Book
from display.phone.server import Phone
from drivers import booking, progress
from drivers.pager.webhook import MOST_SAID, SHOWN, Webhook, sign
from drivers.sim.__main__ import obey
from drivers.sim.webhook import WebhookGateway
from tests.fuzz.engine import side

KINDS: tuple[type[msgspec.Struct], ...] = (Answer, *COMMANDS.values(), *EVENTS.values(), *STATES.values())
ROOT = Path(__file__).parents[2]
KEY = bytes(32)
HEAD = "预约码,业务,日期,时间,身份证号,代办人身份证号\n".encode()
SECRET = b"sixteen-or-more-characters"
TOKEN = "aZ09-_token"
CITY = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n"
TABLES = tuple(hint.name for hint in msgspec.structs.fields(Hall))

SEEDS = {
    "message": [
        b"\0" + json.dumps({"version": 1, "id": "1", "done": True}).encode(),
        b"\x01" + json.dumps({"version": 1, "id": "1", "service": "transfer", "kiosk": "1"}).encode(),
        b'\x01{"id": "\xed\xa0\x80"}',
        b'\x01{"version": 1, "x": [[[[{"a": {"b": [1e999, -0, 1.5e-3, "\\ud800"]}}]]]]}',
    ],
    "booking": [
        b'{"bookings": [{"code": "BJ01", "service": "transfer", "day": "2026-11-24", "time": "09:00"}]}',
        b"BJ0001,transfer,2026-11-24,9:00,11010519491231002X,\n",
        "BJ0002,转移登记,2026/11/24,09:30,,".encode("gb18030"),
        b'{"state": "more-papers", "updated": "2026-11-20", "missing": ["a"]}',
    ],
    "phone": [
        f"GET /t/{TOKEN} HTTP/1.1\r\nHost: h\r\n\r\n".encode(),
        f"GET /t/{TOKEN}/live HTTP/1.1\r\n\r\n".encode(),
        f"POST /t/{TOKEN}/seen?call=1&how=shown HTTP/1.1\r\n\r\n".encode(),
        b"GET /page.css HTTP/1.0\r\n\r\n",
    ],
    "webhook": [
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b'{"pager": "1000001", "text": "A012 -> 3"}',
    ],
    "hall": [
        b'[hall]\nid = "x"\nname = "y"\nhours = ["08:30-12:00"]\n',
        b"[[sign]]\nwindow = 3\nurl = 'tcp:h:1'\n",
        b"[[window]]\nnumber = 1\n[[service]]\nid = 'a'\nletter = 'A'\n[broker]\nport = 0x10\n",
        b'\x05[{id = "x"}, 3, {}]',
    ],
    "control": [b'{"device": "pad-1", "do": "press", "args": {"key": "NEXT"}, "id": 1}', b'{"device": []}'],
}  # fmt: skip


def fuzz_message(data: bytes) -> None:
    """Any payload on any topic is a message, or a MsgspecError; what is read is written and read again alike."""
    kind = KINDS[data[0] % len(KINDS)] if data else Answer
    try:
        message = decode(data[1:], kind)
    except msgspec.MsgspecError as error:
        assert str(error)
        return
    assert encode(decode(encode(message), kind)) == encode(message)


def fuzz_booking(data: bytes) -> None:
    """A booking server that says anything, a spreadsheet of anything, a registration system that says anything."""
    match side(data, 3):
        case 0:
            page = booking.read(data)
            for one in page.bookings if page else ():
                try:
                    booking_of(one.fields, _hall(), KEY)
                except BadRow as bad:
                    assert str(bad)
        case 1:
            sheet = read_sheet(HEAD + data, _hall(), KEY)
            assert len(sheet.bookings) == len(sheet.rows)
            assert all(words for _, words in sheet.problems)
            assert read_sheet(data, _hall(), KEY) is not None
        case _:
            found = progress.read(200, data)
            assert len(found.missing) <= progress.MOST_MISSING


def fuzz_phone(data: bytes) -> None:
    """Whatever a phone asks for, it gets an answer or a closed line, and nobody's number."""
    server = _PhoneServer()
    line = _Line(data)
    Phone(line, ("127.0.0.1", 1), server)  # type: ignore[arg-type]
    assert b"A012" not in line.sent.getvalue()
    assert not line.sent.getvalue() or line.sent.getvalue()[:5] in (b"HTTP/", b"<!DOC", b"retry") or data
    assert server.lines.acquire(blocking=False), "a line was not given back"
    server.lines.release()


def fuzz_webhook(data: bytes) -> None:
    """A gateway that answers anything, a signed call of anything to ours, and any signature."""
    which = side(data, 4)
    if which < 2:
        hook = Webhook("sms", "http://127.0.0.1:9/calls", secret=SECRET, tries=1, wall=lambda: 1.0)
        with patch.object(socket, "create_connection", lambda *_, **__: _Line(data)):
            try:
                _, said, wait = hook._ask("POST", b"{}", {})
                assert len(said) <= SHOWN and 0 <= wait < float("inf")
            except (OSError, HTTPException):
                pass
        return
    gateway = _gateway()
    text = data.decode("latin-1")
    headers = {"X-Hall-Timestamp": text, "X-Hall-Signature": "sha256=" + text, "Idempotency-Key": text}
    if which == 2:
        assert gateway.hear(headers, data)[0] == 401
    else:
        stamp = str(int(gateway.clock()))
        headers = {"X-Hall-Timestamp": stamp, "X-Hall-Signature": sign(SECRET, stamp, data)}
        assert gateway.hear(headers | {"Idempotency-Key": text}, data)[0] in (202, 400)
    gateway.requests.clear()
    gateway.felt.clear()
    assert len(gateway.taken) <= 1000 and MOST_SAID <= 4096


def fuzz_hall(data: bytes) -> None:
    """hall.toml of any bytes, and any TOML value in any of its tables: a hall, or every problem in words."""
    if side(data, 2):
        _judge(data)
        return
    try:
        value = tomllib.loads("x = " + data[1:-1].decode("utf-8", errors="replace"))["x"]
    except (ValueError, RecursionError):
        return
    try:
        load.parse({TABLES[data[0] % len(TABLES)]: value})
    except load.ConfigError as error:
        assert all(problem.expected for problem in error.problems)


def fuzz_control(data: bytes) -> None:
    """A line typed into the simulators' control line is answered, whatever it is."""
    answer = obey({}, data.decode("utf-8", errors="replace"))
    assert "error" in answer
    json.dumps(answer)


def _judge(data: bytes) -> None:
    try:
        load.read(data, "hall.toml")
    except load.ConfigError as error:
        assert all(problem.expected for problem in error.problems)


@cache
def _hall() -> Hall:
    return load.load(ROOT / "config" / "hall.toml")


@cache
def _gateway() -> WebhookGateway:
    """One for all inputs, and none of its threads: bytes are handed to it as its server would."""
    gateway = WebhookGateway("sms", clock=lambda: time.time())
    gateway.unplug()
    return gateway


class _PhoneServer:
    """What a phone's request touches of the server, in a hall that is just closing."""

    def __init__(self) -> None:
        self.book = _book()
        self.lines = threading.BoundedSemaphore(1)
        self.closing = threading.Event()
        self.closing.set()

    def seen(self, call: str, how: Result) -> None:
        raise AssertionError(f"nobody was called, and yet {call} was {how}")


@cache
def _book() -> Book:
    return Book(_hall())


class _Line:
    """A connection whose other end has said `data` and closed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sent = io.BytesIO()

    def makefile(self, mode: str, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self.data)

    def sendall(self, data: bytes) -> None:
        self.sent.write(data)

    def setsockopt(self, *_: Any) -> None: ...
    def settimeout(self, *_: Any) -> None: ...
    def close(self) -> None: ...
