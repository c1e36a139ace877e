"""A call goes to the hall's own SMS or WeChat gateway as one signed HTTP POST; we never know a phone number.

    POST <url>   Content-Type: application/json
    Idempotency-Key: <one call, however often it is sent>
    X-Hall-Timestamp: <Unix seconds>
    X-Hall-Signature: sha256=<hex HMAC-SHA256 of timestamp, ".", body>
    {"pager": "1000001", "text": "A012 -> 3"}

2xx is taken; 408, 425, 429, 5xx and a broken connection are tried again; anything else is a refusal. A
redirect is a refusal too: a signed call goes where hall.toml says, and nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import socket
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from drivers import http
from drivers.errors import DeviceLost
from drivers.pager.receipt import Receipt
from drivers.words import NOTHING, Words, _, plain

TRIES = 3
FIRST_PAUSE, LAST_PAUSE = 0.5, 5.0  # seconds between two tries
AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
MOST_SAID = 1024  # bytes of an answer that are read; a gateway has nothing longer to tell us
SHOWN = 120


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """What X-Hall-Signature says; the gateway computes the same and compares in constant time."""
    return "sha256=" + hmac.new(secret, timestamp.encode("ascii") + b"." + body, hashlib.sha256).hexdigest()


def body_of(address: str, text: str) -> bytes:
    """The whole of what leaves the hall: a pager's number and a line of ticket and window."""
    return json.dumps({"pager": address, "text": text}, ensure_ascii=False, separators=(",", ":")).encode()


class Webhook:
    """`secret` signs (at least 16 characters); `timeout` bounds each try in seconds."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        secret: str | bytes = b"",
        timeout: float = 5.0,
        tries: int = TRIES,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self.url = url
        self.parts = _parts(url)
        self.timeout = timeout
        self.tries = tries
        self.sleep = sleep
        self.wall = wall
        self.context = context
        self._secret = secret.encode() if isinstance(secret, str) else secret
        if len(self._secret) < 16:
            raise ValueError(_("签名用的密钥至少要 16 个字符"))

    def __repr__(self) -> str:
        return f"Webhook({self.name!r}, {self.url!r})"

    def __enter__(self) -> Self:
        self.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Each call is a connection of its own: a gateway behind a balancer may move between two calls."""

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Hand one call to the gateway. `once` is its idempotency key; without one a fresh key is used.

        The same key goes with every try, so that a call that got through twice is sent to the phone once.
        Raises DeviceLost when the gateway could not be reached at all, after every try.
        """
        body, key = body_of(address, text), once or uuid4().hex
        pause, why, status = FIRST_PAUSE, NOTHING, 0
        for attempt in range(1, self.tries + 1):
            try:
                status, said, wait = self._post(body, key)
            except http.Broken as error:
                status, why, wait = 0, _why(error), 0.0
            else:
                why = plain(f"HTTP {status} {said}".rstrip())
                if 200 <= status < 300:
                    return Receipt(address, True, str(why))
                if status not in AGAIN:
                    return Receipt(address, False, str(why))
            if attempt < self.tries:
                self.sleep(min(max(pause, wait), LAST_PAUSE))
                pause = min(pause * 2, LAST_PAUSE)
        if not status:
            raise DeviceLost(
                self.name, _("短信网关 {host} 联系不上：{why}").format(host=self.parts.netloc, why=why)
            )
        return Receipt(address, False, str(why))

    def check(self) -> None:
        """Somebody answers HTTP there, whatever it says to a HEAD. Raises DeviceLost."""
        try:
            self._ask("HEAD", b"", {})
        except http.Broken as error:
            why = _("短信网关 {host} 联系不上：{why}").format(host=self.parts.netloc, why=_why(error))
            raise DeviceLost(self.name, why) from error

    def _post(self, body: bytes, key: str) -> tuple[int, str, float]:
        timestamp = str(int(self.wall()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Hall-Timestamp": timestamp,
            "X-Hall-Signature": sign(self._secret, timestamp, body),
        }
        return self._ask("POST", body, headers)

    def _ask(self, method: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, float]:
        """Status, what was said, and the seconds to wait that the gateway asks for."""
        answer = http.ask(
            method,
            self.url,
            seconds=self.timeout,
            most=MOST_SAID,
            headers=headers,
            body=body or None,
            context=self.context,
        )
        said = answer.body[:MOST_SAID].decode("utf-8", errors="replace")
        return answer.status, " ".join(said.split())[:SHOWN], _seconds(answer.headers.get("Retry-After"))


def _parts(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        port_ok = False
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or not port_ok:
        raise ValueError(_("“{url}”要写成 https://主机/路径，不带用户名").format(url=url))
    return parts


def _seconds(text: str | None) -> float:
    try:
        wait = float(text or 0)
    except ValueError:
        return 0.0
    return wait if math.isfinite(wait) and wait > 0 else 0.0


def _why(error: Exception) -> Words:
    if isinstance(error, TimeoutError):
        return _("没有应答")
    if isinstance(error, socket.gaierror):
        return _("找不到主机")
    if isinstance(error, ConnectionRefusedError):
        return _("拒绝连接")
    return plain(str(error) or type(error).__name__)
