"""One HTTP request ends in time, whatever the far end does.

A server that sends a byte now and then is never too slow for its socket, so the whole of it is cut off. Each request
is a connection of its own, and no redirect is followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from email.message import Message

Broken = (OSError, http.client.HTTPException)  # what `ask` raises; a TimeoutError is an OSError


@dataclass(frozen=True)
class Answer:
    """`body` is cut off after one byte more than was wanted, so that too much can be told from enough."""

    status: int
    reason: str
    headers: Message
    body: bytes


class Request:
    """`seconds` for all of it, but for the time to look up a name."""

    def __init__(self, url: str, seconds: float, context: ssl.SSLContext | None = None) -> None:
        self.parts = urlsplit(url)
        self.seconds = seconds
        self.context = context
        self._wire: socket.socket | None = None
        self._cut = threading.Event()

    def ask(self, method: str, headers: Mapping[str, str], body: bytes | None, most: int) -> Answer:
        timer = threading.Timer(self.seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            with closing(self._link()) as link:
                self._open(link)
                target = (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")
                link.request(method, target, body, dict(headers))
                with link.getresponse() as said:
                    answer = Answer(said.status, said.reason, said.headers, said.read(most + 1))
        except Broken:
            if self._cut.is_set():
                raise TimeoutError(f"no answer in {self.seconds:g} s") from None
            raise
        finally:
            timer.cancel()
        if self._cut.is_set():
            raise TimeoutError(f"no answer in {self.seconds:g} s")
        return answer

    def _link(self) -> http.client.HTTPConnection:
        secure = self.parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(self.parts.hostname or "", self.parts.port)

    def _open(self, link: http.client.HTTPConnection) -> None:
        """Its socket is ours from the first moment on: what is not known cannot be cut off."""
        link.sock = self._wire = socket.create_connection((link.host, link.port), self.seconds)
        if isinstance(link, http.client.HTTPSConnection):
            trusted = self.context or ssl.create_default_context()
            safe = trusted.wrap_socket(link.sock, server_hostname=link.host, do_handshake_on_connect=False)
            link.sock = self._wire = safe
            safe.do_handshake()

    def _end(self) -> None:
        self._cut.set()
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


def ask(
    method: str,
    url: str,
    *,
    seconds: float,
    most: int,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """The answer, whatever it says, with at most `most` bytes and one more. Raises Broken."""
    return Request(url, seconds, context).ask(method, headers or {}, body, most)
