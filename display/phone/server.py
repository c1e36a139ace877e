"""A small web server of the hall's own: one page for everybody, one live line for each, and nothing to write but
"I have shown it" and "I do not wait any more". Whoever does not know a token learns nothing; whoever is slow hurts
nobody.

GET  /t/TOKEN        the page          GET /page.css, /page.js   what it is made of
GET  /t/TOKEN/live   server-sent events (text/event-stream): a PhoneView after each change
POST /t/TOKEN/seen?call=ID&how=vibrated|shown
POST /t/TOKEN/cancel   204 done, 409 it is too late for that, 503 the queue does not answer
"""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from caller.messages import Result
from display.phone.book import Book, encoded

log = logging.getLogger(__name__)

HERE = Path(__file__).parent / "page"
FILES = {"/page.css": "text/css", "/page.js": "text/javascript"}
PAGE = re.compile(r"/t/(?P<token>[A-Za-z0-9_-]{6,64})(?P<what>|/live|/seen|/cancel)")
HOW = {"vibrated": Result.VIBRATED, "shown": Result.SHOWN}
BEAT = 15.0  # seconds between two signs of life on a line: a phone that hears none for long connects again
SLOW = 10.0  # seconds that a phone may take over a request or a line
LINES_MOST = 500  # phones with a live line at once
WHOLE_MOST = LINES_MOST + 50
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}


class PhoneServer(ThreadingHTTPServer):
    """`seen` is told of a call that a phone has really shown, and how; `cancel` of who does not wait any more (token
    and number), and says whether the queue agreed, None if it said nothing. Port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        book: Book,
        seen: Callable[[str, Result], None],
        cancel: Callable[[str, str], bool | None],
    ) -> None:
        self.book, self.seen, self.cancel = book, seen, cancel
        self.lines = threading.BoundedSemaphore(LINES_MOST)
        self.closing = threading.Event()
        self._all = threading.BoundedSemaphore(WHOLE_MOST)
        super().__init__((host, port), Phone)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._all.acquire(blocking=False):
            self.shutdown_request(request)  # full: a phone tries again by itself
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._all.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A phone that went away in the middle of a word is no error of ours; anything else is told."""
        log.info("a phone was lost", exc_info=True)

    def stop(self) -> None:
        self.closing.set()
        self.book.wake()
        self.shutdown()
        self.server_close()


class Phone(BaseHTTPRequestHandler):
    server: PhoneServer
    timeout = SLOW
    server_version, sys_version = "hall", ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in FILES:
            self._give((HERE / path[1:]).read_bytes(), FILES[path])
            return
        asked = PAGE.fullmatch(path)
        if asked is None or asked["what"] in ("/seen", "/cancel"):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif asked["what"] == "/live":
            self._live(asked["token"])
        else:
            self._give((HERE / "page.html").read_bytes(), "text/html")

    def do_POST(self) -> None:
        path, _mark, asks = self.path.partition("?")
        asked, query = PAGE.fullmatch(path), parse_qs(asks)
        if asked is not None and asked["what"] == "/cancel":
            self._cancel(asked["token"])
            return
        call, how = query.get("call", [""])[0][:64], HOW.get(query.get("how", [""])[0])
        if asked is None or asked["what"] != "/seen" or how is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if self.server.book.acknowledged(asked["token"], call):
            self.server.seen(call, how)
        self._begin(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def _cancel(self, token: str) -> None:
        shown = self.server.book.look(token)
        agreed = self.server.cancel(token, shown.number) if shown.leaves else False
        said = {True: HTTPStatus.NO_CONTENT, False: HTTPStatus.CONFLICT, None: HTTPStatus.SERVICE_UNAVAILABLE}
        self._begin(said[agreed])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _live(self, token: str) -> None:
        if not self.server.lines.acquire(blocking=False):
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            self._begin(HTTPStatus.OK)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.send_header("X-Accel-Buffering", "no")  # a proxy before us must not keep words back
            self.end_headers()
            self._tell(token)
        except (ConnectionError, TimeoutError):
            pass  # the phone went away
        finally:
            self.server.lines.release()

    def _tell(self, token: str) -> None:
        book, version, last = self.server.book, -1, b""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wfile.write(b"retry: 3000\n\n")
        while not self.server.closing.is_set():
            later = book.later(version, BEAT)
            shown = encoded(book.look(token))
            if shown != last:
                self.wfile.write(b"data: " + shown + b"\n\n")
            elif later == version:
                self.wfile.write(b"event: beat\ndata:\n\n")
            version, last = later, shown

    def _give(self, body: bytes, kind: str) -> None:
        self._begin(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self, status: HTTPStatus) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: an address in a log would open somebody's page."""
